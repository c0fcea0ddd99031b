"""Measures pairs of pictures on a thread of its own: the newest one, whatever was asked for meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from player.compare.matching import Matcher
from player.compare.metrics import Metrics
from player.compare.pairing import Pair
from player.errors import StreamError
from player.worker import Worker


@dataclass(frozen=True, slots=True)
class Measured:
    """A pair with its figures, or with the sentence that says why there are none."""

    pair: Pair
    metrics: Metrics | None
    tag: int
    """As it was asked."""
    problem: str = ""


class Meter:
    """Its thread "compare-meter" begins with the first pair. `wakeup` is called there when `take` has something."""

    def __init__(self, wakeup: Callable[[], None]) -> None:
        self._wakeup = wakeup
        self._cond = threading.Condition()
        self._asked: tuple[Pair, int] | None = None  # guarded by _cond
        self._found: Measured | None = None  # guarded by _cond
        self._measuring: tuple[Pair, int] | None = None  # guarded by _cond
        self._stopping = False  # guarded by _cond
        self._worker: Worker | None = None

    def ask(self, pair: Pair, tag: int = 0) -> None:
        """Soon, and nothing that was asked for before and has not begun."""
        if self._worker is None:
            self._worker = Worker("compare-meter", self._run, self._on_error)
            self._worker.start()
        with self._cond:
            self._asked = (pair, tag)
            self._cond.notify()

    def take(self) -> Measured | None:
        """The newest since the last time."""
        with self._cond:
            found, self._found = self._found, None
            return found

    def close(self) -> None:
        """Raises ThreadStuckError when it takes over 2 s."""
        with self._cond:
            self._stopping = True
            self._asked = None
            self._cond.notify()
        if self._worker is not None:
            self._worker.join()

    def _on_error(self, error: BaseException) -> None:
        with self._cond:
            assert self._measuring is not None
            pair, tag = self._measuring
            self._found = Measured(pair, None, tag, f"Nothing is measured any more: {error}")
        self._wakeup()

    def _run(self) -> None:
        matcher = Matcher()
        while True:
            with self._cond:
                self._cond.wait_for(lambda: self._asked is not None or self._stopping)
                asked, self._asked = self._asked, None
                if asked is None:
                    return
                self._measuring = asked
            pair, tag = asked
            try:
                found = Measured(pair, matcher.measure(pair.picture, pair.reference), tag)
            except StreamError as error:
                found = Measured(pair, None, tag, str(error))
            with self._cond:
                self._found = found
            self._wakeup()
