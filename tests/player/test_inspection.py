"""Stepping by number: the very picture, its number and its timestamp, whatever was pressed, on real files."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from player.events import EndReached, FirstPicture, Warned
from player.options import OpenOptions
from player.records import State
from player.stepper import STEP_S
from tests.helpers.playing import Playing

if TYPE_CHECKING:
    from pathlib import Path

    from player.records import Picture
    from tests.helpers.clips import Clip, Clips

PAUSED = OpenOptions(paused=True)
WAYS = ("vfr", "bframes", "bpyramid", "open_gop", "edit_list", "nonzero_start", "ten_bit", "avi", "no_pts", "slideshow")


def indexed(playing: Playing, clip: Clip, options: OpenOptions = PAUSED) -> None:
    """Opened, paused, and its numbers final."""
    playing.open_paused(clip, options)
    playing.until(lambda: playing.player.snapshot().frame_final)


def until_frame(playing: Playing, ordinal: int) -> None:
    playing.until(lambda: playing.player.snapshot().frame == ordinal)


def go(playing: Playing, ordinal: int) -> None:
    playing.player.go_to_frame(ordinal)
    until_frame(playing, ordinal)


def step(playing: Playing, by: int, to: int) -> None:
    playing.player.step(by)
    until_frame(playing, to)


def agrees(playing: Playing, clip: Clip) -> bool:
    """Number on screen, in the snapshot and in the pixels are one, and the timestamp is the file's."""
    picture = playing.last.picture
    assert picture is not None
    assert picture.index is not None
    assert playing.player.snapshot().frame == picture.index
    assert clip.pts is None or picture.pts == clip.pts[picture.index]
    return playing.number == clip.numbers[picture.index]


@pytest.mark.parametrize("name", WAYS)
def test_any_picture_by_number_and_from_there_both_ways(clips: Clips, name: str) -> None:
    clip = clips(name)
    last = len(clip.numbers) - 1
    with Playing() as playing:
        indexed(playing, clip)
        assert playing.player.snapshot().frame_count == last + 1
        for start in (last // 2, last, 1, last // 3):
            go(playing, start)
            assert agrees(playing, clip)
            here = start
            for by in (-1, -1, 1, 1, 1):
                here = min(max(here + by, 0), last)
                step(playing, by, here)
                assert agrees(playing, clip)


def test_the_ends_stay_and_do_not_wrap(clips: Clips) -> None:
    clip = clips("bframes")
    last = len(clip.numbers) - 1
    with Playing() as playing:
        indexed(playing, clip)
        playing.player.step(-5)
        step(playing, 3, 3)
        playing.player.go_to_frame(last + 1000)
        until_frame(playing, last)
        playing.player.step(2)
        step(playing, -1, last - 1)
        assert agrees(playing, clip)


def test_a_number_that_only_a_decode_pass_will_tell_is_got_to(clips: Clips) -> None:
    """Where timestamps fall back the reader finds nothing by the first index, and must leave its maker the time."""
    clip = clips("jump_back")
    with Playing() as playing:
        playing.open_paused(clip)
        playing.player.go_to_frame(47)
        playing.until(lambda: playing.player.snapshot().frame == 47)
        assert playing.number == clip.numbers[47]


def test_presses_faster_than_pictures_all_count(clips: Clips) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        indexed(playing, clip)
        go(playing, 150)
        for _ in range(60):
            playing.player.step(-1)
        for _ in range(7):
            playing.player.step(1)
        until_frame(playing, 150 - 60 + 7)
        assert agrees(playing, clip)


def test_steps_asked_for_one_by_one_leave_the_reader_its_time(clips: Clips) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        indexed(playing, clip)
        go(playing, 150)
        playing.shown.clear()
        began = time.monotonic()
        for n in range(1, 13):
            step(playing, -1, 150 - n)
        assert len(playing.shown) == 12
        assert time.monotonic() - began >= 11 * STEP_S  # the first one comes at once
        assert agrees(playing, clip)


def test_presses_on_top_of_a_seek_count_from_its_picture(clips: Clips) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        indexed(playing, clip)
        playing.player.seek(2.0)
        playing.player.step(-3)
        playing.player.step(1)
        until_frame(playing, 98)
        assert agrees(playing, clip)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_run_shows_every_picture_once_in_turn(clips: Clips, direction: int) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        indexed(playing, clip)
        go(playing, 100)
        playing.shown.clear()
        playing.player.run(direction)
        playing.until_shown(30)
        playing.player.run(0)
        shown = playing.numbers
        assert shown == [100 + direction * n for n in range(1, len(shown) + 1)]
        at = [each.at for each in playing.shown]
        assert at[-1] - at[0] > 0.75 * (len(at) - 1) * 0.02, "not faster than the file's own rate"
        step(playing, -1, shown[-1] - 1)


def test_a_run_from_the_pipeline_s_picture_is_the_pipeline_s(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("long_gop"))
        playing.player.run(1)
        playing.until_shown(20)
        playing.player.run(0)
        assert playing.numbers == list(range(len(playing.numbers)))


def test_a_run_ends_at_the_end(clips: Clips) -> None:
    clip = clips("bframes")
    with Playing() as playing:
        indexed(playing, clip)
        go(playing, 4)
        playing.player.run(-1)
        until_frame(playing, 0)
        playing.pass_time(0.1)
        playing.player.run(0)
        step(playing, 1, 1)


def test_key_pictures_both_ways(clips: Clips) -> None:
    clip = clips("bframes")
    with Playing() as playing:
        indexed(playing, clip)
        index = playing.player.index
        assert index is not None
        keys = [n for n in range(index.count) if index.is_key(n)]
        assert len(keys) >= 3
        go(playing, keys[1] + 2)
        playing.player.step_key(-1)
        until_frame(playing, keys[1])
        playing.player.step_key(1)
        playing.player.step_key(-1)
        playing.player.step_key(1)
        until_frame(playing, keys[2])
        assert playing.last.picture is not None
        assert playing.last.picture.key
        assert agrees(playing, clip)


def test_by_timestamp_and_by_one_that_no_picture_has(clips: Clips) -> None:
    clip = clips("nonzero_start")
    assert clip.pts is not None
    pts = [each for each in clip.pts if each is not None]
    with Playing() as playing:
        indexed(playing, clip)
        playing.player.go_to_pts(pts[7])
        until_frame(playing, 7)
        playing.player.go_to_pts(pts[20] + 1)
        until_frame(playing, 20)
        assert agrees(playing, clip)


def test_a_jump_ends_in_an_event_and_a_step_in_none(clips: Clips) -> None:
    with Playing() as playing:
        indexed(playing, clips("bframes"))
        before = len(playing.events_of(FirstPicture))
        playing.player.go_to_frame(20)
        assert playing.player.snapshot().seeking
        playing.until_event(FirstPicture)
        assert playing.player.snapshot().frame == 20
        assert not playing.player.snapshot().seeking
        for to in (19, 18, 19):
            step(playing, to - (playing.player.snapshot().frame or 0), to)
        assert len(playing.events_of(FirstPicture)) == before + 1


def test_back_to_where_i_was_and_forth_again(clips: Clips) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        indexed(playing, clip)
        assert not playing.player.jump_back()
        go(playing, 60)
        assert playing.player.jump_back()
        until_frame(playing, 0)
        assert playing.player.jump_back()
        until_frame(playing, 60)
        playing.player.mark_place()
        step(playing, 3, 63)
        assert playing.player.jump_back()
        until_frame(playing, 60)
        assert agrees(playing, clip)


@pytest.mark.parametrize("name", ["cfr", "vfr", "open_gop", "nonzero_start"])
def test_playing_goes_on_with_the_next_picture(clips: Clips, name: str) -> None:
    clip = clips(name)
    start = len(clip.numbers) // 3
    with Playing() as playing:
        indexed(playing, clip, OpenOptions(paused=True, framedrop="off"))
        go(playing, start)
        step(playing, -1, start - 1)
        first = len(playing.shown)
        playing.player.play()
        playing.until_shown(first + 6)
        playing.player.pause()
        assert playing.numbers[first:] == list(
            range(playing.numbers[first], playing.numbers[first] + len(playing.numbers) - first)
        )
        assert playing.numbers[first] in (start - 1, start), (
            "the picture on screen again, from the pipeline, or the next"
        )
        assert agrees(playing, clip)
        here = playing.player.snapshot().frame
        assert here is not None
        step(playing, -2, here - 2)
        assert agrees(playing, clip)


def test_after_a_rest_playing_goes_on_without_a_seek_to_be_seen(clips: Clips) -> None:
    with Playing() as playing:
        indexed(playing, clips("cfr"), OpenOptions(paused=True, framedrop="off"))
        go(playing, 20)
        playing.until(lambda: playing.last.wait_s is None)
        playing.player.play()
        playing.look()
        assert not playing.player.snapshot().seeking
        playing.until(lambda: playing.numbers[-1] >= 24)
        after = playing.numbers[playing.numbers.index(21) :]
        assert after == list(range(21, 21 + len(after)))
        assert playing.player.snapshot().av_diff_s == pytest.approx(0.0, abs=0.045)


def test_an_exact_seek_to_what_is_there_is_served_at_once(clips: Clips) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        indexed(playing, clip)
        go(playing, 100)
        playing.until(lambda: playing.last.wait_s is None)
        serial = playing.player.refresh().picture
        playing.player.seek(1.98)
        look = playing.look()
        assert look.changed
        assert playing.player.snapshot().frame == 99
        assert not playing.player.snapshot().seeking
        assert agrees(playing, clip)
        assert serial is not None


def test_from_the_end_back(clips: Clips) -> None:
    clip = clips("video_only")
    last = len(clip.numbers) - 1
    with Playing(untimed=False) as playing:
        playing.player.set_speed(4.0)
        playing.open(clip)
        playing.until_event(EndReached)
        playing.player.step(-1)
        playing.until(lambda: playing.number == last - 1)
        assert playing.player.snapshot().state is State.READY
        playing.until(lambda: playing.player.snapshot().frame == last - 1)
        playing.player.play()
        playing.until_event(EndReached)
        assert playing.number == last


def test_start_and_length_are_for_playing_alone(clips: Clips) -> None:
    clip = clips("video_only")
    with Playing() as playing:
        indexed(playing, clip, OpenOptions(paused=True, start_s=0.4, length_s=0.2))
        assert playing.player.snapshot().frame == 10
        step(playing, -3, 7)
        go(playing, 40)
        assert agrees(playing, clip)
        go(playing, 14)
        playing.player.go_to_frame(11)
        playing.until(lambda: playing.player.snapshot().frame == 11)
        for to in (12, 13, 14, 15, 16):
            step(playing, 1, to)
        assert agrees(playing, clip)


def test_filters_make_pictures_of_their_own_that_have_no_number(clips: Clips) -> None:
    clip = clips("bframes")
    with Playing() as playing:
        playing.open_paused(clip, OpenOptions(paused=True, vf="negate"))
        playing.until(lambda: playing.player.index is not None)
        for _ in range(4):
            before = len(playing.shown)
            playing.player.step(1)
            playing.until(lambda before=before: len(playing.shown) > before)  # type: ignore[misc]
        shown = len(playing.shown)
        playing.player.step(-1)
        playing.until(lambda: len(playing.shown) > shown)
        assert playing.last.picture is not None
        assert clip.pts is not None
        assert playing.last.picture.time_s == pytest.approx(clip.times_s[3])
        assert playing.player.snapshot().frame is None
        playing.player.set_filters(None, None)
        playing.until(lambda: playing.player.snapshot().frame == 3)
        assert agrees(playing, clip)


def test_a_cover_and_sound_alone_have_no_numbers(clips: Clips) -> None:
    for name in ("cover_flac", "audio_only"):
        with Playing(numbered=False) as playing:
            playing.open(clips(name), PAUSED)
            playing.until_event(FirstPicture)
            playing.player.step(-1)
            playing.player.go_to_frame(3)
            playing.player.step_key(1)
            playing.player.run(-1)
            playing.player.run(0)
            playing.until(lambda: playing.last.wait_s is None)
            assert playing.player.snapshot().frame is None
            assert playing.player.index is None


def test_what_can_be_read_only_once_says_so(clips: Clips, tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.mkv"
    os.mkfifo(fifo)
    data = clips("bframes").path.read_bytes()
    writer = threading.Thread(target=lambda: fifo.write_bytes(data))
    writer.start()
    with Playing() as playing:
        playing.open_paused(fifo)
        playing.player.go_to_frame(5)
        playing.until_event(Warned)
        playing.player.step(1)
        playing.until(lambda: playing.number == 1)
        assert playing.player.snapshot().frame is None
        playing.player.play()
        playing.until(lambda: playing.number >= 5)
    writer.join()


def test_one_picture_for_somebody_else(clips: Clips) -> None:
    clip = clips("bframes")
    got: list[Picture | None] = []
    come = threading.Event()

    def take(picture: Picture | None) -> None:
        got.append(picture)
        come.set()

    with Playing() as playing:
        playing.player.fetch(3, take)
        assert got == [None], "nothing is open"
        come.clear()
        indexed(playing, clip)
        playing.player.fetch(17, take)
        assert come.wait(10.0)
        picture = got[1]
        assert picture is not None
        assert clip.pts is not None
        assert (picture.index, picture.pts) == (17, clip.pts[17])
        got.clear()


def test_a_file_that_is_changed_and_closed_leaves_nothing_running(clips: Clips) -> None:
    with Playing() as playing:
        for name in ("bframes", "long_gop", "vfr"):
            indexed(playing, clips(name))
            playing.player.go_to_frame(9)
            playing.player.step(-1)
    assert not [thread.name for thread in threading.enumerate() if thread.name in ("index", "reader")]


def test_a_number_that_is_not_known_yet_is_waited_for_and_hurried(clips: Clips) -> None:
    """The index is made of decoded pictures alone, which nobody does while the player is busy."""
    with Playing() as playing:
        playing.open(clips("avi"))
        playing.until_event(FirstPicture)
        playing.player.go_to_frame(20)
        until_frame(playing, 20)
        assert agrees(playing, clips("avi"))
