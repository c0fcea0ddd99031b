"""What is decoded ahead of travel: by numbers alone, with a clock that only the costs move."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import av
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from player.media.frame_cache import FrameCache
from player.media.frame_index import ENTRY, KEY, FrameIndex
from player.media.read_ahead import REACH, Costs, Part, Standing, next_part, part_for_jump
from player.records import Picture


def index_of(count: int, keys: range | tuple[int, ...], rate: int = 60, *, damaged: bool = False) -> FrameIndex:
    flags = np.zeros(count, np.uint8)
    flags[list(keys)] = KEY | ENTRY
    return FrameIndex(np.arange(count, dtype=np.int64), flags, Fraction(1, rate), final=True, damaged=damaged)


@dataclass
class Travel:
    """A held key on one side, a reader on the other: pictures of one byte in a cache of `room` bytes.

    A step takes `step_s` at least, of which the reader spends `prepare_s` on the picture; the rest of the time it
    decodes what `next_part` says, `costs` a picture.
    """

    index: FrameIndex
    room: int
    costs: Costs
    prepare_s: float = 0.003
    now: float = 0.0
    decoded: int = 0
    gaps: list[float] = field(default_factory=list)
    _part: Part | None = None
    _decoder: int | None = None  # the picture that comes next

    def __post_init__(self) -> None:
        self.cache = FrameCache(self.room, native=lambda _: 1, prepared=lambda _: 0)

    def go(self, here: int, direction: int) -> None:
        """The one picture; what it takes is time."""
        self.cache.focus(here, direction)
        if here in self.cache:
            return
        if self._part is None or not cast("int", self._decoder) <= here < self._part.end:
            self._begin(part_for_jump(self.index, here, direction, self.cache.room, self.costs))
        while here not in self.cache:
            self._decode()

    def rest(self, here: int, direction: int, seconds: float) -> None:
        """The reader's time until the next step."""
        end = self.now + seconds
        while self.now < end:
            if self._part is None and not self._plan(here, direction):
                self.now = end
                return
            self._decode()

    def _plan(self, here: int, direction: int) -> bool:
        room = self.cache.room
        reach = max(REACH, room)
        lowest, end = self.cache.lowest_of_run(here, reach), self.cache.end_of_run(here, reach)
        at = Standing(here, direction, lowest, end, room, self._decoder)
        part = next_part(self.index, at, self.costs)
        if part is None:
            return False
        assert 0 <= part.first < part.end <= self.index.count
        assert any(each not in self.cache for each in range(part.first, part.end)), "decoded for nothing"
        self._begin(part)
        return True

    def _begin(self, part: Part) -> None:
        entry = self.index.entry_for(part.first).ordinal
        goes_on = self._part is None and self._decoder is not None and entry <= self._decoder <= part.first
        self._decoder = self._decoder if goes_on else entry
        self._part = part

    def _decode(self) -> None:
        part, ordinal = cast("Part", self._part), cast("int", self._decoder)
        self.now += self.costs.decode_s if ordinal in part else self.costs.skip_s
        self.decoded += 1
        if ordinal in part:
            self.cache.add(ordinal, _picture(ordinal))
        self._decoder = ordinal + 1
        if self._decoder >= part.end:
            self._part = None
            self._decoder = None if part.drain else self._decoder

    def hold(self, start: int, direction: int, steps: int, *, settle_s: float = 1.0) -> None:
        self.go(start, 0)
        self.rest(start, 0, settle_s)
        self.decoded = 0
        for count in range(1, steps + 1):
            due = self.now + self.costs.duration_s
            before = self.now
            self.go(start + direction * count, direction)
            self.now += self.prepare_s
            self.gaps.append(self.now - before)
            self.rest(start + direction * count, direction, due - self.now)


def _picture(ordinal: int) -> Picture:
    return Picture(cast("av.VideoFrame", None), ordinal, Fraction(1, 60), ordinal / 60, 1 / 60, 0, False, "P")


FULL_HD = Costs(decode_s=0.0058, skip_s=0.0036, duration_s=1 / 60)
"""1080p60 from x264 on two processors."""
FOUR_K = Costs(decode_s=0.024, skip_s=0.015, duration_s=1 / 30)


@pytest.mark.parametrize("start", [1199, 1130, 1080, 1045])
def test_a_held_key_goes_back_without_a_gap_over_groups_of_250(start: int) -> None:
    """2 GB hold 640 pictures. Every picture is decoded once, or the start of a group a second time."""
    travel = Travel(index_of(1200, range(0, 1200, 250)), 640, FULL_HD)
    travel.hold(start, -1, 600)
    assert max(travel.gaps) < 0.1
    assert travel.decoded <= 600 * 2


def test_a_group_larger_than_half_of_the_cache_is_decoded_in_parts() -> None:
    """512 MB hold 160 pictures: each part costs the way to it again, and travel still waits little."""
    travel = Travel(index_of(1200, range(0, 1200, 250)), 160, FULL_HD)
    travel.hold(1190, -1, 600, settle_s=2.0)
    assert travel.decoded < 600 * 3.5
    assert 600 / sum(max(gap, 1 / 60) for gap in travel.gaps) > 45


def test_4k_with_short_groups_goes_back_at_the_native_rate() -> None:
    travel = Travel(index_of(900, range(0, 900, 30), 30), 160, FOUR_K)
    travel.hold(899, -1, 600)
    assert max(travel.gaps) < 0.1
    assert travel.decoded < 600 * 1.3


@pytest.mark.parametrize("room", [12, 160, 640])
def test_forward_every_picture_is_decoded_once(room: int) -> None:
    travel = Travel(index_of(1200, range(0, 1200, 250)), room, FULL_HD)
    travel.hold(0, 1, 600)
    assert max(travel.gaps) < 0.1
    assert travel.decoded < 600 + 40


def test_back_through_a_damaged_file_parts_are_as_large_as_fits() -> None:
    """Every part is decoded from the start of the file: few large ones."""
    travel = Travel(index_of(600, (0,), damaged=True), 200, Costs(0.001, 0.001, 1 / 25))
    travel.hold(599, -1, 599)
    assert travel.decoded < 600 * 8


@example(count=3, gap=2, room=2, steps=[(1, 0)])
@given(
    count=st.integers(1, 300),
    gap=st.integers(1, 120),
    room=st.integers(1, 200),
    steps=st.lists(st.tuples(st.integers(0, 299), st.sampled_from((-1, 0, 1))), min_size=1, max_size=12),
)
def test_whatever_is_asked_for_comes_and_reading_ahead_ends(
    count: int, gap: int, room: int, steps: list[tuple[int, int]]
) -> None:
    travel = Travel(index_of(count, range(0, count, gap)), room, FULL_HD)
    for ordinal, direction in steps:
        here = min(ordinal, count - 1)
        travel.go(here, direction)
        assert here in travel.cache
        before = travel.decoded
        travel.rest(here, direction, 20.0)
        assert travel.decoded - before < 20.0 / FULL_HD.skip_s / 2, "it decodes for ever"
        assert here in travel.cache


def test_at_rest_both_sides_are_filled_the_way_back_farther() -> None:
    travel = Travel(index_of(1200, range(0, 1200, 250)), 640, FULL_HD)
    travel.go(600, 0)
    travel.rest(600, 0, 30.0)
    assert travel.cache.lowest_of_run(600, 1000) <= 600 - 120
    assert travel.cache.end_of_run(600, 1000) == 609


def test_around_a_picture_that_somebody_else_decoded_both_sides_come_on_one_way() -> None:
    travel = Travel(index_of(1200, range(0, 1200, 250)), 640, FULL_HD)
    travel.cache.focus(650, 0)
    travel.cache.add(650, _picture(650))
    travel.rest(650, 0, 1.0)
    assert travel.cache.end_of_run(650, 100) == 659
    assert travel.cache.lowest_of_run(650, 1000) <= 650 - 40
    travel.rest(650, 0, 30.0)
    assert travel.cache.lowest_of_run(650, 1000) == 250  # the group before too
    assert travel.decoded <= 159 + 110 + 250
