"""What the window shows while nothing is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.actions import COMMANDS, key_text
from ui.controls.text import ElidedButton
from ui.panels.page import Page, picture_label, scaled, set_picture
from ui.wording import file_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.theme import Colours

SHOWN_RECENT = 4
HINTS = (
    ("play-pause", "play or pause"),
    ("step", "step one picture"),
    ("forward", "5 s forward"),
    ("full-screen", "full screen"),
)


class WelcomePanel(Page):
    """The product's name, a button to open a file, what was open lately, and a few keys."""

    open_wanted = Signal()
    recent_wanted = Signal(str)  # a path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Welcome", parent)
        self._logo = picture_label(self)
        name = QLabel("Overplay", self)
        name.setFont(scaled(name.font(), 2.0, bold=True))
        name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.open_button = QPushButton("Open a file…", self)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self.open_wanted)
        hint = QLabel("or drop files or a folder here", self)
        hint.setObjectName("dim")
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.recent_buttons: list[ElidedButton] = []
        self._recent = QWidget(self)
        self._recent_rows = QVBoxLayout(self._recent)
        self._recent_rows.setContentsMargins(0, 8, 0, 0)
        self._recent_rows.setSpacing(0)
        heading = QLabel("Recent files", self._recent)
        heading.setObjectName("dim")
        heading.setContentsMargins(10, 0, 0, 4)
        self._recent_rows.addWidget(heading)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.open_button)
        row.addStretch(1)
        self.column.addWidget(self._logo)
        self.column.addWidget(name)
        self.column.addSpacing(8)
        self.column.addLayout(row)
        self.column.addWidget(hint)
        self.column.addWidget(self._recent)
        self.column.addSpacing(8)
        hints = self._key_hints()
        self.column.addWidget(hints)
        self.when_low(hints, self._logo)
        self.set_recent(())

    def _key_hints(self) -> QWidget:
        box = QWidget(self)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        keys = {command.name: key_text(command.keys[0]) for command in COMMANDS}
        for place, (command, words) in enumerate(HINTS):
            key, meaning = QLabel(keys[command], box), QLabel(words, box)
            key.setObjectName("key")
            meaning.setObjectName("dim")
            line, half = divmod(place, 2)
            grid.addWidget(key, line, half * 2 + 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(meaning, line, half * 2 + 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(5, 1)
        return box

    def set_recent(self, paths: Sequence[str]) -> None:
        for button in self.recent_buttons:
            self._recent_rows.removeWidget(button)
            button.deleteLater()
        self.recent_buttons = [self._recent_button(path) for path in paths[:SHOWN_RECENT]]
        self._recent.setVisible(bool(self.recent_buttons))
        self._fit()

    def _recent_button(self, path: str) -> ElidedButton:
        button = ElidedButton(file_name(path), self._recent)
        button.setObjectName("recent")
        button.setToolTip("Open again")
        button.clicked.connect(lambda: self.recent_wanted.emit(path))
        self._recent_rows.addWidget(button)
        return button

    def set_colours(self, colours: Colours) -> None:
        set_picture(self._logo, "overplay", colours.text, 64)
