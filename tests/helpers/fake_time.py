"""A clock that moves only when the test says so."""

from __future__ import annotations


class FakeTime:
    """Stands in for `time.monotonic`: pass the object itself as `now`."""

    def __init__(self, start: float = 1000.0) -> None:
        self._now = start

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`. A monotonic clock never goes back, so neither does this one."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self._now += seconds

    def advance_to(self, moment: float) -> None:
        """Move on to `moment`, exactly: no sum of steps and no rounding of one."""
        if moment < self._now:
            raise ValueError("time does not go back")
        self._now = moment
