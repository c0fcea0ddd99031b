"""The pace of pictures that are stepped through one after the other while a key is held."""

from __future__ import annotations

from collections.abc import Callable

SLOWEST_S = 0.5
"""A run shows a picture at least so often, however long each lasts."""
FASTEST_S = 0.002


class Run:
    """Says when the next picture is due: the file's own rate. Whoever owns it takes the steps, on one thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._due = 0.0  # when the next picture is
        self.direction = 0
        """1 forward, -1 in reverse, 0 while nothing runs."""

    def start(self, direction: int) -> None:
        """Harmless while it runs that way."""
        if direction != self.direction:
            self.direction = direction
            self._due = self._now()

    def stop(self) -> None:
        self.direction = 0

    def wait_s(self) -> float | None:
        """How long until the next picture is due; None while nothing runs."""
        return max(0.0, self._due - self._now()) if self.direction else None

    def go_on(self, lasts_s: float) -> float:
        """The picture that is due comes now. How long until the one after it, when by its times this one lasts so."""
        now = self._now()
        self._due = max(now, self._due + min(max(lasts_s, FASTEST_S), SLOWEST_S))
        return self._due - now
