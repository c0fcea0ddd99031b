"""The Bookmarks panel (Ctrl+B): the list, and what can be done with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.bookmarks.table import BookmarkTable
from ui.controls.panel_parts import small_button

if TYPE_CHECKING:
    from player.records import Picture
    from ui.bookmarks.book import Book

HINT = "No bookmarks yet. B marks the picture on screen; a double click on a bookmark's note opens it for writing."
FORMS = "JSON (*.json);;CSV (*.csv)"
EDGE = 8


class BookmarkPanel(QWidget):
    """Asks the book for everything."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book
        self.table = BookmarkTable(book, self)
        self._hint = QLabel(HINT)
        self._hint.setObjectName("dim")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setContentsMargins(4, 4, 4, 4)
        self.add = small_button("Add", "Mark the picture on screen, and write a note to it")
        self.remove = small_button("Remove", "Take the selected bookmark away (Delete)")
        self.bring = small_button("Import…", "Add the bookmarks of a JSON or CSV file")
        self.export = small_button("Export…", "Write all bookmarks into a JSON or CSV file")
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove_selected)
        self.bring.clicked.connect(self._import)
        self.export.clicked.connect(self._export)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        column.setSpacing(EDGE)
        column.addWidget(self._hint, 1)
        column.addWidget(self.table, 1)
        for pair in ((self.add, self.remove), (self.bring, self.export)):
            row = QHBoxLayout()
            row.setSpacing(EDGE)
            for each in pair:
                row.addWidget(each, 1)
            column.addLayout(row)
        self.table.chosen.connect(book.go)
        self.table.unwanted.connect(book.remove)
        self.table.selectionModel().selectionChanged.connect(self._on_changed)
        book.changed.connect(self._on_changed)
        self._on_changed()

    def sizeHint(self) -> QSize:
        return QSize(300, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 180)

    def show_picture(self, picture: Picture | None) -> None:
        self.table.show_current(None if picture is None else self._book.at(picture))

    @Slot()
    def _on_changed(self) -> None:
        marks = self._book.marks
        self.table.setVisible(bool(marks))
        self._hint.setVisible(not marks)
        self.export.setEnabled(bool(marks))
        self.remove.setEnabled(self.table.selected() is not None)
        for each in (self.add, self.bring):
            each.setEnabled(self._book.path is not None)

    @Slot()
    def _add(self) -> None:
        mark = self._book.here or self._book.add()
        if mark is not None:
            self.table.edit_note(mark)

    @Slot()
    def _remove_selected(self) -> None:
        mark = self.table.selected()
        if mark is not None:
            self._book.remove(mark)

    @Slot()
    def _export(self) -> None:
        path = self._book.path
        if path is None:
            return
        beside = os.path.splitext(path)[0] + ".bookmarks.json"
        options = QFileDialog.Option.DontConfirmOverwrite  # what exists is never overwritten
        chosen, form = QFileDialog.getSaveFileName(self, "Export bookmarks", beside, FORMS, "", options)
        if chosen:
            ending = ".csv" if "csv" in form else ".json"
            self._book.export(chosen if os.path.splitext(chosen)[1] else chosen + ending)

    @Slot()
    def _import(self) -> None:
        path = self._book.path
        if path is None:
            return
        folder = os.path.dirname(path)
        chosen, _ = QFileDialog.getOpenFileName(self, "Import bookmarks", folder, "Bookmarks (*.json *.csv)")
        if chosen:
            self._book.take_in(chosen)
