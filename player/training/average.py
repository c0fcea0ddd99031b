"""The moving average of a network's weights, which is often better than the last of them."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Average:
    """A second network that follows the first. Statistics of normalisations are averaged as weights are."""

    def __init__(self, network: nn.Module, keep: float) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False)
        self._keep = keep

    @torch.no_grad()
    def follow(self, network: nn.Module, step: int) -> None:
        """After step `step` of the whole training, from 0: at first it follows more quickly, to forget the start."""
        keep = min(self._keep, (1 + step) / (10 + step))
        own, theirs = list(self.network.state_dict().values()), list(network.state_dict().values())
        real = [at for at, each in enumerate(own) if each.is_floating_point()]
        torch._foreach_lerp_([own[at] for at in real], [theirs[at] for at in real], 1 - keep)
        for mine, their in zip(own, theirs, strict=True):
            if not mine.is_floating_point():
                mine.copy_(their)
