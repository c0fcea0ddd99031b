"""Fitting and mapping: pure arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.records import UPRIGHT, Orientation
from ui.video.geometry import (
    FIT,
    NOWHERE,
    Placement,
    Point,
    Rect,
    Size,
    Viewport,
    bars,
    coded_from_upright,
    device_size,
    fit,
    place,
    upright_from_coded,
)

SIZES = st.tuples(st.integers(1, 8000), st.integers(1, 8000))
ORIENTATIONS = st.builds(Orientation, st.booleans(), st.integers(0, 3))
UNIT = st.tuples(st.floats(0, 1), st.floats(0, 1))
ZOOMS = st.sampled_from([1, 2, 3, 4, 8, 16, 33, 64])
VIEWPORTS = st.just(FIT) | st.builds(Viewport, st.floats(0.1, 64), UNIT)


def placed(coded: Size, widget: Size, orientation: Orientation = UPRIGHT, viewport: Viewport = FIT) -> Placement:
    display = coded[::-1] if orientation.swaps_axes else coded
    return place(coded, display, orientation, widget, viewport)


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


@given(SIZES, SIZES, ORIENTATIONS, VIEWPORTS, UNIT)
def test_picture_to_widget_and_back(
    coded: Size, widget: Size, orientation: Orientation, viewport: Viewport, point: Point
) -> None:
    placement = placed(coded, widget, orientation, viewport)
    inner = (0.001 + 0.998 * point[0]) * coded[0], (0.001 + 0.998 * point[1]) * coded[1]
    back = placement.to_picture(placement.to_widget(inner))
    assert back == pytest.approx(inner, abs=1e-6 * max(coded))


def test_the_bars_are_no_picture() -> None:
    placement = placed((100, 100), (300, 100))
    assert placement.to_picture((99, 50)) is None
    assert placement.to_picture((150, 50)) == (50, 50)
    assert placed((100, 100), (0, 0)).to_picture((0, 0)) is None


@given(SIZES, SIZES, VIEWPORTS)
def test_a_zoomed_picture_leaves_no_room_that_it_could_fill(coded: Size, widget: Size, viewport: Viewport) -> None:
    rect = placed(coded, widget, viewport=viewport).rect
    for at, length, room in ((rect.x, rect.width, widget[0]), (rect.y, rect.height, widget[1])):
        if length >= room:
            assert at <= 0
            assert at + length >= room
        else:
            assert abs(2 * at + length - room) <= 1


@given(SIZES, ORIENTATIONS, ZOOMS, UNIT)
def test_whole_zooms_make_whole_squares(coded: Size, orientation: Orientation, zoom: int, centre: Point) -> None:
    placement = placed(coded, (640, 480), orientation, Viewport(zoom, centre))
    corners = placement.to_widget((0, 0)), placement.to_widget((1, 1))
    for start, end in zip(*corners, strict=True):
        assert start == pytest.approx(round(start), abs=1e-6)
        assert abs(end - start) == pytest.approx(zoom, abs=1e-6)


@given(SIZES, SIZES, ORIENTATIONS, VIEWPORTS, st.floats(0.01, 100), UNIT)
def test_zooming_keeps_the_point_under_the_cursor(
    coded: Size, widget: Size, orientation: Orientation, viewport: Viewport, zoom: float, place: Point
) -> None:
    """But for the borders: there it stays as near as they allow."""
    before = placed(coded, widget, orientation, viewport)
    about = place[0] * widget[0], place[1] * widget[1]
    after = before.seen_by(before.zoomed(zoom, about))
    assert min(1.0, before.fit_zoom) <= after.zoom <= 64
    u, v = before.to_upright(about)
    for at, start, length, room, cursor in (
        (u, after.rect.x, after.rect.width, widget[0], about[0]),
        (v, after.rect.y, after.rect.height, widget[1], about[1]),
    ):
        if start < 0 and start + length > room:  # neither border holds it
            assert start + at * length == pytest.approx(cursor, abs=0.51)


def test_zooming_back_out_comes_back() -> None:
    start = placed((1920, 1080), (1280, 720), viewport=Viewport(8.0, (0.3, 0.6)))
    there = start.seen_by(start.zoomed(32, (200, 500)))
    back = there.seen_by(there.zoomed(8, (200, 500)))
    assert back.rect == start.rect


def test_a_small_picture_can_be_made_its_own_size() -> None:
    placement = placed((160, 90), (1280, 720))
    assert placement.fit_zoom == 8
    assert placement.seen_by(placement.zoomed(0.1)).rect == Rect(560, 315, 160, 90)


@given(ZOOMS, UNIT, st.integers(-300, 300), st.integers(-300, 300))
def test_panning_moves_the_picture_by_so_much(zoom: int, centre: Point, across: int, down: int) -> None:
    before = placed((1920, 1080), (640, 480), viewport=Viewport(zoom, centre))
    rect, moved = before.rect, before.seen_by(before.panned(across, down)).rect
    assert moved.size == rect.size
    assert moved.x == min(0, max(640 - rect.width, rect.x + across))
    assert moved.y == min(0, max(480 - rect.height, rect.y + down))


def test_the_pixel_under_a_point() -> None:
    placement = placed((100, 50), (640, 480), viewport=Viewport(64.0, (0.0, 0.0)))
    assert placement.pixel_at((0, 0)) == (0, 0)
    assert placement.pixel_at((63.9, 64)) == (0, 1)
    turned = placed((100, 50), (640, 480), Orientation(False, 1), Viewport(64.0, (0.0, 0.0)))
    assert turned.pixel_at((1, 1)) == (0, 49)
    whole = placed((100, 50), (100, 50))
    assert whole.pixel_at((100, 50)) == (99, 49)
    assert placed((100, 50), (100, 100)).pixel_at((50, 10)) is None


def test_wide_pixels_are_wide_when_zoomed() -> None:
    placement = place((720, 576), (1047, 576), Orientation(), (800, 600), Viewport(2.0))
    assert placement.rect.size == (2094, 1152)
    left, right = placement.to_widget((0, 0)), placement.to_widget((1, 1))
    assert (right[0] - left[0], right[1] - left[1]) == pytest.approx((2094 / 720, 2))


def test_what_the_widget_cuts_off() -> None:
    assert Rect(-10, 5, 100, 10).within((50, 10)) == Rect(0, 5, 50, 5)
    assert Rect(60, 0, 10, 10).within((50, 10)) == NOWHERE


def test_device_pixels() -> None:
    assert device_size(101, 67, 1.5) == (152, 101)
    assert device_size(320, 200, 1.25) == (400, 250)
