"""Arithmetic on boxes: (n, 4) arrays of left, top, right, bottom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def areas(xyxy: Floats) -> Floats:
    """A box that is inside out has none."""
    size = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0)
    return size[:, 0] * size[:, 1]


def intersections(one: Floats, other: Floats) -> NDArray[np.float64]:
    """(n, m): the area that each box of `one` shares with each of `other`, in double precision."""
    a = np.ascontiguousarray(one.T, dtype=np.float64)[:, :, None]
    b = np.ascontiguousarray(other.T, dtype=np.float64)
    shared: NDArray[np.float64] = np.minimum(a[2], b[2]) - np.maximum(a[0], b[0])
    np.maximum(shared, 0, out=shared)
    height = np.minimum(a[3], b[3]) - np.maximum(a[1], b[1])
    np.maximum(height, 0, out=height)
    shared *= height
    return shared


def ious(one: Floats, other: Floats) -> NDArray[np.float64]:
    """(n, m): intersection over union of each box of `one` with each of `other`; 0 where both have no area.

    Boxes on whole pixels give the fraction as nearly as a double can hold it.
    """
    shared = intersections(one, other)
    union = np.add(areas(one.astype(np.float64))[:, None], areas(other.astype(np.float64)))
    union -= shared
    np.maximum(union, np.finfo(np.float64).tiny, out=union)
    shared /= union
    return shared


def from_centres(xywh: Floats) -> Floats:
    """Boxes given as centre x, centre y, width, height."""
    half = xywh[:, 2:4] / 2
    return np.concatenate((xywh[:, :2] - half, xywh[:, :2] + half), axis=1)


def clipped(xyxy: Floats, width: float, height: float) -> Floats:
    """Boxes cut at the borders of a picture; one that lies outside becomes empty."""
    limits = np.array([width, height, width, height], xyxy.dtype)
    return np.clip(xyxy, 0, limits)
