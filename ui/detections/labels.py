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
    rows: dict[int, int] = {}  # the room in strips as high as a label; a bit for each cell that is taken
    placed: list[Label] = []
    done: set[int] = set()
    corners, sizes = boxes.tolist(), areas.tolist()
    for rank, at in enumerate(order):
        if len(placed) >= MOST:
            break
        if at in done:
            continue
        done.add(at)
        wanted, width = rank < len(first), widths[at]
        if not wanted and (width * height > left_over or (count > CROWD and sizes[at] < width * height)):
            continue
        spot = _spot(corners[at], width, height, room, line, rows, wanted=wanted)
        if spot is not None:
            left_over -= width * height
            placed.append(Label(at, *spot, width))
    return placed


def _spot(
    box: list[int], width: int, height: int, room: Rect, line: int, rows: dict[int, int], *, wanted: bool
) -> tuple[int, int] | None:
    """Above the box, else inside it, else below; the first of them that is free, which is then taken."""
    left, top, right, bottom = box
    most_x = room.x + room.width - width
    if most_x < room.x and not wanted:
        return None
    at_left = max(room.x, min(left - line, most_x))
    at_right = max(room.x, min(right + line - width, most_x))
    lowest = room.y + room.height - height
    above, below = top - line - height, bottom + line
    inside = min(max(top + line, room.y), lowest)
    choices = [(at_left, above), (at_left, inside), (at_left, below), (at_right, above), (at_right, below)]
    for x, y in choices:
        if room.y <= y <= lowest and _take(x, y, width, height, rows):
            return x, y
    return (at_left, min(max(above, room.y), lowest)) if wanted else None


def _take(x: int, y: int, width: int, height: int, rows: dict[int, int]) -> bool:
    """Take this place; False where something of it is taken."""
    first, last = x // CELL, (x + width - 1) // CELL
    bits = (1 << (last + 1)) - (1 << first)
    strips = range(y // height, (y + height - 1) // height + 1)
    if any(rows.get(strip, 0) & bits for strip in strips):
        return False
    for strip in strips:
        rows[strip] = rows.get(strip, 0) | bits
    return True
