"""Lines of text from a map: places that are in the heart of one, joined, and grown to the line's edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from player.analysis.decoders.decoder import Array, Outputs, check_classes, keep_best, pick, quietly
from player.analysis.decoders.parameters import Parameters
from player.analysis.detections import Detections

HEART_SHARE = 0.5
"""Of a line's height; at its two ends the heart is shorter by as much as above and below it is lower."""

_NEEDED = "an output (n, 3, rows, columns)"
_HEART = 0.4
"""How sure a place must be for it to join a line."""
_FEWEST = 2
"""Places of a line."""
_MOST = 250
"""Lines that are looked at, the largest: gravel can have thousands of specks."""
_TRIM = 0.1
"""So much of a line's places may reach farther than its edge is said to be."""
_LARGE, _LARGEST, _SUREST = 26.0, 46.0, 0.95
"""Pixels that a heart is high from which on it is too large, and so sure the places of the largest must be to count."""
_LOW, _HIGH = 8.0, 24.0
"""Pixels that a heart is high: of lower ones the told distances are the better measure, of higher ones the heart."""


class TextMap:
    """(n, 3, rows, columns): probability of a line's heart, and pixels up and down to its edges."""

    suppress = False

    def __init__(self, parameters: Parameters) -> None:
        check_classes(1, parameters.labels)

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        maps = pick(outputs, lambda shape: len(shape) == 4 and shape[1] == 3 and min(shape[2:]) > 0, _NEEDED)
        return [_lines(each, input_size) for each in maps]


def _lines(found: Array, input_size: tuple[int, int]) -> Detections:
    rows, columns = found.shape[1:]
    scale = input_size[0] / columns, input_size[1] / rows
    inside = found[0] >= _HEART  # never where it is NaN
    line, count = join(inside)
    y, x = np.nonzero(inside)
    order = np.argsort(line, kind="stable")
    ends = np.cumsum(np.bincount(line, minlength=count))
    sizes = np.diff(ends, prepend=0)
    largest = np.argsort(-sizes, kind="stable")[:_MOST]
    boxes, confidence = np.zeros((count, 4), np.float32), np.zeros(count, np.float32)
    for number in largest[sizes[largest] >= _FEWEST]:
        own = order[ends[number] - sizes[number] : ends[number]]
        boxes[number], confidence[number] = _line(found[:, y[own], x[own]], x[own], y[own], scale)
    boxes = np.clip(boxes, 0, np.array([*input_size, *input_size], np.float32))
    return keep_best(boxes, confidence, np.zeros(count, np.int32))


def _line(
    told: Array, x: NDArray[np.intp], y: NDArray[np.intp], scale: tuple[float, float]
) -> tuple[tuple[float, float, float, float], float]:
    """A line's box and how sure it is, from the places of its heart and what is told of each."""
    across, high = scale
    thick = _thickness(x, high)
    # Of large text the network is sure where it should not be, and surest where it is right.
    large = float(np.clip((thick - _LARGE) / (_LARGEST - _LARGE), 0, 1))
    inner = told[0] >= min(_HEART + large * (_SUREST - _HEART), float(np.quantile(told[0], 0.6)))
    confidence = float(np.partition(told[0], len(x) // 2)[len(x) // 2 :].mean())
    x, y, told = x[inner], y[inner], told[:, inner]
    thick = _thickness(x, high)
    surest = np.argpartition(told[0], len(x) // 2)[len(x) // 2 :]
    _chance, up, down = told[:, surest]
    middle = (y[surest] + 0.5) * high
    top, bottom = np.quantile(middle - up, _TRIM), np.quantile(middle + down, 1 - _TRIM)
    end = float(np.median(up + down)) * (1 - HEART_SHARE) / 2
    grown = thick / HEART_SHARE * (1 - HEART_SHARE) / 2
    share = float(np.clip((thick - _LOW) / (_HIGH - _LOW), 0, 1))
    top += (y.min() * high - grown - top) * share
    bottom += ((y.max() + 1) * high + grown - bottom) * share
    end += (grown - end) * share
    return (x.min() * across - end, top, (x.max() + 1) * across + end, bottom), confidence


def _thickness(x: NDArray[np.intp], high: float) -> float:
    """Of a heart, in pixels: the median over its columns."""
    return float(np.median(np.unique(x, return_counts=True)[1])) * high


def join(inside: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Which group each place that is inside belongs to, row by row, and how many groups there are.

    Places that touch, at a corner even, are one group. Whole runs of a row are joined, not single places.
    """
    columns = inside.shape[1]
    edges = np.diff(np.pad(inside, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, first = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    # A run touches those of the row above that begin before it ends and end behind where it begins. On one axis where
    # each row has its own stretch, the touching ones are neighbours.
    wide = columns + 2
    begins, ends = row * wide + first, row * wide + end
    low = np.searchsorted(ends, begins - wide, side="left")
    high = np.searchsorted(begins, ends - wide, side="right")
    group = list(range(len(row)))
    for run, (start, stop) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        for other in range(start, stop):
            a, b = _root(group, run), _root(group, other)
            group[max(a, b)] = min(a, b)
    roots = np.array([_root(group, run) for run in range(len(row))], np.intp)
    names, number = np.unique(roots, return_inverse=True)
    return np.repeat(number, end - first), len(names)


def _root(group: list[int], run: int) -> int:
    while group[run] != run:
        group[run] = group[group[run]]
        run = group[run]
    return run
