"""How quickly the training goes, and how long it still takes."""

from __future__ import annotations

from collections.abc import Callable

_MEMORY_S = 3.0
"""So long a change of the rate takes to be seen in full."""


class Pace:
    """Told by `now`. What lies between epochs counts for the time left, and not for the rate."""

    def __init__(self, now: Callable[[], float], total: int, done: int) -> None:
        """`done` of `total` steps were done before."""
        self._now = now
        self._total = total
        self._begun_at = self._done = done
        self._began = self._looked = now()
        self._pictures = 0
        self.rate = 0.0
        """Pictures a second, as of the last `look`."""

    def resume(self) -> None:
        """Steps follow again, after something else."""
        self._looked, self._pictures = self._now(), 0

    def step(self, pictures: int) -> None:
        self._done += 1
        self._pictures += pictures

    def look(self) -> None:
        now = self._now()
        passed = now - self._looked
        if passed <= 0:
            return
        share = min(1.0, passed / min(_MEMORY_S, now - self._began))
        self.rate += (self._pictures / passed - self.rate) * share
        self._looked, self._pictures = now, 0

    @property
    def left_s(self) -> float:
        """0 where nothing tells."""
        done = self._done - self._begun_at
        return (self._now() - self._began) / done * (self._total - self._done) if done else 0.0
