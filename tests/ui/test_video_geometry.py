"""Fitting and mapping: pure arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.records import Orientation
from ui.video.geometry import NOWHERE, Placement, Rect, bars, coded_from_upright, device_size, fit, upright_from_coded

SIZES = st.tuples(st.integers(1, 8000), st.integers(1, 8000))
ORIENTATIONS = st.builds(Orientation, st.booleans(), st.integers(0, 3))
UNIT = st.tuples(st.floats(0, 1), st.floats(0, 1))


@pytest.mark.parametrize(
    ("picture", "widget", "rect"),
    [
        ((1920, 1080), (1280, 720), Rect(0, 0, 1280, 720)),
        ((1920, 1080), (1280, 800), Rect(0, 40, 1280, 720)),
        ((720, 1280), (1280, 720), Rect(437, 0, 405, 720)),
        ((4, 3), (100, 100), Rect(0, 12, 100, 75)),
        ((10000, 1), (100, 100), Rect(0, 49, 100, 1)),
    ],
)
def test_fit(picture: tuple[int, int], widget: tuple[int, int], rect: Rect) -> None:
    assert fit(picture, widget) == rect


@pytest.mark.parametrize(("picture", "widget"), [((0, 5), (9, 9)), ((5, 5), (0, 9)), ((5, 5), (9, 0))])
def test_nothing_fits_nowhere(picture: tuple[int, int], widget: tuple[int, int]) -> None:
    assert fit(picture, widget) == NOWHERE


@given(SIZES, SIZES)
def test_fit_touches_two_sides_keeps_the_shape_and_is_centred(
    picture: tuple[int, int], widget: tuple[int, int]
) -> None:
    rect = fit(picture, widget)
    assert rect.width <= widget[0]
    assert rect.height <= widget[1]
    assert rect.width == widget[0] or rect.height == widget[1]
    assert abs(2 * rect.x + rect.width - widget[0]) <= 1
    assert abs(2 * rect.y + rect.height - widget[1]) <= 1
    height_off = abs(rect.height - max(1, rect.width * picture[1] / picture[0]))
    width_off = abs(rect.width - max(1, rect.height * picture[0] / picture[1]))
    assert min(height_off, width_off) <= 0.5


@given(SIZES, SIZES)
def test_bars_and_picture_make_up_the_widget(picture: tuple[int, int], widget: tuple[int, int]) -> None:
    rect = fit(picture, widget)
    parts = [rect, *bars(rect, widget)]
    assert sum(part.width * part.height for part in parts) == widget[0] * widget[1]
    for part in parts:
        assert part.x >= 0
        assert part.y >= 0
        assert part.x + part.width <= widget[0]
        assert part.y + part.height <= widget[1]


def test_a_widget_without_a_picture_is_one_bar() -> None:
    assert bars(NOWHERE, (30, 20)) == [Rect(0, 0, 30, 20)]


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [  # where the coded picture's top left corner ends up
        (Orientation(False, 0), (0, 0)),
        (Orientation(False, 1), (1, 0)),
        (Orientation(False, 2), (1, 1)),
        (Orientation(False, 3), (0, 1)),
        (Orientation(True, 0), (1, 0)),
        (Orientation(True, 1), (1, 1)),
        (Orientation(True, 2), (0, 1)),
        (Orientation(True, 3), (0, 0)),
    ],
)
def test_where_the_first_pixel_goes(orientation: Orientation, corner: tuple[float, float]) -> None:
    assert upright_from_coded(orientation, (0, 0)) == corner


@given(ORIENTATIONS, UNIT)
def test_turning_and_turning_back(orientation: Orientation, point: tuple[float, float]) -> None:
    assert coded_from_upright(orientation, upright_from_coded(orientation, point)) == pytest.approx(point)


@given(SIZES, SIZES, ORIENTATIONS, UNIT)
def test_picture_to_widget_and_back(
    coded: tuple[int, int], widget: tuple[int, int], orientation: Orientation, point: tuple[float, float]
) -> None:
    display = coded[::-1] if orientation.swaps_axes else coded
    placement = Placement(coded, orientation, fit(display, widget))
    inner = (0.001 + 0.998 * point[0]) * coded[0], (0.001 + 0.998 * point[1]) * coded[1]
    back = placement.to_picture(placement.to_widget(inner))
    assert back == pytest.approx(inner, abs=1e-6 * max(coded))


def test_the_bars_are_no_picture() -> None:
    placement = Placement((100, 100), Orientation(), fit((100, 100), (300, 100)))
    assert placement.to_picture((99, 50)) is None
    assert placement.to_picture((150, 50)) == (50, 50)
    assert Placement((100, 100), Orientation(), NOWHERE).to_picture((0, 0)) is None


def test_device_pixels() -> None:
    assert device_size(101, 67, 1.5) == (152, 100)
