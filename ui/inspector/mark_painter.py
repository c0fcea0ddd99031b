"""The frame around the selected pixels and around the one under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor

from ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from ui.video.geometry import Placement
    from ui.zoom import Region

LEAST_PIXEL = 8.0
"""Device pixels that the pixel under the pointer needs to be framed."""
DARK = QColor(0, 0, 0, 190)
ACCENT = QColor(theme.DARK.accent)  # the picture's ground is black in every theme
LIGHT = QColor(255, 255, 255, 235)


class MarkPainter:
    """Implements OverlayPainter."""

    def __init__(self) -> None:
        self.selection: Region | None = None
        self.pixel: tuple[int, int] | None = None

    @property
    def active(self) -> bool:
        return self.selection is not None or self.pixel is not None

    def paint(self, painter: QPainter, placement: Placement) -> None:
        width = round(painter.device().devicePixelRatioF())
        if self.selection is not None:
            _frame(painter, _rect(placement, self.selection), ACCENT, 2 * width)
        if self.pixel is not None and placement.viewport.nearest and placement.zoom >= LEAST_PIXEL:
            _frame(painter, _rect(placement, (*self.pixel, 1, 1)), LIGHT, width)


def _rect(placement: Placement, region: Region) -> QRect:
    """In the view's device pixels, cut off a little beyond its borders: the painter knows no places far away."""
    x, y, width, height = region
    one, other = placement.to_widget((x, y)), placement.to_widget((x + width, y + height))
    left, right = sorted((round(one[0]), round(other[0])))
    top, bottom = sorted((round(one[1]), round(other[1])))
    area = QRect(-50, -50, placement.area[0] + 100, placement.area[1] + 100)
    return QRect(left, top, right - left, bottom - top).intersected(area)


def _frame(painter: QPainter, rect: QRect, colour: QColor, width: int) -> None:
    """Just outside the pixels, with a dark line around, so that it is seen on every ground."""
    for shade, near, far in ((colour, 0, width), (DARK, width, 2 * width)):
        inner, outer = rect.adjusted(-near, -near, near, near), rect.adjusted(-far, -far, far, far)
        across, down, side = outer.width(), inner.height(), far - near
        painter.fillRect(outer.x(), outer.y(), across, side, shade)
        painter.fillRect(outer.x(), inner.bottom() + 1, across, side, shade)
        painter.fillRect(outer.x(), inner.y(), side, down, shade)
        painter.fillRect(inner.right() + 1, inner.y(), side, down, shade)
