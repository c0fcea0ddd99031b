"""The flat icon button of the transport bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from ui.icons import ICON_SIZE, load_icon

if TYPE_CHECKING:
    from ui.theme import Colours

BUTTON_SIZE = 36
PRESS_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class IconButton(QToolButton):
    """A button that only the Tab key gives the focus: a click on it leaves the window's keys as they were.

    With the focus, Space and Return press it, although Space is also the window's key for play and pause.
    """

    def __init__(self, icon: str, name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._colours: Colours | None = None
        self.setAccessibleName(name)
        self.setToolTip(tooltip)
        self.setFixedSize(BUTTON_SIZE, BUTTON_SIZE)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def icon_name(self) -> str:
        return self._icon_name

    def set_icon_name(self, icon: str) -> None:
        if icon != self._icon_name:
            self._icon_name = icon
            self._load()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._load()

    def _load(self) -> None:
        if self._colours is not None:
            ratio = self.devicePixelRatioF()
            self.setIcon(load_icon(self._icon_name, self._colours.text, self._colours.faint, ratio=ratio))

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._load()
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in PRESS_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in PRESS_KEYS and not event.isAutoRepeat():
            self.animateClick()
        else:
            super().keyPressEvent(event)
