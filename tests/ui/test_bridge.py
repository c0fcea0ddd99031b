"""The bridge: when the picture timer is armed, what a wake-up does, when it polls. The clock is the test's."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import pytest

from player.errors import OpenError
from player.events import Event, OpenFailed, Warned
from player.records import Picture, Snapshot, State
from player.sync.refresh import Refresh
from tests.helpers.fake_time import FakeTime
from tests.ui.fake_player import FakePlayer
from tests.ui.window_kit import wait_until
from ui.bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


class Screen:
    """Where the pictures end up."""

    def __init__(self) -> None:
        self.shown: list[Picture | None] = []

    def show_picture(self, picture: Picture | None) -> None:
        self.shown.append(picture)


def a_picture(pts: int = 0) -> Picture:
    frame = av.VideoFrame(16, 16, "yuv420p")
    return Picture(
        frame=frame,
        pts=pts,
        time_base=Fraction(1, 25),
        time_s=pts / 25,
        duration_s=0.04,
        serial=1,
        key=True,
        pict_type="I",
    )


class Bench:
    def __init__(self) -> None:
        self.player = FakePlayer()
        self.screen = Screen()
        self.time = FakeTime(100.0)
        self.naps: list[float] = []
        self.bridge = Bridge(self.player, self.screen, now=self.time, nap=self._nap)

    def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time.advance(seconds)


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    with _bench() as bench:
        yield bench


@contextmanager
def _bench() -> Iterator[Bench]:
    bench = Bench()
    try:
        yield bench
    finally:
        bench.bridge.close()


@pytest.mark.parametrize(
    ("wait_s", "armed_ms"), [(0.0417, 40), (0.0399, 38), (0.0019, 0), (0.0, 0), (-0.003, 0), (2.5004, 2499)]
)
def test_the_timer_is_armed_a_little_early(bench: Bench, wait_s: float, armed_ms: int) -> None:
    bench.player.looks = [Refresh(None, False, wait_s)]
    bench.bridge.refresh()
    assert bench.bridge.armed_ms == armed_ms


def test_no_wait_means_no_timer(bench: Bench) -> None:
    bench.player.looks = [Refresh(None, False, 0.04), Refresh(None, False, None)]
    bench.bridge.refresh()
    bench.bridge.refresh()
    assert bench.bridge.armed_ms is None


def test_the_rest_of_a_millisecond_is_slept(bench: Bench) -> None:
    picture = a_picture()
    bench.player.looks = [Refresh(None, False, 0.0054), Refresh(picture, True, None)]
    bench.bridge.refresh()
    bench.time.advance(0.004)  # what the timer is armed for
    wait_until(lambda: bench.screen.shown == [picture], "the picture")
    assert bench.naps == [pytest.approx(0.0014)]


def test_a_timer_that_fires_late_sleeps_no_more(bench: Bench) -> None:
    picture = a_picture()
    bench.player.looks = [Refresh(None, False, 0.0054), Refresh(picture, True, None)]
    bench.bridge.refresh()
    bench.time.advance(0.009)
    wait_until(lambda: bench.screen.shown == [picture], "the picture")
    assert bench.naps == []


def test_only_another_picture_reaches_the_view(bench: Bench) -> None:
    first = a_picture()
    bench.player.looks = [Refresh(first, True, None), Refresh(first, False, None)]
    bench.bridge.refresh()
    bench.bridge.refresh()
    assert bench.screen.shown == [first]


def test_wakeups_from_other_threads_are_one_event(bench: Bench) -> None:
    arrived: list[Event] = []
    bench.bridge.event_arrived.connect(arrived.append)
    bench.player.events = [Warned("one"), Warned("two")]
    threads = [threading.Thread(target=bench.bridge.wakeup) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert arrived == [], "a wake-up must not run on the thread that calls it"
    wait_until(lambda: len(arrived) == 2, "the events")
    bench.player.events = [Warned("three")]
    bench.bridge.wakeup()
    wait_until(lambda: len(arrived) == 3, "a wake-up after a wake-up")


def test_it_polls_while_something_moves_and_rests_when_nothing_does(bench: Bench) -> None:
    told: list[Snapshot] = []
    bench.bridge.snapshot_changed.connect(told.append)
    bench.player.become_open()
    bench.bridge.poll()
    assert bench.bridge.polling
    bench.player.state = replace(bench.player.state, position_s=11.0)
    wait_until(lambda: told[-1].position_s == 11.0, "the poll timer")
    bench.player.state = replace(bench.player.state, paused=True)
    wait_until(lambda: not bench.bridge.polling, "the rest")
    assert told[-1].paused
    seen = len(told)
    bench.bridge.poll()
    assert len(told) == seen, "the same snapshot is told once"


@pytest.mark.parametrize("state", [State.IDLE, State.ENDED, State.FAILED])
def test_it_rests_when_there_is_nothing_to_play(bench: Bench, state: State) -> None:
    bench.player.state = Snapshot(state=state)
    bench.bridge.poll()
    assert not bench.bridge.polling


def test_a_step_while_paused_is_told_at_once(bench: Bench) -> None:
    told: list[Snapshot] = []
    bench.bridge.snapshot_changed.connect(told.append)
    bench.player.become_open(paused=True, position_s=3.04)
    bench.player.looks = [Refresh(a_picture(76), True, None)]
    bench.bridge.refresh()
    assert [snapshot.position_s for snapshot in told] == [3.04]


def test_a_failure_clears_the_picture(bench: Bench) -> None:
    bench.player.looks = [Refresh(a_picture(), True, None)]
    bench.bridge.refresh()
    bench.player.events = [OpenFailed(OpenError("x", "it is empty"))]
    bench.bridge.wakeup()
    wait_until(lambda: bench.screen.shown[-1] is None, "black")


def test_after_close_nothing_happens(bench: Bench, qapp: QApplication) -> None:
    bench.player.become_open()
    bench.bridge.poll()
    bench.bridge.wakeup()
    bench.bridge.close()
    bench.player.looks = [Refresh(a_picture(), True, 0.01)]
    bench.bridge.wakeup()
    bench.bridge.refresh()
    qapp.processEvents()
    assert bench.screen.shown == []
    assert not bench.bridge.polling
    assert bench.bridge.armed_ms is None
