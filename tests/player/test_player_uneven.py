"""Streams of unequal length, other masters and other speeds, in real time with a silent device."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from player.events import EndReached, FirstPicture
from player.options import OpenOptions, SyncMaster
from player.records import State
from tests.helpers.clip_writer import AudioPlan, steady, write
from tests.helpers.clips import Clips
from tests.helpers.playing import Playing
from tests.player.test_player_sound import RecordingSinks, indices

RATE = 48000


@pytest.fixture(scope="module")
def short_picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of pictures beside two seconds of counting sound."""
    path = tmp_path_factory.mktemp("uneven") / "short_picture.mkv"
    return write(path, steady(25), AudioPlan(codec="flac", counting=True))


@pytest.fixture(scope="module")
def short_sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of pictures beside one second of sound."""
    path = tmp_path_factory.mktemp("uneven") / "short_sound.mkv"
    return write(path, steady(50), AudioPlan(codec="flac", counting=True, length_s=1.0))


def test_the_end_waits_for_the_sound(short_picture: Path) -> None:
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open) as playing:
        playing.open(short_picture)
        playing.until_event(FirstPicture)
        began = time.monotonic()
        playing.until_over()
        assert playing.numbers == list(range(25))
        assert time.monotonic() - began == pytest.approx(2.0, abs=0.3)
        assert len(sinks.last.since_clear()) == 2 * RATE


def test_the_picture_goes_on_when_the_sound_has_ended(short_sound: Path) -> None:
    with Playing() as playing:
        playing.open(short_sound)
        playing.until_over()
        assert playing.numbers == list(range(50))
        at = {shown.number: shown.at for shown in playing.shown}
        assert at[49] - at[25] == pytest.approx(24 * 0.04, abs=0.05)


def test_a_seek_behind_the_last_picture_plays_the_sound_there(short_picture: Path) -> None:
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open) as playing:
        playing.open(short_picture)
        playing.until_event(FirstPicture)
        playing.player.seek(1.6)
        playing.until_event(FirstPicture)
        assert playing.number == 24
        assert isinstance(playing.until_over(), EndReached)
        heard = indices(sinks.last.since_clear())
        assert (heard == np.arange(round(1.6 * RATE), 2 * RATE)).all()


def test_a_seek_behind_the_last_sound_plays_the_picture_there(short_sound: Path) -> None:
    with Playing() as playing:
        playing.open(short_sound)
        playing.until_event(FirstPicture)
        playing.player.seek(1.6)
        playing.until_event(FirstPicture)
        assert playing.number == 40
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers[-10:] == list(range(40, 50))


def test_a_loop_of_uneven_streams_begins_both_again(short_picture: Path) -> None:
    sinks = RecordingSinks(untimed=True)
    with Playing(untimed=True, sinks=sinks.open) as playing:
        playing.open(short_picture, OpenOptions(loop=2))
        playing.until_over()
        assert playing.numbers == list(range(25)) * 2


def test_a_part_loops_exactly(short_sound: Path) -> None:
    sinks = RecordingSinks(untimed=True)
    with Playing(untimed=True, sinks=sinks.open) as playing:
        playing.open(short_sound, OpenOptions(start_s=0.4, length_s=0.4, loop=3))
        playing.until_over()
        assert playing.numbers == list(range(10, 20)) * 3
        pushed = indices(np.concatenate([samples for what, samples in sinks.last.parts if what == "push"]))
        assert (pushed == np.tile(np.arange(round(0.4 * RATE), round(0.8 * RATE)), 3)).all()


@pytest.mark.parametrize("sync", ["audio", "video", "external"])
def test_every_master_plays_in_time(clips: Clips, sync: SyncMaster) -> None:
    with Playing() as playing:
        playing.open(clips("sixty"), OpenOptions(sync=sync))
        diffs: list[float] = []
        while playing.until_next():
            diff = playing.player.snapshot().av_diff_s
            diffs.append(1.0 if diff is None else diff)
        assert len(playing.shown) >= 57
        assert playing.shown[-1].at - playing.shown[0].at == pytest.approx(59 / 60, abs=0.12)
        assert abs(float(np.median(diffs[-20:]))) < 0.04


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_at_other_speeds_sound_and_picture_keep_together(clips: Clips, speed: float) -> None:
    with Playing() as playing:
        playing.player.set_speed(speed)
        playing.open(clips("sixty"))
        diffs: list[float] = []
        while playing.until_next():
            diff = playing.player.snapshot().av_diff_s
            diffs.append(1.0 if diff is None else diff)
        assert playing.shown[-1].at - playing.shown[0].at == pytest.approx(59 / 60 / speed, abs=0.2)
        assert abs(float(np.median(diffs[-15:]))) < 0.04


def test_the_speed_changes_while_playing(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"))
        playing.until_shown(10)
        playing.player.set_speed(4.0)
        playing.until_over()
        assert playing.numbers[-1] == 49
        assert playing.numbers == sorted(set(playing.numbers))
        at = {shown.number: shown.at for shown in playing.shown}
        assert at[49] - at[playing.numbers[10]] < 1.0


def test_positions_rise_while_playing(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("sixty"))
        positions: list[float] = []
        while playing.until_next():
            position = playing.player.snapshot().position_s
            assert position is not None
            positions.append(position)
        assert positions == sorted(set(positions))


def test_at_the_end_a_step_does_nothing_and_a_seek_while_paused_shows_its_picture(clips: Clips) -> None:
    with Playing(untimed=False) as playing:
        playing.player.set_speed(4.0)
        playing.open(clips("video_only"))
        playing.until_over()
        playing.player.step()
        playing.pass_time(0.05)
        assert playing.numbers[-1] == 49
        assert playing.player.snapshot().state is State.ENDED
        playing.seek(0.4)
        assert playing.number == 10
        assert playing.player.paused
        assert playing.player.snapshot().state is State.READY
