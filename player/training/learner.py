"""A network that learns: one step at a time, and all that has to be remembered between two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from player.errors import TrainingError
from player.training.average import Average
from player.training.optimisers import make_optimiser, set_rate
from player.training.precision import Precision
from player.training.recipe import Recipe
from player.training.schedule import rate_factor
from player.training.seeds import derive
from player.training.task import Batch, Evaluation, Split, Task


class Learner:
    """Owns the network, its optimiser and what goes with them. One thread."""

    def __init__(self, recipe: Recipe, task: Task, device: torch.device) -> None:
        """Raises RecipeError, ModelError."""
        self._recipe = recipe
        self._task = task
        self._precision = Precision(recipe.amp, device)
        torch.manual_seed(derive(recipe.seed, "weights"))
        # The layout in which convolutions are quickest: a fifth of the time on a CPU, more in half precision on a GPU.
        network = task.build().to(device)
        self.network: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._optimiser = make_optimiser(recipe.optimiser, task.groups(self.network))
        self._average = Average(self.network, recipe.ema) if recipe.ema else None
        self._generator = torch.Generator(device)

    @property
    def judged(self) -> nn.Module:
        """The network that is judged and kept: the average where there is one."""
        return self.network if self._average is None else self._average.network

    def rate(self, epoch: int, step: int) -> float:
        """The learning rate of a step, both from 0."""
        done = epoch + step / self._task.steps
        return self._recipe.optimiser.lr * rate_factor(self._recipe.schedule, done, self._recipe.epochs)

    def learn(self, batch: Batch, epoch: int, step: int) -> Tensor:
        """One step: forward, loss, backward, step. The loss, which nobody has looked at yet."""
        recipe, task, scaler = self._recipe, self._task, self._precision.scaler
        torch.manual_seed(derive(recipe.seed, "network", epoch, step))  # what dropout draws from
        self._generator.manual_seed(derive(recipe.seed, "batch", epoch, step))
        set_rate(self._optimiser, self.rate(epoch, step))

        pictures, targets = task.prepare(batch, epoch, self._generator)
        with self._precision.autocast():
            loss = task.loss(self.network(pictures), targets, epoch)
        self._optimiser.zero_grad()
        scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        if recipe.clip:
            scaler.unscale_(self._optimiser)
            nn.utils.clip_grad_norm_(self.network.parameters(), recipe.clip)
        scaler.step(self._optimiser)
        scaler.update()
        if self._average is not None:
            self._average.follow(self.network, epoch * task.steps + step)
        return loss.detach()

    def evaluate(self, split: Split, check: Callable[[], None]) -> Evaluation | None:
        """How good the judged network is; None where there is no such split. What `check` raises ends it."""
        with torch.inference_mode(), self._precision.autocast():
            return self._task.evaluate(self.judged.eval(), split, check)

    def state(self) -> dict[str, Any]:
        """All of it, as tensors and plain values."""
        return {
            "network": self.network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "scaler": self._precision.scaler.state_dict(),
            "average": {} if self._average is None else self._average.network.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Back to `state`. Raises TrainingError where it is another network's."""
        try:
            self.network.load_state_dict(state["network"])
            self._optimiser.load_state_dict(state["optimiser"])
            if self._precision.scaler.is_enabled():
                self._precision.scaler.load_state_dict(state["scaler"])
            if self._average is not None:
                self._average.network.load_state_dict(state["average"])
        except (KeyError, ValueError, RuntimeError, AttributeError, TypeError) as error:
            raise TrainingError("Cannot go on: the checkpoint is of another network or optimiser.") from error
