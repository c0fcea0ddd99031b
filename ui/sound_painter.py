"""Draws columns of sound on a thread of its own: the latest wish counts, and nothing is drawn twice."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from player.audio.sound_picture import MARGIN_S, Levels, SoundMode, draw

if TYPE_CHECKING:
    from player.audio.tap import Tap

MOST_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Wish:
    """The picture wanted: `width` columns that end with the one of `heard_s`, `per_s` to the second of media."""

    mode: SoundMode
    width: int
    height: int
    per_s: float
    heard_s: float

    @property
    def end(self) -> int:
        """One after the last column."""
        return int(np.floor(self.heard_s * self.per_s))


@dataclass(frozen=True, slots=True)
class Strip:
    """New columns, to be put behind those that are there, or in place of them."""

    wish: Wish
    levels: Levels
    anew: bool


class SoundPainter(QObject):
    """`wish` returns at once; `drawn` follows on the thread of whoever is connected by a queued connection."""

    drawn = Signal(object)  # a Strip

    def __init__(self, tap: Tap, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tap = tap
        self._cond = threading.Condition()
        self._wish: Wish | None = None  # guarded by _cond, as the one below
        self._closed = False
        self._thread: threading.Thread | None = None
        # The painting thread's own:
        self._last: Wish | None = None
        self._generation = -1

    def wish(self, wish: Wish) -> None:
        with self._cond:
            self._wish = wish
            self._cond.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sound-painter")
            self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Nothing is drawn any more."""
        with self._cond:
            self._closed = True
            self._cond.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._cond:
                self._cond.wait_for(lambda: self._wish is not None or self._closed)
                if self._closed:
                    return
                wish, self._wish = self._wish, None
            assert wish is not None
            strip = self.paint(wish)
            if strip is not None:
                self.drawn.emit(strip)

    def paint(self, wish: Wish) -> Strip | None:
        """What is new since the last wish; None when nothing is."""
        generation, last = self._tap.generation, self._last
        moved = 0 if last is None else wish.end - last.end
        same = last is not None and (last.mode, last.width, last.height, last.per_s) == (
            wish.mode, wish.width, wish.height, wish.per_s,
        )  # fmt: skip
        anew = not same or generation != self._generation or not 0 <= moved < wish.width
        count = wish.width if anew else moved
        if count == 0:
            return None
        self._last, self._generation = wish, generation
        parts = [
            self._columns(wish, first, min(MOST_AT_ONCE, wish.end - first))
            for first in range(wish.end - count, wish.end, MOST_AT_ONCE)
        ]
        return Strip(wish, np.concatenate(parts, axis=1), anew)

    def _columns(self, wish: Wish, first: int, count: int) -> Levels:
        excerpt = self._tap.read(first / wish.per_s, (first + count) / wish.per_s, MARGIN_S[wish.mode])
        if excerpt is None:
            return np.zeros((wish.height, count), np.uint8)
        return draw(wish.mode, excerpt, first, count, wish.per_s, wish.height)
