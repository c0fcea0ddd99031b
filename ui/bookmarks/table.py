"""The list of bookmarks: number, time and note, the note to be written into."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QStyledItemDelegate, QTableView, QWidget

from ui.bookmarks.book import place_text
from ui.controls.panel_parts import make_list

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

    from player.bookmarks import Bookmark
    from ui.bookmarks.book import Book

HEADINGS = ("Frame", "Time", "Note")
NOTE = 2
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
OWN_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_F2)
"""In the list these are the list's, although the window has other uses for some."""
EDITOR_KEYS = (*OWN_KEYS, Qt.Key.Key_Escape)


class BookmarkModel(QAbstractTableModel):
    """The book's marks as rows."""

    def __init__(self, book: Book, parent: QWidget) -> None:
        super().__init__(parent)
        self._book = book
        self._rows = book.marks
        book.changed.connect(self._on_changed)

    def mark(self, row: int) -> Bookmark | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, mark: Bookmark | None) -> int:
        """-1 where it has none."""
        return next((row for row, each in enumerate(self._rows) if each is mark), -1)

    def _on_changed(self) -> None:
        marks = self._book.marks
        if len(marks) == len(self._rows) and all(a.is_like(b) for a, b in zip(marks, self._rows, strict=True)):
            self._rows = marks
            if marks:
                self.dataChanged.emit(self.index(0, 0), self.index(len(marks) - 1, NOTE))
        else:
            self.beginResetModel()
            self._rows = marks
            self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        mark = self.mark(index.row())
        if mark is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return (*place_text(mark, self._book.start_s), mark.note)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == NOTE and mark.note:
            return f"<p>{escape(mark.note)}</p>"  # marked up, or Qt would guess whether the note is
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NOTE else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        mark = self.mark(index.row())
        if mark is None or role != Qt.ItemDataRole.EditRole:
            return False
        self._book.set_note(mark, str(value))
        return True


class BookmarkTable(QTableView):
    """A click or Return goes to a picture; a double click or F2 opens the note, Delete takes the bookmark away."""

    chosen = Signal(object)  # a Bookmark to go to
    unwanted = Signal(object)  # a Bookmark to remove

    def __init__(self, book: Book, parent: QWidget) -> None:
        super().__init__(parent)
        self.model_ = BookmarkModel(book, self)
        self.setModel(self.model_)
        self.setItemDelegate(_NoteDelegate(self))
        self.setAccessibleName("Bookmarks")
        make_list(self, 10)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NOTE, QHeaderView.ResizeMode.Stretch)
        header.setResizeContentsPrecision(200)
        self.clicked.connect(lambda index: self._choose(index.row()))

    def show_current(self, mark: Bookmark | None) -> None:
        """Mark the row of the picture on screen."""
        row = self.model_.row_of(mark)
        if row < 0:
            self.clearSelection()
        elif row != self.currentIndex().row() or not self.selectionModel().hasSelection():
            self.selectRow(row)

    def edit_note(self, mark: Bookmark) -> None:
        row = self.model_.row_of(mark)
        if row >= 0:
            self.setFocus()
            self.selectRow(row)
            self.edit(self.model_.index(row, NOTE))

    def selected(self) -> Bookmark | None:
        rows = self.selectionModel().selectedRows()
        return self.model_.mark(rows[0].row()) if rows else None

    def _choose(self, row: int) -> None:
        mark = self.model_.mark(row)
        if mark is not None:
            self.chosen.emit(mark)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        mark = self.selected()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and mark is not None:
            self.chosen.emit(mark)
        elif event.key() == Qt.Key.Key_Delete and mark is not None:
            self.unwanted.emit(mark)
        elif event.key() == Qt.Key.Key_F2 and mark is not None:
            self.edit_note(mark)
        else:
            super().keyPressEvent(event)


class _NoteDelegate(QStyledItemDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = _NoteEdit(parent)
        editor.setAccessibleName("Note")
        return editor


class _NoteEdit(QLineEdit):
    """Esc and Return end the writing and are not the window's meanwhile."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self.setFrame(False)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in EDITOR_KEYS:
            event.accept()
            return True
        return super().event(event)
