"""The window behind "Save picture…": which of the two pictures, where to, and whether with a JSON file."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from player.errors import plain

if TYPE_CHECKING:
    from player.media.still_file import Still
    from ui.stills import Stills

WIDTH = 520


class StillDialog(QDialog):
    """Saves one picture, whatever plays meanwhile; stays until it is written, and asks before it replaces a file."""

    saved = Signal(str)

    def __init__(self, parent: QWidget, stills: Stills, still: Still) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Save picture — Overplay")
        self._stills, self._still = stills, still
        self._drawing = stills.drawing(still.picture)
        self._open = True
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        width, height = self._still.picture.coded_size
        if self._still.picture.orientation.swaps_axes:
            width, height = height, width
        deep = any(each.bits > 8 for each in self._still.picture.frame.format.components)
        self.as_is = QRadioButton(f"The picture &itself: {width} × {height}, {16 if deep else 8} bit", self)
        self.as_is.setChecked(True)
        self.as_is.setToolTip("Every value as it was decoded, converted to R'G'B' once, its colours written beside it")
        self.displayed = QRadioButton(f"As &displayed: {width} × {height}, 8 bit", self)
        self.displayed.setToolTip("With the channel, false colours, overrides and tone mapping that are on now")
        self.boxes = QCheckBox("With the &boxes that models found", self)
        self.boxes.setVisible(self._drawing is not None)
        self.boxes.setEnabled(False)
        self.displayed.toggled.connect(self.boxes.setEnabled)
        for each in (self.as_is, self.displayed):
            column.addWidget(each)
        inset = QHBoxLayout()
        inset.setContentsMargins(20, 0, 0, 0)
        inset.addWidget(self.boxes)
        column.addLayout(inset)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.target = QLineEdit(self._stills.suggest(self._still), self)
        self.target.setAccessibleName("File")
        self.target.setMinimumWidth(WIDTH - 140)
        self.target.setCursorPosition(len(self.target.text()))
        browse = QPushButton("&Browse…", self)
        browse.setObjectName("small")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row.addWidget(self.target, 1)
        row.addWidget(browse)
        column.addLayout(row)
        self.side_file = QCheckBox("With a &JSON file that says what it is and whence it came", self)
        column.addWidget(self.side_file)
        self.words = QLabel(self)
        self.words.setObjectName("dim")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.hide()
        column.addWidget(self.words)
        self._buttons = QDialogButtonBox(self)
        save = self._buttons.addButton("Save", QDialogButtonBox.ButtonRole.AcceptRole)
        save.setDefault(True)
        self._buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column.addWidget(self._buttons)

    @Slot()
    def _browse(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Save picture — Overplay", self.target.text(), "PNG pictures (*.png)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if path:
            self.target.setText(path)

    def accept(self) -> None:
        self._save(replace_it=False)

    def done(self, result: int) -> None:
        self._open = False
        super().done(result)

    def _save(self, *, replace_it: bool) -> None:
        target = self.target.text().strip()
        if not target:
            return
        if os.path.splitext(target)[1].lower() != ".png":
            target += ".png"
        displayed = self.displayed.isChecked()
        drawing = self._drawing if displayed and self.boxes.isChecked() else None
        still = replace(self._still, kind="displayed" if displayed else "picture", drawing=drawing)
        self._buttons.setEnabled(False)
        self._say("Saving…")
        taken = self._stills.save(
            still, os.path.abspath(os.path.expanduser(target)), side_file=self.side_file.isChecked(),
            replace=replace_it, done=self._on_done,
        )  # fmt: skip
        if not taken:
            self._buttons.setEnabled(True)
            self._say("Too many pictures are being saved.")

    def _on_done(self, result: str | Exception) -> None:
        if not self._open:
            return
        self._buttons.setEnabled(True)
        if isinstance(result, str):
            self._stills.folder = os.path.dirname(result)
            self._stills.message.emit(f"Saved {plain(os.path.basename(result))}")
            self.saved.emit(result)
            super().accept()
        elif isinstance(result, FileExistsError):
            self._say("")
            if self._may_replace(str(result.filename2 or result.filename or self.target.text())):
                self._save(replace_it=True)
        else:
            self._say(plain(str(result)))

    def _may_replace(self, path: str) -> bool:
        box = QMessageBox(self)
        box.setWindowTitle("Save picture — Overplay")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(plain(f"{os.path.basename(path)} exists already."))
        yes = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        box.exec()
        return box.clickedButton() is yes

    def _say(self, text: str) -> None:
        self.words.setText(text)
        self.words.setVisible(bool(text))
