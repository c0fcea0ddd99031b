"""Pictures that are held back: waited for while they are worth it, dropped when the next is due, never for ever."""

from __future__ import annotations

import dataclasses
from typing import Literal

import pytest

from player.queues.frame_queue import FrameQueue
from player.records import Picture
from player.sync.clocks import Clocks
from player.sync.gate import LOOK_AGAIN_S, STARVED_S, is_overtaken
from player.sync.refresh import VideoRefresh
from tests.helpers.fake_time import FakeTime
from tests.player.test_sync_refresh import picture


class Held:
    """A gate, and a queue of pictures 40 ms apart behind it."""

    def __init__(self, framedrop: Literal["auto", "on", "off"] = "auto") -> None:
        self.now = FakeTime()
        self.ready: set[int | None] = set()
        self.waited_for: list[int | None] = []
        self.queue: FrameQueue[Picture] = FrameQueue(
            3, keep_last=True, current_serial=lambda: 1, on_put=lambda: None
        )  # fmt: skip
        self.clocks = Clocks(self.now, audio_serial=lambda: 1, video_serial=lambda: 1)
        self.refresh = VideoRefresh(
            self.now, self.queue, self.clocks,
            serial=lambda: 1, gate=self, more=lambda: self.more, framedrop=framedrop,
        )  # fmt: skip
        self.more = True
        self._put = 0
        self.fill()

    def is_ready(self, picture: Picture) -> bool:
        return picture.pts in self.ready

    def wait_for(self, picture: Picture) -> None:
        self.waited_for.append(picture.pts)

    def fill(self) -> None:
        while self.queue.remaining < 2:
            self.queue.put(picture(self._put, 1))
            self._put += 1

    def look(self) -> tuple[int | None, float | None]:
        """What is on screen, and when to look again."""
        seen = self.refresh.refresh()
        return None if seen.picture is None else seen.picture.pts, seen.wait_s


def test_the_first_picture_waits_until_it_is_ready() -> None:
    held = Held()
    assert held.look() == (None, LOOK_AGAIN_S)
    assert held.waited_for == [0]
    held.ready.add(0)
    assert held.look()[0] == 0


def test_one_that_is_ready_in_time_comes_in_time() -> None:
    held = Held()
    held.ready.update((0, 1))
    shown, wait_s = held.look()
    assert shown == 0
    assert wait_s == pytest.approx(0.04)
    held.now.advance(0.04)
    assert held.look()[0] == 1
    assert held.waited_for == []


def test_what_is_due_and_not_ready_is_waited_for_however_late_it_becomes() -> None:
    held = Held()
    held.ready.add(0)
    held.look()
    held.now.advance(0.04)
    assert held.look() == (0, LOOK_AGAIN_S)
    held.fill()
    held.now.advance(0.5)
    assert held.look() == (0, LOOK_AGAIN_S), "the next one is due by now, but this one was promised"
    held.ready.add(1)
    assert held.look()[0] == 1
    assert held.refresh.counts.dropped_late == 0


def test_what_is_late_when_its_turn_comes_is_not_waited_for() -> None:
    held = Held()
    held.ready.update((0, 4))
    held.look()
    held.fill()
    held.now.advance(0.1)
    held.look()  # 1 was due at 0.04 and 2 at 0.08: the clock is at 0.1
    assert held.waited_for == [2]
    assert held.refresh.counts.dropped_late == 1


@pytest.mark.parametrize("framedrop", ["off", "on"])
def test_only_where_pictures_may_be_dropped(framedrop: Literal["off", "on"]) -> None:
    held = Held(framedrop)
    held.ready.add(0)
    held.look()
    held.fill()
    held.now.advance(0.1)
    held.look()
    assert held.waited_for == [1 if framedrop == "off" else 2]


def test_where_all_come_too_late_one_is_shown_all_the_same() -> None:
    held = Held()
    held.ready.add(0)
    held.look()
    held.fill()
    held.now.advance(STARVED_S)
    held.look()
    assert held.waited_for == [1]
    assert held.refresh.counts.dropped_late == 0


def test_pause_and_steps_are_not_held_back() -> None:
    held = Held()
    held.refresh.set_paused(True)
    assert held.look()[0] == 0
    held.refresh.step(1)
    assert held.look()[0] == 1
    assert held.waited_for == []


def test_overtaken_is_told_by_the_next_picture_or_by_the_time_that_this_one_lasts() -> None:
    here, after = picture(10, 1), picture(11, 1)
    assert not is_overtaken(here, after, 0.43, more=True)
    assert is_overtaken(here, after, 0.45, more=True)
    assert is_overtaken(here, None, 0.45, more=True)
    assert not is_overtaken(here, None, 0.45, more=False), "it is the last"
    assert not is_overtaken(here, after, None, more=True)
    assert not is_overtaken(here, after, 99.0, more=True), "that is another time line"
    assert not is_overtaken(dataclasses.replace(here, duration_s=0.0), None, 0.45, more=True)
    assert not is_overtaken(here, picture(3, 1), 0.45, more=True), "timestamps that fall back"
