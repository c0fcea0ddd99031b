"""Dropping pictures in the decode thread that are too late to be worth preparing (ENGINE A8, early drop)."""

from __future__ import annotations

from typing import Literal, Protocol

from player.sync.clocks import Clocks
from player.sync.target_delay import NO_SYNC


class Waiting(Protocol):
    @property
    def count(self) -> int: ...


def should_drop_early(
    time_s: float | None, master_s: float | None, *, clock_is_current: bool, more_waiting: bool
) -> bool:
    """Whether a decoded picture is behind the master clock already, and another one is on its way."""
    if time_s is None or master_s is None or not clock_is_current or not more_waiting:
        return False
    drift = time_s - master_s
    return -NO_SYNC < drift < 0.0


class EarlyDrop:
    """The policy of one session, asked for every decoded picture. `packets` is the video packet queue."""

    def __init__(self, framedrop: Literal["auto", "on", "off"], clocks: Clocks, packets: Waiting) -> None:
        self._framedrop = framedrop
        self._clocks = clocks
        self._packets = packets

    def __call__(self, time_s: float | None, serial: int) -> bool:
        """Never before the first picture of `serial` was shown: the video clock tells."""
        if self._framedrop == "off" or (self._framedrop == "auto" and self._clocks.master == "video"):
            return False
        return should_drop_early(
            time_s,
            self._clocks.master_s(),
            clock_is_current=self._clocks.video.serial == serial,
            more_waiting=self._packets.count > 0,
        )

    @staticmethod
    def never(_time_s: float | None, _serial: int) -> bool:
        return False
