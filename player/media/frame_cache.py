"""Decoded pictures by ordinal, within a budget of bytes: what lies farthest from where travel goes leaves first."""

from __future__ import annotations

import dataclasses
import os
from bisect import bisect_left, insort
from collections.abc import Callable

from player.records import Picture

MIN_BUDGET, MAX_BUDGET = 512 * 1024 * 1024, 2 * 1024 * 1024 * 1024
BEHIND_WEIGHT = 4
"""A picture that was travelled past counts as so many times farther away than one ahead."""
AHEAD_SHARE = BEHIND_WEIGHT / (BEHIND_WEIGHT + 1)
"""What of a full cache lies ahead of travel, by that weight."""
PREPARED_BEHIND, PREPARED_AHEAD = 2, 6
"""So far around where travel stands prepared pixels are kept: they are larger than the pictures they are made of."""
MAX_ROOM = 2000
"""Nobody plans with more pictures than that."""
OVERHEAD_BYTES = 4096
"""What a picture costs besides its pixels."""


def default_budget() -> int:
    """A quarter of the memory that is free now, 512 MB to 2 GB."""
    return budget_of(_free_bytes())


def budget_of(free_bytes: int) -> int:
    return min(MAX_BUDGET, max(MIN_BUDGET, free_bytes // 4))


def _free_bytes() -> int:
    """What the system can give without swapping; 0 when it does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def native_bytes(picture: Picture) -> int:
    """Of the planes as the decoder gave them, padding included."""
    return OVERHEAD_BYTES + sum(plane.buffer_size for plane in picture.frame.planes)


def prepared_bytes(prepared: object | None) -> int:
    """Of what the view's `prepare` made; 0 where that is nothing that is known to hold pixels."""
    pixels = getattr(prepared, "data", prepared)
    return int(getattr(pixels, "nbytes", 0))


class FrameCache:
    """Not locked: whoever shares it between threads sees to that.

    The picture that travel stands at is never thrown out, so a budget smaller than one picture still serves it.
    """

    def __init__(
        self,
        budget_bytes: int,
        *,
        native: Callable[[Picture], int] = native_bytes,
        prepared: Callable[[object | None], int] = prepared_bytes,
    ) -> None:
        self.budget_bytes = budget_bytes
        self._native = native
        self._prepared = prepared
        self._pictures: dict[int, Picture] = {}
        self._ordinals: list[int] = []  # sorted
        self._sizes: dict[int, tuple[int, int]] = {}  # native and prepared bytes
        self._native_total = 0
        self._prepared_total = 0
        self._ready: set[int] = set()  # prepared, be it to nothing
        self._here = 0
        self._direction = 0

    def __len__(self) -> int:
        return len(self._pictures)

    def __contains__(self, ordinal: int) -> bool:
        return ordinal in self._pictures

    @property
    def ordinals(self) -> tuple[int, ...]:
        return tuple(self._ordinals)

    @property
    def size_bytes(self) -> int:
        return self._native_total + self._prepared_total

    @property
    def room(self) -> int:
        """How many pictures like those it holds fit in all, beside prepared pixels; 0 while it holds none."""
        if not self._pictures:
            return 0
        each = max(1, self._native_total // len(self._pictures))
        most = max((size for _, size in (self._sizes[ordinal] for ordinal in self._ready)), default=0)
        kept = PREPARED_BEHIND + 1 + PREPARED_AHEAD
        return min(MAX_ROOM, max(1, (self.budget_bytes - kept * most) // each))

    def get(self, ordinal: int) -> Picture | None:
        return self._pictures.get(ordinal)

    def is_ready(self, ordinal: int) -> bool:
        """It is there and `prepare` has seen it."""
        return ordinal in self._ready

    def focus(self, ordinal: int, direction: int) -> None:
        """Travel stands at `ordinal` and goes back (-1), forward (1) or nowhere in particular (0)."""
        self._here, self._direction = ordinal, direction
        self._strip()

    def _strip(self) -> None:
        """Lets go of prepared pixels that travel has left behind."""
        down, up = PREPARED_BEHIND, PREPARED_AHEAD
        if self._direction < 0:
            down, up = up, down
        for ordinal in [each for each in self._ready if not -down <= each - self._here <= up]:
            self._unprepare(ordinal)

    def forget_prepared(self) -> None:
        """The view wants its pixels otherwise from now on."""
        for ordinal in list(self._ready):
            self._unprepare(ordinal)

    def _unprepare(self, ordinal: int) -> None:
        self._ready.discard(ordinal)
        native, prepared = self._sizes[ordinal]
        if self._pictures[ordinal].prepared is not None:
            self._pictures[ordinal] = dataclasses.replace(self._pictures[ordinal], prepared=None)
        self._sizes[ordinal] = (native, 0)
        self._prepared_total -= prepared

    def add(self, ordinal: int, picture: Picture) -> bool:
        """Keeps `picture`, and throws out what is then too much; False when that is the picture itself."""
        if ordinal in self._pictures:
            return True
        insort(self._ordinals, ordinal)
        sizes = (self._native(picture), self._prepared(picture.prepared))
        self._pictures[ordinal] = picture
        self._sizes[ordinal] = sizes
        self._native_total += sizes[0]
        self._prepared_total += sizes[1]
        if picture.prepared is not None:
            self._ready.add(ordinal)
        self._shrink()
        return ordinal in self._pictures

    def set_prepared(self, ordinal: int, prepared: object | None) -> None:
        """What `prepare` made of the picture; nothing happens when that is gone already."""
        picture = self._pictures.get(ordinal)
        if picture is None:
            return
        native, before = self._sizes[ordinal]
        size = self._prepared(prepared)
        self._pictures[ordinal] = dataclasses.replace(picture, prepared=prepared)
        self._sizes[ordinal] = (native, size)
        self._prepared_total += size - before
        self._ready.add(ordinal)
        self._shrink()

    def _shrink(self) -> None:
        while self.size_bytes > self.budget_bytes and len(self._ordinals) > 1:
            self._drop(max(self._ordinals[0], self._ordinals[-1], key=self._distance))

    def _distance(self, ordinal: int) -> int:
        """How far from travel, in pictures ahead of it."""
        away = ordinal - self._here
        if away == 0:
            return -1
        behind = away * self._direction < 0 or (self._direction == 0 and away > 0)  # at rest the way back comes first
        return abs(away) * (BEHIND_WEIGHT if behind else 1)

    def _drop(self, ordinal: int) -> None:
        del self._pictures[ordinal]
        del self._ordinals[bisect_left(self._ordinals, ordinal)]
        native, prepared = self._sizes.pop(ordinal)
        self._native_total -= native
        self._prepared_total -= prepared
        self._ready.discard(ordinal)

    def lowest_of_run(self, ordinal: int, limit: int) -> int:
        """The first picture of the unbroken run that ends at `ordinal`, looking at `limit` pictures at most."""
        lowest = ordinal
        while ordinal - lowest < limit and lowest - 1 in self._pictures:
            lowest -= 1
        return lowest

    def end_of_run(self, ordinal: int, limit: int) -> int:
        """Behind the last picture of the unbroken run that begins at `ordinal`."""
        end = ordinal + 1
        while end - ordinal <= limit and end in self._pictures:
            end += 1
        return end

    def renumber(self, ordinal_of: Callable[[int, Picture], int | None]) -> None:
        """Gives every picture the ordinal that `ordinal_of(its own, picture)` says; None throws it out."""
        before = [(each, self._pictures[each], self._sizes[each], each in self._ready) for each in self._ordinals]
        self.clear()
        for former, picture, sizes, ready in before:
            ordinal = ordinal_of(former, picture)
            if ordinal is None or ordinal in self._pictures:
                continue
            insort(self._ordinals, ordinal)
            kept = picture if ordinal == former else dataclasses.replace(picture, index=ordinal)
            self._pictures[ordinal], self._sizes[ordinal] = kept, sizes
            self._native_total += sizes[0]
            self._prepared_total += sizes[1]
            if ready:
                self._ready.add(ordinal)

    def drop_all(self) -> None:
        """One by one: freeing many large pictures in one go would hold the interpreter up."""
        for ordinal in tuple(self._ordinals):
            self._drop(ordinal)

    def clear(self) -> None:
        self._pictures.clear()
        self._ordinals.clear()
        self._sizes.clear()
        self._ready.clear()
        self._native_total = self._prepared_total = 0
