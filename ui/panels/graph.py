"""A small graph of the newest measurements: one line over its axes, and the scale in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from ui.theme import Colours

PLACES = 240
"""Values across the whole width; fewer begin further to the right."""


def nice_limit(values: Sequence[float]) -> float:
    """The round number (1, 2 or 5 times a power of ten, 1 at least) that none of `values` lies beyond, up or down."""
    largest = max((abs(value) for value in values), default=0.0)
    power = 10.0 ** math.floor(math.log10(largest)) if largest > 1.0 else 1.0
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= largest)


def scale_text(values: Sequence[float], *, signed: bool) -> str:
    """`0 to 20 ms`, `±5 ms`."""
    return f"±{nice_limit(values):g} ms" if signed else f"0 to {nice_limit(values):g} ms"


def points(values: Sequence[float], box: QRectF, *, signed: bool) -> list[QPointF]:
    """Where the values lie in `box`, the newest at its right edge; `signed` has zero in the middle."""
    limit = nice_limit(values)
    newest = values[-PLACES:]
    step = box.width() / (PLACES - 1)
    left = box.right() - step * (len(newest) - 1)
    zero = box.center().y() if signed else box.bottom()
    unit = (box.height() / 2 if signed else box.height()) / limit
    return [
        QPointF(left + step * place, min(max(zero - value * unit, box.top()), box.bottom()))
        for place, value in enumerate(newest)
    ]


def paint_graph(
    painter: QPainter, box: QRectF, values: Sequence[float], colours: Colours, *, signed: bool = False
) -> None:
    """Draws into `box`, whose edges are what `scale_text` says."""
    zero = box.center().y() if signed else box.bottom()
    painter.setPen(QPen(QColor(colours.groove), 1))
    painter.drawLine(QPointF(box.left(), zero), QPointF(box.right(), zero))
    painter.drawLine(box.topLeft(), box.bottomLeft())
    if len(values) > 1:
        painter.setPen(QPen(QColor(colours.accent), 1.25))
        painter.drawPolyline(QPolygonF(points(values, box, signed=signed)))
