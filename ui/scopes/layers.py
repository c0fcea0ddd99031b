"""Paints a scope's graticule: lines one device pixel wide and whole, labels beside them, boxes for the colour bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from player.scopes.trace import NAMED, parade_places
from ui.scopes.graticule import (
    Line,
    VectorMarks,
    Weight,
    histogram_lines,
    level_lines,
    vector_marks,
)
from ui.theme import DARK

if TYPE_CHECKING:
    from player.scopes.measure import Scope
    from ui.scopes.drawing import Drawn

BOX = 0.022
"""Half a target's side, of the scope's."""
NAMED_FROM = 130
"""Logical pixels: on smaller vectorscopes the targets have no names."""
LABEL = QColor(DARK.dim)
_PENS: dict[Weight, tuple[QColor, bool]] = {
    "limit": (QColor(255, 255, 255, 96), False),
    "faint": (QColor(255, 255, 255, 36), False),
    "legal": (QColor(DARK.warning), True),
}
_LEGAL_ALPHA = 120


@dataclass(frozen=True, slots=True)
class Marks:
    """All that a graticule depends on beside its size."""

    scope: Scope
    lines: tuple[tuple[Line, ...], ...]
    """Of each lane."""
    names: tuple[str, ...]
    """Of a histogram's lanes."""
    vector: VectorMarks | None
    gap: float
    """Between a parade's parts, logical pixels."""


def marks_of(scope: Scope, drawn: Drawn) -> Marks:
    found = drawn.measured
    if scope == "histogram":
        names = tuple(found.histograms)
        lines = tuple(histogram_lines(found.scale, chroma=name.startswith("C")) for name in names)
        return Marks(scope, lines, names, None, 0)
    if scope == "vectorscope":
        return Marks(scope, (), (), vector_marks(found.scale, found.coding), 0)
    from ui.scopes.drawing import PARADE_GAP

    return Marks(scope, (level_lines(found.scale, luma=scope == "waveform"),), (), None, PARADE_GAP)


def paint_marks(painter: QPainter, marks: Marks, plot: QRectF, lanes: list[QRectF], *, with_codes: bool) -> None:
    if marks.vector is not None:
        _paint_vector(painter, marks.vector, plot)
    elif marks.scope == "histogram":
        _paint_histogram(painter, marks, lanes)
    else:
        spans = [(plot.left(), plot.right())]
        if marks.scope == "parade":
            ratio = painter.device().devicePixelRatioF()
            places = parade_places(round(plot.width() * ratio), round(marks.gap * ratio))
            spans = [(plot.left() + left / ratio, plot.left() + right / ratio) for left, right in places]
        _paint_levels(painter, marks.lines[0], plot, spans, with_codes=with_codes)


def _paint_levels(
    painter: QPainter, lines: tuple[Line, ...], plot: QRectF, spans: list[tuple[float, float]], *, with_codes: bool
) -> None:
    height = painter.fontMetrics().height()
    for line in lines:
        y = _crisp(painter, plot.bottom() - line.at * plot.height())
        painter.setPen(_pen(painter, line.weight))
        painter.drawLines([QLineF(left, y, right, y) for left, right in spans])
        painter.setPen(LABEL)
        middle = min(max(y, plot.top() + height / 2 - 4), plot.bottom() - height / 2 + 4)
        box = QRectF(plot.left() - 24, middle - height / 2, 20, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.per_cent)
        if with_codes:
            box = QRectF(plot.right() + 4, middle - height / 2, 30, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line.code)


def _paint_histogram(painter: QPainter, marks: Marks, lanes: list[QRectF]) -> None:
    height = painter.fontMetrics().height()
    for lane, lines, name in zip(lanes, marks.lines, marks.names, strict=False):
        for line in lines:
            x = _crisp(painter, lane.left() + line.at * lane.width())
            painter.setPen(_pen(painter, line.weight))
            painter.drawLine(QLineF(x, lane.top(), x, lane.bottom()))
        y = _crisp(painter, lane.bottom())
        painter.setPen(_pen(painter, "faint"))
        painter.drawLine(QLineF(lane.left(), y, lane.right(), y))
        painter.setPen(QColor(*NAMED[name]))
        painter.drawText(QRectF(lane.left() + 3, lane.top() + 1, 30, height), 0, name.replace("'", "′"))
    painter.setPen(LABEL)
    last = lanes[-1]
    for line in marks.lines[0]:
        x = last.left() + line.at * last.width()
        text = line.code
        width = painter.fontMetrics().horizontalAdvance(text) + 2
        left = min(max(x - width / 2, last.left()), last.right() - width)
        painter.drawText(QRectF(left, last.bottom() + 1, width, height), Qt.AlignmentFlag.AlignHCenter, text)


def _paint_vector(painter: QPainter, marks: VectorMarks, plot: QRectF) -> None:
    def at(x: float, y: float) -> QPointF:
        return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height())

    side = plot.width()
    middle = at(marks.middle, marks.middle)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(painter, "faint"))
    painter.drawEllipse(middle, marks.radius * side, marks.radius * side)
    painter.drawLine(QLineF(plot.left(), middle.y(), plot.right(), middle.y()))
    painter.drawLine(QLineF(middle.x(), plot.top(), middle.x(), plot.bottom()))
    skin = QPen(QColor(255, 190, 150, 170), 1 / painter.device().devicePixelRatioF())
    painter.setPen(skin)
    painter.drawLine(QLineF(middle, at(*marks.skin)))
    height = painter.fontMetrics().height()
    half = max(3.0, BOX * side)
    for target in marks.targets:
        place = at(target.x, target.y)
        painter.setPen(_pen(painter, "limit"))
        painter.drawRect(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half))
        if side < NAMED_FROM:
            continue
        painter.setPen(LABEL)
        outward = 1 if target.x >= 0.5 else -1
        box = QRectF(place.x() + outward * (half + 12) - 11, place.y() - height / 2, 22, height)
        box.moveLeft(min(max(box.left(), plot.left()), plot.right() - box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, target.name)


def _pen(painter: QPainter, weight: Weight) -> QPen:
    colour, dashed = _PENS[weight]
    pen = QPen(colour, 1 / painter.device().devicePixelRatioF())
    if dashed:
        faded = QColor(colour)
        faded.setAlpha(_LEGAL_ALPHA)
        pen.setColor(faded)
        pen.setDashPattern([4, 4])
    return pen


def _crisp(painter: QPainter, at: float) -> float:
    """The middle of a device pixel, so that a line of one covers that and no other."""
    ratio = float(painter.device().devicePixelRatioF())
    return (int(at * ratio) + 0.5) / ratio
