"""How much of the machine a thread takes that nobody waits for."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

BUSY_SHARE = 0.1
"""Of one processor, while the player is busy."""
REST_S = (0.01, 0.5)
"""The shortest and the longest rest after a portion of work."""
LOOK_S = 0.25
"""How often work that waits for the player to have time asks whether it has."""
QUIET_S = 0.5
"""The player has time when it has had some for so long: between two steps of a held key it has none."""
LONG_S = 120.0
"""After so long a wait it goes on in small portions, whatever the player does."""


class StoppedError(Exception):
    """The owner wants the thread to end."""


class Pace:
    """Used by the working thread; `stop` by its owner."""

    def __init__(self, is_busy: Callable[[], bool], now: Callable[[], float]) -> None:
        self._is_busy = is_busy
        self._now = now
        self._stop = threading.Event()
        self._since = now()
        self._patience_s = LONG_S
        self._busy_at = float("-inf")

    def stop(self) -> None:
        self._stop.set()

    def share(self) -> None:
        """Between portions of a millisecond or two: rests as long as the player is busy. Raises StoppedError."""
        worked_s = self._now() - self._since
        rest_s = 0.0
        if self._is_busy():
            rest_s = min(max(worked_s / BUSY_SHARE - worked_s, REST_S[0]), REST_S[1])
        if self._stop.wait(rest_s) if rest_s else self._stop.is_set():
            raise StoppedError
        self._since = self._now()

    def yield_to_player(self) -> None:
        """Between portions of decoding: waits until the player has time, but not for ever. Raises StoppedError."""
        while self._patience_s > 0 and not self._stop.is_set():
            began = self._now()
            if self._is_busy():
                self._busy_at = began
            if began - self._busy_at >= QUIET_S:
                break
            self._stop.wait(LOOK_S)
            self._since = self._now()
            self._patience_s -= self._since - began
        self.share()


def lower_priority(niceness: int = 19) -> None:
    """The calling thread, and those that it starts, give way to others: by default to all. Linux only."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
