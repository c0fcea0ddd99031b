"""Which picture is held against which: on clips whose pictures carry their number."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from player.compare.comparison import FIRST, NOTHING_PINNED, Comparison
from player.compare.other_file import Reading
from player.compare.pairing import NoCounterpartError, Offset, counterpart
from player.media.frame_index import FrameIndex
from player.media.frame_reader import FrameReader
from player.records import Picture
from tests.helpers.clip_writer import VideoPlan, write
from tests.helpers.clips import Clips
from tests.helpers.numbered import read_number
from tests.helpers.truth_index import truth_index

PATIENCE_S = 20.0


class Desk:
    """A playing file whose pictures are all at hand, and a comparison beside it."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        truth = truth_index(self.path)
        self.index: FrameIndex | None = truth.index
        self.count = truth.index.count
        self.playing = False
        self._came = threading.Semaphore(0)
        self.reader = FrameReader(
            self.path, truth.track, index=lambda: truth.index, wakeup=lambda: None, now=time.perf_counter
        )
        self.fetches = 0
        self.comparison = Comparison(
            index=lambda: self.index, fetch=self._fetch, is_busy=lambda: self.playing, wakeup=self._came.release,
            now=time.perf_counter,
        )  # fmt: skip
        self._pictures = [self._read(ordinal) for ordinal in range(self.count)]

    def _fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None:
        self.fetches += 1
        self.reader.fetch(ordinal, done)

    def _read(self, ordinal: int) -> Picture:
        got: list[Picture | None] = []
        there = threading.Event()

        def take(picture: Picture | None) -> None:
            got.append(picture)
            there.set()

        self.reader.fetch(ordinal, take)
        assert there.wait(PATIENCE_S)
        assert got[0] is not None
        return got[0]

    def show(self, ordinal: int) -> None:
        self.comparison.show(self._pictures[ordinal])

    def settle(self) -> Picture | None:
        """The reference, once it is there or will not come."""
        until = time.monotonic() + PATIENCE_S
        while self.comparison.waiting:
            assert self._came.acquire(timeout=max(0.0, until - time.monotonic())), "the reference did not come"
            self.comparison.look()
        return self.comparison.reference

    def number(self, ordinal: int) -> int | None:
        """The number that the reference of this picture carries."""
        self.show(ordinal)
        found = self.settle()
        return None if found is None else read_number(found.frame)


@contextmanager
def a_desk(path: Path | str) -> Iterator[Desk]:
    desk = Desk(path)
    try:
        yield desk
    finally:
        desk.comparison.shutdown()
        desk.reader.close()


def made_index(times: list[int], time_base: Fraction, *, complete: bool = True) -> FrameIndex:
    return FrameIndex(
        np.array(times, np.int64), np.ones(len(times), np.uint8), time_base, final=complete, complete=complete
    )


def test_times_in_two_units_mean_the_same_picture() -> None:
    """24 pictures a second in Matroska's milliseconds and MP4's ticks: each has its own counterpart, both ways."""
    mp4 = made_index([each * 512 for each in range(240)], Fraction(1, 12288))
    mkv = made_index([round(each * 1000 / 24) + 21 for each in range(240)], Fraction(1, 1000))
    for one, other in ((mp4, mkv), (mkv, mp4)):
        tick = float(one.time_base)
        found = [counterpart(one.time_of(each), one.time_of(0), tick, other) for each in range(240)]
        assert found == list(range(240))


def test_half_the_rate_and_offsets() -> None:
    fast = made_index(list(range(100)), Fraction(1, 50))
    slow = made_index(list(range(50)), Fraction(1, 25))
    assert [counterpart(fast.time_of(each), 0.0, 0.02, slow) for each in range(100)] == [
        each // 2 for each in range(100)
    ]
    assert counterpart(1.0, 0.0, 0.02, slow, Offset(seconds=0.2)) == 30
    assert counterpart(1.0, 0.0, 0.02, slow, Offset(seconds=0.2, pictures=-3)) == 27
    with pytest.raises(NoCounterpartError, match="begins after"):
        counterpart(0.1, 0.0, 0.02, slow, Offset(seconds=-0.5))
    with pytest.raises(NoCounterpartError, match="begins after"):
        counterpart(0.1, 0.0, 0.02, slow, Offset(pictures=-3))
    with pytest.raises(NoCounterpartError, match="ends before"):
        counterpart(1.9, 0.0, 0.02, slow, Offset(pictures=3))
    with pytest.raises(NoCounterpartError, match="ends before"):
        counterpart(2.1, 0.0, 0.02, slow)
    assert counterpart(1.96, 0.0, 0.02, made_index(list(range(50)), Fraction(1, 25), complete=False)) is None


@pytest.fixture(scope="module")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures of `cfr`, every fifth one only, numbered as there."""
    plan = VideoPlan(tuple(range(0, 50, 5)), tuple(range(10)), Fraction(1, 5), rate=Fraction(5))
    return write(tmp_path_factory.mktemp("coarse") / "coarse.mkv", plan)


def test_another_files_picture_is_the_one_on_screen_then(clips: Clips, coarse: Path) -> None:
    """Stepped fast both ways, and in leaps: never a picture that does not belong."""
    with a_desk(clips("cfr").path) as desk:
        desk.comparison.choose("file", Reading(str(coarse)))
        for ordinal in (*range(50), *range(49, -1, -1), 3, 44, 17, 31):
            assert desk.number(ordinal) == ordinal // 5 * 5
        desk.comparison.set_offset(Offset(pictures=1))
        assert [desk.number(each) for each in (0, 7, 44)] == [5, 10, 45]
        assert desk.number(46) is None
        assert desk.comparison.problem == "The other file ends before this picture."


def test_a_reference_that_is_late_is_none(clips: Clips) -> None:
    """Without waiting for anything, what is there belongs to the picture, or nothing is there."""
    with a_desk(clips("cfr").path) as desk:
        desk.comparison.choose("file", Reading(str(clips("bpyramid").path)))
        assert desk.number(0) == 0
        there = 0
        for ordinal in (*range(50), *range(48, -1, -1)) * 3:
            desk.show(ordinal)
            desk.comparison.look()
            reference = desk.comparison.reference
            if reference is not None:
                there += 1
                assert read_number(reference.frame) == ordinal == reference.index
                assert desk.comparison.picture is desk._pictures[ordinal]
        assert there > 50
        assert desk.number(20) == 20


def test_uneven_pictures_and_another_start(clips: Clips) -> None:
    uneven = clips("vfr")
    with a_desk(uneven.path) as desk:
        desk.comparison.choose("file", Reading(str(clips("nonzero_start").path)))
        first = clips("nonzero_start").numbers[0]
        times = [float(time_s or 0) for time_s in uneven.times_s]
        for ordinal, time_s in enumerate(times):
            assert desk.number(ordinal) == first + int((time_s - times[0]) * 25 + 0.03)


def test_the_same_file_at_another_time(clips: Clips) -> None:
    with a_desk(clips("bframes").path) as desk:
        desk.comparison.set_offset(Offset(seconds=0.4))
        desk.comparison.choose("time", Reading(desk.path))
        assert [desk.number(each) for each in (0, 1, 30, 2)] == [10, 11, 40, 12]
        assert "index" not in {each.name for each in threading.enumerate()}  # the player's own numbers do


def test_the_picture_before(clips: Clips) -> None:
    with a_desk(clips("bframes").path) as desk:
        desk.comparison.choose("previous")
        assert [desk.number(each) for each in range(5)] == [None, 0, 1, 2, 3]
        assert desk.fetches == 0  # they were on screen
        assert [desk.number(each) for each in (3, 2, 30, 31, 0)] == [2, 1, 29, 30, None]
        assert desk.comparison.problem == FIRST
        for ordinal in range(40, 20, -1):  # faster than they are fetched
            desk.show(ordinal)
            assert desk.comparison.reference is None
        found = desk.settle()
        assert found is not None
        assert (read_number(found.frame), found.index) == (20, 20)


def test_a_pinned_picture_stays(clips: Clips) -> None:
    with a_desk(clips("cfr").path) as desk:
        desk.comparison.choose("pinned")
        desk.show(7)
        assert desk.comparison.problem == NOTHING_PINNED
        assert desk.comparison.pin()
        assert [desk.number(each) for each in (7, 8, 40)] == [7, 7, 7]
        desk.comparison.choose("previous")
        assert desk.number(8) is not None
        desk.comparison.forget()
        assert desk.comparison.pair is None


def test_a_reference_of_one_choice_is_none_of_the_next(clips: Clips) -> None:
    with a_desk(clips("cfr").path) as desk:
        desk.show(9)
        desk.comparison.pin()
        desk.show(10)
        desk.comparison.choose("pinned")
        pinned = desk.comparison.reference
        desk.comparison.choose("previous")
        assert desk.comparison.reference is not pinned or desk.comparison.reference is None
        desk.comparison.choose("off")
        assert desk.comparison.reference is None
        assert desk.comparison.problem is None


@pytest.mark.parametrize("kind", ["missing", "text", "sound", "folder"])
def test_a_file_that_cannot_be_compared_says_why(kind: str, clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "other.mp4"
    if kind == "text":
        path.write_text("no film")
    elif kind == "sound":
        path = clips("audio_only").path
    elif kind == "folder":
        path.mkdir()
    with a_desk(clips("cfr").path) as desk:
        desk.comparison.choose("file", Reading(str(path)))
        assert desk.number(3) is None
        problem = desk.comparison.problem
        assert problem is not None
        assert path.name in problem
        assert problem.count("\n") == 0
        assert desk.comparison.other_failed
        desk.comparison.choose("file", Reading(str(clips("cfr").path)))  # the next one is none the worse for it
        assert desk.number(3) == 3


def test_closing_in_the_middle_leaves_no_thread(clips: Clips) -> None:
    with a_desk(clips("cfr").path) as desk:
        for name in ("long_gop", "bpyramid", "vfr", "long_gop"):
            desk.comparison.choose("file", Reading(str(clips(name).path)))
            desk.show(5)
        started = time.monotonic()
        desk.comparison.shutdown()
        assert time.monotonic() - started < 2.0
        assert not {each.name for each in threading.enumerate()} & {"compare-open", "compare-close", "index"}
