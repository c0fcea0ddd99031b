"""Small labelled pictures on disk, made for tests of training data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def make_picture(seed: int, height: int = 8, width: int = 8) -> NDArray[np.uint8]:
    """RGB, in large patches, so that it survives being encoded."""
    colours = np.random.default_rng(seed).integers(0, 256, (2, 2, 3), np.uint8)
    return colours[np.arange(height) * 2 // height][:, np.arange(width) * 2 // width]


def write_picture(path: Path, pixels: NDArray[np.uint8]) -> None:
    """By the name's ending; folders are made. OpenCV has to be there."""
    import cv2

    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.ascontiguousarray(pixels[..., ::-1]))


def write_class_folders(folder: Path, classes: Sequence[str], count: int, height: int = 8, width: int = 8) -> None:
    """`count` PNG pictures a class, of seeds 100 * class + number."""
    for class_id, name in enumerate(classes):
        for number in range(count):
            write_picture(folder / name / f"{number:03d}.png", make_picture(100 * class_id + number, height, width))
