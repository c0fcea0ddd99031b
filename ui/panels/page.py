"""The ground that the panels shown instead of a picture share: a column in the middle of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.icons import svg_pixmap

if TYPE_CHECKING:
    from ui.theme import Colours

COLUMN = 440
"""Widest a column of text gets, in logical pixels."""
EDGE = 16
"""Kept free around the column, in logical pixels."""


class Page(QScrollArea):
    """A centred column that scrolls when the window is too low for it, so that nothing is cut."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first_to_go: tuple[QWidget, ...] = ()
        self.setAccessibleName(name)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget()
        ground.setObjectName("page")
        ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(ground)
        outer = QVBoxLayout(ground)
        outer.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        self._box = QWidget(ground)
        self._box.setMaximumWidth(COLUMN)
        self.column = QVBoxLayout(self._box)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        outer.addStretch(1)
        outer.addWidget(self._box)
        outer.addStretch(1)
        outer.setAlignment(self._box, Qt.AlignmentFlag.AlignHCenter)

    def when_low(self, *widgets: QWidget) -> None:
        """Ornaments that give up their place, the first one first, where the page is too low for all."""
        self._first_to_go = widgets

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._box.setFixedWidth(max(1, min(COLUMN, self.viewport().width() - 2 * EDGE)))
        self._fit()

    def _fit(self) -> None:
        for widget in self._first_to_go:
            widget.show()
        for widget in self._first_to_go:
            if self.column.sizeHint().height() + 2 * EDGE <= self.height():
                return
            widget.hide()

    def ornaments_shown(self) -> int:
        return sum(not widget.isHidden() for widget in self._first_to_go)

    def set_colours(self, colours: Colours) -> None:
        """Load what is drawn in the theme's colours."""


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    font = QFont(font)
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setBold(bold)
    return font


def picture_label(parent: QWidget) -> QLabel:
    """An empty label for `set_picture`; screen readers pass it by."""
    label = QLabel(parent)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def set_picture(label: QLabel, icon: str, colour: str, side: int) -> None:
    """Show the icon `side` logical pixels wide, drawn for the label's own device pixels."""
    ratio = max(label.devicePixelRatioF(), 1.0)
    pixmap = svg_pixmap(icon, colour, round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    label.setPixmap(pixmap)
