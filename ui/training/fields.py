"""Fields of the form: for a path, to be typed, pasted or looked for; for a number of epochs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from player.errors import plain
from ui.controls.panel_parts import small_button

if TYPE_CHECKING:
    from collections.abc import Callable


MOST_EPOCHS = 100_000
LONG = 24
"""A path of more characters may be cut in its field, and is whole in its tooltip."""


class PathField(QWidget):
    changed = Signal()

    def __init__(self, name: str, hint: str, browse: Callable[[str], str]) -> None:
        """`browse` asks a person, beginning where it is told; '' is no answer."""
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(hint)
        self.edit.setMinimumWidth(80)
        self.edit.textChanged.connect(self._on_text)
        self._browse = browse
        self.button = small_button("…", f"Look for it: {name.lower()}")
        self.button.setAccessibleName(f"{name}: look for it")
        self.button.clicked.connect(self._look)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.edit, 1)
        row.addWidget(self.button)

    @property
    def path(self) -> str:
        return self.edit.text().strip()

    def set_path(self, path: str) -> None:
        if path != self.path:
            self.edit.setText(path)

    def _on_text(self, text: str) -> None:
        self.edit.setToolTip(f"<p>{escape(plain(text))}</p>" if len(text) > LONG else "")
        self.changed.emit()

    def _look(self) -> None:
        found = self._browse(self.path)
        if found:
            self.edit.setText(found)


class EpochsField(QLineEdit):
    """A whole number; nothing in it, or 0, is as many as the recipe says."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Epochs")
        self.setValidator(QIntValidator(0, MOST_EPOCHS, self))
        self.setMaximumWidth(160)
        self.show_usual(0)

    def show_usual(self, epochs: int) -> None:
        """What the recipe says."""
        self.setPlaceholderText(f"As the recipe: {epochs}" if epochs else "As the recipe says")

    @property
    def epochs(self) -> int:
        return int(self.text()) if self.text().isdecimal() else 0

    def set_epochs(self, epochs: int) -> None:
        self.setText(str(epochs) if epochs else "")
