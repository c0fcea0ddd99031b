"""Labelled pictures as training sees them: numbered, of one size, read by their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Places = NDArray[np.int64]
"""Numbers of pictures in a set, in the order wanted; one may come more than once."""
Labels = NDArray[np.int64]
"""A class number for each picture."""


class ImageSet(Protocol):
    """Pictures of one size with a class each. Reading is safe from any one thread at a time."""

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def labels(self) -> Labels: ...

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels (3 = RGB, 1 = grey), height, width."""
        ...

    @property
    def in_memory(self) -> bool:
        """Whether reading is a mere copy, so that reading ahead is not worth a thread."""
        ...

    def __len__(self) -> int: ...

    def read(self, places: Places) -> Tensor:
        """The pictures at `places`: uint8 [n, channels, height, width], on the CPU. Raises DataError."""
        ...


@dataclass(frozen=True)
class Splits:
    """What is learned from, what chooses the best epoch, and what was never looked at."""

    train: ImageSet
    valid: ImageSet
    test: ImageSet | None = None


class MemoryImages:
    """Pictures that all lie in memory, uint8 [n, height, width, channels]."""

    in_memory = True

    def __init__(self, pixels: NDArray[np.uint8], labels: Labels, classes: tuple[str, ...]) -> None:
        # Channels first, once: a batch is then a copy of whole pictures.
        self._pixels = torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))
        self.labels = labels
        self.classes = classes
        self.shape = (pixels.shape[3], pixels.shape[1], pixels.shape[2])

    def __len__(self) -> int:
        return len(self.labels)

    def read(self, places: Places) -> Tensor:
        return self._pixels[torch.from_numpy(places)]


class Subset:
    """Some pictures of a set, in an order of their own."""

    def __init__(self, images: ImageSet, places: Places) -> None:
        self._images = images
        self._places = places
        self.labels = images.labels[places]
        self.classes = images.classes
        self.shape = images.shape
        self.in_memory = images.in_memory

    def __len__(self) -> int:
        return len(self._places)

    def read(self, places: Places) -> Tensor:
        return self._images.read(self._places[places])


def class_counts(images: ImageSet) -> Labels:
    """How many pictures each class has."""
    return np.bincount(images.labels, minlength=len(images.classes)).astype(np.int64)
