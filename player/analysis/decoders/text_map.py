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
_TRIM = 0.04
"""So much of a line's places may reach farther than its edge is said to be."""


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
    heart, up, down = found
    rows, columns = heart.shape
    across, high = input_size[0] / columns, input_size[1] / rows
    inside = heart >= _HEART  # never where it is NaN
    line, count = join(inside)
    y, x = np.nonzero(inside)
    order = np.argsort(line, kind="stable")
    starts = np.searchsorted(line[order], np.arange(count + 1))
    boxes, confidence = np.zeros((count, 4), np.float32), np.zeros(count, np.float32)
    for number in range(count):
        own = order[starts[number] : starts[number + 1]]
        if len(own) < _FEWEST:
            continue
        at_y, at_x = y[own], x[own]
        middle = (at_y + 0.5) * high
        above, below = up[at_y, at_x], down[at_y, at_x]
        top, bottom = np.quantile(middle - above, _TRIM), np.quantile(middle + below, 1 - _TRIM)
        end = (1 - HEART_SHARE) / 2 * float(np.median(above + below))
        left, right = at_x.min() * across - end, (at_x.max() + 1) * across + end
        boxes[number] = left, top, right, bottom
        confidence[number] = heart[at_y, at_x].mean()
    boxes = np.clip(boxes, 0, np.array([*input_size, *input_size], np.float32))
    return keep_best(boxes, confidence, np.zeros(count, np.int32))


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
