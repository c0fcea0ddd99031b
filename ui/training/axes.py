"""The numbers beside a chart: round steps, and as few digits as tell them apart."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FACTORS = (1.0, 2.0, 5.0, 10.0)


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that divides `span` into at most `most` parts."""
    wanted = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(factor * power for factor in FACTORS if factor * power >= wanted * (1 - 1e-9))


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from at or below `low` to at or above `high`, two at least."""
    if high - low <= abs(high) * 1e-9:
        room = abs(high) * 0.1 or 1.0
        low, high = (low - room if low < 0 or low > room else 0.0), high + room
    step = round_step(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * place for place in range(first, max(last, first + 1) + 1)]


def epoch_ticks(last: float, most: int) -> list[int]:
    """Whole epochs from 0 to at most `last`."""
    step = max(1, round(round_step(max(last, 1.0), most)))
    return list(range(0, math.floor(max(last, 1.0)) + 1, step))


def tick_texts(ticks: Sequence[float], *, percent: bool = False) -> list[str]:
    """All with the digits that their step needs."""
    if percent:
        return [f"{text} %" for text in tick_texts([100 * tick for tick in ticks])]
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    largest = max((abs(tick) for tick in ticks), default=0.0)
    if largest >= 1e6 or (largest > 0 and largest < 1e-3):
        return ["0" if tick == 0 else _power(tick) for tick in ticks]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    return [f"{tick:.{places}f}" for tick in ticks]


def value_text(value: float | None, *, percent: bool = False) -> str:
    """Of one value that is read by itself."""
    if value is None:
        return "–"
    if percent:
        return f"{100 * value:.1f} %"
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        return _power(value)
    return f"{value:.4g}"


def _power(value: float) -> str:
    """`1e-05` as `1e-5`."""
    mantissa, _, power = f"{value:.2e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(power)}"
