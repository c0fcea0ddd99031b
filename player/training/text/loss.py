"""How wrong a map is: hearts found and hearts made up, and edges that are off."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_EMPTY_PLACES = 3
"""So many of the worst places without text count, for each with: others are easy and would drown them."""
_FEWEST_EMPTY = 2000


def text_loss(raw: Tensor, targets: Tensor) -> Tensor:
    """`raw` [n, 3, h, w] as the network gives it in training; `targets` [n, 4, h, w]: heart, weight, up, down."""
    raw = raw.float()
    heart, weight = targets[:, 0], targets[:, 1]
    each = functional.binary_cross_entropy_with_logits(raw[:, 0], heart, reduction="none") * weight
    is_heart = heart > 0
    count = int(is_heart.sum())
    empty = each[~is_heart]
    most = min(max(_EMPTY_PLACES * count, _FEWEST_EMPTY * len(raw)), len(empty))
    worst = empty.topk(most).values.sum() / most
    found = each[is_heart].sum() / weight[is_heart].sum().clamp(min=1)
    known = (weight > 0).float()
    said = raw[:, 0].sigmoid() * known
    overlap = 1 - (2 * (said * heart).sum() + 1) / (said.square().sum() + heart.sum() + 1)
    reach = torch.log(targets[:, 2:].clamp(min=1))
    off = functional.smooth_l1_loss(raw[:, 1:], reach, reduction="none", beta=0.1).sum(dim=1) * weight
    edges = off[is_heart].sum() / weight[is_heart].sum().clamp(min=1)
    return found + 3 * worst + overlap + edges
