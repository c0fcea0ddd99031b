"""The charts' axes: round numbers that hold every value, few digits, and no outlier that flattens the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.training.axes import epoch_ticks, tick_texts, value_text, value_ticks
from ui.training.chart import Chart
from ui.training.curves import Line
from ui.training.plot import Series

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.integers(1, 12))
def test_ticks_hold_every_value_between_them(one: float, other: float, most: int) -> None:
    low, high = min(one, other), max(one, other)
    ticks = value_ticks(low, high, most)
    step = ticks[1] - ticks[0]
    assert ticks[0] <= low + step * 1e-6
    assert ticks[-1] >= high - step * 1e-6
    assert 2 <= len(ticks) <= most + 3
    assert len(set(tick_texts(ticks))) == len(ticks) or step < abs(high) * 1e-3


@pytest.mark.parametrize(
    ("low", "high", "percent", "texts"),
    [
        (0.03, 2.3, False, ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]),
        (0.979, 0.991, True, ["97.5 %", "98.0 %", "98.5 %", "99.0 %", "99.5 %"]),
        (0.0, 3e-4, False, ["0", "1e-4", "2e-4", "3e-4"]),
        (0.0, 0.0, False, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_numbers_have_the_digits_their_step_needs(low: float, high: float, percent: bool, texts: list[str]) -> None:
    assert tick_texts(value_ticks(low, high, 5), percent=percent) == texts


@pytest.mark.parametrize(("last", "most"), [(1, 5), (3, 9), (50, 6), (1000, 4), (7.5, 3)])
def test_epochs_are_whole_and_fit(last: float, most: int) -> None:
    ticks = epoch_ticks(last, most)
    assert ticks[0] == 0
    assert ticks[-1] <= last
    assert len(ticks) <= most + 1


def test_single_values() -> None:
    assert [value_text(each) for each in (None, 0.0, 0.12345, 1e-5, 123456.0)] == ["–", "0", "0.1235", "1e-5", "1.23e5"]
    assert value_text(0.9876, percent=True) == "98.8 %"


def test_a_first_loss_far_above_the_others_does_not_flatten_them(qapp: QApplication) -> None:
    steps, train = Line([0.01, 1.5], [900.0, 0.2]), Line([1.0], [0.5])
    chart = Chart("Loss", lines=6)
    series = [Series("steps", steps, "back"), Series("train", train, "main")]
    chart.show_series(series, 5.0)
    assert chart._limits() == (0.2, 900.0), "there is nothing else yet"
    train.add(2.0, 0.25)
    chart.show_series(series, 5.0)
    assert chart._limits() == (0.25, 0.5)
    assert chart.legend() == [("train", "0.25")]
    chart.hover(1.0)
    assert chart.legend() == [("train", "0.5")]
    chart.deleteLater()
