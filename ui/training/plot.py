"""What is drawn between a chart's axes, and the axes themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.training.axes import epoch_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.theme import Colours
    from ui.training.curves import Line

GAP = 6
DOT_ROOM = 14
"""Points so far apart are drawn as dots too; in logical pixels."""
Look = Literal["main", "second", "third", "back"]
"""`back` is what lies behind the others, without a place in the legend."""
ORDER: tuple[Look, ...] = ("back", "third", "second", "main")
"""What is drawn later lies over the others."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    line: Line
    look: Look


@dataclass(frozen=True, slots=True)
class Plane:
    """Epochs from 0 to `last` and values from `low` to `high`, in a box of the widget's."""

    box: QRectF
    low: float
    high: float
    last: float

    def place(self, at: float, value: float) -> QPointF:
        share = (value - self.low) / (self.high - self.low)
        return QPointF(
            self.box.left() + at / self.last * self.box.width(), self.box.bottom() - share * self.box.height()
        )

    def points(self, line: Line) -> list[QPointF]:
        """One a pixel at most: the mean of those that fall into it."""
        points: list[QPointF] = []
        column, total, count = -1, 0.0, 0
        for at, value in zip(line.at, line.values, strict=True):
            here = int(at / self.last * self.box.width())
            if here == column and points:
                total, count = total + value, count + 1
                points[-1] = self.place(at, total / count)
            else:
                column, total, count = here, value, 1
                points.append(self.place(at, value))
        return points


def pen_of(look: Look, colours: Colours) -> QPen:
    if look == "back":
        return QPen(QColor(colours.groove), 1.0)
    colour = {"main": colours.accent, "second": colours.dim, "third": colours.text}[look]
    return QPen(QColor(colour), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def paint_axes(
    painter: QPainter, plane: Plane, ticks: Sequence[float], texts: Sequence[str], width: float, colours: Colours
) -> None:
    """`width` is the widget's, within which the numbers stay."""
    metrics, box = painter.fontMetrics(), plane.box
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for tick, text in zip(ticks, texts, strict=True):
        y = round(plane.place(0.0, tick).y())
        painter.setPen(QPen(QColor(colours.groove if tick == plane.low else colours.hover), 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(QColor(colours.dim))
        room = QRectF(0, y - metrics.height() / 2, box.left() - GAP + 1, metrics.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    free_from = 0.0
    for epoch in epoch_ticks(plane.last, max(1, int(box.width() / (3 * metrics.horizontalAdvance("000"))))):
        number = str(epoch)
        room_for = metrics.horizontalAdvance(number)
        left = min(max(plane.place(epoch, plane.low).x() - room_for / 2, 0.0), width - room_for - 1.0)
        if left >= free_from:
            painter.drawText(QPointF(left, box.bottom() + 4 + metrics.ascent()), number)
            free_from = left + room_for + 2 * GAP
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_lines(painter: QPainter, plane: Plane, series: Sequence[Series], colours: Colours) -> None:
    painter.save()
    painter.setClipRect(plane.box.adjusted(-3, -3, 3, 3))
    for each in sorted(series, key=lambda one: ORDER.index(one.look)):
        points = plane.points(each.line)
        pen = pen_of(each.look, colours)
        painter.setPen(pen)
        if len(points) > 1:
            painter.drawPolyline(QPolygonF(points))
        if len(points) == 1 or (each.look != "back" and len(points) * DOT_ROOM < plane.box.width()):
            painter.setBrush(pen.color())
            for point in points:
                painter.drawEllipse(point, 1.5, 1.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.restore()


def paint_ring(painter: QPainter, plane: Plane, mark: tuple[float, float], colours: Colours) -> None:
    """Around one point, an epoch and a value."""
    painter.setPen(QPen(QColor(colours.text), 1.2))
    painter.drawEllipse(plane.place(*mark), 3.5, 3.5)


def paint_pointer(painter: QPainter, plane: Plane, series: Sequence[Series], at: float, colours: Colours) -> None:
    """The place that the legend tells of."""
    x = plane.place(at, plane.low).x()
    painter.setPen(QPen(QColor(colours.dim), 1))
    painter.drawLine(QPointF(x, plane.box.top()), QPointF(x, plane.box.bottom()))
    for each in series:
        value = each.line.near(at)
        if each.look != "back" and value is not None:
            painter.setPen(QPen(QColor(colours.window), 1))
            painter.setBrush(pen_of(each.look, colours).color())
            painter.drawEllipse(plane.place(at, value), 3.0, 3.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_nothing(painter: QPainter, box: QRectF, colours: Colours) -> None:
    painter.setPen(QPen(QColor(colours.groove), 1))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    painter.setPen(QColor(colours.dim))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "Nothing yet")
