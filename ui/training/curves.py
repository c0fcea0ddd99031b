"""What a run's events amount to: lines over the epochs, for charts to draw."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from player.training.events import Epoch, Start, Step
from ui.training.wire import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from player.training.events import Event

MOST_POINTS = 2000
"""Of a line; beyond that every second one goes."""
MOST_METRICS = 3
SELDOM = ("top5",)
"""Metrics that lie far from the others, on whose scale these would be flat."""


@dataclass(slots=True)
class Line:
    """Values over the epochs: 2.5 is half through the third."""

    at: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, at: float, value: float | None) -> None:
        """What was said of this place, or of later ones, is said anew. None adds nothing."""
        if value is None:
            return
        if self.at and at <= self.at[-1]:
            self.cut(bisect_left(self.at, at))
        self.at.append(at)
        self.values.append(value)
        if len(self.at) > MOST_POINTS:
            self.at, self.values = self.at[-1::-2][::-1], self.values[-1::-2][::-1]

    def cut(self, count: int) -> None:
        del self.at[count:], self.values[count:]

    def near(self, at: float) -> float | None:
        """The value at the place nearest to `at`; None for a line without points."""
        if not self.at:
            return None
        right = bisect_left(self.at, at)
        if right == len(self.at) or (right > 0 and at - self.at[right - 1] <= self.at[right] - at):
            right -= 1
        return self.values[right]


class Curves:
    """Of one run, from its events in their order."""

    def __init__(self) -> None:
        self.steps = 0
        """Of an epoch."""
        self.epochs = 0
        """That the run is to have."""
        self.metric = "accuracy"
        """What tells the best epoch."""
        self.loss = Line()
        """Of the steps."""
        self.train_loss = Line()
        self.valid_loss = Line()
        self.metrics: dict[str, Line] = {}
        """Of the validation, by name."""
        self.rate = Line()
        """Learning rate."""
        self.best: Epoch | None = None
        self.last: Epoch | None = None

    def take(self, event: Event) -> None:
        match event:
            case Start():
                self.epochs, self.steps, self.metric = event.epochs, event.steps, event.metric
                self._go_back_to(event.epoch - 1)
            case Step():
                at = event.epoch - 1 + event.step / max(1, self.steps)
                self.loss.add(at, number(event.loss))
                self.rate.add(at, number(event.lr))
            case Epoch():
                self._take_epoch(event)

    def _take_epoch(self, event: Epoch) -> None:
        at = float(event.epoch)
        self.train_loss.add(at, number(event.train.get("loss")))
        self.valid_loss.add(at, number(event.valid.get("loss")))
        for name, value in event.valid.items():
            if name != "loss" and number(value) is not None:
                self.metrics.setdefault(name, Line()).add(at, number(value))
        self.last = event
        if event.best:
            self.best = event

    def _go_back_to(self, epoch: int) -> None:
        """A run that is resumed says anew what it had said after its checkpoint."""
        for line in (self.loss, self.train_loss, self.valid_loss, self.rate, *self.metrics.values()):
            line.cut(bisect_left(line.at, epoch + 1e-9))

    def drawn_metrics(self) -> list[str]:
        """The names of those there is room for: first what tells the best epoch."""
        others = (name for name in self.metrics if name != self.metric and name not in SELDOM)
        return [*((self.metric,) if self.metric in self.metrics else ()), *others][:MOST_METRICS]


def curves_of(events: Iterable[Event]) -> Curves:
    curves = Curves()
    for each in events:
        curves.take(each)
    return curves
