"""The playback report: what was shown, how late, and what it cost (INTERFACES)."""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from operator import mul
from typing import Literal

from player.records import Picture

Stage = Literal["decode", "convert", "upload", "paint"]
STAGES: tuple[Stage, ...] = ("decode", "convert", "upload", "paint")
KEPT = 20_000
"""Measurements kept of each kind: over five minutes at 60 pictures a second."""
NEWEST = 600
"""So many can be asked for while playing, at little cost."""


class Series:
    """Numbers in milliseconds; any thread may add. The newest `KEPT` count."""

    def __init__(self) -> None:
        self._values: deque[float] = deque(maxlen=KEPT)
        self._newest: deque[float] = deque(maxlen=NEWEST)  # again, to be copied in no time

    def add(self, seconds: float) -> None:
        value = seconds * 1000.0
        self._values.append(value)
        self._newest.append(value)

    def recent(self, count: int = NEWEST) -> list[float]:
        """The newest `count` values, oldest first, in milliseconds; `NEWEST` at most."""
        values = list(self._newest.copy())
        return values[-count:] if count > 0 else []

    def summary(self) -> dict[str, float]:
        """mean, sd, p50, p95 and max in milliseconds; empty when nothing was measured."""
        return summarize(list(self._values.copy()))


def summarize(values: list[float]) -> dict[str, float]:
    """mean, sd, p50, p95 and max of `values`; empty when there are none. The largest is the furthest from zero."""
    if not values:
        return {}
    # Not `statistics`, which counts in fractions: 20,000 values would take it the time of several pictures, this 3 ms.
    ordered, count = sorted(values), len(values)
    mean = math.fsum(ordered) / count
    variance = math.fsum(map(mul, ordered, ordered)) / count - mean * mean
    return {
        "mean": round(mean, 3),
        "sd": round(math.sqrt(max(0.0, variance)), 3),
        "p50": round(_percentile(ordered, 0.50), 3),
        "p95": round(_percentile(ordered, 0.95), 3),
        "max": round(max(ordered[-1], -ordered[0]), 3),
    }


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class PlaybackStats:
    """Collects over one opened file. `opened` is the moment the open was asked for."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._opened = now()
        self._lock = threading.Lock()
        self._first_shown: float | None = None
        self._last_shown: float | None = None
        self.late = Series()
        self.interval = Series()
        self.av_diff = Series()
        self.stages: dict[Stage, Series] = {stage: Series() for stage in STAGES}

    def note_shown(self, _picture: Picture, late_s: float | None, av_diff_s: float | None) -> None:
        """A picture was handed to the screen; `late_s` None when no timer was waiting for it."""
        now = self._now()
        with self._lock:
            if self._first_shown is None:
                self._first_shown = now
            if late_s is not None:
                self.late.add(late_s)
                if self._last_shown is not None:
                    self.interval.add(now - self._last_shown)
            self._last_shown = now
        if late_s is not None and av_diff_s is not None:
            self.av_diff.add(av_diff_s)

    def break_off(self) -> None:
        """Playing stopped or goes on: the time from the picture before to the next is no interval."""
        with self._lock:
            self._last_shown = None

    def note_time(self, stage: Stage, seconds: float) -> None:
        self.stages[stage].add(seconds)

    def report(self) -> dict[str, object]:
        """The parts of the report that are measured here."""
        first = None if self._first_shown is None else round((self._first_shown - self._opened) * 1000.0, 1)
        return {
            "version": 1,
            "first_picture_ms": first,
            "late_ms": self.late.summary(),
            "av_diff_ms": self.av_diff.summary(),
            "interval_ms": self.interval.summary(),
            "per_picture_ms": {stage: series.summary() for stage, series in self.stages.items()},
            "cpu_s": round(time.process_time(), 2),
            "rss_mb": peak_memory_mb(),
        }


def peak_memory_mb() -> float | None:
    """The most memory this process has held, in MiB; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def memory_mb() -> float | None:
    """The memory this process holds now, in MiB; where the system does not say, the most it held."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
    except OSError:
        return peak_memory_mb()
    return round(pages * os.sysconf("SC_PAGE_SIZE") / (1024 * 1024), 1)
