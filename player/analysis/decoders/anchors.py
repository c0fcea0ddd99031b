"""The raw grids of YOLOv5 and YOLOv7, where an export leaves their last step out: several boxes a cell, by anchors."""

from __future__ import annotations

import numpy as np

from player.analysis.decoders.decoder import Array, Outputs, grid, sigmoid, unfit
from player.analysis.detections import RAW_FLOOR
from player.errors import ModelError

_LIKELY = float(np.log(RAW_FLOOR / (1 - RAW_FLOOR)))
"""The logit of RAW_FLOOR."""


class Anchors:
    def __init__(self, rows: tuple[tuple[float, ...], ...]) -> None:
        """For each grid, the finest first, width and height in pixels of each box of a cell. Raises ModelError."""
        if any(not row or len(row) % 2 for row in rows):
            raise ModelError("output.anchors in the model's card has pairs of width and height for each grid.")
        self._sizes = [np.array(row, np.float32).reshape(-1, 2) for row in rows]

    def rows(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Array]:
        """For each picture (boxes, 5 + classes) as YOLOv5's own last step gives it, of boxes that are likely enough."""
        grids = [values for values in outputs.values() if values.ndim == 5]
        grids.sort(key=lambda values: -values.shape[2] * values.shape[3])
        wanted = [(len(grids[0]) if grids else 0, len(sizes)) for sizes in self._sizes]
        columns = grids[0].shape[4] if grids else 0
        if [values.shape[:2] for values in grids] != wanted or columns < 6 or any(v.shape[4] != columns for v in grids):
            raise unfit(outputs, f"{len(wanted)} grids (n, anchors, rows, columns, 5 + classes)")
        return [
            np.concatenate(
                [_likely(values[item], sizes, input_size) for values, sizes in zip(grids, self._sizes, strict=True)]
            )
            for item in range(len(grids[0]))
        ]


def _likely(values: Array, sizes: Array, input_size: tuple[int, int]) -> Array:
    """Of one grid: centre and size in pixels, objectness and classes past the sigmoid."""
    count, down, across, columns = values.shape
    flat = values.reshape(-1, columns)
    places = np.flatnonzero(flat[:, 4] >= _LIKELY)
    rows = sigmoid(flat[places])
    cell = np.tile(grid(across, down), (count, 1))[places]
    step = np.array((input_size[0] / max(across, 1), input_size[1] / max(down, 1)), np.float32)
    rows[:, :2] = (rows[:, :2] * 2 - np.float32(0.5) + cell) * step
    rows[:, 2:4] = (rows[:, 2:4] * 2) ** 2 * np.repeat(sizes, down * across, axis=0)[places]
    return rows
