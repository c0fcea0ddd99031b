"""A small graph of the PSNR over the pictures that were measured, by their number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.controls.time_label import tabular

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.theme import Colours

HEIGHT = 96
PAD = 4
LEAST_SPAN_DB = 2.0


def scale_of(values: Mapping[int, float]) -> tuple[float, float]:
    """The whole decibels at the lower and the upper edge; equal pictures, which have no figure, lie at the upper."""
    finite = [value for value in values.values() if math.isfinite(value)]
    if not finite:
        return 0.0, 100.0
    low, high = float(math.floor(min(finite))), float(math.ceil(max(finite)))
    return low, max(high, low + LEAST_SPAN_DB)


def runs_of(values: Mapping[int, float]) -> list[list[tuple[int, float]]]:
    """The measured pictures in their order, cut where one between was not measured."""
    runs: list[list[tuple[int, float]]] = []
    for number in sorted(values):
        if not runs or runs[-1][-1][0] != number - 1:
            runs.append([])
        runs[-1].append((number, values[number]))
    return runs


class PsnrGraph(QWidget):
    """Draws what it was told last."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("PSNR over the pictures seen")
        font = tabular(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        self.setFont(font)
        self._values: dict[int, float] = {}
        self._here: int | None = None
        self._colours: Colours | None = None

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def show_values(self, values: Mapping[int, float], here: int | None) -> None:
        """PSNR by the picture's number, and the number of the one on screen."""
        if values != self._values or here != self._here:
            self._values, self._here = dict(values), here
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._colours
        if colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        low, high = scale_of(self._values)
        left = PAD + max(metrics.horizontalAdvance(f"{edge:.0f} dB") for edge in (low, high)) + 6
        box = QRectF(left, PAD + 4, self.width() - left - PAD, self.height() - 2 * PAD - metrics.height() - 8)
        painter.setPen(QPen(QColor(colours.groove), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.setPen(QColor(colours.dim))
        if self._values:
            for edge, y in ((high, box.top() + metrics.ascent() - 4), (low, box.bottom())):
                text = f"{edge:.0f} dB"
                painter.drawText(QPointF(left - 6 - metrics.horizontalAdvance(text), y), text)
            self._paint_runs(painter, box, low, high, colours)
        else:
            painter.drawText(QPointF(box.left() + 8, box.center().y()), "Nothing measured yet")
        painter.end()

    def _paint_runs(self, painter: QPainter, box: QRectF, low: float, high: float, colours: Colours) -> None:
        first, last = min(self._values), max(self._values)
        unit = box.width() / max(1, last - first)

        def place(number: int, value: float) -> QPointF:
            share = 1.0 if math.isinf(value) else (value - low) / (high - low)
            return QPointF(box.left() + (number - first) * unit, box.bottom() - share * box.height())

        metrics = self.fontMetrics()
        base = box.bottom() + 4 + metrics.ascent()
        painter.drawText(QPointF(box.left(), base), str(first))
        if last != first:
            text = str(last)
            painter.drawText(QPointF(box.right() - metrics.horizontalAdvance(text), base), text)
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.setBrush(QColor(colours.accent))
        for run in runs_of(self._values):
            points = [place(*each) for each in run]
            if len(points) > 1:
                painter.drawPolyline(QPolygonF(points))
            else:
                painter.drawEllipse(points[0], 1.5, 1.5)
        here = self._here
        if here is not None and here in self._values:
            painter.setPen(QPen(QColor(colours.text), 1))
            painter.drawEllipse(place(here, self._values[here]), 3.0, 3.0)
