"""The cues of a subtitle file beside the media file: all known beforehand, found by time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from player.records import Cue


class ExternalCues:
    """`cues` in the order of their beginnings, each with an end. Used by one thread."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = tuple(cues)
        self._starts = [cue.start_s for cue in cues]
        self._over = list(accumulate((_end(cue) for cue in cues), max))  # when a cue and all before it are over

    def due(self, time_s: float) -> tuple[Cue, ...]:
        """The cues to show at `time_s`, in order."""
        last = bisect_right(self._starts, time_s) - 1
        found: list[Cue] = []
        while last >= 0 and self._over[last] > time_s:
            if _end(self._cues[last]) > time_s:
                found.append(self._cues[last])
            last -= 1
        return tuple(reversed(found))


def _end(cue: Cue) -> float:
    return float("inf") if cue.end_s is None else cue.end_s
