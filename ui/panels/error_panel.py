"""What the window shows when a file cannot be played: why, in one sentence, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.controls.text import WrappedText
from ui.panels.page import Page, picture_label, scaled, set_picture

if TYPE_CHECKING:
    from ui.theme import Colours


class ErrorPanel(Page):
    """The sentence is plain text, whatever the file is called, and breaks where it must."""

    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Error", parent)
        self._icon = picture_label(self)
        self.sentence = WrappedText(self)
        self.sentence.setFont(scaled(self.sentence.font(), 1.15))
        self.open_button = QPushButton("Open another file…", self)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self.open_wanted)
        self.copy_button = QPushButton("Copy message", self)
        self.copy_button.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.open_button)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        self.column.addWidget(self._icon)
        self.when_low(self._icon)
        self.column.addSpacing(4)
        self.column.addWidget(self.sentence)
        self.column.addSpacing(12)
        self.column.addLayout(row)

    def show_sentence(self, sentence: str) -> None:
        self.sentence.set_text(sentence)
        self.copy_button.setText("Copy message")

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.sentence.text())
        self.copy_button.setText("Copied")

    def set_colours(self, colours: Colours) -> None:
        set_picture(self._icon, "warning", colours.warning, 48)
