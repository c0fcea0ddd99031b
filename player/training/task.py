"""What a training is to the loop: where pictures come from, what is lost, how good it is, what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from player.analysis.card import ModelCard
    from player.training.optimisers import Group

Split = Literal["valid", "test"]


@dataclass(frozen=True, slots=True)
class Batch:
    """As it is read, before chance and the device have their part."""

    pictures: Tensor
    """[n, c, h, w] uint8, on the CPU."""
    targets: Any
    """The task's own, on the CPU: labels int64 [n] of a classifier."""

    def __len__(self) -> int:
        return int(self.pictures.shape[0])


@dataclass(frozen=True, slots=True)
class Evaluation:
    metrics: Mapping[str, float]
    """With `loss`, and the task's `metric`."""
    confusion: NDArray[np.int64] | None = None
    """[true, said], where there are classes to confuse."""


class Task(Protocol):
    """Made for one run, of a recipe, the data's folder and the device; all that is wrong with the data is told then.

    What happens in step `step` of `epoch` (both from 0) depends on the recipe's seed, the two and the weights alone:
    draw from `seeds.derive(seed, purpose, epoch, step)` or from the generator given, never from a generator that
    lives longer. So a run that was killed goes on as if it had not been.
    """

    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def counts(self) -> tuple[int, int]:
        """Pictures to train on and to judge by, for people."""

    @property
    def steps(self) -> int:
        """Batches in an epoch."""

    @property
    def metric(self) -> str:
        """Which of the evaluation's metrics tells the best epoch; more is better."""

    def build(self) -> nn.Module:
        """The network, on the CPU, its weights drawn from torch's own generator (seeded by the caller) or read."""

    def groups(self, network: nn.Module) -> list[Group]:
        """All parameters, in the groups that the optimiser is to treat apart; `optimisers.group_parameters`."""

    def begin_epoch(self, network: nn.Module, epoch: int) -> None:
        """`network.train()`, and what is to change with the epoch: stages that thaw."""

    def batches(self, epoch: int, first: int) -> Generator[Batch]:
        """The epoch's batches from step `first` on; closed when the run stops early."""

    def prepare(self, batch: Batch, epoch: int, generator: torch.Generator) -> tuple[Tensor, Any]:
        """What goes into the network and what is to come out, on the device: augmented, normalised, mixed."""

    def loss(self, outputs: Any, targets: Any, epoch: int) -> Tensor:
        """One number, on the device."""

    def evaluate(self, network: nn.Module, split: Split, check: Callable[[], None]) -> Evaluation | None:
        """How good the network is (it is in `eval()` and under `inference_mode` and autocast); None: no such split.

        Call `check` after every batch: it raises where the run is to stop.
        """

    def card(self, network: nn.Module) -> ModelCard:
        """What the player must know of the weights, but for `sha256`."""
