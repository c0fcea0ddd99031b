"""The last seconds of sound that were sent to the device, for whoever draws them. numpy comes with the drawing."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from player.audio.sink import Samples
from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT_S = 30.0
JUMP_S = 0.05
"""Sound that begins further from where the last ended is another place in the file."""
STRAIGHT_S = 1e-5
AGAIN_S = 0.5
"""What was there already and comes again (silence, when another device takes over) is left out."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of sound, its channels averaged, before volume and mute."""

    samples: NDArray[np.float32]
    rate: int
    times_s: NDArray[np.float64]
    """Media times (container seconds) of `places`: between two of them time runs evenly."""
    places: NDArray[np.float64]
    """Indexes into `samples`, which may begin before its first and end after its last."""

    def place_of(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where moments are in `samples`; those outside are put at its ends."""
        import numpy as np

        placed: NDArray[np.float64] = np.interp(times_s, self.times_s, self.places)
        return placed


class Tap:
    """Written by the audio thread, read by any. While nobody looks nothing is kept and writing costs a comparison."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.wanted = False
        self._ring: NDArray[np.float32] | None = None  # guarded by _lock, as all below
        self._rate = 0
        self._written = 0  # samples since the beginning of `_marks`
        self._marks: deque[tuple[float, int]] = deque()  # (media time, samples written by then)
        self._generation = 0

    def want(self, wanted: bool) -> None:
        """Begin to keep sound, or stop and forget it."""
        with self._lock:
            self.wanted = wanted
            self._forget()
            if not wanted:
                self._ring, self._rate = None, 0

    @property
    def generation(self) -> int:
        """Another number means that the sound before is no longer the one that leads here."""
        return self._generation

    def restart(self) -> None:
        """What comes next is another place in the file, or another file."""
        with self._lock:
            self._forget()

    def put(self, samples: Samples, rate: int, start_s: float, end_s: float) -> None:
        """Audio thread: these samples are the media from `start_s` to `end_s`."""
        if not self.wanted or not len(samples):
            return
        import numpy as np

        mono = samples.array().mean(axis=1, dtype=np.float32)
        with self._lock:
            if self._ring is None or rate != self._rate:
                self._ring, self._rate = np.zeros(int(KEPT_S * rate), np.float32), rate
                self._forget()
            if self._marks and self._marks[-1][0] - AGAIN_S < end_s <= self._marks[-1][0]:
                return
            if self._marks and abs(start_s - self._marks[-1][0]) > JUMP_S:
                self._forget()
            if not self._marks:
                self._marks.append((start_s, 0))
            size = len(self._ring)
            mono = mono[-size:]
            at = self._written % size
            fits = min(len(mono), size - at)
            self._ring[at : at + fits] = mono[:fits]
            self._ring[: len(mono) - fits] = mono[fits:]
            self._written += len(mono)
            self._mark(end_s)
            while len(self._marks) > 1 and self._marks[1][1] < self._written - size:
                self._marks.popleft()

    def _mark(self, time_s: float) -> None:
        """Media time and samples go on evenly for long: one mark at each end of that is enough."""
        marks = self._marks
        if len(marks) >= 2:
            (before_s, before), (last_s, last) = marks[-2], marks[-1]
            straight = before_s + (last_s - before_s) / (last - before) * (self._written - before)
            if abs(straight - time_s) < STRAIGHT_S:
                marks.pop()
        marks.append((time_s, self._written))

    def read(self, from_s: float, to_s: float, margin_s: float) -> Excerpt | None:
        """The sound from `from_s` to `to_s`, and `margin_s` device seconds on either side, as far as it is there."""
        import numpy as np

        with self._lock:
            if self._ring is None or len(self._marks) < 2:
                return None
            times_s = np.array([time_s for time_s, _ in self._marks])
            places = np.array([float(place) for _, place in self._marks])
            margin = int(margin_s * self._rate) + 1
            oldest = max(0, self._written - len(self._ring))
            first = max(oldest, int(np.interp(from_s, times_s, places)) - margin)
            last = min(self._written, int(np.interp(to_s, times_s, places)) + margin + 1)
            at, count = first % len(self._ring), max(0, last - first)
            samples = np.concatenate([self._ring[at : at + count], self._ring[: max(0, at + count - len(self._ring))]])
        return Excerpt(samples, self._rate, times_s, places - first)

    def _forget(self) -> None:
        self._marks.clear()
        self._written = 0
        self._generation += 1
