"""Masks of the YOLO family: each box has a few factors, by which maps of the whole picture are mixed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from player.analysis.boxes import Floats
from player.analysis.decoders.decoder import Array

SIDE = 48
"""Rows and columns of a mask, whatever its box's size."""


def mix_masks(factors: Array, maps: Array, xyxy: Floats, input_size: tuple[int, int]) -> NDArray[np.bool_]:
    """(boxes, SIDE, SIDE): where the mix of `maps` (values, rows, columns) is above zero, over each box.

    The maps cover the network's input; between their values a mask goes in straight lines, and at their border on as it
    was.
    """
    rows, columns = maps.shape[1:]
    scale = np.array((columns / input_size[0], rows / input_size[1]))
    steps = (np.arange(SIDE) + 0.5) / SIDE
    masks = np.zeros((len(factors), SIDE, SIDE), np.bool_)
    for number, (mix, box) in enumerate(zip(factors, xyxy.astype(np.float64), strict=True)):
        corner, extent = box[:2] * scale - 0.5, (box[2:] - box[:2]) * scale
        left, right, across = _between(corner[0] + steps * extent[0], columns)
        top, bottom, down = _between(corner[1] + steps * extent[1], rows)
        window = (slice(top[0], bottom[-1] + 1), slice(left[0], right[-1] + 1))
        mixed = np.tensordot(mix, maps[:, *window], axes=1)
        upper, lower = mixed[top - top[0]], mixed[bottom - top[0]]
        lines = upper + (lower - upper) * down[:, None]
        first, second = lines[:, left - left[0]], lines[:, right - left[0]]
        masks[number] = first + (second - first) * across > 0
    return masks


def _between(places: NDArray[np.float64], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """The values before and after each place, and how far it is from one to the other."""
    places = np.clip(places, 0, count - 1)
    before = places.astype(np.intp)
    return before, np.minimum(before + 1, count - 1), (places - before).astype(np.float32)
