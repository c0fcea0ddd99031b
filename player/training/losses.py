"""What a classifier's answers cost: cross-entropy, and LDAM for classes of very different size (Cao and others, 2019).

Both take logits, never a softmax of them, and compute in float32 whatever the logits are in.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from player.errors import DataError
from player.training.loss_settings import LossSettings


class Loss:
    """Called with logits [n, classes], a target and the epoch (from 0): the mean cost, one number.

    The target is labels, whole numbers [n], or the classes' shares, float [n, classes], whose rows sum to 1.
    LDAM wants the right class to win by its margin; of shares, each class's margin counts as much as its share.
    """

    def __init__(self, settings: LossSettings, class_counts: Sequence[int]) -> None:
        """`class_counts`: the pictures of each class to learn from. Raises DataError."""
        if len(class_counts) < 2:
            raise DataError("There is one class alone: a softmax over one is always 1, and nothing can be learned.")
        counts = torch.tensor(class_counts, dtype=torch.float32)
        if (settings.name == "ldam" or settings.reweight_epoch is not None) and not counts.all():
            raise DataError("A class without a picture has no margin and no weight: every class needs one.")
        self._smoothing = settings.smoothing
        self._reweight_epoch = settings.reweight_epoch
        self._margins = torch.zeros_like(counts)
        if settings.name == "ldam":
            roots = counts**-0.25
            self._margins = settings.scale * settings.margin * roots / roots.max()
        self._weights = torch.ones_like(counts)
        if settings.reweight_epoch is not None:
            weights = (1 - settings.beta) / (1 - settings.beta**counts)
            self._weights = weights / weights.mean()

    def __call__(self, logits: Tensor, target: Tensor, epoch: int) -> Tensor:
        classes = len(self._margins)
        if logits.ndim != 2 or logits.shape[1] != classes:
            raise ValueError(f"logits of shape {list(logits.shape)} are not [n, {classes}]")
        shares = _shares(target, len(logits), classes)
        if self._margins.device != logits.device:
            self._margins, self._weights = self._margins.to(logits.device), self._weights.to(logits.device)
        logits = logits.float() - self._margins * shares
        shares = shares * (1 - self._smoothing) + self._smoothing / classes
        if self._reweight_epoch is not None and epoch >= self._reweight_epoch:
            shares = shares * self._weights
        return -(shares * functional.log_softmax(logits, dim=1)).sum() / shares.sum()


def make_loss(settings: LossSettings, class_counts: Sequence[int]) -> Loss:
    return Loss(settings, class_counts)


def _shares(target: Tensor, count: int, classes: int) -> Tensor:
    if target.dtype == torch.bool or target.is_complex():
        raise ValueError(f"a target of {target.dtype} is neither labels nor shares")
    if target.is_floating_point():
        if target.shape != (count, classes):
            raise ValueError(f"shares of shape {list(target.shape)} are not [{count}, {classes}]")
        return target.float()
    if target.shape != (count,):
        raise ValueError(f"labels of shape {list(target.shape)} are not [{count}]")
    return functional.one_hot(target.long(), classes).float()
