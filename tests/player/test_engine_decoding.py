"""Decoding in the running engine: late work is dropped, damage is played over, slow views cost pictures, not sync."""

from __future__ import annotations

import threading
from pathlib import Path

import av
import pytest

from player.events import EndReached, Failed, FirstPicture
from player.options import FrameDrop, OpenOptions, SyncMaster
from player.queues.load_control import Budget
from player.records import Picture
from tests.helpers.clip_writer import AudioPlan, steady, write
from tests.helpers.clips import Clips
from tests.helpers.playing import Playing


class Slow:
    """A view that needs `seconds` for every picture, on the decode thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.never = threading.Event()
        self.prepared = 0

    def __call__(self, picture: Picture) -> object:
        self.prepared += 1
        return self.never.wait(self._seconds)


@pytest.mark.parametrize(("sync", "framedrop"), [("audio", "auto"), ("external", "auto"), ("audio", "on")])
def test_a_slow_view_costs_pictures_and_not_the_time(clips: Clips, sync: SyncMaster, framedrop: FrameDrop) -> None:
    """60 pictures of 17 ms, each prepared in 40: most are dropped before that, and the end comes in time."""
    slow = Slow(0.04)
    with Playing(prepare=slow) as playing:
        playing.open(clips("sixty"), OpenOptions(sync=sync, framedrop=framedrop))
        playing.until_event(FirstPicture)
        began = playing.shown[0].at
        playing.until(lambda: playing.numbers[-1] >= 50)
        assert playing.shown[-1].at - began < 1.4, "it fell behind the clock"
        snapshot = playing.player.snapshot()
        assert snapshot.dropped_early > 15
        assert slow.prepared < 50
        assert playing.numbers == sorted(set(playing.numbers))


@pytest.mark.parametrize(("sync", "framedrop"), [("audio", "off"), ("video", "auto")])
def test_nothing_is_dropped_where_nothing_may_be(clips: Clips, sync: SyncMaster, framedrop: FrameDrop) -> None:
    with Playing(prepare=Slow(0.03)) as playing:
        playing.open(clips("sixty"), OpenOptions(sync=sync, framedrop=framedrop))
        playing.until_over()
        snapshot = playing.player.snapshot()
        assert (snapshot.dropped_early, snapshot.dropped_late) == (0, 0)
        assert playing.numbers == list(range(60))


def test_the_picture_of_a_seek_is_shown_however_late_it_is(clips: Clips) -> None:
    with Playing(prepare=Slow(0.1)) as playing:
        playing.open(clips("cfr"))
        playing.until_event(FirstPicture)
        for number in (40, 10, 30):
            playing.seek(number / 25)
            assert playing.number == number


def test_damage_is_counted_and_played_over(clips: Clips) -> None:
    clip = clips("damaged")
    with Playing(untimed=True) as playing:
        playing.open(clip)
        assert isinstance(playing.until_over(), EndReached)
        assert playing.events_of(Failed) == []
        assert set(clip.numbers) <= set(playing.numbers)
        with av.open(str(clip)) as container:
            packets = sum(packet.size > 0 for packet in container.demux(video=0))
        assert packets - 20 <= len(playing.shown) <= packets


def test_reading_ahead_is_bounded(tmp_path: Path) -> None:
    """Half a minute of sound beside the picture: paused, no more than a second or so of it is read."""
    path = write(tmp_path / "long.mkv", steady(750), AudioPlan(length_s=30.0))
    with Playing(numbered=False) as playing:
        playing.open_paused(path)
        playing.pass_time(0.2)
        queues = playing.player.report()["queues"]
        assert isinstance(queues, dict)
        assert 0.9 < queues["video"]["seconds"] < 3.0
        assert 0.5 < queues["audio"]["seconds"] < 5.0
        sizes = playing.player.snapshot().queue_bytes
        assert sizes["video"] == queues["video"]["bytes"] > 0


def test_a_stuck_view_starves_neither_the_sound_nor_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes pictures any more: the sound is heard to its end, and what waits for the view stays bounded."""
    monkeypatch.setattr("player.pipeline.VIDEO_BUDGET", Budget(soft=6_000, hard=20_000))
    path = write(tmp_path / "stuck.mkv", steady(250), AudioPlan(length_s=10.0))
    go_on = threading.Event()
    with Playing(prepare=lambda _picture: go_on.wait(20.0), numbered=False) as playing:
        playing.player.set_speed(4.0)
        playing.open(path)
        most = 0

        def heard_all() -> bool:
            nonlocal most
            snapshot = playing.player.snapshot()
            most = max(most, snapshot.queue_bytes.get("video", 0))
            position = snapshot.position_s
            return position is not None and position > 9.5

        try:
            playing.until(heard_all)
            queues = playing.player.report()["queues"]
        finally:
            go_on.set()
        assert isinstance(queues, dict)
        assert queues["video"]["thrown_away"] > 0
        assert 0 < most <= 20_000
        assert isinstance(playing.until_over(), EndReached)


def test_the_report_is_complete_and_plausible(clips: Clips) -> None:
    with Playing(numbered=False) as playing:
        playing.open(clips("sixty"))
        playing.until_over()
        playing.player.note_time("paint", 0.002)
        report = playing.player.report()
    assert report["version"] == 1
    first = report["first_picture_ms"]
    assert isinstance(first, float)
    assert 0.0 < first < 5000.0
    stages = report["per_picture_ms"]
    assert isinstance(stages, dict)
    assert stages["paint"]["mean"] == pytest.approx(2.0)
    assert stages["decode"]["mean"] > 0.0
    audio = report["audio"]
    assert audio == {"device": "null", "underruns": 0}
    interval = report["interval_ms"]
    assert isinstance(interval, dict)
    assert interval["p50"] == pytest.approx(1000 / 60, abs=3.0)
    shown, late, early = report["shown"], report["dropped_late"], report["dropped_early"]
    assert isinstance(shown, int)
    assert isinstance(late, int)
    assert isinstance(early, int)
    assert shown + late + early == 60
    assert shown > 50
