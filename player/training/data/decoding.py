"""Picture files to pixels of one size, by OpenCV: RGB or grey, turned upright as their EXIF says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from player.errors import DataError

_MOST_THREADS = 8
_PIECE = 32
"""Pictures decoded in one go by a thread of the pool, at most."""

# What it says of damaged files is said by our own errors, once.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

Pixels = NDArray[np.uint8]
"""[height, width, channels]"""


@dataclass(frozen=True)
class Fit:
    """How pictures are brought to one size: the shorter side to `side`, then the square in the centre. 0: they are."""

    side: int = 0
    grey: bool = False

    def one(self, pixels: Pixels) -> Pixels:
        """A picture as wanted. Where it gets smaller, every pixel counts (area); where larger, it is bilinear."""
        if not self.side:
            return pixels
        height, width = pixels.shape[:2]
        scale = self.side / min(height, width)
        size = max(self.side, round(width * scale)), max(self.side, round(height * scale))
        if size != (width, height):
            method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            resized = cv2.resize(pixels, size, interpolation=method)
            pixels = resized.reshape(size[1], size[0], pixels.shape[2]).astype(np.uint8, copy=False)
        left, top = round((size[0] - self.side) / 2), round((size[1] - self.side) / 2)
        return pixels[top : top + self.side, left : left + self.side]

    def all(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Pictures [n, height, width, channels] as wanted."""
        if self.grey and pixels.shape[3] == 3:
            pixels = np.stack([cv2.cvtColor(each, cv2.COLOR_RGB2GRAY)[..., None] for each in pixels])
        if not self.side or pixels.shape[1:3] == (self.side, self.side):
            return pixels
        return np.stack([self.one(each) for each in pixels])


def decode(data: NDArray[np.uint8], name: str, *, grey: bool = False) -> Pixels:
    """A picture file's pixels. `name` is for the DataError where it is none, or cut short."""
    try:
        pixels = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR_RGB) if data.size else None
    except cv2.error as error:
        raise DataError(f"Cannot read {name}: {error.err}.") from error
    if pixels is None:
        raise DataError(f"Cannot read {name}: it is no picture, or it is damaged.")
    return pixels.reshape(*pixels.shape[:2], 1 if grey else 3).astype(np.uint8, copy=False)


def decode_file(path: Path, *, grey: bool = False) -> Pixels:
    """Raises DataError that names the file."""
    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror}.") from error
    return decode(data, str(path), grey=grey)


def side_by_side(count: int, job: Callable[[int], None]) -> None:
    """Does `job` for 0 to `count` - 1 on as many threads as torch may take, up to a few, and raises what goes wrong
    with the first of them."""

    def piece(places: range) -> None:
        for place in places:
            job(place)

    threads = min(_MOST_THREADS, torch.get_num_threads())
    length = max(1, min(_PIECE, count // threads))
    with ThreadPoolExecutor(threads, "decode-pictures") as pool:
        for _ in pool.map(piece, (range(at, min(at + length, count)) for at in range(0, count, length))):
            pass


def decode_all(
    count: int, pixels_of: Callable[[int], Pixels], name_of: Callable[[int], str], fit: Fit
) -> NDArray[np.uint8]:
    """Pictures [n, height, width, channels]. Raises what `pixels_of` does, and DataError for the first picture that
    is of another size than picture 0 where `fit` does not bring them to one."""
    first = fit.one(pixels_of(0))
    pictures = np.empty((count, *first.shape), np.uint8)

    def fill(place: int) -> None:
        pixels = fit.one(pixels_of(place))
        if pixels.shape != first.shape:
            raise DataError(
                f"{name_of(place)} is {pixels.shape[1]} x {pixels.shape[0]} and {name_of(0)} {first.shape[1]} x "
                f"{first.shape[0]}: data.side brings them to one size."
            )
        pictures[place] = pixels

    side_by_side(count, fill)
    return pictures
