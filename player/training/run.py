"""One run in its folder: begins or goes on, keeps what the loop makes, and ends with the best weights and pictures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from player.errors import TrainingError
from player.training.checkpoint import read_checkpoint, write_checkpoint
from player.training.drawing import Drawing
from player.training.events import End, Epoch, Event, Listener, Reason, Start
from player.training.learner import Learner
from player.training.loop import Loop, StoppedError, kept_every
from player.training.metrics_file import MetricsFile
from player.training.recipe import Recipe
from player.training.result import Result, figures
from player.training.run_folder import Circumstances, RunFolder
from player.training.task import Evaluation, Task
from player.training.tensorboard import TensorBoard


class Run:
    """Use as a context manager. One thread; the folder is there and this run's."""

    def __init__(
        self,
        recipe: Recipe,
        task: Task,
        folder: RunFolder,
        circumstances: Circumstances,
        *,
        listeners: tuple[Listener, ...],
        stop: Callable[[], bool],
        say: Callable[[str], None],
    ) -> None:
        """`stop` is asked after every step; `say` is for people. Raises TrainingError, RecipeError, ModelError."""
        self._recipe, self._task, self._folder, self._circumstances = recipe, task, folder, circumstances
        self._stop, self._say = stop, say
        self._every = kept_every(task.steps)
        self._learner = Learner(recipe, task, torch.device(circumstances.device))
        self._loop = Loop(recipe, task, self._learner, self)
        self._result = Result(folder, recipe.name)
        self._confusion: NDArray[np.int64] | None = None
        self._closing = contextlib.ExitStack()
        self._metrics = self._closing.enter_context(contextlib.closing(MetricsFile(folder.metrics, self._every)))
        self._drawing = Drawing(folder, recipe.title or recipe.name, task.classes, say)
        self._listeners = [self._metrics.listen, self._drawing.listen, *listeners]

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_unused: object) -> None:
        self._closing.close()

    def train(self, *, resume: bool) -> End:
        """From the start or from the last checkpoint to the end. Raises TrainingError, DataError."""
        try:
            self._folder.clear()
            self._begin(resume)
            reason = self._loop.run()
            end = self._finish(reason)
        except torch.OutOfMemoryError as error:
            device = self._circumstances.device
            raise TrainingError(f"The memory of {device} is too small for this: lower task.batch.") from error
        except OSError as error:
            raise TrainingError(f"Cannot write {error.filename or self._folder.path}: {error.strerror}.") from error
        self.tell(end)
        return end

    def tell(self, event: Event) -> None:
        for listen in self._listeners:
            listen(event)
        if isinstance(event, Epoch) and self._drawing.due:
            self._draw()

    def check(self) -> None:
        if self._stop():
            raise StoppedError

    def save(self, state: dict[str, Any]) -> None:
        own = {
            "recipe": self._recipe.text,
            "counts": list(self._task.counts),
            "metrics": self._metrics.settle(),
            "confusion": None if self._confusion is None else torch.from_numpy(self._confusion),
        }
        write_checkpoint(self._folder.checkpoint, {**state, **own})

    def keep_best(self, evaluation: Evaluation, best: dict[str, float]) -> None:
        self._confusion = evaluation.confusion
        network = self._learner.judged
        self._result.write(network, self._task.card(network), self._told(best))

    def _begin(self, resume: bool) -> None:
        state = read_checkpoint(self._folder.checkpoint) if resume and self._folder.checkpoint.is_file() else None
        if state is None:
            self._metrics.cut(0)
        else:
            self._restore(state)
        self._drawing.catch_up()
        self._add_tensorboard()
        self.tell(
            Start(
                run=str(self._folder.path),
                name=self._recipe.name,
                task=self._recipe.task,
                epochs=self._recipe.epochs,
                steps=self._task.steps,
                epoch=min(self._loop.epoch + 1, self._recipe.epochs),
                device=self._circumstances.device,
                parameters=sum(each.numel() for each in self._learner.network.parameters()),
                classes=self._task.classes,
                train=self._task.counts[0],
                valid=self._task.counts[1],
                metric=self._task.metric,
                data=str(self._circumstances.data),
                threads=self._circumstances.threads,
            )
        )

    def _restore(self, state: dict[str, Any]) -> None:
        if state["recipe"] != self._recipe.text:
            raise TrainingError(f"Cannot go on: the run in {self._folder.path} was begun with another recipe.")
        if state["counts"] != list(self._task.counts):
            raise TrainingError("Cannot go on: the data are not those that the run began with.")
        self._loop.restore(state)
        self._metrics.cut(state["metrics"])
        self._confusion = None if state["confusion"] is None else state["confusion"].numpy()

    def _add_tensorboard(self) -> None:
        try:
            board = TensorBoard(self._folder.tensorboard, self._task.steps, self._every, self._loop.steps_done)
        except ImportError:
            self._say("There are no files for TensorBoard: the package tensorboardX is not installed.")
            return
        self._closing.enter_context(contextlib.closing(board))
        self._listeners.append(board.listen)

    def _finish(self, reason: Reason) -> End:
        best = self._loop.best
        there = bool(best) and self._result.there
        test: Evaluation | None = None
        if there and reason != "stopped":
            self._result.read_into(self._learner.judged)
            try:
                test = self._learner.evaluate("test", self.check)
            except StoppedError:
                reason = "stopped"
        if test is not None:
            self._result.tell_more(self._task.card(self._learner.judged), self._told(best, test.metrics))
        self._draw(test)
        return End(
            reason=reason,
            best=best,
            weights=str(self._result.weights) if there else None,
            card=str(self._result.card) if there else None,
            test={} if test is None else test.metrics,
        )

    def _draw(self, test: Evaluation | None = None) -> None:
        confusion = self._confusion if test is None else test.confusion
        judged = "validation" if test is None else "test"
        self._drawing.draw(confusion, f"{judged}, epoch {self._loop.best.get('epoch', 0):.0f}")

    def _told(self, best: Mapping[str, float], test: Mapping[str, float] | None = None) -> str:
        """How the weights came about, for their card."""
        recipe = self._recipe
        told = f"Trained by Overplay with the recipe {recipe.name}, seed {recipe.seed}; "
        told += f"epoch {best['epoch']:.0f} of {recipe.epochs}; validation: {figures(best)}"
        return told if test is None else f"{told}; test: {figures(test)}"
