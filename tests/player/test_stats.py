"""The playback report and the figures for somebody who watches: shapes, newest values, what is an interval."""

from __future__ import annotations

import json
import statistics
from fractions import Fraction

import av
import pytest

from player.figures import GRAPHED
from player.options import OpenOptions
from player.queues.frame_queue import FrameQueue
from player.records import Picture
from player.stats import NEWEST, STAGES, PlaybackStats, Series, memory_mb, peak_memory_mb, summarize
from player.sync.clocks import Clocks
from player.sync.refresh import VideoRefresh
from tests.helpers.clips import Clips
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import Playing

PIXELS = av.VideoFrame(16, 16, "gray")


def a_picture(pts: int) -> Picture:
    return Picture(PIXELS, pts, Fraction(1, 25), pts / 25, 1 / 25, 1, False, "P")


def test_the_newest_values_come_oldest_first() -> None:
    series = Series()
    for value in range(NEWEST + 5):
        series.add(value / 1000)
    assert series.recent(3) == pytest.approx([NEWEST + 2, NEWEST + 3, NEWEST + 4])
    assert len(series.recent()) == NEWEST
    assert series.recent(0) == []
    assert Series().recent() == []


def test_a_summary_says_what_statistics_would() -> None:
    values = [3.0, -7.5, 1.25, 0.0, 12.0, 12.0]
    summary = summarize(values)
    assert summary["mean"] == pytest.approx(statistics.fmean(values), abs=0.001)
    assert summary["sd"] == pytest.approx(statistics.pstdev(values), abs=0.001)
    assert (summary["p50"], summary["max"]) == (3.0, 12.0)


def test_a_pause_is_no_interval() -> None:
    time = FakeTime()
    stats = PlaybackStats(time)
    stats.note_shown(a_picture(0), None, None)
    time.advance(0.04)
    stats.note_shown(a_picture(1), 0.0, None)
    stats.break_off()
    time.advance(60.0)
    stats.note_shown(a_picture(2), 0.0, None)
    time.advance(0.04)
    stats.note_shown(a_picture(3), 0.0, None)
    assert stats.interval.recent() == pytest.approx([40.0, 40.0])
    assert len(stats.late.recent()) == 3


def test_a_picture_held_for_the_clock_is_counted() -> None:
    time = FakeTime()
    queue: FrameQueue[Picture] = FrameQueue(8, keep_last=True, current_serial=lambda: 1, on_put=lambda: None)
    clocks = Clocks(time, audio_serial=lambda: 1, video_serial=lambda: 1)
    clocks.master = "audio"
    refresh = VideoRefresh(time, queue, clocks, serial=lambda: 1)
    for pts in range(4):
        queue.put(a_picture(pts))
    clocks.set_audio(0.0, 1, time())
    refresh.refresh()
    time.advance(0.05)
    assert refresh.refresh().changed
    assert refresh.counts.repeated == 0
    clocks.set_audio(-0.06, 1, time())  # the sound falls back: the picture is early by more than it lasts
    time.advance(0.05)
    assert not refresh.refresh().changed
    time.advance(0.05)
    assert refresh.refresh().changed
    assert refresh.counts.repeated == 1


def test_memory_is_told() -> None:
    now, most = memory_mb(), peak_memory_mb()
    assert now is not None
    assert most is not None
    assert 5.0 < now <= most + 1.0


def test_no_file_has_no_figures() -> None:
    with Playing() as playing:
        assert playing.player.figures() is None


def test_figures_and_report_of_a_file_agree(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"), OpenOptions())
        playing.until(lambda: len(playing.shown) >= 5)
        playing.player.pause()
        figures, report = playing.player.figures(), playing.player.report()
    assert figures is not None
    assert figures.shown == report["shown"]
    assert figures.picture is not None
    assert figures.picture.pixel_format == "yuv420p"
    assert figures.picture.matrix == "bt.601"
    assert figures.threads is not None
    assert figures.threads >= 1
    assert set(figures.per_picture_ms) == set(STAGES)
    assert 0 < len(figures.interval.newest) <= GRAPHED
    assert figures.late.summary == report["late_ms"]
    assert json.loads(json.dumps(report)) == report
    assert {"dropped_early", "dropped_late", "repeated", "queues", "audio", "hwdec"} <= set(report)
