"""The way through the epochs: learn, look up now and then, judge, keep the best, end."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from player.errors import TrainingError
from player.training.events import Epoch, Event, Reason, Step
from player.training.learner import Learner
from player.training.pace import Pace
from player.training.recipe import Recipe
from player.training.seldom import Seldom
from player.training.task import Evaluation, Task

LIVE_S = 0.2
"""Between two steps that are told while they happen."""
KEPT_AN_EPOCH = 20
"""So many steps of an epoch are told whatever the clock says, the same ones in every run of a recipe."""


class StoppedError(Exception):
    """The run is to end where it is."""


class Keeper(Protocol):
    """What the loop does to the world."""

    def tell(self, event: Event) -> None: ...
    def save(self, state: dict[str, Any]) -> None:
        """Writes what `Loop.restore` needs."""

    def keep_best(self, evaluation: Evaluation, best: dict[str, float]) -> None:
        """The judged network is the best so far: `best` has the epoch's number and its metrics."""

    def check(self) -> None:
        """Raises StoppedError when somebody asked for the end."""


class Loop:
    """Where a training is: the epoch and step it has come to, and the best so far."""

    def __init__(
        self, recipe: Recipe, task: Task, learner: Learner, keeper: Keeper, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._recipe, self._task, self._learner, self._keeper, self._now = recipe, task, learner, keeper, now
        self._saving, self._live = Seldom(now), Seldom(now)
        self._every = kept_every(task.steps)
        self._step = 0
        self._seconds = 0.0
        self._losses = torch.zeros(task.steps, device=next(learner.network.parameters()).device)
        self.epoch = 0
        """The epoch that is worked at, from 0; past the last one at the end."""
        self.best: dict[str, float] = {}
        """The best epoch's number, from 1, and its metrics."""

    def run(self) -> Reason:
        """To the end, or until it is stopped. Raises TrainingError, DataError."""
        pace = Pace(self._now, self._recipe.epochs * self._task.steps, self.steps_done)
        try:
            while not self._ended:
                began = self._now() - self._seconds
                pace.resume()
                self._learn(began, pace)
                self._judge(began)
        except StoppedError:
            self._save()
            return "stopped"
        return "done" if self.epoch == self._recipe.epochs else "early-stop"

    def state(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "step": self._step,
            "seconds": self._seconds,
            "losses": self._losses,
            "best": self.best,
            "learner": self._learner.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from `state`. Raises TrainingError where it is another training's."""
        if state["losses"].shape != self._losses.shape:
            raise TrainingError("Cannot go on: the data are not those that the run began with.")
        self._learner.restore(state["learner"])
        self.epoch, self._step, self._seconds = state["epoch"], state["step"], state["seconds"]
        self._losses.copy_(state["losses"])
        self.best = dict(state["best"])

    @property
    def steps_done(self) -> int:
        """Of all epochs."""
        return self.epoch * self._task.steps + self._step

    @property
    def _ended(self) -> bool:
        patience = self._recipe.early_stop
        waited = self.epoch - int(self.best.get("epoch", self.epoch))
        return self.epoch >= self._recipe.epochs or (patience > 0 and waited >= patience)

    def _learn(self, began: float, pace: Pace) -> None:
        """What is left of this epoch's steps."""
        self._task.begin_epoch(self._learner.network, self.epoch)
        with contextlib.closing(self._task.batches(self.epoch, self._step)) as batches:
            for batch in batches:
                self._losses[self._step] = self._learner.learn(batch, self.epoch, self._step)
                self._step += 1
                self._seconds = self._now() - began
                pace.step(len(batch))
                self._look_up(pace)

    def _look_up(self, pace: Pace) -> None:
        """Between two steps."""
        if self._step % self._every == 0 or self._live.due(LIVE_S):
            with self._live.doing():
                pace.look()
                recent = self._known_losses()[-self._every :]
                rate = self._learner.rate(self.epoch, self._step - 1)
                loss = float(recent.mean(dtype=np.float64))
                self._keeper.tell(Step(self.epoch + 1, self._step, loss, rate, pace.rate, pace.left_s))
        if self._saving.due(self._recipe.checkpoint_s):
            self._save()
        self._keeper.check()

    def _judge(self, began: float) -> None:
        """The epoch is learned: how good is the network now?"""
        losses = self._known_losses()
        evaluation = self._learner.evaluate("valid", self._keeper.check)
        assert evaluation is not None, "no training without pictures to judge by"
        self._seconds = self._now() - began
        value = evaluation.metrics[self._task.metric]
        best = not self.best or value > self.best[self._task.metric]
        if best:
            self.best = {"epoch": self.epoch + 1, **evaluation.metrics}
            self._keeper.keep_best(evaluation, self.best)
        train = {"loss": float(losses.mean(dtype=np.float64))}
        rate = self._learner.rate(self.epoch, self._step - 1)
        self._keeper.tell(Epoch(self.epoch + 1, train, evaluation.metrics, best, self._seconds, rate))
        self.epoch, self._step, self._seconds = self.epoch + 1, 0, 0.0
        if self._ended or self._saving.due():
            self._save()

    def _save(self) -> None:
        with self._saving.doing():
            self._known_losses()
            self._keeper.save(self.state())

    def _known_losses(self) -> NDArray[np.float32]:
        """Those of this epoch so far. Raises TrainingError where one is no number: nothing good comes after it."""
        losses: NDArray[np.float32] = self._losses[: self._step].cpu().numpy()
        wrong = np.flatnonzero(~np.isfinite(losses))
        if wrong.size:
            raise TrainingError(
                f"The loss is not finite in step {wrong[0] + 1} of epoch {self.epoch + 1}: "
                "a smaller optimiser.lr, task.clip or task.amp off may help."
            )
        return losses


def kept_every(steps: int) -> int:
    """Each how manieth step of an epoch of so many is told in any case."""
    return math.ceil(steps / KEPT_AN_EPOCH)
