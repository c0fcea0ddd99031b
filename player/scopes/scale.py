"""What code values stand for: nominal black and white, per cent, the limits of EBU R 103, where colours lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from player.media.color import Color, Depth, Range, decode_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

BARS = {"R": (1, 0, 0), "Yl": (1, 1, 0), "G": (0, 1, 0), "Cy": (0, 1, 1), "B": (0, 0, 1), "Mg": (1, 0, 1)}
"""The colours of the bars, in the order of the circle of hues."""
BAR_LEVEL = 0.75
SKIN = (0.956, -0.272, -1.106)
"""R'G'B' along NTSC's +I, where skin of every kind lies."""
LUMA_TOLERANCE = (-0.01, 1.03)
RGB_TOLERANCE = (-0.05, 1.05)
"""EBU R 103 (2020): luma and R'G'B' of limited range beyond these are out of gamut."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Of the codes of one depth and range."""

    bits: int
    range: Range

    @property
    def top(self) -> int:
        return (1 << self.bits) - 1

    @property
    def limits(self) -> tuple[int, int]:
        """Nominal black and white, of luma and of R'G'B'."""
        unit = 1 << (self.bits - 8)
        return (16 * unit, 235 * unit) if self.range is Range.LIMITED else (0, self.top)

    @property
    def chroma_limits(self) -> tuple[int, int]:
        unit = 1 << (self.bits - 8)
        return (16 * unit, 240 * unit) if self.range is Range.LIMITED else (0, self.top)

    @property
    def neutral(self) -> int:
        """The code of no colour difference."""
        return 1 << (self.bits - 1)

    def fraction(self, code: float) -> float:
        """0 at nominal black, 1 at white."""
        black, white = self.limits
        return (code - black) / (white - black)

    def code(self, fraction: float) -> float:
        black, white = self.limits
        return black + fraction * (white - black)

    def chroma_fraction(self, code: float) -> float:
        """-0.5 to 0.5."""
        low, high = self.chroma_limits
        return (code - self.neutral) / (high - low)

    def tolerated(self, *, luma: bool) -> tuple[float, float] | None:
        """The codes beyond which EBU R 103 complains; None where codes end at black and white."""
        if self.range is Range.FULL:
            return None
        low, high = LUMA_TOLERANCE if luma else RGB_TOLERANCE
        return self.code(low), self.code(high)


def chroma_of(rgb: tuple[float, float, float], color: Color, bits: int) -> tuple[float, float]:
    """The codes of Cb and Cr (not rounded) of an R'G'B' colour from 0 to 1; of a difference, too."""
    column = _coding(color, bits) @ np.array([*rgb, 1.0])
    return float(column[1]), float(column[2])


def bar_targets(color: Color, bits: int) -> dict[str, tuple[float, float]]:
    """Cb and Cr of the 75 % colour bars."""
    return {
        name: chroma_of((BAR_LEVEL * red, BAR_LEVEL * green, BAR_LEVEL * blue), color, bits)
        for name, (red, green, blue) in BARS.items()
    }


def skin_direction(color: Color, bits: int) -> tuple[float, float]:
    """The direction (Cb, Cr) of the skin-tone line, of length 1."""
    neutral = 1 << (bits - 1)
    cb, cr = (code - neutral for code in chroma_of(SKIN, color, bits))
    length = math.hypot(cb, cr)
    return cb / length, cr / length


def _coding(color: Color, bits: int) -> NDArray[np.float64]:
    """4x4 from R'G'B' to codes of Y'CbCr."""
    top = (1 << bits) - 1
    back = np.linalg.inv(decode_matrix(color, Depth(bits, bits)))
    return np.asarray(np.diag([top, top, top, 1.0]) @ back, np.float64)
