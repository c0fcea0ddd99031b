"""What is under the pointer: code and per cent, column and count, or the chroma's angle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF

from player.scopes.trace import parade_places

if TYPE_CHECKING:
    from player.scopes.measure import Measured, Scope
    from ui.scopes.drawing import Drawn


@dataclass(frozen=True, slots=True)
class Readout:
    text: str
    lines: tuple[QLineF, ...]
    """The cross hair."""


def readout(scope: Scope, drawn: Drawn, lanes: list[QRectF], pointer: QPointF) -> Readout | None:
    """None where the pointer is over no lane."""
    for at, lane in enumerate(lanes):
        if not lane.contains(pointer):
            continue
        x, y = (pointer.x() - lane.left()) / lane.width(), (lane.bottom() - pointer.y()) / lane.height()
        upright = QLineF(pointer.x(), lane.top(), pointer.x(), lane.bottom())
        level = QLineF(lane.left(), pointer.y(), lane.right(), pointer.y())
        found = drawn.measured
        if scope == "histogram":
            upright = QLineF(pointer.x(), lanes[0].top(), pointer.x(), lanes[-1].bottom())
            return Readout(_histogram_text(found, at, x), (upright,))
        if scope == "vectorscope":
            return Readout(_vector_text(found, x, y), (upright, level))
        if scope == "parade":
            ratio = drawn.order.ratio
            places = parade_places(round(lane.width() * ratio), round(_gap(drawn)))
            part = next(
                (each for each, (left, right) in enumerate(places) if left <= x * lane.width() * ratio < right), None
            )
            if part is None:
                return None
            left, right = places[part]
            x = (x * lane.width() * ratio - left) / (right - left)
            return Readout(f"{'RGB'[part]}′  {_level_text(found, x, y)}", (level,))
        return Readout(_level_text(found, x, y), (level,))
    return None


def _gap(drawn: Drawn) -> float:
    from ui.scopes.drawing import PARADE_GAP

    return PARADE_GAP * drawn.order.ratio


def _code(fraction: float, top: int) -> int:
    return min(top, max(0, int(fraction * (top + 1))))


def _level_text(found: Measured, x: float, y: float) -> str:
    code = _code(y, found.scale.top)
    column = min(found.size[0] - 1, max(0, int(x * found.size[0])))
    return f"x {column}   {code}   {100 * found.scale.fraction(code):.1f} %"


def _histogram_text(found: Measured, lane: int, x: float) -> str:
    name = list(found.histograms)[lane]
    counts = found.histograms[name]
    code = _code(x, found.scale.top)
    share = 100 * int(counts[code]) / max(1, int(counts.sum()))
    label = name.replace("'", "′")
    fraction = found.scale.chroma_fraction(code) if name.startswith("C") else found.scale.fraction(code)
    return f"{label} {code}   {100 * fraction:.1f} %   {share:.3f} % of all"


def _vector_text(found: Measured, x: float, y: float) -> str:
    scale = found.scale
    cb, cr = _code(x, scale.top), _code(y, scale.top)
    across, up = scale.chroma_fraction(cb), scale.chroma_fraction(cr)
    angle = math.degrees(math.atan2(up, across)) % 360
    return f"Cb {cb}   Cr {cr}   {angle:.0f}°"
