"""How often each code value occurs: in a plane, in each of its columns, together with another. Exact.

OpenCV counts in integers and gives floats, which hold whole numbers up to 2^24: larger planes are counted in parts.
Of codes of more than 10 bits the two-dimensional counts tell the upper 10 apart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from player.records import Orientation
    from player.scopes.samples import Codes

Counts = NDArray[np.int64]
Grid = NDArray[np.float32]
"""Whole numbers up to 2^24."""
MOST_LEVEL_BITS = 10
_EXACT = 1 << 24
_BYTE_BLOCK = 256
"""OpenCV counts pairs of bytes four times as fast as pairs of longer numbers."""


def level_bits(bits: int) -> int:
    """How many bits of a code the grids tell apart."""
    return min(bits, MOST_LEVEL_BITS)


def histogram(plane: Codes, bits: int) -> Counts:
    """(2^bits,): how many samples have each code."""
    import cv2

    levels = 1 << bits
    rows = max(1, _EXACT // plane.shape[1])
    found = np.zeros(levels, np.int64)
    for at in range(0, plane.shape[0], rows):
        part = cv2.calcHist([plane[at : at + rows]], [0], None, [levels], [0, levels])
        found += part.ravel().astype(np.int64)
    return found


def vectors(first: Codes, second: Codes, bits: int) -> Grid:
    """(levels, levels): how often each code of `first` comes with each of `second`."""
    import cv2

    levels, top = 1 << level_bits(bits), 1 << bits
    found = cv2.calcHist([first, second], [0, 1], None, [levels, levels], [0, top, 0, top])
    return np.asarray(found, np.float32).reshape(levels, levels)


def columns_of(length: int, most: int) -> tuple[int, int]:
    """Into how many columns of how many pixels each a picture so wide is counted; the last may have fewer."""
    pixels = -(-length // most)
    return -(-length // pixels), pixels


def waveform(plane: Codes, bits: int, most_columns: int, orientation: Orientation) -> Grid:
    """(columns, levels), the upright picture's columns from left to right."""
    import cv2

    length = plane.shape[0] if orientation.swaps_axes else plane.shape[1]
    columns, pixels = columns_of(length, most_columns)
    levels, top = 1 << level_bits(bits), 1 << bits
    block = _BYTE_BLOCK if plane.dtype == np.uint8 else columns
    parts = []
    for first in range(0, columns, block):
        many = min(block, columns - first)
        cut = slice(first * pixels, min(length, (first + many) * pixels))
        part = plane[cut] if orientation.swaps_axes else plane[:, cut]
        places = _places(part.shape, pixels, orientation.swaps_axes, plane.dtype.name)
        counted = cv2.calcHist([places, part], [0, 1], None, [many, levels], [0, many, 0, top])
        parts.append(np.asarray(counted, np.float32).reshape(many, levels))
    found = np.concatenate(parts)
    return found[::-1] if _runs_backwards(orientation) else found


def _runs_backwards(orientation: Orientation) -> bool:
    """Whether the upright picture's columns begin at the coded picture's right, or at its bottom."""
    if orientation.swaps_axes:
        return orientation.turns_cw == 1
    return orientation.mirrored != (orientation.turns_cw == 2)


@lru_cache(maxsize=16)
def _places(shape: tuple[int, int], pixels: int, by_rows: bool, kind: str) -> NDArray[np.uint16]:
    """In which column of its block each sample is."""
    along = np.arange(shape[0] if by_rows else shape[1]) // pixels
    places = np.broadcast_to(along[:, None] if by_rows else along, shape)
    return np.ascontiguousarray(places, dtype=kind)
