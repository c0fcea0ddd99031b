"""Seeks while the slider is dragged or a key is held: one at a time, and the latest position is never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Scrubber:
    """Hands positions on to `seek`, holding back while one is on its way so that its picture gets to be seen."""

    def __init__(self, seek: Callable[[float], None]) -> None:
        self._seek = seek
        self._in_flight = False
        self._waiting: float | None = None

    def move(self, position_s: float) -> None:
        """The pointer is here now."""
        if self._in_flight:
            self._waiting = position_s
        else:
            self._in_flight = True
            self._seek(position_s)

    def began(self) -> None:
        """Somebody else has sent a seek on its way."""
        self._in_flight = True

    def move_by(self, delta_s: float, heading_s: float) -> float:
        """Further by `delta_s` than what waits, or than `heading_s` where nothing does; returns the new target."""
        target_s = max(0.0, (heading_s if self._waiting is None else self._waiting) + delta_s)
        self.move(target_s)
        return target_s

    def settled(self) -> None:
        """The seek that was on its way has arrived."""
        waiting, self._waiting = self._waiting, None
        self._in_flight = waiting is not None
        if waiting is not None:
            self._seek(waiting)

    def release(self, position_s: float) -> None:
        """The pointer let go here: seek there whatever is on its way, for the player takes the latest."""
        self._waiting = None
        self._in_flight = True
        self._seek(position_s)

    def reset(self) -> None:
        """Another file: nothing is on its way."""
        self._waiting = None
        self._in_flight = False
