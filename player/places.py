"""Where a person was before a jump, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from player.quick_dataclass import dataclass

SERIES_S = 2.0
"""Jumps that follow one another so soon are one, as in mpv: the way back leads to before the first."""


@dataclass(frozen=True, slots=True)
class Place:
    """A moment of the file, and the picture that was on screen then, where there was one."""

    time_s: float
    """Container seconds."""
    pts: int | None = None
    index: int | None = None
    sharp: bool = False
    """`time_s` is the picture's own."""


class Jumps:
    """Remembers where the last jump began. Used by one thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._left: Place | None = None
        self._jumped_at = float("-inf")

    def mark(self, place: Place | None) -> None:
        """The way back leads here; None leaves it where it is."""
        self._left = place or self._left

    def begin(self, place: Place | None) -> None:
        """A jump is asked for. `place`: where it begins; None while another one is under way."""
        now = self._now()
        if now - self._jumped_at > SERIES_S:
            self.mark(place)
        self._jumped_at = now

    def turn_back(self, place: Place | None) -> Place | None:
        """Where to go, and `place` is the way back from there; None when there was no jump."""
        left = self._left
        if left is not None:
            self.mark(place)
            self._jumped_at = float("-inf")
        return left
