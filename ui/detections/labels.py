"""Which boxes get a label, and where it goes. Labels give way: to one another, to the picture, to its borders. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ui.video.geometry import Rect

SHARE = 0.06
"""Of the picture in sight that all labels together may cover."""
MOST = 48
"""Nobody reads more labels at a time."""
CROWD = 24
"""Where there are more boxes, one that is smaller than its label goes without."""
SMALL = 8
"""A box of less than so many times its label's area is not to be covered by another's label."""
CELL = 8


@dataclass(frozen=True, slots=True)
class Label:
    """The place of one box's label, in device pixels."""

    box: int
    """Its place among the boxes."""
    x: int
    y: int
    width: int


def place_labels(
    boxes: NDArray[np.int32], confidence: NDArray[np.float32], widths: Sequence[int], height: int, room: Rect,
    *, line: int, first: Sequence[int] = (),
) -> list[Label]:  # fmt: skip
    """The largest and most confident of `boxes` first, those of `first` before them and in any case.

    `widths` and `height` are the labels', `line` is how far a box's outline reaches beyond its border, `room` the part
    of the picture in sight.
    """
    count = len(boxes)
    if not count or room.width < 1 or room.height < height:
        return []
    size = (boxes[:, 2:] - boxes[:, :2]).astype(np.float64)
    areas = size[:, 0] * size[:, 1]
    order = [*first, *np.argsort(-confidence * np.sqrt(areas), kind="stable").tolist()]
    left_over = SHARE * room.width * room.height
    grid = _Grid(height)
    corners, sizes = boxes.tolist(), areas.tolist()
    for at, (left, top, right, bottom) in enumerate(corners):
        if sizes[at] < SMALL * widths[at] * height:
            grid.note(left, top, right - left, bottom - top)
    placed: list[Label] = []
    done: set[int] = set()
    for rank, at in enumerate(order):
        if len(placed) >= MOST:
            break
        if at in done:
            continue
        done.add(at)
        wanted, width = rank < len(first), widths[at]
        if not wanted and (width * height > left_over or (count > CROWD and sizes[at] < width * height)):
            continue
        spot = _spot(corners[at], width, room, line, grid, wanted=wanted)
        if spot is not None:
            left_over -= width * height
            placed.append(Label(at, *spot, width))
    return placed


def _spot(box: list[int], width: int, room: Rect, line: int, grid: _Grid, *, wanted: bool) -> tuple[int, int] | None:
    """Above the box, else inside it, else below; a place over no small box is better. It is taken then."""
    left, top, right, bottom = box
    height = grid.height
    most_x = room.x + room.width - width
    if most_x < room.x and not wanted:
        return None
    at_left = max(room.x, min(left - line, most_x))
    at_right = max(room.x, min(right + line - width, most_x))
    lowest = room.y + room.height - height
    above, below = top - line - height, bottom + line
    inside = min(max(top + line, room.y), lowest)
    choices = [(at_left, above), (at_left, inside), (at_left, below), (at_right, above), (at_right, below)]
    choices = [(x, y) for x, y in choices if room.y <= y <= lowest and grid.is_free(x, y, width)]
    for x, y in (*(each for each in choices if grid.is_calm(*each, width)), *choices):
        grid.take(x, y, width)
        return x, y
    return (at_left, min(max(above, room.y), lowest)) if wanted else None


class _Grid:
    """The room in strips as high as a label, each with a bit for every few pixels: what is taken, and by what."""

    def __init__(self, height: int) -> None:
        self.height = height
        self._labels: dict[int, int] = {}
        self._boxes: dict[int, int] = {}

    def is_free(self, x: int, y: int, width: int) -> bool:
        """No label is there."""
        return self._is_clear(self._labels, x, y, width)

    def is_calm(self, x: int, y: int, width: int) -> bool:
        """No small box is there."""
        return self._is_clear(self._boxes, x, y, width)

    def take(self, x: int, y: int, width: int) -> None:
        self._mark(self._labels, x, width, range(y // self.height, (y + self.height - 1) // self.height + 1))

    def note(self, x: int, y: int, width: int, height: int) -> None:
        """There is a small box. Strips that it only touches do not count: its own label stands there."""
        self._mark(self._boxes, x, width, range(-(-y // self.height), (y + height) // self.height))

    def _is_clear(self, rows: dict[int, int], x: int, y: int, width: int) -> bool:
        bits, strip = _bits(x, width), y // self.height
        last = (y + self.height - 1) // self.height
        return not (rows.get(strip, 0) & bits or rows.get(last, 0) & bits)

    @staticmethod
    def _mark(rows: dict[int, int], x: int, width: int, strips: range) -> None:
        bits = _bits(x, width)
        for strip in strips:
            rows[strip] = rows.get(strip, 0) | bits


def _bits(x: int, width: int) -> int:
    first, last = max(0, x) // CELL, max(0, x + width - 1) // CELL
    return (1 << (last + 1)) - (1 << first)
