"""How much of a thread's time the clients may have, so that none of them can starve the pictures."""

from __future__ import annotations

from collections.abc import Callable

SHARE = 0.25
"""Of the time that passes."""
SAVED_S = 0.004
"""What can be saved up while nobody asks for anything."""
TURN_S = 0.0005
"""The longest stretch, but for a single command that takes longer."""


class Budget:
    """Earns `SHARE` of the time that passes and is spent by work. One thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._looked = now()
        self._saved_s = SAVED_S

    def wait_s(self) -> float:
        """0 when there is something to spend, else how long until there will be."""
        self._earn()
        return 0.0 if self._saved_s > 0.0 else (TURN_S - self._saved_s) / SHARE

    def begin_turn(self) -> float:
        """The moment by which to stop taking up work."""
        self._earn()
        return self._looked + TURN_S

    def is_over(self, until: float) -> bool:
        return self._now() >= until

    def end_turn(self) -> None:
        """What passed since `begin_turn` was work."""
        now = self._now()
        self._saved_s -= now - self._looked
        self._looked = now

    def _earn(self) -> None:
        now = self._now()
        self._saved_s = min(SAVED_S, self._saved_s + (now - self._looked) * SHARE)
        self._looked = now
