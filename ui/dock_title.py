"""A dock's own title bar: its name, and a button that closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui.controls.buttons import IconButton

if TYPE_CHECKING:
    from ui.theme import Colours

HEIGHT = 30
BUTTON = 24
ICON = 14
"""All in logical pixels."""


class DockTitle(QWidget):
    """Leaves the mouse to the dock, which is dragged by it."""

    close_wanted = Signal()

    def __init__(self, title: str, key: str) -> None:
        super().__init__()
        self.setObjectName("dock-title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        name = QLabel(title)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setMinimumWidth(1)  # a narrow dock cuts the name rather than grow
        self._close = IconButton("close", f"Close {title}", f"Close ({key})" if key else "Close")
        self._close.setFixedSize(BUTTON, BUTTON)
        self._close.setIconSize(QSize(ICON, ICON))
        self._close.clicked.connect(self.close_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(4)
        row.addWidget(name, 1)
        row.addWidget(self._close)

    def set_colours(self, colours: Colours) -> None:
        self._close.set_colours(colours)
