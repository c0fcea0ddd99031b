"""The small parts of the engine by themselves: threads, cues, timestamps, the report, words of subtitles."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import ThreadStuckError
from player.media.subtitle_decoder import text_of_ass
from player.media.timestamps import TimestampGuesser
from player.records import Cue
from player.stats import KEPT, PlaybackStats, Series
from player.subtitles.cues import KEPT as CUES_KEPT
from player.subtitles.cues import CueList
from player.worker import Worker
from tests.helpers.fake_time import FakeTime

# Threads.


def test_a_worker_runs_its_body_under_its_name() -> None:
    names: list[str] = []
    worker = Worker("demux", lambda: names.append(threading.current_thread().name), lambda error: None)
    worker.start()
    worker.join()
    assert names == ["demux"]
    assert not worker.alive


def test_what_escapes_a_worker_is_heard() -> None:
    heard: list[BaseException] = []

    def fail() -> None:
        raise RuntimeError("broken")

    worker = Worker("audio", fail, heard.append)
    worker.start()
    worker.join()
    assert [str(error) for error in heard] == ["broken"]


def test_a_worker_that_does_not_end_is_named() -> None:
    go_on = threading.Event()

    def hang() -> None:
        go_on.wait(10.0)

    worker = Worker("decode-video", hang, lambda error: None)
    worker.start()
    try:
        with pytest.raises(ThreadStuckError, match="decode-video") as caught:
            worker.join(0.01)
        assert caught.value.name == "decode-video"
        assert worker.alive
    finally:
        go_on.set()
    worker.join()


def test_a_worker_that_never_began_is_joined_at_once() -> None:
    Worker("audio", lambda: None, lambda error: None).join()


# Subtitles.


def cue(start_s: float, end_s: float | None, text: str = "words", serial: int = 1) -> Cue:
    return Cue(start_s, end_s, text, serial=serial)


def test_a_cue_is_due_from_its_start_to_its_end() -> None:
    cues = CueList()
    cues.add(cue(1.0, 2.0))
    assert cues.due(0.999, 1) == ()
    assert [c.text for c in cues.due(1.0, 1)] == ["words"]
    assert [c.text for c in cues.due(1.999, 1)] == ["words"]
    assert cues.due(2.0, 1) == ()
    assert cues.due(1.5, 1) == (), "what is over is forgotten"


def test_overlapping_cues_are_due_together() -> None:
    cues = CueList()
    cues.add(cue(1.0, 5.0, "one"))
    cues.add(cue(2.0, 3.0, "two"))
    assert [c.text for c in cues.due(2.5, 1)] == ["one", "two"]
    assert [c.text for c in cues.due(3.5, 1)] == ["one"]


def test_a_cue_without_an_end_lasts_to_the_next_one() -> None:
    cues = CueList()
    cues.add(cue(1.0, None, "one"))
    assert [c.text for c in cues.due(500.0, 1)] == ["one"]
    cues.add(cue(501.0, 502.0, "two"))
    assert [c.text for c in cues.due(500.5, 1)] == ["one"]
    assert [c.text for c in cues.due(501.5, 1)] == ["two"]


def test_an_empty_cue_only_ends_the_one_before() -> None:
    cues = CueList()
    cues.add(Cue(1.0, None, "", has_bitmap=True, serial=1))
    cues.add(cue(2.0, None, ""))
    assert len(cues.due(1.5, 1)) == 1
    assert cues.due(2.5, 1) == ()


def test_cues_of_before_a_seek_are_not_due() -> None:
    cues = CueList()
    cues.add(cue(1.0, 9.0, "old", serial=1))
    cues.add(cue(1.0, 9.0, "new", serial=2))
    assert [c.text for c in cues.due(2.0, 2)] == ["new"]


def test_the_list_says_when_it_is_full_and_can_be_cleared() -> None:
    cues = CueList()
    for number in range(CUES_KEPT):
        assert not cues.full
        cues.add(cue(float(number), number + 0.5))
    assert cues.full
    cues.clear()
    assert not cues.full


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0,0,Default,,0,0,0,,Good morning", "Good morning"),
        ("0,0,Default,,0,0,0,,One, two, three", "One, two, three"),
        (r"0,0,Default,,0,0,0,,{\b1}Bold{\b0} and {\i1}slanted", "Bold and slanted"),
        (r"0,0,Default,,0,0,0,,first\Nsecond\nthird", "first\nsecond\nthird"),
        (r"0,0,Default,,0,0,0,,a\hb", "a b"),
        ("0,0,Default,,0,0,0,,", ""),
        ("0,0,Default,,0,0,0,,\x1b[31mred\x07", "[31mred"),
    ],
)
def test_the_words_of_an_ass_line(line: str, words: str) -> None:
    assert text_of_ass(line) == words


@given(st.text())
def test_no_text_makes_words_that_harm_a_terminal(text: str) -> None:
    words = text_of_ass(f"0,0,Default,,0,0,0,,{text}")
    assert not any(ch < " " and ch != "\n" for ch in words)
    assert "\x1b" not in words


# Timestamps.


def guesses(pairs: list[tuple[int | None, int | None]]) -> list[int | None]:
    guess = TimestampGuesser()
    return [guess(pts, dts) for pts, dts in pairs]


def test_good_timestamps_are_kept() -> None:
    assert guesses([(0, -2), (1, 0), (2, -1), (3, 1)]) == [0, 1, 2, 3]


def test_without_pts_the_decode_times_serve() -> None:
    assert guesses([(None, 0), (None, 1), (None, 2)]) == [0, 1, 2]


def test_without_any_there_is_none() -> None:
    assert guesses([(None, None), (None, None)]) == [None, None]


def test_pts_that_go_backwards_more_often_than_dts_are_given_up() -> None:
    found = guesses([(10, 0), (5, 1), (9, 2), (4, 3), (8, 4)])
    assert found[-1] == 4


def test_a_seek_forgets_who_was_wrong() -> None:
    guess = TimestampGuesser()
    for pts, dts in ((10, 0), (5, 1), (9, 2), (4, 3)):
        guess(pts, dts)
    guess.reset()
    assert guess(100, 90) == 100


@given(st.lists(st.integers(-(1 << 40), 1 << 40), min_size=1, max_size=60, unique=True))
def test_rising_pts_are_always_believed(times: list[int]) -> None:
    rising = sorted(times)
    assert guesses([(time, None) for time in rising]) == rising
    assert guesses([(time, 7) for time in rising]) == rising


# The report.


def test_a_series_is_summed_up_in_milliseconds() -> None:
    series = Series()
    for value in range(1, 101):
        series.add(value / 1000)
    summary = series.summary()
    assert summary["mean"] == pytest.approx(50.5)
    assert summary["p50"] == pytest.approx(51.0)
    assert summary["p95"] == pytest.approx(96.0)
    assert summary["max"] == pytest.approx(100.0)
    assert summary["sd"] == pytest.approx(28.866, abs=1e-3)


def test_an_empty_series_says_nothing() -> None:
    assert Series().summary() == {}


def test_the_largest_is_the_furthest_from_zero() -> None:
    series = Series()
    series.add(-0.5)
    series.add(0.1)
    assert series.summary()["max"] == pytest.approx(500.0)


def test_a_series_is_bounded() -> None:
    series = Series()
    for value in range(KEPT + 10):
        series.add(float(value >= 10))
    assert series.summary()["mean"] == pytest.approx(1000.0)


def test_the_report_has_what_interfaces_promises() -> None:
    report = PlaybackStats(FakeTime()).report()
    assert {"version", "first_picture_ms", "late_ms", "av_diff_ms", "interval_ms", "per_picture_ms"} <= set(report)
    assert {"cpu_s", "rss_mb"} <= set(report)
    assert report["version"] == 1
    assert report["first_picture_ms"] is None
