"""Arithmetic on boxes: arrays of left, top, right, bottom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def areas(xyxy: Floats) -> NDArray[np.float64]:
    """Of boxes (..., 4), in double precision. One that is inside out has none."""
    x1, y1, x2, y2 = _edges(xyxy)
    return np.maximum(x2 - x1, 0) * np.maximum(y2 - y1, 0)


def ious(one: Floats, other: Floats) -> NDArray[np.float64]:
    """(n, m): intersection over union of each box of `one` with each of `other`; 0 where neither has an area.

    Boxes on whole pixels give the fraction as nearly as a double can hold it.
    """
    return paired_ious(one[:, None], other)


def intersections(one: Floats, other: Floats) -> NDArray[np.float64]:
    """(n, m): the area that each box of `one` shares with each of `other`."""
    return _shared(one[:, None], other)


def paired_ious(one: Floats, other: Floats) -> NDArray[np.float64]:
    """`ious` of the first with the first, the second with the second ...: two (n, 4), or what broadcasts to one."""
    shared = _shared(one, other)
    union = areas(one) + areas(other) - shared
    return shared / np.maximum(union, np.finfo(np.float64).tiny)


def _shared(one: Floats, other: Floats) -> NDArray[np.float64]:
    x1, y1, x2, y2 = _edges(one)
    left, top, right, bottom = _edges(other)
    shared = np.minimum(x2, right) - np.maximum(x1, left)
    np.maximum(shared, 0, out=shared)
    shared *= np.maximum(np.minimum(y2, bottom) - np.maximum(y1, top), 0)
    return shared


def _edges(xyxy: Floats) -> tuple[NDArray[np.float64], ...]:
    return tuple(xyxy[..., side].astype(np.float64) for side in range(4))


def from_centres(xywh: Floats) -> Floats:
    """Boxes given as centre x, centre y, width, height."""
    half = xywh[:, 2:4] / 2
    return np.concatenate((xywh[:, :2] - half, xywh[:, :2] + half), axis=1)
