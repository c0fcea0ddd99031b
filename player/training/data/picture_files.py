"""Pictures that are files of their own, or parts of such: kept in memory where they fit, read when wanted elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from player.errors import DataError
from player.training.data.decoding import Fit, Pixels, decode_all, decode_file, side_by_side
from player.training.data.image_set import ImageSet, Labels, MemoryImages, Places

MEMORY_BYTES = 1 << 30
"""What pictures of a set may take, decoded."""
_KEPT = 4
"""Decoded files kept at hand: parts of one file are asked for one after the other."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in whole pixels; right and bottom are not part of it."""
Item = tuple[Path, Box | None]
"""A file, or a part of it."""


def open_files(items: Sequence[Item], labels: Labels, classes: tuple[str, ...], fit: Fit) -> ImageSet:
    """Decodes every file once, so that one that cannot be read is told now. Raises DataError."""
    files = PictureFiles(items, labels, classes, fit)
    if int(np.prod(files.shape)) * len(items) <= MEMORY_BYTES:
        pixels = decode_all(len(items), files.pixels, lambda place: str(items[place][0]), fit)
        return MemoryImages(pixels, labels, classes)
    if not fit.side:
        raise DataError(
            f"The {len(items)} pictures in {items[0][0].parent.parent} are too many to keep in memory: "
            "data.side has to bring them to one size."
        )
    side_by_side(len(items), files.check)
    return files


class PictureFiles:
    """Reads when asked to. There is at least one picture."""

    in_memory = False

    def __init__(self, items: Sequence[Item], labels: Labels, classes: tuple[str, ...], fit: Fit) -> None:
        self._items = items
        self._fit = fit
        self._whole = lru_cache(_KEPT)(lambda path: decode_file(path, grey=fit.grey))
        self.labels = labels
        self.classes = classes
        first = fit.one(self.pixels(0))
        self.shape = (first.shape[2], first.shape[0], first.shape[1])

    def __len__(self) -> int:
        return len(self._items)

    def read(self, places: Places) -> Tensor:
        pictures = torch.empty((len(places), *self.shape), dtype=torch.uint8)
        into = pictures.numpy()

        def fill(place: int) -> None:
            into[place] = self._fit.one(self.pixels(int(places[place]))).transpose(2, 0, 1)

        side_by_side(len(places), fill)
        return pictures

    def pixels(self, place: int) -> Pixels:
        """A picture as it is in its file, or the part of it. Raises DataError."""
        path, box = self._items[place]
        if box is None:
            return decode_file(path, grey=self._fit.grey)
        left, top, right, bottom = box
        return self._whole(path)[top:bottom, left:right]

    def check(self, place: int) -> None:
        """Raises DataError where the picture cannot be read."""
        if place == 0 or self._items[place][0] != self._items[place - 1][0]:
            self.pixels(place)
