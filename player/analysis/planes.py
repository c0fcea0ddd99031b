"""A picture's code values as arrays, and what makes R'G'B' of them: what preprocessing works on, wherever it runs.

Scaling, the matrix and the range are linear and may come in any order; so planes are scaled first, each from its own
size, and only the few pixels that the network sees are converted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.analysis.input_map import InputMap
from player.media.look import Mapping

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Samples of one size, in the order in which the picture shows them."""

    values: Any
    """(rows, columns, channels) of uint8 or uint16: a numpy array, or a torch tensor where a device decoded it."""
    span: tuple[int, int] = (1, 1)
    """How many pixels one sample covers, across and down."""
    shift: tuple[float, float] = (0.0, 0.0)
    """How far the samples lie left of and above the middle of those, in pixels."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        rows, columns = self.values.shape[:2]
        return int(columns), int(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """One picture. Holding it keeps its pixels alive."""

    planes: tuple[Plane, ...]
    places: tuple[tuple[int, int], ...]
    """Plane and channel of Y' Cb Cr or R' G' B'; of Y' alone for grey."""
    matrix: NDArray[np.float32]
    """(3, components + 1): from the stored values and 1 to R' G' B' of 0 to 255, not clipped."""
    mapping: Mapping | None = None
    """What makes R'G'B' of other light into the screen's, as the display does it."""

    def __post_init__(self) -> None:
        if self.matrix.shape != (3, len(self.places) + 1):
            raise ValueError(f"a matrix for {len(self.places)} components is not {self.matrix.shape}")


def sampling(plane: Plane, at: InputMap) -> tuple[tuple[float, float], tuple[float, float]]:
    """Per axis, across and down: the plane's sample, counted from 0, at content pixel i is `step * i + first`.

    The content is meant before it is turned upright. Pixels' middles fall on pixels' middles, as everywhere.
    """
    x, y, width, height = at.region
    axes = zip((x, y), (width, height), at.coded_size, plane.span, plane.shift, strict=True)
    steps = [
        (side / made / span, (begin + 0.5 * side / made + shift) / span - 0.5)
        for begin, side, made, span, shift in axes
    ]
    return steps[0], steps[1]


def seen(plane: Plane, at: InputMap) -> tuple[tuple[int, int], tuple[int, int]]:
    """Per axis, across and down: the first and the last sample that lies in the region, if only in part."""
    x, y, width, height = at.region
    across, down = plane.span
    return (x // across, (x + width - 1) // across), (y // down, (y + height - 1) // down)
