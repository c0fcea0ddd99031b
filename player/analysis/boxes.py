"""Arithmetic on boxes: arrays of left, top, right, bottom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def areas(xyxy: Floats) -> NDArray[np.float64]:
    """Of boxes (..., 4), in double precision. One that is inside out has none."""
    x1, y1, x2, y2 = _edges(xyxy)
    return np.maximum(x2 - x1, 0) * np.maximum(y2 - y1, 0)


def intersections(one: Floats, other: Floats) -> NDArray[np.float64]:
    """The area that boxes (..., 4) share, in double precision; arrays of different shape are paired by broadcasting."""
    x1, y1, x2, y2 = _edges(one)
    left, top, right, bottom = _edges(other)
    shared = np.minimum(x2, right) - np.maximum(x1, left)
    np.maximum(shared, 0, out=shared)
    shared *= np.maximum(np.minimum(y2, bottom) - np.maximum(y1, top), 0)
    return shared


def ious(one: Floats, other: Floats) -> NDArray[np.float64]:
    """Intersection over union, paired as `intersections`; 0 where neither box has an area.

    Boxes on whole pixels give the fraction as nearly as a double can hold it.
    """
    shared = intersections(one, other)
    union = areas(one) + areas(other) - shared
    return shared / np.maximum(union, np.finfo(np.float64).tiny)


def _edges(xyxy: Floats) -> tuple[NDArray[np.float64], ...]:
    return tuple(xyxy[..., side].astype(np.float64) for side in range(4))


def from_centres(xywh: Floats) -> Floats:
    """Boxes given as centre x, centre y, width, height."""
    half = xywh[:, 2:4] / 2
    return np.concatenate((xywh[:, :2] - half, xywh[:, :2] + half), axis=1)


def clipped(xyxy: Floats, width: float, height: float) -> Floats:
    """Boxes cut at the borders of a picture; one that lies outside becomes empty."""
    limits = np.array([width, height, width, height], xyxy.dtype)
    return np.clip(xyxy, 0, limits)
