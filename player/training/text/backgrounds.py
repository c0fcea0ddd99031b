"""What text stands on: made-up walls, skies, fabrics, windows and leaves. Many have edges, none has letters."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from player.training.text import painting, patterns, scenes
from player.training.text.painting import Colours, Plane, Size, floats, noise, places

Kind = Callable[[np.random.Generator, Size], Colours]
KINDS: tuple[Kind, ...] = (
    *(painting.plain, painting.plain, painting.plain, painting.gradient, painting.clouds),
    *(patterns.stripes, patterns.tiles, patterns.bars, scenes.shapes, scenes.marks, scenes.curls, patterns.leaves),
    *(patterns.grass, patterns.patches),
    *(scenes.town, scenes.figures, scenes.lights),
)
HELD_OUT: tuple[Kind, ...] = (patterns.cells, patterns.rings, patterns.weave, patterns.rays)
"""Kinds that no training sees."""


def background(rng: np.random.Generator, size: Size, *, held_out: bool) -> Colours:
    """A picture without text: one kind, or a second one in a part of the first."""
    kinds = HELD_OUT if held_out else KINDS
    picture = kinds[rng.integers(len(kinds))](rng, size)
    if rng.random() < 0.3:
        other = kinds[rng.integers(len(kinds))](rng, size)
        picture = np.where(_region(rng, size)[..., None], other, picture)
    if rng.random() < 0.35:
        picture = floats(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.6, 5))))
    if rng.random() < 0.5:
        picture *= _shade(rng, size)[..., None]
    return floats(np.clip(picture, 0, 255))


def _shade(rng: np.random.Generator, size: Size) -> Plane:
    along, _ = places(size, rng.uniform(0, 2 * np.pi))
    share = (along - along.min()) / max(float(np.ptp(along)), 1)
    low = rng.uniform(0.3, 0.9)
    return floats(low + (1.15 - low) * share)


def _region(rng: np.random.Generator, size: Size) -> NDArray[np.bool_]:
    if rng.random() < 0.5:
        along, _ = places(size, rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)]))
        return along < np.quantile(along, rng.uniform(0.2, 0.8))
    return noise(rng, size, max(size) / rng.uniform(1.5, 4)) > 0
