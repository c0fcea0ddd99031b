"""Pictures that are their own teachers: which way up is this one? (Gidaris and others, 2018)"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from player.errors import DataError
from player.training.data.image_set import ImageSet, Places, Splits

TURNS = ("0°", "90°", "180°", "270°")
"""Counter-clockwise."""


class RotatedImages:
    """Every picture of a set four times, turned each way; how it is turned is its class, and its own is not looked at.

    Raises DataError where the pictures are not square: they would have two shapes.
    """

    classes = TURNS

    def __init__(self, images: ImageSet) -> None:
        _channels, height, width = images.shape
        if height != width:
            raise DataError(f"Only square pictures can be turned, and these are {width} x {height}: say data.side.")
        self._images = images
        self.labels = np.tile(np.arange(len(TURNS), dtype=np.int64), len(images))
        self.shape = images.shape
        self.in_memory = images.in_memory

    def __len__(self) -> int:
        return len(self.labels)

    def read(self, places: Places) -> Tensor:
        pictures, turns = self._images.read(places // len(TURNS)), torch.from_numpy(places % len(TURNS))
        for turn in range(1, len(TURNS)):
            chosen = turns == turn
            pictures[chosen] = pictures[chosen].rot90(turn, (2, 3))
        return pictures


def rotated(splits: Splits) -> Splits:
    """Raises DataError."""
    test = None if splits.test is None else RotatedImages(splits.test)
    return Splits(RotatedImages(splits.train), RotatedImages(splits.valid), test)
