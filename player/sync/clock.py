"""A media position that runs on by itself and knows when it is stale (ENGINE A6)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from player.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ClockMark:
    """A position as of one moment; `time_s` None when it is unknown."""

    time_s: float | None
    at: float
    serial: int
    speed: float = 1.0
    paused: bool = False

    def read(self, now: float) -> float | None:
        if self.time_s is None or self.paused:
            return self.time_s
        return self.time_s + (now - self.at) * self.speed


class Clock:
    """Readers take one whole mark; writers hold the leaf lock. `now` is monotonic, in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._mark = ClockMark(time_s=None, at=now(), serial=-1)

    def set(self, time_s: float | None, serial: int, at: float | None = None) -> None:
        """The position is `time_s` as of `at` (now when None)."""
        with self._lock:
            moment = self._now() if at is None else at
            self._mark = replace(self._mark, time_s=time_s, at=moment, serial=serial)

    def get(self, serial: int) -> float | None:
        """Position now; None when unknown or when the last mark belongs to another serial."""
        mark = self._mark
        return mark.read(self._now()) if mark.serial == serial else None

    @property
    def serial(self) -> int:
        return self._mark.serial

    @property
    def speed(self) -> float:
        return self._mark.speed

    def set_speed(self, speed: float) -> None:
        """Changes the rate without a jump. `speed` is media seconds a second."""
        with self._lock:
            now = self._now()
            self._mark = replace(self._mark, time_s=self._mark.read(now), at=now, speed=speed)

    def set_paused(self, paused: bool) -> None:
        """Stops or resumes the clock without a jump."""
        with self._lock:
            now = self._now()
            self._mark = replace(self._mark, time_s=self._mark.read(now), at=now, paused=paused)
