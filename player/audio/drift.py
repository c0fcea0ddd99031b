"""Corrections of the sound when something else is the master clock, and a steady reading of its own clock."""

from __future__ import annotations

import math

from player.audio.sink import Samples

AVERAGED = 20
"""Measurements before a correction begins."""
_KEEP = math.exp(math.log(0.01) / AVERAGED)
MAX_CORRECTION = 0.1
"""At most this share of a chunk's samples is added or taken away."""
NO_SYNC_S = 10.0


class DriftCorrector:
    """How many samples to play instead of n, from the averaged difference to the master (ENGINE A9)."""

    def __init__(self, threshold_s: float) -> None:
        self._threshold_s = threshold_s
        self.reset()

    def reset(self) -> None:
        self._sum = 0.0
        self._count = 0

    def wanted(self, count: int, rate: int, drift_s: float | None) -> int:
        """`drift_s`: audio minus master, None when unknown. Returns `count` when nothing is to be done."""
        if drift_s is None:
            return count
        if abs(drift_s) >= NO_SYNC_S:
            self.reset()
            return count
        self._sum = drift_s + _KEEP * self._sum
        if self._count < AVERAGED:
            self._count += 1
            return count
        if abs(self._sum * (1.0 - _KEEP)) < self._threshold_s:
            return count
        room = int(count * MAX_CORRECTION)
        return count + max(-room, min(room, int(drift_s * rate)))


def stretch(samples: Samples, count: int) -> Samples:
    """`samples`, interpolated linearly to `count` of them; for changes of a few percent."""
    if count == len(samples) or not len(samples):
        return samples
    import numpy as np  # only who lets something else than the sound set the pace comes here

    array = samples.array()
    places = np.linspace(0.0, len(array) - 1.0, count)
    known = np.arange(len(array))
    columns = [np.interp(places, known, array[:, channel]) for channel in range(samples.channels)]
    return Samples.of(np.stack(columns, axis=1).astype(np.float32))


class SteadyPosition:
    """Smooths positions read from a queue that empties a whole period at a time (HOUSE fact 7)."""

    GAIN = 0.1
    JUMP_S = 0.06
    """A reading further off than this is a new position, not noise."""

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None

    def reset(self) -> None:
        self._last = None

    def read(self, raw_s: float, now: float, speed: float) -> float:
        """The position at `now`, given what the queue says."""
        if self._last is None:
            steady = raw_s
        else:
            expected = self._last[0] + (now - self._last[1]) * speed
            error = raw_s - expected
            steady = raw_s if abs(error) > self.JUMP_S else expected + self.GAIN * error
        self._last = (steady, now)
        return steady
