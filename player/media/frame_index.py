"""Which picture is the n-th: every picture of one video track in presentation order, by ordinal and by timestamp.

A pure table: what makes one is in `player.media.index_builder`, what keeps it on disk in `player.media.index_cache`. Of
plain arrays, as every file that is played gets one and numpy would cost 11 MB.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from copy import copy
from fractions import Fraction
from operator import eq, gt
from typing import TYPE_CHECKING, Any, TypeVar, cast

from player.quick_dataclass import dataclass
from player.timebase import to_seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MISSING = -(1 << 63)
"""Stands in the array of timestamps for a picture that has none."""
KEY = 1
"""The decoder (or before it was asked, the container) calls the picture a key picture."""
ENTRY = 2
"""Decoding may begin at this picture: it and those up to the next entry come out as from the start of the file."""
SHAKY = 4
"""Comes out right only when decoding begins at the start of the file."""

TOLERANCE_S = 1e-6
"""A time this much before a picture still means that picture: seconds went through text or arithmetic."""

_BLOCK = 16384
"""Looked at in one go, before another thread gets its turn."""
_HAS = {flag: bytes(bool(value & flag) for value in range(256)) for flag in (KEY, ENTRY, SHAKY)}
"""Translates flags into 1 where one is set."""

_Number = TypeVar("_Number", int, float)


def any_neighbours(compare: Callable[[_Number, _Number], object], values: Sequence[_Number]) -> bool:
    """Whether `compare` says yes to any two values that follow each other."""
    starts = range(0, len(values), _BLOCK)
    return any(any(map(compare, values[at : at + _BLOCK], values[at + 1 : at + _BLOCK + 1])) for at in starts)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where to begin decoding. What comes out before the picture at `seek_pts` is to be dropped: it may be broken."""

    ordinal: int
    """Of the picture at `seek_pts`; without that, of the first picture that comes out (0)."""
    seek_pts: int | None
    """The timestamp of the key picture to begin at; None: begin at the very start of the file."""
    seek_to: int | None = None
    """What to hand to `container.seek(..., stream=stream, backward=True)` to land at that key picture or before it:
    containers index by decode time, which lies before `seek_pts`. MPEG-TS may land behind all the same: look at the
    first key packet.
    """
    counted: bool = False
    """True: timestamps are missing or doubled, or differ after a seek: count the pictures from `ordinal` on."""


def _view(values: object) -> memoryview[Any]:
    """An array of either kind as it is read."""
    return memoryview(cast("array[Any]", values)).toreadonly()


class FrameIndex:
    """Immutable, read by any thread. Ordinals are 0-based; one outside `0 <= ordinal < count` is an IndexError."""

    def __init__(
        self,
        pts: array[int] | memoryview[int] | NDArray[np.int64],
        flags: bytes | bytearray | NDArray[np.uint8],
        time_base: Fraction,
        *,
        times: array[float] | NDArray[np.float64] | None = None,
        final: bool = False,
        complete: bool = False,
        damaged: bool = False,
        counted: bool = False,
        seek_margin: int = 0,
    ) -> None:
        """Takes over the arrays. `times`: seconds of each picture, needed where a timestamp is MISSING.

        `seek_margin`: how far before its timestamp a key picture's decode time may lie. `counted`: timestamps after a
        seek are not the ones from the start.
        """
        if len(pts) == 0 or len(flags) != len(pts) or (times is not None and len(times) != len(pts)):
            raise ValueError("an index is of at least one picture, its arrays of the same length")
        self.pts: memoryview[int] = _view(pts)
        self.flags = bytes(flags)
        self.times: memoryview[float] | None = None if times is None else _view(times)
        self.time_base = time_base
        self.final = final
        """Numbers will not change."""
        self.complete = complete
        """The whole file was looked at; unverified until `final`."""
        self.damaged = damaged
        """The decoder complained somewhere, so pixels may depend on where decoding starts."""
        self.seek_margin = seek_margin
        keys: memoryview[int] | memoryview[float] = self.pts if self.times is None else self.times
        self._order: range | array[int] = range(len(pts))  # ordinals by time
        if any_neighbours(gt, keys):
            self._order = array("i", sorted(range(len(pts)), key=keys.__getitem__))
        if times is None and self.pts[self._order[0]] == MISSING:  # which is the least there is
            raise ValueError("a picture without a timestamp needs a time")
        self.counted = counted or times is not None or self._is_doubled()
        """Pictures cannot be told by their timestamps alone."""

    def settled(self, final: bool) -> FrameIndex:
        """The same numbers, final or provisional."""
        index = copy(self)
        index.final = final
        return index

    def _is_doubled(self) -> bool:
        ordered = self.pts if isinstance(self._order, range) else [self.pts[ordinal] for ordinal in self._order]
        return any_neighbours(eq, ordered)

    @property
    def count(self) -> int:
        """Pictures known so far."""
        return len(self.pts)

    @property
    def size_bytes(self) -> int:
        """Memory of the arrays."""
        order = 0 if isinstance(self._order, range) else len(self._order) * self._order.itemsize
        return self.pts.nbytes + len(self.flags) + order + (0 if self.times is None else self.times.nbytes)

    def pts_of(self, ordinal: int) -> int | None:
        """In units of `time_base`; None where the file has no timestamp for the picture."""
        pts = self.pts[self._checked(ordinal)]
        return None if pts == MISSING else pts

    def time_of(self, ordinal: int) -> float:
        """In container seconds, as `PictureReader` says it."""
        self._checked(ordinal)
        if self.times is not None:
            return self.times[ordinal]
        time_s = to_seconds(self.pts[ordinal], self.time_base)
        assert time_s is not None
        return time_s

    def ordinal_of(self, pts: int, near: int | None = None) -> int | None:
        """The picture of exactly this timestamp. Of several the closest to the ordinal `near`; without that, None."""
        if self.times is None and isinstance(self._order, range):
            found = list(range(bisect_left(self.pts, pts), bisect_right(self.pts, pts)))
        else:
            found = [ordinal for ordinal, each in enumerate(self.pts) if each == pts]
        if len(found) > 1 and near is not None:
            return min(found, key=lambda ordinal: abs(ordinal - near))
        return found[0] if len(found) == 1 else None

    def ordinal_at(self, time_s: float) -> int:
        """The picture on screen at that time: the last that starts at or before it, the first one before all."""
        place = bisect_right(self._order, time_s + TOLERANCE_S, key=self.time_of) - 1
        return self._order[max(0, place)]

    def is_key(self, ordinal: int) -> bool:
        return bool(self.flags[self._checked(ordinal)] & KEY)

    def has(self, flag: int) -> bool:
        """Whether any picture has it: KEY, ENTRY or SHAKY."""
        return 1 in self.flags.translate(_HAS[flag])

    def key_before(self, ordinal: int) -> int:
        """The last key picture at or before; the first picture of all where there is none."""
        return max(0, self._last_with(KEY, self._checked(ordinal)))

    def key_after(self, ordinal: int) -> int | None:
        """The first key picture behind; None where there is none."""
        for begin in range(self._checked(ordinal) + 1, self.count, _BLOCK):
            found = self.flags[begin : begin + _BLOCK].translate(_HAS[KEY]).find(1)
            if found >= 0:
                return begin + found
        return None

    def entry_for(self, ordinal: int) -> Entry:
        """Where to begin decoding so that the picture comes out as it does from the start of the file."""
        found = self._last_with(ENTRY, self._checked(ordinal))
        if found <= 0 or self.flags[ordinal] & SHAKY:
            return Entry(0, None, counted=self.counted)
        pts = self.pts_of(found)
        if pts is None:
            raise ValueError("an entry without a timestamp cannot be found again")
        return Entry(found, pts, pts - self.seek_margin, self.counted)

    def _last_with(self, flag: int, ordinal: int) -> int:
        """The last picture with `flag` at or before; -1 where there is none."""
        for end in range(ordinal + 1, 0, -_BLOCK):
            begin = max(0, end - _BLOCK)
            found = self.flags[begin:end].translate(_HAS[flag]).rfind(1)
            if found >= 0:
                return begin + found
        return -1

    def _checked(self, ordinal: int) -> int:
        if not 0 <= ordinal < len(self.pts):
            raise IndexError(f"picture {ordinal} of {len(self.pts)}")
        return ordinal
