"""How far two pictures are apart: PSNR and SSIM, by component and over all, of the code values as they were decoded.

PSNR is 10 log10(top**2 / mean squared error) with `top` the largest code value, 2**bits - 1, whatever the range.

SSIM is that of Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, "Image quality assessment: from error
visibility to structural similarity", IEEE Transactions on Image Processing 13 (4), 2004, with K1 = 0.01 and K2 = 0.03,
computed as FFmpeg's `ssim` filter (libavfilter/vf_ssim.c, after x264) does: over plain windows of 8 by 8 samples, four
apart, with variances divided by 63, not under the paper's Gaussian of 11 by 11. Both figures over all weigh each
component by its number of samples (R'G'B' equally), as the filters `psnr` and `ssim` do: the squared errors for PSNR,
the indices for SSIM.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Samples = NDArray[Any]
BAND_ROWS = 64
"""So many rows are worked on at a time, so that what is between stays in the processor's cache."""
BLOCK = 4


@dataclass(frozen=True, slots=True)
class Component:
    """The same component of both pictures, of the same size."""

    name: str
    bits: int
    ours: Samples
    theirs: Samples


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one component, or over all of them."""

    name: str
    """'' over all."""
    psnr_db: float
    """Infinite where the two are equal."""
    ssim: float | None
    """1 where the two are equal; None for pictures too small for it."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Of a pair of pictures."""

    components: tuple[Figures, ...]
    overall: Figures
    remark: str = ""
    """What was done to the reference before, '' when it was taken as it is."""


def measure(components: Sequence[Component], remark: str = "") -> Metrics:
    """Of pictures with at least one component."""
    sizes = [each.ours.size for each in components]
    weights = [size / sum(sizes) for size in sizes]
    errors = [mean_squared_error(each.ours, each.theirs) for each in components]
    similar = [ssim(each.ours, each.theirs, each.bits) for each in components]
    tops = [float((1 << each.bits) - 1) for each in components]
    figures = tuple(
        Figures(each.name, psnr(apart, most), alike)
        for each, apart, most, alike in zip(components, errors, tops, similar, strict=True)
    )
    error = sum(weight * each for weight, each in zip(weights, errors, strict=True))
    top = sum(weight * each for weight, each in zip(weights, tops, strict=True))
    known = [each for each in similar if each is not None]
    index: float | None = None
    if len(known) == len(similar):
        index = float(sum(weight * each for weight, each in zip(weights, known, strict=True)))
    return Metrics(figures, Figures("", psnr(error, top), index), remark)


def psnr(mean_squared: float, top: float) -> float:
    """In decibels."""
    return math.inf if mean_squared == 0 else 10 * math.log10(top * top / mean_squared)


def mean_squared_error(ours: Samples, theirs: Samples) -> float:
    total = 0
    for at in range(0, ours.shape[0], BAND_ROWS):
        apart = ours[at : at + BAND_ROWS].astype(np.int32)
        apart -= theirs[at : at + BAND_ROWS]
        squares: Samples = apart * apart if ours.itemsize == 1 else np.square(apart, dtype=np.int64)
        total += int(squares.sum(dtype=np.int64))
    return total / ours.size


def ssim(ours: Samples, theirs: Samples, bits: int) -> float | None:
    """The mean over all windows; None where not even one fits."""
    down, across = ours.shape[0] // BLOCK, ours.shape[1] // BLOCK
    if down < 2 or across < 2:
        return None
    top = (1 << bits) - 1
    # The filter rounds these to whole numbers.
    c1 = math.floor(0.01 * 0.01 * top * top * 64 + 0.5)
    c2 = math.floor(0.03 * 0.03 * top * top * 64 * 63 + 0.5)
    total = 0.0
    bands = BAND_ROWS // BLOCK
    for at in range(0, down - 1, bands):
        rows = slice(at * BLOCK, min(at + bands + 1, down) * BLOCK)  # a window reaches into the next row of blocks
        sums = _window_sums(ours[rows, : across * BLOCK], theirs[rows, : across * BLOCK])
        total += float(_indices(sums, c1, c2).sum())
    return float(total / ((down - 1) * (across - 1)))


def _window_sums(ours: Samples, theirs: Samples) -> list[NDArray[np.float64]]:
    """Of every window: the sums of both pictures' samples, of all their squares, and of their products."""
    wide: Any = np.int32 if ours.itemsize == 1 else np.int64
    a, b = ours.astype(wide), theirs.astype(wide)
    squares = a * a
    squares += b * b
    return [_over_windows(each) for each in (a, b, squares, a * b)]


def _over_windows(values: Samples) -> NDArray[np.float64]:
    """(rows, columns) of blocks of 4 by 4, each summed with its neighbours to the right and below."""
    rows = values.reshape(-1, BLOCK, values.shape[1]).sum(axis=1, dtype=values.dtype)
    blocks = (rows[:, 0::4] + rows[:, 1::4] + rows[:, 2::4] + rows[:, 3::4]).astype(np.float64)
    windows: NDArray[np.float64] = blocks[:-1, :-1] + blocks[:-1, 1:] + blocks[1:, :-1] + blocks[1:, 1:]
    return windows


def _indices(sums: list[NDArray[np.float64]], c1: int, c2: int) -> NDArray[np.float64]:
    a, b, squares, products = sums
    means, powers = a * b, a * a + b * b
    variances, covariance = 64 * squares - powers, 64 * products - means
    found: NDArray[np.float64] = (2 * means + c1) * (2 * covariance + c2) / ((powers + c1) * (variances + c2))
    return found
