"""What is drawn over a scope's trace, as places: nothing here knows pixels. Fractions run from left and from below."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from player.scopes.scale import BARS, bar_targets, chroma_of, skin_direction

if TYPE_CHECKING:
    from player.media.color import Color
    from player.scopes.scale import Scale

Weight = Literal["limit", "faint", "legal"]
PERCENTS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Line:
    """Across the whole scope at one code."""

    at: float
    """0 to 1 of the scope."""
    weight: Weight
    per_cent: str
    code: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a colour of the 75 % bars lies in a vectorscope."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class VectorMarks:
    targets: tuple[Target, ...]
    skin: tuple[float, float]
    """Where the skin-tone line ends; it begins in the middle."""
    radius: float
    """Of the circle around the 75 % targets' farthest."""
    middle: float


def place_of(code: float, top: int) -> float:
    """Of the middle of a code's own stripe."""
    return (code + 0.5) / (top + 1)


def level_lines(scale: Scale, *, luma: bool) -> tuple[Line, ...]:
    """For a waveform or a parade: per cent with their codes, and the limits of EBU R 103."""
    lines = [
        Line(
            place_of(scale.code(per_cent / 100), scale.top),
            "limit" if per_cent in (0, 100) else "faint",
            str(per_cent),
            str(round(scale.code(per_cent / 100))),
        )
        for per_cent in PERCENTS
    ]
    lines += [Line(place_of(code, scale.top), "legal", "", "") for code in scale.tolerated(luma=luma) or ()]
    return tuple(lines)


def histogram_lines(scale: Scale, *, chroma: bool) -> tuple[Line, ...]:
    """For one component, from left to right."""
    low, high = scale.chroma_limits if chroma else scale.limits
    middle = scale.neutral if chroma else scale.code(0.5)
    return (
        Line(place_of(low, scale.top), "limit", "", str(low)),
        Line(place_of(middle, scale.top), "faint", "", str(round(middle))),
        Line(place_of(high, scale.top), "limit", "", str(high)),
    )


def vector_marks(scale: Scale, color: Color) -> VectorMarks:
    """`color` ties R'G'B' to Cb and Cr."""
    top, middle = scale.top, place_of(scale.neutral, scale.top)
    targets = tuple(
        Target(name, place_of(cb, top), place_of(cr, top)) for name, (cb, cr) in bar_targets(color, scale.bits).items()
    )
    full = [chroma_of(colour, color, scale.bits) for colour in BARS.values()]
    radius = max(math.hypot(cb - scale.neutral, cr - scale.neutral) for cb, cr in full) / (top + 1)
    radius = min(radius, 0.5)
    across, up = skin_direction(color, scale.bits)
    return VectorMarks(targets, (middle + across * radius, middle + up * radius), radius, middle)
