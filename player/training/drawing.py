"""The pictures of a run, drawn anew now and then: its curves, and what it confuses."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from player.training.events import Epoch, Event
from player.training.metrics_file import read_metrics
from player.training.plots import draw_confusion, draw_curves
from player.training.run_folder import RunFolder
from player.training.seldom import Seldom
from player.whole_file import write_whole

_LEAST_S = 30.0
"""Between two drawings of a run that goes on."""


class Drawing:
    """Says once where matplotlib is missing, and draws nothing then."""

    def __init__(
        self,
        folder: RunFolder,
        title: str,
        classes: Sequence[str],
        say: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._title, self._classes, self._say = folder, title, classes, say
        self._epochs: list[Epoch] = []
        self._seldom = Seldom(now)
        self._missing = False

    @property
    def due(self) -> bool:
        return self._seldom.due(_LEAST_S)

    def catch_up(self) -> None:
        """With what an earlier process told. Raises OSError."""
        self._epochs = [event for event in read_metrics(self._folder.metrics) if isinstance(event, Epoch)]

    def listen(self, event: Event) -> None:
        if isinstance(event, Epoch):
            self._epochs.append(event)

    def draw(self, confusion: NDArray[np.int64] | None, told: str) -> None:
        """`told` says whose confusion it is. Raises OSError."""
        if self._missing or not self._epochs:
            return
        with self._seldom.doing():
            try:
                write_whole(self._folder.curves, draw_curves(self._epochs, self._title))
                if confusion is not None:
                    title = f"{self._title}: {told}"
                    write_whole(self._folder.confusion, draw_confusion(confusion, self._classes, title))
            except ImportError:
                self._missing = True
                self._say("There are no curves as PNG: the package matplotlib is not installed.")
