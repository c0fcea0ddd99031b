"""The files to play, in order, and which one is playing."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from player.ipc.host import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence


class Playlist:
    """Paths and the place among them. GUI thread only; it plays nothing itself."""

    def __init__(self, paths: Sequence[str] = ()) -> None:
        self._numbers = count(1)
        self._entries: list[Entry] = []
        self._place = 0
        self.replace(paths)

    def replace(self, paths: Sequence[str]) -> None:
        self._entries = [Entry(next(self._numbers), path) for path in paths]
        self._place = 0

    def insert(self, paths: Sequence[str], at: int) -> Entry:
        """Puts one or more `paths` before the place `at`, or at the end; returns the entry of the first."""
        at = min(max(at, 0), len(self._entries))
        fresh = [Entry(next(self._numbers), path) for path in paths]
        if self._entries and at <= self._place:
            self._place += len(fresh)
        self._entries[at:at] = fresh
        return fresh[0]

    def remove(self, place: int) -> None:
        """The current one stays the current one; in place of that itself comes the next."""
        del self._entries[place]
        if place < self._place or self._place == len(self._entries):
            self._place = max(0, self._place - 1)

    def keep_current(self) -> None:
        """Removes all the others."""
        self._entries = self._entries[self._place : self._place + 1]
        self._place = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> Sequence[Entry]:
        return tuple(self._entries)

    @property
    def place(self) -> int:
        """0-based."""
        return self._place

    @property
    def current(self) -> str | None:
        return self._entries[self._place].path if self._entries else None

    def can_move(self, by: int) -> bool:
        return 0 <= self._place + by < len(self._entries)

    def move(self, by: int) -> str | None:
        """The path `by` places on, which is the current one from now; None, and no change, where there is none."""
        if not self.can_move(by):
            return None
        self._place += by
        return self.current
