"""Planes of known pictures as plain arrays, for machines without PyAV: colour fields with noise, in common layouts."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.analysis.planes import Plane, Planes
from player.media.color import Color, Depth, Matrix, Range, Siting, decode_matrix
from player.media.look import Mapping
from player.records import Picture

LAYOUTS = ("yuv420p", "nv12", "p010", "yuv444p10", "rgb24", "gray", "gray16")
_DEPTHS = {"p010": Depth(10, 16, True), "yuv444p10": Depth(10, 16), "gray16": Depth(16, 16)}


def made_planes(
    layout: str, size: tuple[int, int] = (192, 108), *, seed: int = 0, mapping: Mapping | None = None
) -> Planes:
    """As the reader gives them for BT.709 of the limited range (R'G'B' and grey: full), chroma at the left."""
    width, height = size
    random = np.random.default_rng(seed)
    depth = _DEPTHS.get(layout, Depth())
    gray, rgb = layout.startswith("gray"), layout.startswith("rgb")
    matrix = Matrix.RGB if rgb else Matrix.BT709
    color = Color(matrix, Range.FULL if gray or rgb else Range.LIMITED, Siting.LEFT, True, True)
    columns, rows = -(-width // 2), -(-height // 2)

    def samples(wide: int, high: int, channels: int, low: float, top: float) -> NDArray[Any]:
        slope = np.linspace(low, top, wide)[None, :, None] + np.linspace(0, (top - low) / 2, high)[:, None, None]
        noise = random.uniform(-0.1, 0.1, (high, wide, channels))
        codes = ((slope + noise).clip(0, 1) * ((1 << depth.bits) - 1)).astype(np.uint16)
        if depth.msb_aligned:
            codes <<= depth.storage_bits - depth.bits
        return codes if depth.storage_bits == 16 else codes.astype(np.uint8)

    luma = Plane(samples(width, height, 3 if rgb else 1, 0.2, 0.6))
    left = {"span": (2, 2), "shift": (0.5, 0.0)}
    planes: tuple[Plane, ...] = (luma,)
    places: tuple[tuple[int, int], ...] = ((0, 0),)
    if rgb:
        places = ((0, 0), (0, 1), (0, 2))
    elif layout in ("nv12", "p010"):
        planes, places = (luma, Plane(samples(columns, rows, 2, 0.45, 0.55), **left)), ((0, 0), (1, 0), (1, 1))  # type: ignore[arg-type]
    elif not gray:
        narrow = layout == "yuv420p"
        chroma = (
            Plane(samples(columns, rows, 1, low, 0.5), **left)  # type: ignore[arg-type]
            if narrow
            else Plane(samples(width, height, 1, low, 0.5))
            for low in (0.4, 0.58)
        )
        planes, places = (luma, *chroma), ((0, 0), (1, 0), (2, 0))
    decode = decode_matrix(color, depth, gray=gray)[:3] * 255
    weights = decode[:, : len(places)] / ((1 << depth.storage_bits) - 1)
    return Planes(planes, places, np.concatenate([weights, decode[:, 3:]], axis=1).astype(np.float32), mapping)


def picture_of(planes: Planes) -> Picture:
    """One with these planes, for a Detector whose `read` is `planes_of`."""
    width, height = planes.planes[0].size
    frame: Any = SimpleNamespace(width=width, height=height, planes_of_test=planes)
    return Picture(frame, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")


def planes_of(picture: Picture) -> Planes:
    frame: Any = picture.frame
    planes: Planes = frame.planes_of_test
    return planes
