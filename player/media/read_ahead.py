"""Which pictures to decode next, so that they are there before travel gets to them. Arithmetic only.

Going forward is easy: the decoder reads on. Going back means decoding a group of pictures from its key picture to get
at the one before: it has to be done ahead, a whole group at a time where two of them fit into the cache. Of a larger
group the last part is decoded first; what lies before it is decoded again for each part, so parts are as large as fits,
or as large as is ready in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from player.media.frame_cache import AHEAD_SHARE

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex

NEAR_FORWARD = 8
"""What is decoded behind a picture that is looked at: first of all where the decoder stands there."""
FORWARD = 32
"""So many pictures are ready ahead of travel forward."""
BACK = 120
"""So many at least before a picture that is looked at, where they fit; travel back has all that fits ahead of it."""
SHORT = 32
"""Groups shorter than that are decoded several in a row."""
LEAST = 24
"""A part smaller than that is not worth a seek."""
BEFORE_A_JUMP = 4
"""Decoded with a picture that was jumped to, for a step back that may follow before the group is read. Each more costs
the jump 1.5 ms at 1080p: it is decoded where it would be skipped, into memory that is touched for the first time."""
REACH = max(BACK, FORWARD)
"""The run of pictures around travel is looked at so far, or as far as the cache has room."""
SHARE = 0.75
"""Of the reader's time, what is left for decoding ahead while travel takes pictures: each is prepared too."""


@dataclass(frozen=True, slots=True)
class Part:
    """Pictures to decode in a row: from `first` up to but without `end`."""

    first: int
    end: int
    drain: bool
    """Nobody will want what follows them next."""

    def __contains__(self, ordinal: int) -> bool:
        return self.first <= ordinal < self.end


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds."""

    decode_s: float
    """A picture, decoded."""
    skip_s: float
    """A picture on the way to the first wanted one, where those that nobody refers to are skipped."""
    duration_s: float
    """How long a picture lasts: travel goes at the native rate at most."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where travel is, and the unbroken run of pictures in the cache around it."""

    here: int
    direction: int
    lowest: int
    end: int
    room: int
    """Pictures that fit into the cache."""
    decoder: int | None
    """The picture that the decoder gives next; None where it stands nowhere."""

    @property
    def ahead(self) -> int:
        """Pictures that can be kept ahead of travel, or before it at rest, as the cache weighs them."""
        return int((self.room - 1) * AHEAD_SHARE)

    @property
    def behind(self) -> int:
        return int((self.room - 1) * (1 - AHEAD_SHARE))


def part_for_jump(index: FrameIndex, ordinal: int, direction: int, room: int, costs: Costs) -> Part:
    """What to decode for a picture that is wanted now and is not there. `room`: 0 where it is not known."""
    if direction > 0:
        return Part(ordinal, ordinal + 1, drain=False)
    entry = index.entry_for(ordinal).ordinal
    length = ordinal - entry
    before = BEFORE_A_JUMP if direction == 0 else _soonest(length, costs)
    if length <= SHORT or not _may_skip(index):
        before = length  # hardly anything to be saved on the way
    if room:
        before = min(before, int((room - 1) * AHEAD_SHARE))
    return Part(max(entry, ordinal - before), ordinal + 1, drain=direction < 0)


def next_part(index: FrameIndex, at: Standing, costs: Costs) -> Part | None:
    """What to decode while nothing is missing; None when enough is there."""
    if at.direction > 0:
        return _forward(index, at, min(FORWARD, at.ahead))
    if at.direction < 0:
        return _back(index, at, costs)
    forward = _forward(index, at, min(NEAR_FORWARD, at.behind))
    if forward is not None and at.decoder == forward.first:
        return forward
    back = _back(index, at, costs)
    if forward is None or back is None:
        return forward or back
    return Part(back.first, forward.end, drain=True)  # both on one way from the key picture


def _forward(index: FrameIndex, at: Standing, wanted: int) -> Part | None:
    end = min(index.count, at.here + 1 + wanted)
    return Part(at.end, end, drain=False) if at.end < end else None


def _back(index: FrameIndex, at: Standing, costs: Costs) -> Part | None:
    """The part that ends where the run begins."""
    half = at.ahead // 2
    if at.lowest <= 0 or half == 0:
        return None
    there = at.here - at.lowest
    begin = _begin_of_groups(index, at.lowest, half)
    length = at.lowest - begin
    size = min(length, half)
    if there + size > at.ahead or (at.direction == 0 and there >= max(BACK, size)):
        return None
    if _may_skip(index) and at.direction < 0:  # at rest nobody waits, and a group read in parts is read several times
        size = _in_time(size, length, there, costs)
    return Part(at.lowest - size, at.lowest, drain=True)


def _may_skip(index: FrameIndex) -> bool:
    return not (index.counted or index.damaged)


def _begin_of_groups(index: FrameIndex, end: int, most: int) -> int:
    """Where decoding begins for the pictures up to `end`: one group, or several that are short."""
    begin = index.entry_for(end - 1).ordinal
    while begin > 0 and end - begin < SHORT:
        earlier = index.entry_for(begin - 1).ordinal
        if end - earlier > most:
            break
        begin = earlier
    return begin


def _in_time(size: int, length: int, there: int, costs: Costs) -> int:
    """How many of the last `size` pictures of a group that is `length` long, so that they come before travel does.

    Where nothing comes in time, what makes travel wait least.
    """
    time_s = SHARE * there * costs.duration_s
    more_s = costs.decode_s - costs.skip_s
    if (length - size) * costs.skip_s + size * costs.decode_s <= time_s or more_s <= 0 or size <= LEAST:
        return size
    fits = int((time_s - length * costs.skip_s) / more_s)
    return min(size, fits if fits >= LEAST else _soonest(length, costs))


def _soonest(length: int, costs: Costs) -> int:
    """The smallest part at a group's end that lasts travel until the rest of the group is decoded as well."""
    return max(LEAST, ceil(length * costs.decode_s / (SHARE * costs.duration_s + costs.decode_s)))
