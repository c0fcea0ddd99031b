"""Chance, a number for each picture of a batch: drawn where the generator lives, used where the pictures are."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def uniform(pictures: Tensor, low: float, high: float, generator: Generator) -> Tensor:
    """A number from `low` to `high` for each picture."""
    drawn = torch.rand(len(pictures), generator=generator, device=generator.device)
    return (drawn * (high - low) + low).to(pictures.device)


def below(pictures: Tensor, bound: int, generator: Generator) -> Tensor:
    """A whole number from 0 to `bound` - 1 for each picture."""
    drawn = torch.randint(bound, (len(pictures),), generator=generator, device=generator.device)
    return drawn.to(pictures.device)


def rectangles(pictures: Tensor, area: tuple[float, float], ratio: tuple[float, float], generator: Generator) -> Tensor:
    """Left, top, width and height in whole pixels, int64 [n, 4], of a rectangle inside each picture.

    Its share of the picture is uniform in `area`, the logarithm of its width to height uniform in `ratio`, but for
    ratios that would not fit into the picture: the nearest that does is taken.
    """
    height, width = pictures.shape[2:]
    size = uniform(pictures, *area, generator) * (height * width)
    logs = torch.tensor(ratio).log()
    shape = uniform(pictures, float(logs[0]), float(logs[1]), generator).exp()
    shape = torch.minimum(torch.maximum(shape, size / height**2), width**2 / size)
    wide = (size * shape).sqrt().round().clamp(1, width)
    high = (size / shape).sqrt().round().clamp(1, height)
    left = (uniform(pictures, 0.0, 1.0, generator) * (width - wide + 1)).floor().minimum(width - wide)
    top = (uniform(pictures, 0.0, 1.0, generator) * (height - high + 1)).floor().minimum(height - high)
    return torch.stack((left, top, wide, high), 1).long()
