"""The reader: the wanted picture first, others in order, those that travel will get to ahead of it."""

from __future__ import annotations

import gc
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest

from player.media.frame_index import FrameIndex
from player.media.frame_md5 import frame_md5
from player.media.frame_reader import FrameReader
from player.media.frame_work import PREPARE_AHEAD, FrameWork
from player.options import DEFAULT_MAX_PIXELS, Input
from player.records import Picture
from tests.helpers.clips import Clips
from tests.helpers.numbered import read_number
from tests.helpers.truth_index import Truth, truth_index

PICTURE_BYTES = 51_000
"""Of a picture of the clips, with what the decoder adds to its rows."""
LARGE = 1 << 30


@dataclass
class Desk:
    """A reader without its thread: a test does its turns."""

    truth: Truth
    budget_bytes: int = LARGE
    index: FrameIndex | None = None
    prepared: list[int] = field(default_factory=list)
    wakeups: int = 0
    doubts: list[str] = field(default_factory=list)
    path: str = ""

    def __post_init__(self) -> None:
        if self.index is None:
            self.index = self.truth.index
        self.work = FrameWork(
            self.path or self.truth.path,
            self.truth.track,
            index=lambda: self.index,
            budget_bytes=self.budget_bytes,
            prepare=self._prepare,
            wakeup=self._wake,
            now=time.perf_counter,
            on_doubt=self.doubts.append,
            max_pixels=DEFAULT_MAX_PIXELS,
            input=Input(),
        )

    def _prepare(self, picture: Picture) -> object:
        assert picture.index is not None
        self.prepared.append(picture.index)
        return f"pixels of {picture.index}"

    def _wake(self) -> None:
        self.wakeups += 1

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            self.work.turn()
            assert self.work.size_bytes <= self.budget_bytes

    def until(self, come: Callable[[], bool]) -> int:
        """Turns until `come`; how many."""
        for count in range(5000):
            if come():
                return count
            assert self.work.turn(), "there is nothing left to do"
            assert self.work.size_bytes <= self.budget_bytes
        raise AssertionError("it does not come")

    def rest(self) -> None:
        for _ in range(5000):
            if not self.work.turn():
                return
        raise AssertionError("it works for ever")

    def show(self, ordinal: int, direction: int = 0) -> Picture:
        """The picture as a window gets it, which is checked."""
        self.work.want(ordinal, direction)
        self.until(lambda: self.work.get(ordinal) is not None)
        picture = self.work.get(ordinal)
        assert picture is not None
        assert picture.index == ordinal
        assert picture.prepared == f"pixels of {ordinal}"
        assert frame_md5(picture.frame) == self.truth.md5s[ordinal]
        return picture

    def held(self) -> tuple[int, ...]:
        return self.work._cache.ordinals


@pytest.fixture
def desk(clips: Clips) -> Iterator[Callable[..., Desk]]:
    """Makes desks; all are closed in the end."""
    made: list[Desk] = []

    def make(name: str, **more: object) -> Desk:
        truth = truth_index(str(clips(name).path))
        made.append(Desk(truth, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.work.stop()
        each.work.end()


# Every picture, whatever the budget.


@pytest.mark.parametrize("pictures", [1, 2, 30, 400], ids=lambda n: f"room for {n}")
def test_the_whole_way_back_and_forth(desk: Callable[..., Desk], pictures: int) -> None:
    """One group of 250 pictures, larger than most of these budgets."""
    it = desk("long_gop", budget_bytes=pictures * PICTURE_BYTES)
    step = 1 if pictures > 2 else 40  # each picture is a decode from the key picture there
    for ordinal in range(249, -1, -step):
        it.show(ordinal, -1)
        it.turn(3)
    for ordinal in range(0, 250, step):
        it.show(ordinal, 1)
        it.turn(3)
    assert read_number(it.show(123).frame) == 123
    assert it.doubts == []


@pytest.mark.parametrize(
    "name", ["open_gop", "vfr", "bpyramid", "edit_list", "missing_pts", "no_pts", "interlaced", "resize", "damaged"]
)
def test_any_file_in_any_order(desk: Callable[..., Desk], name: str) -> None:
    it = desk(name, budget_bytes=20 * 3 * PICTURE_BYTES)
    count = it.truth.index.count
    numbers = random.Random(9)
    here = 0
    for ordinal in (0, count - 1, 0, count // 2):  # from one end to the other
        it.show(ordinal)
    for _ in range(25):
        direction = numbers.choice((-1, -1, 1, 0))
        here = numbers.randrange(count) if direction == 0 else min(count - 1, max(0, here + direction))
        it.show(here, direction)
        it.turn(numbers.randrange(4))


def test_back_the_group_before_is_there_before_the_edge(desk: Callable[..., Desk]) -> None:
    it = desk("bframes")  # a key picture every 12
    it.show(40, -1)
    it.rest()
    assert it.held()[0] == 0
    assert set(range(41)) <= set(it.held())


def test_at_rest_both_sides_are_there(desk: Callable[..., Desk]) -> None:
    it = desk("long_gop")
    it.show(100, 0)
    it.rest()
    assert it.held() == tuple(range(109))
    assert set(it.prepared) == {99, 100, 101}


def test_pictures_ahead_are_prepared_and_no_more(desk: Callable[..., Desk]) -> None:
    it = desk("long_gop")
    for ordinal in range(100, 103):
        it.show(ordinal, 1)
        it.rest()
    assert sorted(it.prepared) == list(range(100, 103 + PREPARE_AHEAD))
    it.work.forget_prepared()
    assert it.work.get(102) is None
    it.rest()
    assert it.work.get(102) is not None


def test_nothing_is_read_ahead_while_somebody_else_needs_the_processors(desk: Callable[..., Desk]) -> None:
    it = desk("long_gop")
    it.show(200, -1)
    it.work.rest()
    it.rest()
    few = len(it.held())
    it.show(199, -1)
    it.rest()
    assert few < 100 < len(it.held())


# Who comes first.


def test_the_latest_request_wins(desk: Callable[..., Desk]) -> None:
    it = desk("long_gop")
    it.work.want(240, 0)
    it.turn(4)
    it.work.want(3, 1)
    it.until(lambda: it.wakeups > 0)
    assert it.work.get(3) is not None
    assert it.held()[-1] < 40
    assert it.wakeups == 1


def test_a_picture_that_is_there_is_prepared_before_anything_is_decoded(desk: Callable[..., Desk]) -> None:
    it = desk("long_gop")
    it.show(200, -1)
    it.until(lambda: 150 in it.held())  # the group before is being decoded, and goes on to be
    assert it.work.get(150) is None
    it.work.want(150, -1)
    it.turn()
    assert it.work.get(150) is not None


def test_others_come_after_the_wanted_and_before_reading_ahead(desk: Callable[..., Desk]) -> None:
    it = desk("bframes")
    order: list[str] = []
    it.work.fetch(30, lambda picture: order.append(f"fetched {picture.index if picture else None}"))
    it.work.fetch(10, lambda picture: order.append(f"fetched {picture.index if picture else None}"))
    it.work.want(49, 0)
    it.until(lambda: it.work.get(49) is not None)
    assert order == []
    it.until(lambda: len(order) == 2)
    assert order == ["fetched 30", "fetched 10"]
    assert 44 not in it.held() or 0 not in it.held()
    it.rest()
    assert set(it.held()) == set(range(50))


def test_two_who_ask_for_the_same_both_get_it_without_prepared_pixels(desk: Callable[..., Desk]) -> None:
    it = desk("bframes")
    got: list[Picture | None] = []
    it.work.fetch(20, got.append)
    it.work.fetch(20, got.append)
    it.rest()
    assert [each.index if each else None for each in got] == [20, 20]
    assert it.prepared == []
    assert it.wakeups == 0


def test_a_fetch_far_from_travel_is_served_even_when_the_cache_does_not_keep_it(desk: Callable[..., Desk]) -> None:
    it = desk("long_gop", budget_bytes=10 * PICTURE_BYTES)
    it.show(10, -1)
    it.rest()
    got: list[Picture | None] = []
    it.work.fetch(240, got.append)
    it.rest()
    assert [read_number(each.frame) for each in got if each] == [240]
    assert 240 not in it.held()


def test_what_does_not_exist_is_none(desk: Callable[..., Desk]) -> None:
    it = desk("cfr")
    got: list[Picture | None] = []
    it.work.fetch(50, got.append)
    it.work.fetch(-1, got.append)
    it.rest()
    assert got == [None, None]
    it.work.want(50, 0)
    it.rest()
    assert (it.work.get(50), it.wakeups) == (None, 1)


def test_what_the_decoder_does_not_give_is_none_and_doubted(desk: Callable[..., Desk]) -> None:
    it = desk("cfr")
    truth = it.truth.index
    it.index = FrameIndex(
        np.append(truth.pts, truth.pts[-1] + 512), truth.flags + bytes(1), truth.time_base, final=True
    )
    got: list[Picture | None] = []
    it.work.fetch(50, got.append)
    it.rest()
    assert got == [None]
    assert it.doubts == ["picture 50 does not come out of the decoder"]
    assert read_number(it.show(49, -1).frame) == 49


def test_somebody_has_decoded_it_already(desk: Callable[..., Desk]) -> None:
    it = desk("cfr")
    mine = it.show(20)
    other = desk("cfr")
    other.work.add(mine, 20)
    assert other.work.get(20) is mine
    other.work.want(20, 1)
    assert other.wakeups == 0


# Other indexes, other states.


def test_it_waits_for_the_index(desk: Callable[..., Desk]) -> None:
    it = desk("cfr")
    it.index = None
    it.work.want(45, 0)
    it.rest()
    assert it.work.get(45) is None
    it.index = FrameIndex(it.truth.index.pts[:20], it.truth.index.flags[:20], it.truth.index.time_base)
    it.rest()
    assert (it.work.get(45), it.wakeups) == (None, 0)
    it.index = it.truth.index
    it.until(lambda: it.wakeups == 1)
    assert it.work.get(45) is not None


def test_a_newer_index_gives_the_pictures_at_hand_its_numbers(desk: Callable[..., Desk]) -> None:
    it = desk("cfr")
    truth = it.truth.index
    it.show(30)
    it.rest()
    it.index = FrameIndex(truth.pts[5:], truth.flags[5:], truth.time_base, final=True)
    it.work.poke()
    it.turn()
    numbers = {each: read_number(found.frame) for each in it.held() if (found := it.work._cache.get(each)) is not None}
    assert numbers
    assert all(number == ordinal + 5 for ordinal, number in numbers.items())
    got: list[Picture | None] = []
    it.work.fetch(44, got.append)
    it.rest()
    assert [read_number(each.frame) for each in got if each] == [49]


def test_a_number_by_an_older_index_is_not_believed(desk: Callable[..., Desk]) -> None:
    it = desk("cfr")
    truth = it.truth.index
    mine = it.show(30)
    it.index = FrameIndex(truth.pts[5:], truth.flags[5:], truth.time_base, final=True)
    assert it.work.get(30) is None  # though the reader has not looked at the new index yet
    it.work.want(30, 0)
    it.until(lambda: it.wakeups > 1)
    picture = it.work.get(30)
    assert picture is not None
    assert read_number(picture.frame) == 35
    it.work.add(mine, 40)
    assert it.work._cache.get(40) is not mine
    it.work.add(mine, 25)
    assert it.work._cache.get(25) is not None


def test_pictures_of_a_file_that_turns_out_damaged_are_decoded_again_from_the_start(desk: Callable[..., Desk]) -> None:
    it = desk("damaged")
    truth = it.truth.index
    whole = FrameIndex(truth.pts, truth.flags, truth.time_base, final=True, damaged=True)
    it.work.want(30, 0)
    it.rest()
    before = [it.work._cache.get(ordinal) for ordinal in it.held()]
    assert len(before) > 5
    it.index = whole
    it.work.poke()
    it.work.want(29, -1)
    it.rest()
    assert 29 in it.held()
    for ordinal in it.held():
        picture = it.work._cache.get(ordinal)
        assert picture is not None
        assert all(picture is not each for each in before)
        assert frame_md5(picture.frame) == it.truth.md5s[ordinal]


def decoders() -> int:
    return sum(isinstance(each, av.VideoCodecContext) for each in gc.get_objects())


def test_when_playback_goes_on_everything_is_let_go_of(desk: Callable[..., Desk]) -> None:
    it = desk("cfr")
    gc.collect()
    before = decoders()
    it.show(20)
    assert decoders() > before
    it.work.release_memory()
    assert it.work.get(20) is None
    it.rest()
    assert decoders() == before  # each keeps the memory of all pictures it gave
    assert (it.held(), it.work.size_bytes, it.work._parts._access._source) == ((), 0, None)
    assert read_number(it.show(21).frame) == 21


def test_a_file_that_is_gone_is_said_and_may_come_back(desk: Callable[..., Desk], tmp_path: Path) -> None:
    path = tmp_path / "moved.mp4"
    it = desk("cfr", path=str(path))
    got: list[Picture | None] = []
    it.work.fetch(3, got.append)
    it.work.want(5, 0)
    it.rest()
    assert it.work.failed is not None
    assert "moved.mp4" in it.work.failed
    assert (got, it.wakeups) == ([None], 1)
    path.write_bytes(Path(it.truth.path).read_bytes())
    it.show(5)
    assert it.work.failed is None


# With its thread.


def reader_of(truth: Truth, came: threading.Event) -> FrameReader:
    return FrameReader(
        truth.path,
        truth.track,
        index=lambda: truth.index,
        budget_bytes=LARGE,
        prepare=lambda picture: picture.index,
        wakeup=came.set,
        now=time.perf_counter,
    )


def test_the_thread_brings_it_and_ends(clips: Clips) -> None:
    truth = truth_index(str(clips("bframes").path))
    came, got = threading.Event(), threading.Event()
    reader = reader_of(truth, came)
    assert "reader" not in {thread.name for thread in threading.enumerate()}  # until somebody wants a picture
    try:
        for ordinal in (30, 29, 28, 7):
            came.clear()
            reader.want(ordinal, -1)
            if reader.get(ordinal) is None:
                assert came.wait(10)
            picture = reader.get(ordinal)
            assert picture is not None
            assert (read_number(picture.frame), picture.prepared) == (ordinal, ordinal)
        reader.fetch(45, lambda picture: got.set())
        assert got.wait(10)
        assert reader.failed is None
    finally:
        reader.close()


def test_closing_in_the_middle_tells_those_who_wait(clips: Clips) -> None:
    truth = truth_index(str(clips("long_gop").path))
    reader = reader_of(truth, threading.Event())
    got: list[Picture | None] = []
    reader.want(249, -1)
    for ordinal in range(200, 240):
        reader.fetch(ordinal, got.append)
    reader.close()
    assert len(got) == 40
    reader.fetch(3, got.append)
    assert got[-1] is None
    reader.want(3)
    assert reader.get(3) is None


def test_closed_before_it_began(clips: Clips) -> None:
    reader_of(truth_index(str(clips("cfr").path)), threading.Event()).close()


def test_a_thread_that_dies_says_so(clips: Clips) -> None:
    truth = truth_index(str(clips("cfr").path))
    came = threading.Event()

    def broken() -> FrameIndex:
        raise RuntimeError("broken")

    reader = FrameReader(truth.path, truth.track, index=broken, wakeup=came.set, now=time.perf_counter)
    reader.want(3)
    assert came.wait(10)
    assert reader.failed == "The reader of pictures has failed: broken"
    reader.close()
