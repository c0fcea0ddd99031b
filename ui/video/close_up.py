"""Pixels of a picture enlarged to blocks with sharp edges, each exactly where the placement has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from player.media.raster import RasterImage
from ui.video.geometry import coded_from_upright

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ui.video.geometry import Placement

    Indices = NDArray[np.int64]


def visible_region(placement: Placement) -> tuple[int, int, int, int]:
    """x, y, width and height of the coded pixels that the widget shows, if only in part; `visible` has an area."""
    columns, rows = _shown_pixels(placement)
    wide, high = placement.pixel_size
    corners = [
        coded_from_upright(placement.orientation, (x / wide, y / high))
        for x, y in ((columns[0], rows[0]), (columns[-1] + 1, rows[-1] + 1))
    ]
    across, down = (
        sorted(round(float(corner[axis]) * placement.coded_size[axis]) for corner in corners) for axis in (0, 1)
    )
    return across[0], down[0], across[1] - across[0], down[1] - down[0]


def enlarged(part: RasterImage, placement: Placement) -> RasterImage:
    """The visible region at one to one, upright, made into what the widget shows of `placement`."""
    if placement.rect.size == placement.pixel_size:
        return part
    columns, rows = _shown_pixels(placement)
    wide = np.take(part.lines.view(np.uint32), columns - columns[0], axis=1, mode="clip")  # which is the quickest
    lines = np.take(wide, rows - rows[0], axis=0, mode="clip").view(np.uint8)
    return RasterImage.of(lines, len(columns), part.quick)


def _shown_pixels(placement: Placement) -> tuple[Indices, Indices]:
    """For every visible column and row of device pixels, which of the upright picture's own it shows the middle of."""
    rect, visible = placement.rect, placement.visible
    wide, high = placement.pixel_size
    columns = 2 * (np.arange(visible.x, visible.x + visible.width, dtype=np.int64) - rect.x) + 1
    rows = 2 * (np.arange(visible.y, visible.y + visible.height, dtype=np.int64) - rect.y) + 1
    return columns * wide // (2 * rect.width), rows * high // (2 * rect.height)
