"""Which picture is the n-th: every picture of one video track in presentation order, by ordinal and by timestamp.

Pure numpy: what makes an index is in `player.media.index_builder`, what keeps it on disk in `player.media.index_cache`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import numpy as np
from numpy.typing import NDArray

from player.timebase import to_seconds

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

_BLOCK = 4096


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


class FrameIndex:
    """Immutable, read by any thread. Ordinals are 0-based; one outside `0 <= ordinal < count` is an IndexError."""

    def __init__(
        self,
        pts: NDArray[np.int64],
        flags: NDArray[np.uint8],
        time_base: Fraction,
        *,
        times: NDArray[np.float64] | None = None,
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
        if times is None and bool(np.any(pts == MISSING)):
            raise ValueError("a picture without a timestamp needs a time")
        for array in (pts, flags, times):
            if array is not None:
                array.setflags(write=False)
        self.pts = pts
        self.flags = flags
        self.times = times
        self.time_base = time_base
        self.final = final
        """Numbers will not change."""
        self.complete = complete
        """The whole file was looked at; unverified until `final`."""
        self.damaged = damaged
        """The decoder complained somewhere, so pixels may depend on where decoding starts."""
        self.seek_margin = seek_margin
        keys = pts if times is None else times
        self._order: Sequence[int] = range(len(pts))  # ordinals by time
        if bool(np.any(keys[1:] < keys[:-1])):
            self._order = cast("Sequence[int]", np.argsort(keys, kind="stable").astype(np.int32))
        self.counted = counted or times is not None or not self._is_distinct()
        """Pictures cannot be told by their timestamps alone."""

    def settled(self, final: bool) -> FrameIndex:
        """The same numbers, final or provisional."""
        return FrameIndex(
            self.pts,
            self.flags,
            self.time_base,
            times=self.times,
            final=final,
            complete=self.complete,
            damaged=self.damaged,
            counted=self.counted,
            seek_margin=self.seek_margin,
        )

    def _is_distinct(self) -> bool:
        ordered = self.pts if isinstance(self._order, range) else self.pts[np.asarray(self._order)]
        return not bool(np.any(ordered[1:] == ordered[:-1]))

    @property
    def count(self) -> int:
        """Pictures known so far."""
        return len(self.pts)

    @property
    def size_bytes(self) -> int:
        """Memory of the arrays."""
        arrays = (self.pts, self.flags, self.times, self._order)
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

    def pts_of(self, ordinal: int) -> int | None:
        """In units of `time_base`; None where the file has no timestamp for the picture."""
        pts = int(self.pts[self._checked(ordinal)])
        return None if pts == MISSING else pts

    def time_of(self, ordinal: int) -> float:
        """In container seconds, as `PictureReader` says it."""
        self._checked(ordinal)
        if self.times is not None:
            return float(self.times[ordinal])
        time_s = to_seconds(int(self.pts[ordinal]), self.time_base)
        assert time_s is not None
        return time_s

    def ordinal_of(self, pts: int, near: int | None = None) -> int | None:
        """The picture of exactly this timestamp. Of several the closest to the ordinal `near`; without that, None."""
        if self.times is None and isinstance(self._order, range):
            first, behind = (int(np.searchsorted(self.pts, pts, side)) for side in ("left", "right"))
            found = list(range(first, behind))
        else:
            found = [int(each) for each in np.flatnonzero(self.pts == pts)]
        if len(found) > 1 and near is not None:
            return min(found, key=lambda ordinal: abs(ordinal - near))
        return found[0] if len(found) == 1 else None

    def ordinal_at(self, time_s: float) -> int:
        """The picture on screen at that time: the last that starts at or before it, the first one before all."""
        place = bisect_right(self._order, time_s + TOLERANCE_S, key=self.time_of) - 1
        return int(self._order[max(0, place)])

    def is_key(self, ordinal: int) -> bool:
        return bool(self.flags[self._checked(ordinal)] & KEY)

    def key_before(self, ordinal: int) -> int:
        """The last key picture at or before; the first picture of all where there is none."""
        return max(0, self._last_with(KEY, self._checked(ordinal)))

    def key_after(self, ordinal: int) -> int | None:
        """The first key picture behind; None where there is none."""
        for begin in range(self._checked(ordinal) + 1, self.count, _BLOCK):
            found = np.flatnonzero(self.flags[begin : begin + _BLOCK] & KEY)
            if len(found):
                return begin + int(found[0])
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
            found = np.flatnonzero(self.flags[begin:end] & flag)
            if len(found):
                return begin + int(found[-1])
        return -1

    def _checked(self, ordinal: int) -> int:
        if not 0 <= ordinal < len(self.pts):
            raise IndexError(f"picture {ordinal} of {len(self.pts)}")
        return ordinal
