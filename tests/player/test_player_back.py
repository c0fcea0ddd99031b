"""Steps backwards show the very picture before, whatever the file does with its timestamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.events import EndReached, FirstPicture
from player.options import OpenOptions
from tests.helpers.playing import Playing

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

WAYS = ("vfr", "bframes", "bpyramid", "open_gop", "edit_list", "nonzero_start", "ten_bit", "avi", "no_pts", "slideshow")
PAUSED = OpenOptions(paused=True)


def step(playing: Playing, count: int) -> int:
    """The number on screen after a step."""
    before = len(playing.shown)
    playing.player.step(count)
    playing.until(lambda: len(playing.shown) > before)
    return playing.number


@pytest.mark.parametrize("name", WAYS)
def test_every_picture_is_reached_backwards(clips: Clips, name: str) -> None:
    clip = clips(name)
    there = min(12, len(clip.numbers) - 1)
    with Playing() as playing:
        playing.open(clip, PAUSED)
        playing.until_event(FirstPicture)
        for _ in range(there):
            step(playing, 1)
        back = [step(playing, -1) for _ in range(there)]
        assert back == list(reversed(clip.numbers[:there]))


def test_before_the_first_picture_there_is_none(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("bframes"), PAUSED)
        playing.until_event(FirstPicture)
        playing.player.step(-1)
        playing.until_event(FirstPicture)
        assert playing.number == 0
        assert step(playing, 1) == 1


def test_presses_add_up_and_forward_takes_one_back(clips: Clips) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        playing.open(clip, PAUSED)
        playing.player.seek(2.0)
        playing.until_event(FirstPicture)
        start = playing.number
        for _ in range(4):
            playing.player.step(-1)
        playing.player.step(1)
        playing.until(lambda: playing.number == start - 3)
        assert step(playing, 1) == start - 2


def test_from_the_end_it_goes_back_to_the_last_but_one(clips: Clips) -> None:
    clip = clips("cfr")
    with Playing() as playing:
        playing.player.set_speed(4.0)
        playing.open(clip)
        playing.until_event(EndReached)
        assert playing.number == clip.numbers[-1]
        assert step(playing, -1) == clip.numbers[-2]
        assert playing.player.paused


def test_sound_goes_on_where_the_picture_went_back_to(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"), PAUSED)
        playing.player.seek(1.0)
        playing.until_event(FirstPicture)
        for _ in range(5):
            step(playing, -1)
        shown = playing.last.picture
        assert shown is not None
        assert shown.time_s == pytest.approx(0.8)
        playing.player.play()
        playing.until(lambda: playing.player.snapshot().av_diff_s is not None and len(playing.shown) > 12)
        assert playing.player.snapshot().av_diff_s == pytest.approx(0.0, abs=0.045)
        numbers = playing.numbers[-6:]
        assert numbers == list(range(numbers[0], numbers[0] + 6))
