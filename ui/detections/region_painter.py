"""The frame around what models look at, while that is not the whole picture. What is outside is a little darker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainterPath

from ui import theme
from ui.detections.outlines import unit
from ui.detections.places import boxes_in_view

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from player.analysis.input_map import Rectangle
    from ui.detections.detecting import Detecting
    from ui.video.geometry import Placement

ACCENT = QColor(theme.DARK.accent)  # the picture's ground is black in every theme
DARK = QColor("#0c0e12")
SHADE = QColor(0, 0, 0, 90)


class RegionPainter:
    """Implements OverlayPainter."""

    def __init__(self, detecting: Detecting) -> None:
        self._detecting = detecting
        self.drawn: Rectangle | None = None
        """What is being drawn with the mouse."""

    @property
    def active(self) -> bool:
        return self._shown() is not None

    def _shown(self) -> Rectangle | None:
        return self.drawn or (self._detecting.manner.region if self._detecting.is_on else None)

    def paint(self, painter: QPainter, placement: Placement) -> None:
        region = self._shown()
        assert region is not None
        visible, one = placement.visible, unit(painter.device().devicePixelRatioF())
        left, top, right, bottom = boxes_in_view(placement, np.array([region], np.float32))[0].tolist()
        inside = QRect(left, top, right - left, bottom - top)
        outside = QPainterPath()
        outside.addRect(visible.x, visible.y, visible.width, visible.height)
        hole = QPainterPath()
        hole.addRect(QRectF(inside))
        painter.fillPath(outside - hole, SHADE)
        for colour, beyond in ((DARK, 3 * one), (ACCENT, 2 * one)):
            frame = QPainterPath()
            frame.addRect(QRectF(inside.adjusted(-beyond, -beyond, beyond, beyond)))
            painter.fillPath(frame - hole, colour)
