"""The small window that asks for a picture: by its number, a time, or its timestamp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.theme import Colours

HINT = "Frame 1234, time 1:23.456, or pts 12345"


class GoToDialog(QDialog):
    """`go` takes what was typed and returns a sentence where it cannot be done, '' where it is."""

    def __init__(self, parent: QWidget, go: Callable[[str], str], here: int | None, colours: Colours) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Go to — Overplay")
        self._go = go
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(8)
        label = QLabel(HINT, self)
        self.field = QLineEdit("" if here is None else str(here), self)
        self.field.setAccessibleName("Go to")
        self.field.setMaxLength(64)
        self.field.selectAll()
        self.complaint = QLabel(" ", self)
        self.complaint.setTextFormat(Qt.TextFormat.PlainText)
        self.complaint.setWordWrap(True)
        self.complaint.setMinimumHeight(2 * self.complaint.fontMetrics().lineSpacing())
        self.complaint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.complaint.setStyleSheet(f"color: {colours.warning}")
        rows.addWidget(label)
        rows.addWidget(self.field)
        rows.addWidget(self.complaint)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel, accept = QPushButton("Cancel", self), QPushButton("Go", self)
        cancel.clicked.connect(self.reject)
        accept.clicked.connect(self._accept)
        accept.setDefault(True)
        buttons.addWidget(cancel)
        buttons.addWidget(accept)
        rows.addLayout(buttons)
        self.field.textEdited.connect(lambda _text: self.complaint.setText(" "))
        self.resize(360, self.sizeHint().height())

    @Slot()
    def _accept(self) -> None:
        complaint = self._go(self.field.text())
        if complaint:
            self.complaint.setText(complaint)
            self.field.selectAll()
            self.field.setFocus()
        else:
            self.accept()
