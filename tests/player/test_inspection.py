"""Stepping by number: the very picture, its number and its timestamp, whatever was pressed, on real files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.events import EndReached, FirstPicture, Warned
from player.options import OpenOptions
from tests.helpers.playing import Playing

if TYPE_CHECKING:
    from tests.helpers.clips import Clip, Clips

PAUSED = OpenOptions(paused=True)
WAYS = ("vfr", "bframes", "bpyramid", "open_gop", "edit_list", "nonzero_start", "ten_bit", "avi", "no_pts", "slideshow")


def indexed(playing: Playing, clip: Clip, options: OpenOptions = PAUSED) -> None:
    """Opened, paused, and its numbers final."""
    playing.open_paused(clip, options)
    playing.until(lambda: playing.player.snapshot().frame_final)


def go(playing: Playing, ordinal: int) -> None:
    playing.player.go_to_frame(ordinal)
    playing.until(lambda: playing.player.snapshot().frame == ordinal)


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
        for ordinal in (last // 2, last, 1, last // 3):
            go(playing, ordinal)
            assert agrees(playing, clip)
            for by in (-1, -1, 1, 1, 1):
                expected = min(max(ordinal + by, 0), last)
                playing.player.step(by)
                playing.until(lambda expected=expected: playing.player.snapshot().frame == expected)
                assert agrees(playing, clip)
                ordinal = expected
