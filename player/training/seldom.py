"""Work beside the training that may cost only so much of its time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

_SHARE = 0.05


class Seldom:
    """Says when something may be done again: at most a twentieth of the time goes by with it, told by `now`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._ended = now()
        self._cost = 0.0

    def due(self, at_least_s: float = 0.0) -> bool:
        """Whether it may be done, and was not within the last `at_least_s`."""
        return self._now() - self._ended >= max(at_least_s, self._cost / _SHARE)

    @contextlib.contextmanager
    def doing(self) -> Iterator[None]:
        began = self._now()
        try:
            yield
        finally:
            self._ended = self._now()
            self._cost = self._ended - began
