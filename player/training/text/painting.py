"""What the made-up backgrounds are painted with: colours, smooth noise, coordinates."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float32]
"""(height, width, 3), or (3): 0 to 255."""
Plane = NDArray[np.float32]
"""(height, width)."""
Size = tuple[int, int]
"""Width and height."""


def floats(values: Any) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


def colour(rng: np.random.Generator) -> Colours:
    """Greys, black and white more often than chance has them."""
    if rng.random() < 0.35:
        return np.full(3, rng.choice([0, 16, 40, 128, 200, 235, 255, int(rng.integers(256))]), np.float32)
    hue, strength, light = rng.random(), rng.random() ** 0.7, rng.uniform(0.05, 1)
    wheel = np.clip(np.abs((hue * 6 + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1)
    return floats(255 * light * (1 - strength + strength * wheel))


def noise(rng: np.random.Generator, size: Size, cell: float) -> Plane:
    """Smooth random values, about -1 to 1, that change over `cell` pixels."""
    width, height = size
    small = rng.standard_normal((max(2, round(height / cell)), max(2, round(width / cell)))).astype(np.float32)
    return floats(np.clip(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC) / 2, -1, 1))


def mix(share: NDArray[Any], first: Colours, second: Colours) -> Colours:
    return floats(first + (second - first) * np.clip(share, 0, 1)[..., None])


def places(size: Size, angle: float = 0.0) -> tuple[Plane, Plane]:
    """Coordinates along an angle and across it."""
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
    return x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)


def angle(rng: np.random.Generator) -> float:
    return float(rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)]))


def plain(rng: np.random.Generator, size: Size) -> Colours:
    return np.broadcast_to(colour(rng), (size[1], size[0], 3)).copy()


def gradient(rng: np.random.Generator, size: Size) -> Colours:
    along, _ = places(size, rng.uniform(0, 2 * np.pi))
    return mix((along - along.min()) / max(float(np.ptp(along)), 1), colour(rng), colour(rng))


def clouds(rng: np.random.Generator, size: Size) -> Colours:
    cell, values = max(size) / rng.uniform(1, 4), np.zeros((size[1], size[0]), np.float32)
    for octave in range(int(rng.integers(1, 6))):
        values += noise(rng, size, max(cell / 2**octave, 1)) / 2 ** (octave * rng.uniform(0.6, 1.2))
    return mix(values / 2 + 0.5, colour(rng), colour(rng))
