"""Seeks of an opened file: the picture asked for is the one that comes, wherever the key frames are."""

from __future__ import annotations

import random

import pytest

from player.events import FirstPicture
from player.media.video_decoder import SEEK_TOLERANCE_S
from player.options import OpenOptions
from player.records import State
from tests.helpers.clips import Clip, Clips
from tests.helpers.playing import Playing

TIMED = [
    "cfr", "sixty", "slideshow", "vfr", "no_durations", "bframes", "bpyramid", "open_gop", "edit_list",
    "nonzero_start", "audio_late", "audio_early", "audio_negative", "video_only", "ten_bit", "rotated",
    "interlaced", "avi", "bottom_up", "resize", "tracks",
]  # fmt: skip
"""Clips whose pictures all have a time of their own."""


def positions(playing: Playing, clip: Clip) -> list[float]:
    """Where each picture of the clip begins, counted from the container's start."""
    info = playing.player.info
    assert info is not None
    return [time_s - info.start_s for time_s in clip.times_s if time_s is not None]


@pytest.mark.parametrize("name", TIMED)
def test_an_exact_seek_shows_the_picture_of_that_time(clips: Clips, name: str) -> None:
    clip = clips(name)
    with Playing() as playing:
        playing.open_paused(clip)
        times = positions(playing, clip)
        places = list(range(0, len(times), max(1, len(times) // 12)))
        places.append(len(times) - 1)
        random.Random(name).shuffle(places)
        for place in places:
            playing.seek(times[place])
            assert playing.number == clip.numbers[place], f"sought picture {place} at {times[place]}"
            assert playing.player.snapshot().position_s == pytest.approx(times[place], abs=1e-6)


@pytest.mark.parametrize("name", ["vfr", "bframes", "nonzero_start"])
def test_between_two_pictures_the_next_one_comes(clips: Clips, name: str) -> None:
    clip = clips(name)
    with Playing() as playing:
        playing.open_paused(clip)
        times = positions(playing, clip)
        for place in range(1, len(times), max(1, len(times) // 6)):
            playing.seek((times[place - 1] + times[place]) / 2)
            assert playing.number == clip.numbers[place]


@pytest.mark.parametrize("name", ["no_pts", "avi"])
def test_without_timestamps_pictures_are_counted(clips: Clips, name: str) -> None:
    clip = clips(name)
    with Playing() as playing:
        playing.open_paused(clip)
        for place in (20, 3, 24, 0, 11):
            playing.seek(place / 25)
            assert playing.number == clip.numbers[place]


def test_a_damaged_file_can_be_sought_in(clips: Clips) -> None:
    clip = clips("damaged")
    with Playing() as playing:
        playing.open_paused(clip)
        for number in (45, 3, 12, 48):
            playing.seek(number / 25)
            assert playing.number == number


def test_a_picture_just_behind_its_place_counts_as_that_place(clips: Clips) -> None:
    clip = clips("cfr")
    with Playing() as playing:
        playing.open_paused(clip)
        playing.seek(10 / 25 + SEEK_TOLERANCE_S * 0.9)
        assert playing.number == 10
        playing.seek(10 / 25 + SEEK_TOLERANCE_S * 1.1)
        assert playing.number == 11


def test_behind_the_last_picture_the_last_one_is_shown(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("video_only"))
        playing.seek(1000.0)
        assert playing.number == 49
        playing.seek(0.0)
        assert playing.number == 0


def test_before_the_start_is_the_start(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("nonzero_start"))
        playing.seek(1.0)
        playing.seek(-5.0)
        assert playing.number == clips("nonzero_start").numbers[0]


def test_a_key_frame_seek_lands_on_the_key_frame_before(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))  # a key frame every twelve pictures
        for asked, landed in ((20, 12), (49, 48), (24, 24), (11, 0)):
            playing.seek(asked / 25, exact=False)
            assert playing.number == landed


def test_a_relative_key_frame_seek_goes_forward(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        seen = []
        for _ in range(4):
            playing.player.seek_by(0.2, exact=False)
            playing.until_settled()
            seen.append(playing.number)
        assert seen == [12, 24, 36, 48]
        playing.player.seek_by(-0.2, exact=False)
        playing.until_settled()
        assert playing.number == 36


def test_the_latest_of_many_seeks_wins(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("long_gop"))
        before = len(playing.shown)
        for number in range(30):
            playing.player.seek((249 - 8 * number) / 50)
            playing.look()
        playing.until_settled()
        assert playing.number == 249 - 8 * 29
        assert len(playing.shown) - before < 30
        playing.pass_time(0.05)
        assert playing.number == 249 - 8 * 29, "an older seek came after it"


def test_relative_seeks_add_up_from_where_the_player_is_heading(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("long_gop"))
        for _ in range(10):
            playing.player.seek_by(0.2)
        assert playing.player.snapshot().position_s == pytest.approx(2.0)
        for _ in range(5):
            playing.player.seek_by(-0.1)
        playing.until_settled()
        assert playing.number == 75


def test_the_position_is_the_target_while_seeking(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("long_gop"))
        playing.player.seek(3.5)
        snapshot = playing.player.snapshot()
        assert snapshot.seeking
        assert snapshot.position_s == 3.5
        playing.until_settled()


def test_seeking_while_paused_shows_one_picture_and_stays(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        before = len(playing.shown)
        playing.seek(0.8)
        playing.pass_time(0.1)
        assert [shown.number for shown in playing.shown[before:]] == [20]
        assert playing.player.snapshot().paused


def test_every_seek_is_answered_by_one_first_picture(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cfr"))
        serials = [event.serial for event in playing.events_of(FirstPicture)]
        for number in (30, 10, 40):
            playing.player.seek(number / 25)
            serials.append(playing.until_event(FirstPicture).serial)
        playing.pass_time(0.05)
        assert [event.serial for event in playing.events_of(FirstPicture)] == serials
        assert sorted(set(serials)) == serials


def test_a_seek_while_playing_goes_on_from_there(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("video_only"))
        playing.until_event(FirstPicture)
        playing.player.seek(1.2)
        playing.until(lambda: playing.numbers[-1] >= 34)
        after = playing.numbers[playing.numbers.index(30) :]
        assert after == list(range(30, after[-1] + 1))
        assert max(playing.numbers[: playing.numbers.index(30)], default=0) < 10


def test_a_seek_asked_for_before_the_file_is_open_is_kept(clips: Clips) -> None:
    with Playing() as playing:
        playing.open(clips("cfr"), OpenOptions(paused=True))
        playing.player.seek(0.4)
        playing.player.seek_by(0.2)
        playing.until(lambda: playing.player.snapshot().state is State.READY)
        playing.until_settled()
        assert playing.number == 15


def test_a_cover_survives_a_seek(clips: Clips) -> None:
    with Playing() as playing:
        playing.open_paused(clips("cover_flac"))
        playing.until(lambda: playing.last.picture is not None)
        playing.seek(1.0)
        playing.pass_time(0.05)
        assert playing.last.picture is not None
        assert playing.number == 77
