"""A look at the picture queue while another thread seeks: the picture of the seek is never lost."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest

from player.queues.frame_queue import FrameQueue
from player.records import Picture
from player.sync.clocks import Clocks
from player.sync.refresh import VideoRefresh

PIXELS = av.VideoFrame(16, 16, "gray")


def picture(pts: int, serial: int) -> Picture:
    return Picture(PIXELS, pts, Fraction(1, 25), pts / 25, 1 / 25, serial, False, "P")


class SeekInTheMiddle:
    """The clock that `VideoRefresh` reads within a look; at one reading the demux and decode threads get their turn."""

    def __init__(self) -> None:
        self.now = 100.0
        self.serial = 1
        self.seek_at_reading: int | None = None
        self.pictures: FrameQueue[Picture] = FrameQueue(
            3, keep_last=True, current_serial=lambda: self.serial, on_put=lambda: None
        )

    def __call__(self) -> float:
        if self.seek_at_reading == 0:
            self.serial += 1
            self.pictures.drop_stale()
            assert self.pictures.put(picture(500, self.serial))
        if self.seek_at_reading is not None:
            self.seek_at_reading -= 1
        return self.now


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("reading", range(6))
def test_a_seek_in_the_middle_of_a_look_loses_no_picture(reading: int, paused: bool) -> None:
    world = SeekInTheMiddle()
    clocks = Clocks(world, audio_serial=lambda: 0, video_serial=lambda: world.serial)
    refresh = VideoRefresh(world, world.pictures, clocks, serial=lambda: world.serial)
    for pts in range(3):
        world.pictures.put(picture(pts, 1))
    refresh.refresh()
    world.now += 0.04
    if paused:
        refresh.set_paused(True)
        refresh.step(1)
    world.seek_at_reading = reading
    seen = [refresh.refresh().picture for _ in range(4)]
    if world.serial == 1:
        return  # fewer readings in a look than that
    assert seen[-1] is not None
    assert (seen[-1].pts, seen[-1].serial) == (500, 2)
    assert refresh.on_screen is seen[-1]
