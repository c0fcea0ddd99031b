"""A training as a person follows it: a line that renews itself, and one that stays for each epoch."""

from __future__ import annotations

import contextlib

from player.cli.progress import Progress
from player.training.events import Epoch, Event, Start, Step


class TrainProgress:
    """Use as a context manager."""

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()
        self._progress: Progress | None = None
        self._start: Start | None = None
        self._steps = 0
        """Told so far, of all epochs."""

    def __enter__(self) -> TrainProgress:
        return self

    def __exit__(self, *_unused: object) -> None:
        self._open.close()

    def listen(self, event: Event) -> None:
        if isinstance(event, Start):
            self._begin(event)
        elif isinstance(event, Step):
            self._advance((event.epoch - 1), event.step)
        elif isinstance(event, Epoch):
            self._end_epoch(event)

    def _begin(self, start: Start) -> None:
        self._start = start
        self._steps = (start.epoch - 1) * start.steps
        left = start.epochs * start.steps - self._steps
        self._progress = self._open.enter_context(Progress("pictures", self._pictures(left)))
        words = f"{start.name}: {start.train} pictures to learn from, {start.valid} to judge by, {len(start.classes)}"
        self._progress.say(f"{words} classes; {start.parameters} parameters on {start.device}; in {start.run}")

    def _advance(self, epochs: int, step: int) -> None:
        """So many epochs are done, and so many steps of the next."""
        assert self._start is not None
        assert self._progress is not None
        steps = epochs * self._start.steps + step
        if steps > self._steps:
            self._progress.advance(self._pictures(steps) - self._pictures(self._steps))
            self._steps = steps

    def _end_epoch(self, epoch: Epoch) -> None:
        assert self._start is not None
        assert self._progress is not None
        self._advance(epoch.epoch, 0)
        valid = ", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in epoch.valid.items())
        best = ", the best so far" if epoch.best else ""
        learned = f"epoch {epoch.epoch} of {self._start.epochs}, {epoch.seconds:.0f} s: loss {epoch.train['loss']:.4f}"
        self._progress.say(f"{learned}; validation: {valid}{best}")

    def _pictures(self, steps: int) -> int:
        assert self._start is not None
        return steps * self._start.train // self._start.steps
