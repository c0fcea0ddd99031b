"""The arithmetic of ENGINE A8: how long a picture is held, and when one is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.sync.clocks import Clocks, Master
from player.sync.early_drop import EarlyDrop, should_drop_early
from player.sync.target_delay import (
    MAX_DURATION,
    NUDGE_MAX,
    compute_target_delay,
    is_late,
    nominal_duration,
    nudge,
)
from tests.helpers.fake_time import FakeTime
from tests.helpers.golden import Drop

durations = st.floats(0.0, 20.0)
drifts = st.floats(-5000.0, 5000.0)


@pytest.mark.parametrize(
    ("duration", "drift", "delay"),
    [
        (0.04, 0.0, 0.04),
        (0.04, None, 0.04),
        (0.04, 0.039, 0.04),
        (0.04, 0.041, 0.08),
        (0.04, -0.039, 0.04),
        (0.04, -0.041, 0.0),
        (0.05, -0.051, 0.0),
        (0.5, -0.09, 0.5),
        (0.5, -0.2, 0.3),
        (0.5, 0.2, 0.7),
        (0.1, 0.1, 0.2),
        (1 / 60, 0.03, 1 / 60),
        (1 / 60, 0.05, 2 / 60),
        (0.04, 3600.0, 0.04),
        (0.04, -5000.0, 0.04),
    ],
)
def test_the_delay_is_ffplays(duration: float, drift: float | None, delay: float) -> None:
    assert compute_target_delay(duration, drift, MAX_DURATION) == pytest.approx(delay)


@given(durations, drifts)
def test_a_delay_is_never_negative_and_never_more_than_the_drift_asks(duration: float, drift: float) -> None:
    delay = compute_target_delay(duration, drift, MAX_DURATION)
    assert 0.0 <= delay <= 2 * duration + max(0.0, drift)
    if drift < 0.0:
        assert delay <= duration
    else:
        assert delay >= duration


@given(durations, st.floats(0.0, 0.0399))
def test_small_drifts_do_not_flap(duration: float, drift: float) -> None:
    assert compute_target_delay(duration, drift, MAX_DURATION) == duration
    assert compute_target_delay(duration, -drift, MAX_DURATION) == duration


@given(drifts)
def test_a_nudge_is_small_and_towards_the_master(drift: float) -> None:
    step = nudge(drift)
    assert abs(step) <= NUDGE_MAX
    assert step * drift >= 0.0
    assert abs(step) <= abs(drift)


def test_a_nudge_leaves_alone_what_is_unknown_or_far() -> None:
    assert nudge(None) == 0.0
    assert nudge(0.1) == 0.0
    assert nudge(-3.0) == 0.0
    assert nudge(0.02) == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("shown", "following", "expected"),
    [(1.0, 1.04, 0.04), (1.0, 1.5, 0.5), (None, 1.0, 0.033), (1.0, None, 0.033), (1.0, 1.0, 0.033), (1.0, 0.9, 0.033)],
)
def test_a_picture_lasts_to_the_next_one_where_that_makes_sense(
    shown: float | None, following: float | None, expected: float
) -> None:
    assert nominal_duration(shown, following, 0.033, 10.0) == pytest.approx(expected)


def test_a_gap_is_believed_up_to_the_containers_limit() -> None:
    assert nominal_duration(0.0, 10.0, 0.04, 10.0) == 10.0
    assert nominal_duration(0.0, 10.1, 0.04, 10.0) == 0.04
    assert nominal_duration(0.0, 10.1, 0.04, 3600.0) == 10.1


def test_nothing_lasts_across_a_seek() -> None:
    assert nominal_duration(0.0, 1.0, 0.04, 10.0, same_serial=False) == 0.0


def test_late_is_past_its_whole_time() -> None:
    assert not is_late(10.0, 9.96, 0.05)
    assert is_late(10.02, 9.96, 0.05)


@pytest.mark.parametrize(
    ("time_s", "master_s", "drops"),
    [
        (1.0, 1.01, True),
        (1.0, 1.0, False),
        (1.0, 0.5, False),
        (1.0, 10.9, True),
        (1.0, 11.1, False),
        (1.0, 900.0, False),
    ],
)
def test_a_picture_behind_the_master_is_dropped_early(time_s: float, master_s: float, drops: bool) -> None:
    assert should_drop_early(time_s, master_s, clock_is_current=True, more_waiting=True) is drops


@given(st.floats(0, 5), st.floats(0, 5), st.booleans(), st.booleans())
def test_without_all_it_needs_nothing_is_dropped_early(time_s: float, master_s: float, one: bool, other: bool) -> None:
    if not (one and other):
        assert not should_drop_early(time_s, master_s, clock_is_current=one, more_waiting=other)
    assert not should_drop_early(None, master_s, clock_is_current=True, more_waiting=True)
    assert not should_drop_early(time_s, None, clock_is_current=True, more_waiting=True)


class Packets:
    count = 5


@pytest.mark.parametrize(
    ("framedrop", "master", "drops"),
    [
        ("auto", "audio", True),
        ("auto", "video", False),
        ("on", "video", True),
        ("on", "audio", True),
        ("off", "audio", False),
    ],
)
def test_the_policy_is_the_options(framedrop: Drop, master: Master, drops: bool) -> None:
    time = FakeTime()
    clocks = Clocks(time, audio_serial=lambda: 1, video_serial=lambda: 1)
    clocks.master = master
    policy = EarlyDrop(framedrop, clocks, Packets())
    clocks.set_audio(5.0, 1, time())
    assert not policy(4.9, 1), "nothing was shown yet"
    clocks.set_video(4.95, 1, time())
    assert policy(4.9, 1) is drops
    assert not policy(4.9, 2), "the first picture after a seek is always shown"
    assert not policy(5.2, 1)
    assert not EarlyDrop.never(0.0, 1)
