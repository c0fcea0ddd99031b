"""Opening and closing: in every order, at every moment, and whatever the file does."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from player.audio.null_sink import NullSinks
from player.audio.sink import AudioRequest, AudioSink
from player.errors import AudioDeviceError, OpenError
from player.events import EndReached, Failed, FirstPicture, Opened, OpenFailed, Warned
from player.options import OpenOptions
from player.player import Player
from player.records import Picture, Snapshot, State
from tests.helpers.clips import Clips
from tests.helpers.fake_time import FakeTime
from tests.helpers.playing import Playing

CLOSE_LIMIT_S = 2.0


@contextmanager
def quickly(limit_s: float = CLOSE_LIMIT_S) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < limit_s


def test_before_anything_is_open() -> None:
    with Playing() as playing:
        player = playing.player
        assert playing.look().picture is None
        assert player.snapshot() == Snapshot()
        player.step()
        player.play()
        player.set_volume(50.0)
        player.set_muted(True)
        player.select("audio", 1)
        player.cycle("subtitle")
        player.note_time("paint", 0.001)
        assert player.report() == {}
        assert player.info is None
        snapshot = player.snapshot()
        assert (snapshot.state, snapshot.volume, snapshot.muted) == (State.IDLE, 50.0, True)


def test_the_states_of_one_file(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        states = [playing.player.snapshot().state]
        playing.open(clips("video_only"))
        states.append(playing.player.snapshot().state)
        playing.until_event(FirstPicture)
        states.append(playing.player.snapshot().state)
        playing.until_over()
        states.append(playing.player.snapshot().state)
        playing.player.close()
        states.append(playing.player.snapshot().state)
    assert states == [State.IDLE, State.OPENING, State.READY, State.ENDED, State.IDLE]


def test_what_opened_says_is_what_info_says(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("tracks"))
        opened = playing.until_event(Opened)
        assert opened.info is playing.player.info
        assert [track.kind for track in opened.info.tracks] == ["video"] * 2 + ["audio"] * 2 + ["subtitle"] * 2


def test_opening_another_file_closes_the_first(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"))
        playing.until(lambda: len(playing.shown) >= 3)
        playing.open(clips("tracks"), OpenOptions(vid=2))
        assert playing.player.snapshot().state is State.OPENING
        playing.until(lambda: playing.player.snapshot().state is State.ENDED)
        first_of_second = playing.numbers.index(100)
        assert playing.numbers[first_of_second:] == list(range(100, 150))
        assert playing.player.info is not None
        assert playing.player.info.path.endswith("tracks.mkv")


def test_opening_while_another_is_opening(clips: Clips) -> None:
    with Playing(untimed=True) as playing:
        for name in ("cfr", "bframes", "vfr", "cfr", "ten_bit", "video_only"):
            playing.open(clips(name))
        playing.until_over()
        assert playing.numbers == list(range(50))
        assert len(playing.events_of(Opened)) == 1
        assert playing.events_of(Opened)[0].info.path.endswith("video_only.mp4")


def test_closing_while_opening(clips: Clips) -> None:
    with Playing() as playing:
        for _ in range(10):
            playing.open(clips("cfr"))
            with quickly():
                playing.player.close()
        assert playing.player.snapshot().state is State.IDLE
        playing.pass_time(0.05)
        assert playing.events == []


def test_closing_while_seeking(clips: Clips) -> None:
    with Playing() as playing:
        for place in range(5):
            playing.open_paused(clips("long_gop"))
            playing.player.seek(4.9 - place / 10)
            with quickly():
                playing.player.close()
        assert playing.look().picture is None


def test_closing_twice_and_opening_again(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        playing.player.close()
        playing.player.close()
        playing.open_paused(clips("video_only"))
        assert playing.number == 0


def test_closing_gives_the_picture_back(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        playing.player.close()
        assert playing.look().picture is None
        assert playing.player.snapshot().position_s is None


@pytest.mark.parametrize("name", ["truncated_mp4"])
def test_what_cannot_be_opened_is_an_event(clips: Clips, name: str) -> None:
    path = clips(name).path
    with Playing() as playing:
        playing.open(path)
        over = playing.until_over()
        assert isinstance(over, OpenFailed)
        assert isinstance(over.error, OpenError)
        assert str(path) in str(over.error)
        assert playing.player.snapshot().state is State.FAILED


def test_a_missing_file_is_an_event_and_the_player_lives(clips: Clips, tmp_path: Path) -> None:
    with Playing(untimed=True) as playing:
        playing.open(tmp_path / "nothing.mp4")
        over = playing.until_over()
        assert isinstance(over, OpenFailed)
        assert "there is no such file" in str(over.error)
        playing.open(clips("video_only"))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers == list(range(50))


def test_when_nothing_decodes_it_failed(clips: Clips, tmp_path: Path) -> None:
    data = bytearray(clips("video_only").path.read_bytes())
    media = data.index(b"mdat") + 4
    index = data.index(b"moov", media) - 4
    data[media:index] = b"\xff" * (index - media)
    path = tmp_path / "noise.mp4"
    path.write_bytes(data)
    with Playing() as playing:
        playing.open(path)
        over = playing.until_over()
        assert isinstance(over, Failed | OpenFailed)
        assert playing.player.snapshot().state is State.FAILED
        assert not playing.shown


def test_a_cut_file_plays_to_the_cut(clips: Clips) -> None:
    with Playing(fake=FakeTime()) as playing:
        playing.open(clips("truncated_mkv"), OpenOptions(audio=False))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers[:15] == list(range(15))


def test_a_fifo_without_a_writer_can_be_closed(tmp_path: Path) -> None:
    path = tmp_path / "nobody.mp4"
    os.mkfifo(path)
    with Playing() as playing:
        playing.open(path)
        playing.pass_time(0.05)
        with quickly(0.5):
            playing.player.close()


def test_a_fifo_without_a_writer_can_be_left_for_another_file(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "nobody.mp4"
    os.mkfifo(path)
    with Playing(untimed=True) as playing:
        playing.open(path)
        playing.pass_time(0.05)
        playing.open(clips("video_only"))
        assert isinstance(playing.until_over(limit_s=3.0), EndReached)
        assert playing.numbers == list(range(50))


def test_a_fifo_that_stops_half_way_can_be_closed(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "half.mkv"
    os.mkfifo(path)
    data = clips("bframes").path.read_bytes()
    writer = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(writer, data[: min(len(data) * 2 // 3, 60_000)])
        with Playing() as playing:
            playing.open(path)
            playing.until(lambda: len(playing.shown) >= 3)
            playing.pass_time(0.05)
            with quickly():
                playing.player.close()
    finally:
        os.close(writer)


def test_a_fifo_plays_to_its_end(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "pipe.mkv"
    os.mkfifo(path)
    data = clips("bframes").path.read_bytes()

    def write() -> None:
        with open(path, "wb") as pipe:
            pipe.write(data)

    writer = threading.Thread(target=write)
    writer.start()
    with Playing(untimed=True) as playing:
        playing.open(path)
        assert isinstance(playing.until_over(), EndReached)
        writer.join(5.0)
        assert playing.numbers == list(range(50))


def test_an_input_that_cannot_be_sought_in_says_so_and_plays_on(clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "pipe.mkv"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(writer, clips("bframes").path.read_bytes()[:60_000])
        with Playing() as playing:
            playing.open(path)
            playing.until(lambda: len(playing.shown) >= 2)
            playing.player.seek(0.0)
            assert "cannot be sought" in playing.until_event(Warned).text
            shown = len(playing.shown)
            playing.until(lambda: len(playing.shown) > shown)
            assert playing.numbers == sorted(playing.numbers)
    finally:
        os.close(writer)


def test_a_prepared_picture_travels_with_its_preparation(clips: Clips) -> None:
    threads = set()

    def prepare(picture: Picture) -> object:
        threads.add(threading.current_thread().name)
        return ("prepared", picture.pts)

    with Playing(untimed=True, prepare=prepare) as playing:
        playing.open(clips("video_only"))
        playing.until_event(FirstPicture)
        playing.until(lambda: len(playing.shown) == 50)
        picture = playing.last.picture
        assert picture is not None
        assert picture.prepared == ("prepared", picture.pts)
    assert threads == {"decode-video"}


def test_a_thread_that_dies_is_an_event(clips: Clips) -> None:
    def prepare(_picture: Picture) -> object:
        raise ZeroDivisionError("the view is broken")

    with Playing(prepare=prepare) as playing:
        playing.open(clips("video_only"))
        failed = playing.until_event(Failed)
        assert "the view is broken" in str(failed.error)
        assert isinstance(failed.error.__cause__, ZeroDivisionError)
        assert playing.player.snapshot().state is State.FAILED


def test_a_device_that_will_not_open_leaves_the_picture_playing(clips: Clips) -> None:
    def no_device(_request: AudioRequest) -> AudioSink:
        raise AudioDeviceError("there is no sound card")

    with Playing(sinks=no_device) as playing:
        playing.player.set_speed(4.0)
        playing.open(clips("cfr"))
        assert isinstance(playing.until_over(), EndReached)
        assert playing.numbers[-1] == 49
        assert [event.text for event in playing.events_of(Warned)] == [
            "there is no sound card; playing on without sound"
        ]


def test_events_of_a_closed_file_are_not_told(clips: Clips, tmp_path: Path) -> None:
    with Playing(untimed=True) as playing:
        playing.player.open(str(tmp_path / "nothing.mp4"))
        assert playing.woken.wait(5.0)  # OpenFailed lies ready, but nobody takes it
        playing.open(clips("video_only"))
        playing.until_over()
        assert not playing.events_of(OpenFailed)


def test_waking_is_enough_to_follow_a_player(clips: Clips) -> None:
    """An owner that sleeps whenever it is told to is woken for everything it must not miss."""
    woken = threading.Event()
    now = time.monotonic
    player = Player(now=now, sinks=NullSinks(now, untimed=True).open, wakeup=woken.set, untimed=True)
    try:
        player.open(str(clips("bframes")))
        shown = 0
        ended = False
        while not ended:
            look = player.refresh()
            shown += look.changed
            ended = any(isinstance(event, EndReached) for event in player.take_events())
            if not ended and look.wait_s != 0.0:
                assert woken.wait(5.0 if look.wait_s is None else look.wait_s) or look.wait_s is not None
                woken.clear()
        assert shown == 50
    finally:
        player.close()
