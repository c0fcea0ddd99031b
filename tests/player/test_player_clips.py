"""Every numbered clip, played to its end: each picture once, in order, with its own timestamp."""

from __future__ import annotations

import pytest

from player.events import EndReached, FirstPicture, Opened
from player.records import State
from tests.helpers.clips import Clips, clip_names
from tests.helpers.playing import Playing

PLAYABLE = [name for name in clip_names() if name != "truncated_mp4"]


@pytest.mark.parametrize("name", PLAYABLE)
def test_untimed_shows_every_picture_once_in_order(clips: Clips, name: str) -> None:
    clip = clips(name)
    with Playing(untimed=True) as playing:
        playing.open(clip)
        over = playing.until_over()
        assert isinstance(over, EndReached)
        if clip.complete:
            assert playing.numbers == list(clip.numbers)
        else:
            readable = [number for number in playing.numbers if number in clip.numbers]
            assert readable == list(clip.numbers)
        if clip.complete and clip.pts is not None:
            assert [shown.pts for shown in playing.shown] == list(clip.pts)
        snapshot = playing.player.snapshot()
        assert snapshot.state is State.ENDED
        assert (snapshot.dropped_early, snapshot.dropped_late) == (0, 0)
        kinds = [type(event) for event in playing.events]
        assert kinds[0] is Opened
        assert kinds.count(FirstPicture) == 1
        assert kinds[-1] is EndReached
