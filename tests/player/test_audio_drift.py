"""Following another master with the sound, and a steady reading of a queue that empties by the period."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from player.audio.drift import AVERAGED, MAX_CORRECTION, DriftCorrector, SteadyPosition, stretch
from player.audio.sink import Samples
from tests.helpers.fake_sink import Sound

RATE = 48000


def after(corrector: DriftCorrector, drift_s: float | None, times: int = AVERAGED + 1, count: int = 1000) -> int:
    wanted = count
    for _ in range(times):
        wanted = corrector.wanted(count, RATE, drift_s)
    return wanted


@pytest.mark.parametrize(
    ("drift_s", "wanted"), [(0.3, 1100), (-0.3, 900), (0.01, 1000), (None, 1000), (12.0, 1000), (-12.0, 1000)]
)
def test_a_steady_drift_is_corrected_by_a_tenth_at_most(drift_s: float | None, wanted: int) -> None:
    assert after(DriftCorrector(0.04), drift_s) == wanted


def test_it_measures_before_it_corrects() -> None:
    corrector = DriftCorrector(0.04)
    assert [corrector.wanted(1000, RATE, 0.3) for _ in range(AVERAGED)] == [1000] * AVERAGED
    assert corrector.wanted(1000, RATE, 0.3) == 1100


def test_a_small_drift_above_the_threshold_is_taken_whole() -> None:
    corrector = DriftCorrector(0.001)
    assert after(corrector, 0.0015, times=60) == 1000 + int(0.0015 * RATE)


def test_one_far_reading_forgets_the_average() -> None:
    corrector = DriftCorrector(0.04)
    after(corrector, 0.3)
    corrector.wanted(1000, RATE, 60.0)
    assert corrector.wanted(1000, RATE, 0.3) == 1000


def test_noise_around_zero_corrects_nothing() -> None:
    corrector = DriftCorrector(0.04)
    noise = np.random.default_rng(1).normal(0.0, 0.02, 500)
    assert {corrector.wanted(1000, RATE, float(drift)) for drift in noise} == {1000}


@given(st.integers(1, 5000), st.lists(st.floats(-20.0, 20.0), max_size=60))
def test_the_correction_is_bounded(count: int, drifts: list[float]) -> None:
    corrector = DriftCorrector(0.02)
    for drift_s in drifts:
        wanted = corrector.wanted(count, RATE, drift_s)
        assert abs(wanted - count) <= count * MAX_CORRECTION
        assert wanted > 0


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(2, 200), st.integers(1, 3)), elements=st.floats(-1, 1, width=32)),
    st.integers(1, 300),
)
def test_stretching_keeps_the_ends_and_the_range(samples: Sound, count: int) -> None:
    made = stretch(Samples.of(samples), count).array()
    assert made.shape == (count, samples.shape[1])
    assert made.dtype == np.float32
    assert made[0] == pytest.approx(samples[0], abs=1e-6)
    if count > 1:
        assert made[-1] == pytest.approx(samples[-1], abs=1e-6)
    assert made.min() >= samples.min() - 1e-6
    assert made.max() <= samples.max() + 1e-6


def test_a_line_stretched_is_a_line() -> None:
    line = np.linspace(0.0, 1.0, 1000, dtype=np.float32).reshape(-1, 1)
    assert stretch(Samples.of(line), 1100).array()[:, 0] == pytest.approx(np.linspace(0.0, 1.0, 1100), abs=1e-6)


def test_nothing_to_stretch_stays_as_it_is() -> None:
    samples = Samples.silence(10, 2)
    assert stretch(samples, 10) is samples
    nothing = Samples.silence(0, 2)
    assert stretch(nothing, 5) is nothing


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_sawtooth_is_smoothed_to_its_middle(speed: float) -> None:
    """A queue that falls by 21 ms at a time, read at odd moments."""
    steady, period = SteadyPosition(), 1024 / RATE
    moments = np.cumsum(np.random.default_rng(2).uniform(0.02, 0.06, 400))
    errors = []
    for now in moments:
        raw = speed * (np.floor(now / period) * period + period / 2)
        errors.append((steady.read(float(raw), float(now), speed) - speed * now) / speed)
    assert np.abs(errors[50:]).max() < 0.006
    assert abs(np.mean(errors[50:])) < 0.001
    assert np.std(errors[50:]) < 0.0025


def test_a_new_position_is_taken_at_once() -> None:
    steady = SteadyPosition()
    steady.read(1.0, 0.0, 1.0)
    assert steady.read(9.0, 0.1, 1.0) == 9.0
    assert steady.read(9.1, 0.2, 1.0) == pytest.approx(9.1)


def test_after_a_reset_the_first_reading_counts() -> None:
    steady = SteadyPosition()
    steady.read(1.0, 0.0, 1.0)
    steady.reset()
    assert steady.read(1.14, 0.1, 1.0) == 1.14


@given(st.lists(st.floats(-SteadyPosition.JUMP_S / 2, SteadyPosition.JUMP_S / 2), min_size=1, max_size=50))
def test_noise_never_gets_worse(noise: list[float]) -> None:
    steady = SteadyPosition()
    worst = max(map(abs, noise))
    for turn, error in enumerate(noise):
        now = turn * 0.05
        assert abs(steady.read(now + error, now, 1.0) - now) <= worst + 1e-9
