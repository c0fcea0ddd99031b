"""One model's figures for the playback report: what it ran, how long that took, how old what was shown of it was."""

from __future__ import annotations

from collections import deque

from player.stats import KEPT, summarize


class Tally:
    """Not for several threads."""

    def __init__(self) -> None:
        self._ran = 0
        self._without = 0
        self._infer_ms: deque[float] = deque(maxlen=KEPT)
        self._ages: deque[float] = deque(maxlen=KEPT)

    def ran(self, took_s: float) -> None:
        self._ran += 1
        self._infer_ms.append(took_s * 1000.0)

    def shown(self, age_frames: int | None) -> None:
        """A picture came on screen while playing; None when there was nothing to show over it."""
        if age_frames is None:
            self._without += 1
        else:
            self._ages.append(float(age_frames))

    def copy(self) -> Tally:
        other = Tally()
        other._ran, other._without = self._ran, self._without
        other._infer_ms, other._ages = self._infer_ms.copy(), self._ages.copy()
        return other

    def report(self) -> dict[str, object]:
        return {
            "ran": self._ran,
            "infer_ms": summarize(list(self._infer_ms)),
            "age_frames": summarize(list(self._ages)),
            "shown_without": self._without,
        }
