"""The colours that stand for luma: the ramp of false colours and the stripes of the zebra. Pure numbers.

The ramp is Turbo by the polynomials of R. Du (Google, Apache 2.0): as even as one of so many colours can be.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from player.media.color import Color, Range

Floats = NDArray[np.float64]

RAMP = (  # of red, green and blue: factors of 1, x, x^2 ...
    (0.13572138, 4.61539260, -42.66032258, 132.13108234, -152.94239396, 59.28637943),
    (0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604),
    (0.10667330, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973),
)
STRIPE = 4
"""Device pixels across a stripe and across its gap, along the lines."""
STRIPE_COLORS = ((0, 140, 255), (255, 64, 32))
"""Red, green, blue of the stripes: at black and below, at white and above."""
NEAR = 1e-4
"""Luma so near a limit, white being 1, is taken to be at it."""


def nominal_limits(color: Color, bits: int) -> tuple[int, int]:
    """The codes of luma's (or R'G'B's) nominal black and white."""
    if color.range is Range.FULL:
        return 0, (1 << bits) - 1
    return 16 << (bits - 8), 235 << (bits - 8)


def false_colors(luma: Floats) -> NDArray[np.uint8]:
    """(..., 3) red, green, blue for luma 0 to 1; black below, white above."""
    ramp = np.stack([np.polynomial.Polynomial(part)(luma.clip(0, 1)) for part in RAMP], axis=-1)
    colours: NDArray[np.uint8] = np.rint(ramp.clip(0, 1) * 255).astype(np.uint8)
    colours[luma < -NEAR] = 0
    colours[luma > 1 + NEAR] = 255
    return colours
