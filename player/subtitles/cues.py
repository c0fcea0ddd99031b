"""Which subtitle cues are due."""

from __future__ import annotations

from dataclasses import replace

from player.records import Cue

KEPT = 64


class CueList:
    """Cues in the order they were decoded, as far as they are due or will be. Used by one thread."""

    def __init__(self) -> None:
        self._cues: list[Cue] = []

    @property
    def full(self) -> bool:
        return len(self._cues) >= KEPT

    def add(self, cue: Cue) -> None:
        """A cue with no end of its own ends where the next one starts; an empty one only ends the others."""
        self._cues = [
            replace(old, end_s=cue.start_s) if old.end_s is None and cue.start_s > old.start_s else old
            for old in self._cues
        ]
        if cue.text or cue.has_bitmap:
            self._cues.append(cue)

    def clear(self) -> None:
        self._cues.clear()

    def due(self, time_s: float, serial: int) -> tuple[Cue, ...]:
        """The cues to show at `time_s` (container seconds); forgets what is over or stale."""
        self._cues = [c for c in self._cues if c.serial == serial and (c.end_s is None or c.end_s > time_s)]
        return tuple(c for c in self._cues if c.start_s <= time_s)
