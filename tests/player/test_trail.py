"""What an exact seek keeps on its way: the very pictures before its target, and no more of them than are of use."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from player.inspection import Inspection
from player.media import trail
from player.media.picture_maker import FrameTime
from player.media.trail import MOST, MOST_BYTES, trail_length
from player.options import OpenOptions
from tests.helpers.playing import Playing, number_of

if TYPE_CHECKING:
    from player.records import Picture
    from tests.helpers.clips import Clips

RATE = 1 / 60
HD = 3_110_400


def test_a_short_way_back_needs_none() -> None:
    assert trail_length(0, 0.005, RATE, HD) == 0
    assert trail_length(30, 0.005, RATE, HD) == 0
    assert trail_length(-3, 0.005, RATE, HD) == 0


def test_a_long_way_needs_what_is_shown_until_the_reader_has_come() -> None:
    kept = trail_length(228, 0.0035, RATE, HD)
    assert kept * RATE >= 228 * 0.0035 * trail.READER_SHARE - trail.HAND_S
    assert kept < MOST
    assert trail_length(228, 0.003, RATE, HD) < kept


def test_a_slow_decoder_and_large_pictures_are_bounded() -> None:
    assert trail_length(2000, 0.05, RATE, HD) == MOST
    assert trail_length(2000, 0.05, RATE, 4 * HD) == MOST_BYTES // (4 * HD) < MOST
    assert trail_length(50, 0.5, RATE, HD) == 50
    assert trail_length(50, 0.5, 0.0, HD) == 0


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Number given and number in the pixels of each picture that the reader got from the pipeline."""
    monkeypatch.setattr(trail, "HAND_S", 0.0)
    came: list[tuple[int, int]] = []

    def add(_self: Inspection, picture: Picture, ordinal: int | None) -> None:
        if ordinal is not None:
            came.append((ordinal, number_of(picture)))

    monkeypatch.setattr(Inspection, "add", add)
    return came


@pytest.mark.parametrize(("name", "target"), [("long_gop", 70), ("bframes", 40)])
def test_the_pictures_before_the_target_are_handed_over(
    clips: Clips, handed: list[tuple[int, int]], name: str, target: int
) -> None:
    clip = clips(name)
    with Playing() as playing:
        playing.open_paused(clip, OpenOptions(paused=True))
        playing.until(lambda: playing.player.snapshot().frame_final)
        time_s = clip.times_s[target]
        assert time_s is not None
        handed.clear()
        playing.seek(time_s)
        playing.until(lambda: len(handed) > 1)
    assert (target, clip.numbers[target]) in handed  # the one on screen
    kept = [each for each in handed if each[0] != target]
    assert [ordinal for ordinal, _ in kept] == list(range(target - len(kept), target))
    assert all(clip.numbers[ordinal] == number for ordinal, number in kept)


def test_the_newest_are_kept_until_they_are_taken_or_let_go_of(clips: Clips) -> None:
    kept = trail.Trail(lambda: 0.0)
    with Playing() as playing:
        playing.open_paused(clips("bframes"))
        picture = playing.last.picture
        assert picture is not None

    def seek(serial: int) -> None:
        kept.begin(2)
        for number in range(3):
            kept.pass_by(picture.frame, FrameTime(number, 0.0, 0.02, number))
        kept.land(serial, lambda _frame, when, _serial: dataclasses.replace(picture, pts=when.pts))

    seek(7)
    assert [each.pts for each in kept.take(7)] == [1, 2]
    assert kept.take(7) == ()
    seek(8)
    assert kept.take(7) == ()
    seek(9)
    kept.drop()
    assert kept.take(9) == ()


def test_a_seek_behind_the_end_hands_over_what_is_before_the_last_picture(
    clips: Clips, handed: list[tuple[int, int]]
) -> None:
    clip = clips("long_gop")
    last = len(clip.numbers) - 1
    with Playing() as playing:
        playing.open_paused(clip, OpenOptions(paused=True))
        playing.until(lambda: playing.player.snapshot().frame_final)
        handed.clear()
        playing.seek(60.0)
        playing.until(lambda: len(handed) > 1)
    assert (last, clip.numbers[last]) in handed
    assert all(clip.numbers[ordinal] == number for ordinal, number in handed)


def test_playing_keeps_none(clips: Clips, handed: list[tuple[int, int]]) -> None:
    clip = clips("long_gop")
    with Playing() as playing:
        playing.open_paused(clip, OpenOptions(paused=True))
        playing.until(lambda: playing.player.snapshot().frame_final)
        playing.player.play()
        handed.clear()
        time_s = clip.times_s[70]
        assert time_s is not None
        playing.seek(time_s)
        playing.player.pause()
        playing.pass_time(0.3)
    assert len(handed) <= 1
