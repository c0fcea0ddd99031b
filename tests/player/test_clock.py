"""Clock: a position that runs on by itself, stands still when told, and knows when it is stale."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.sync.clock import Clock, ClockMark
from tests.helpers.fake_time import FakeTime


def test_it_runs_on_from_where_it_was_set() -> None:
    time = FakeTime(50.0)
    clock = Clock(time)
    clock.set(3.0, serial=1)
    time.advance(0.25)
    assert clock.get(1) == pytest.approx(3.25)


def test_it_goes_silent_after_a_seek() -> None:
    clock = Clock(FakeTime())
    clock.set(3.0, serial=1)
    assert clock.get(2) is None
    assert clock.get(1) == 3.0
    assert clock.serial == 1


def test_before_it_was_set_it_says_nothing() -> None:
    clock = Clock(FakeTime())
    assert clock.get(-1) is None
    assert clock.get(0) is None


def test_an_unknown_position_stays_unknown() -> None:
    time = FakeTime()
    clock = Clock(time)
    clock.set(None, serial=1)
    time.advance(1.0)
    clock.set_speed(2.0)
    clock.set_paused(True)
    assert clock.get(1) is None


def test_it_can_be_set_as_of_another_moment() -> None:
    time = FakeTime(100.0)
    clock = Clock(time)
    clock.set(3.0, serial=1, at=99.0)
    assert clock.get(1) == pytest.approx(4.0)
    clock.set(3.0, serial=1, at=101.0)
    assert clock.get(1) == pytest.approx(2.0)


def test_paused_it_stands_still() -> None:
    time = FakeTime()
    clock = Clock(time)
    clock.set(3.0, serial=1)
    time.advance(1.0)
    clock.set_paused(True)
    time.advance(100.0)
    assert clock.get(1) == pytest.approx(4.0)
    clock.set_paused(False)
    assert clock.get(1) == pytest.approx(4.0)
    time.advance(0.5)
    assert clock.get(1) == pytest.approx(4.5)


def test_set_while_paused_it_stays_where_it_was_set() -> None:
    time = FakeTime()
    clock = Clock(time)
    clock.set_paused(True)
    clock.set(7.0, serial=2)
    time.advance(10.0)
    assert clock.get(2) == 7.0


deeds = st.lists(
    st.tuples(
        st.floats(0.0, 10.0),
        st.one_of(
            st.tuples(st.just("speed"), st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0])),
            st.tuples(st.just("paused"), st.sampled_from([0.0, 1.0])),
        ),
    ),
    max_size=20,
)


@given(deeds)
def test_it_is_the_sum_of_what_it_ran(script: list[tuple[float, tuple[str, float]]]) -> None:
    time = FakeTime(0.0)
    clock = Clock(time)
    clock.set(5.0, serial=1)
    position, speed, paused = 5.0, 1.0, False
    for pause_s, (what, value) in script:
        time.advance(pause_s)
        position += 0.0 if paused else pause_s * speed
        assert clock.get(1) == pytest.approx(position)
        if what == "speed":
            clock.set_speed(value)
            speed = value
            assert clock.speed == value
        else:
            clock.set_paused(bool(value))
            paused = bool(value)
        assert clock.get(1) == pytest.approx(position), "a change must be no jump"


def test_a_reader_never_sees_half_a_mark() -> None:
    """The writer moves position and moment together; a torn read would be far off."""
    time = FakeTime(0.0)
    clock = Clock(time)
    clock.set(0.0, serial=1)
    stop = threading.Event()
    wrong: list[float] = []

    def read() -> None:
        while not stop.is_set():
            position = clock.get(1)
            if position is None or abs(position) > 1e-6:
                wrong.append(position or -1.0)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(20_000):
        clock.set(float(n), serial=1, at=float(n))
    stop.set()
    reader.join(5.0)
    assert not reader.is_alive()
    assert wrong == []


def test_a_mark_is_read_at_any_moment() -> None:
    mark = ClockMark(time_s=2.0, at=10.0, serial=0, speed=0.5)
    assert mark.read(14.0) == 4.0
    assert mark.read(8.0) == 1.0
    assert ClockMark(time_s=None, at=0.0, serial=0).read(5.0) is None
