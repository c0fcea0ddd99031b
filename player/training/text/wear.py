"""What a picture goes through before it is seen: lenses, motion, sensors, small sizes, codecs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from player.training.text.painting import Colours, floats

Pixels = NDArray[np.uint8]


def wear(rng: np.random.Generator, picture: Colours) -> tuple[Pixels, float]:
    """The worn picture, and how many of its own pixels a detail needs to be wide to be left."""
    size = picture.shape[1], picture.shape[0]
    coarse = 1.0
    if rng.random() < 0.45:  # was smaller once, and is shown larger
        share = float(rng.uniform(0.16, 0.95))
        small = max(8, round(size[0] * share)), max(8, round(size[1] * share))
        picture = floats(cv2.resize(picture, small, interpolation=cv2.INTER_AREA))
        coarse = 1 / share
    if rng.random() < 0.3:
        blur = float(rng.uniform(0.3, 1.3))
        picture = floats(cv2.GaussianBlur(picture, (0, 0), blur))
        coarse *= 1 + blur
    if rng.random() < 0.08:
        picture = _moved(rng, picture)
    if rng.random() < 0.06 and picture.shape[0] > 40:  # two fields
        picture[1::2] = np.roll(picture[1::2], int(rng.integers(1, 5)), axis=1)
    if rng.random() < 0.5:
        picture = _light(rng, picture)
    if rng.random() < 0.35:
        grain = rng.standard_normal(picture.shape, np.float32)
        if rng.random() < 0.5:
            grain = grain[..., :1]
        picture = picture + grain * np.float32(rng.uniform(1, 14))
    worn = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        worn = _coded(rng, worn)
    if (worn.shape[1], worn.shape[0]) != size:
        how = [cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST][
            int(rng.choice(4, p=[0.4, 0.4, 0.1, 0.1]))
        ]
        worn = np.asarray(cv2.resize(worn, size, interpolation=how), np.uint8)
    return worn, coarse


def _moved(rng: np.random.Generator, picture: Colours) -> Colours:
    length, angle = int(rng.integers(3, 8)), rng.uniform(0, np.pi)
    kernel = np.zeros((length, length), np.float32)
    middle = (length - 1) / 2
    for at in np.linspace(-middle, middle, 2 * length):
        kernel[round(middle + at * np.sin(angle)), round(middle + at * np.cos(angle))] = 1
    return cv2.filter2D(picture, -1, kernel / kernel.sum()).astype(np.float32)


def _light(rng: np.random.Generator, picture: Colours) -> Colours:
    level = np.clip(picture, 0, 255) / 255
    level = level ** float(np.exp(rng.uniform(-0.5, 0.5)))
    contrast, middle = rng.uniform(0.5, 1.15), rng.uniform(0.3, 0.7)
    level = (level - middle) * contrast + middle + rng.uniform(-0.1, 0.1)
    return (level * 255 * rng.uniform(0.9, 1.1, 3)).astype(np.float32)


def _coded(rng: np.random.Generator, worn: Pixels) -> Pixels:
    """Blocks, ringing and coarse colour, once or twice; often in blocks that do not begin at the corner."""
    for _ in range(int(rng.choice([1, 1, 2]))):
        quality = int(rng.integers(18, 95))
        down, right = (int(each) for each in rng.integers(0, 8, 2))
        shifted = np.ascontiguousarray(worn[down:, right:])
        _done, data = cv2.imencode(".jpg", shifted, [cv2.IMWRITE_JPEG_QUALITY, quality])
        worn = worn.copy()
        worn[down:, right:] = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return worn
