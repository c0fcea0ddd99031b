"""How good a classifier is: counts over a split, and what they come to."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from player.training.task import Evaluation

TOP = 5


class Tally:
    """Collects batch by batch on the network's device; one transfer at the end."""

    def __init__(self, classes: int) -> None:
        self._classes = classes
        self._said: list[Tensor] = []
        self._true: list[Tensor] = []
        self._losses: list[Tensor] = []

    def add(self, logits: Tensor, labels: Tensor, loss: Tensor) -> None:
        """`loss` is the batch's mean."""
        self._said.append(logits.float().topk(min(TOP, self._classes), dim=1).indices)
        self._true.append(labels)
        self._losses.append(loss.float() * len(labels))

    def evaluation(self) -> Evaluation:
        said = torch.cat(self._said).cpu().numpy()
        true = torch.cat(self._true).cpu().numpy()
        loss = float(torch.stack(self._losses).double().sum()) / len(true)
        confusion = count_pairs(true, said[:, 0], self._classes)
        metrics = {
            "loss": loss,
            "accuracy": float(np.trace(confusion)) / len(true),
            "balanced_accuracy": balanced_accuracy(confusion),
        }
        if self._classes > TOP:
            metrics[f"top{TOP}"] = float((said == true[:, None]).any(axis=1).mean())
        return Evaluation(metrics, confusion)


def count_pairs(true: NDArray[np.int64], said: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """The confusion matrix, [true, said]."""
    return np.bincount(true * classes + said, minlength=classes * classes).reshape(classes, classes)


def balanced_accuracy(confusion: NDArray[np.int64]) -> float:
    """The mean of the classes' recalls, of those that are there at all."""
    there = confusion.sum(axis=1)
    recalls = np.diag(confusion)[there > 0] / there[there > 0]
    return float(recalls.mean()) if recalls.size else 0.0
