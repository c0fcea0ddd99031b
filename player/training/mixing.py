"""Pictures mixed with others of their batch: mixup (Zhang and others, 2017) and cutmix (Yun and others, 2019)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional

from player.training.mixing_settings import MixSettings

Mixing = Callable[[Tensor, Tensor, Generator], tuple[Tensor, Tensor]]
"""Pictures [n, c, h, w] and labels [n] to mixed ones and what each class has of them, float [n, classes]."""


def make_mixing(settings: MixSettings, classes: int) -> Mixing | None:
    """None where nothing is mixed. What is mixed hangs on the generator's state alone, wherever the pictures are."""
    if not settings.share or not (settings.mixup or settings.cutmix):
        return None

    def mix(pictures: Tensor, labels: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        # numpy draws what torch has no generator for.
        seed = int(torch.randint(2**62, (), generator=generator, device=generator.device))
        chance = np.random.default_rng(seed)
        shares = functional.one_hot(labels.long(), classes).float()
        if chance.random() >= settings.share:
            return pictures, shares
        cuts = chance.random() < 0.5 if settings.mixup and settings.cutmix else bool(settings.cutmix)
        alpha = settings.cutmix if cuts else settings.mixup
        kept = float(chance.beta(alpha, alpha))
        others = torch.from_numpy(chance.permutation(len(pictures))).to(pictures.device)
        if cuts:
            pictures, kept = _pasted(pictures, others, kept, chance)
        else:
            pictures = pictures * kept + pictures[others] * (1 - kept)
        return pictures, shares * kept + shares[others] * (1 - kept)

    return mix


def _pasted(pictures: Tensor, others: Tensor, kept: float, chance: np.random.Generator) -> tuple[Tensor, float]:
    """One rectangle for the whole batch, and what is left of each picture beside it."""
    height, width = pictures.shape[2:]
    side = float(np.sqrt(1 - kept)) / 2
    x, y = chance.integers(width), chance.integers(height)
    left, right = (int(np.clip(round(x + way * side * width), 0, width)) for way in (-1, 1))
    top, bottom = (int(np.clip(round(y + way * side * height), 0, height)) for way in (-1, 1))
    pasted = pictures.clone()
    pasted[:, :, top:bottom, left:right] = pictures[others, :, top:bottom, left:right]
    return pasted, 1 - (right - left) * (bottom - top) / (width * height)
