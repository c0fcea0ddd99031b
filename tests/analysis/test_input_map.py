"""Coded pixels in the network's input and back: every orientation, aspect, fit, place and region."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from player.analysis.card import Fit, InputSpec, Place
from player.analysis.detections import Detections, no_detections
from player.analysis.input_map import InputMap, as_coded, fit_input, turned_upright, whole_region
from player.records import UPRIGHT, Orientation

ORIENTATIONS = [Orientation(mirrored, turns) for mirrored in (False, True) for turns in range(4)]
ASPECTS = [Fraction(1), Fraction(16, 11), Fraction(3, 4)]
REGIONS = [None, (0, 0, 50, 30), (13, 7, 21, 17), (99, 59, 1, 1)]
SIZE = (100, 60)
BOXES = np.array([[0, 0, 100, 60], [10, 20, 35, 50], [-4, -6, 3, 2.5], [90.25, 1, 140, 9]], np.float32)


def specs() -> list[InputSpec]:
    fits: tuple[Fit, ...] = ("letterbox", "stretch", "crop")
    places: tuple[Place, ...] = ("centre", "top-left")
    sides = ((416, 416), (320, 240), (33, 64), (None, None), (64, None), (None, 64))
    return [
        InputSpec(width, height, fit=fit, place=place, multiple=multiple)
        for fit, place, (width, height), multiple in product(fits, places, sides, (1, 32))
        if multiple == 1 or None in (width, height)
    ]


def every_map() -> list[InputMap]:
    return [
        fit_input(spec, SIZE, orientation=orientation, sample_aspect=aspect, region=region)
        for spec, orientation, aspect, region in product(specs(), ORIENTATIONS, ASPECTS, REGIONS)
    ]


def test_the_way_back_is_the_way_there_reversed() -> None:
    for at in every_map():
        points = BOXES.reshape(-1, 2)
        assert np.allclose(at.to_coded(at.to_input(points)), points, atol=1e-9 * max(at.input_size) * 100)
        there = at.to_input(BOXES.reshape(-1, 2, 2))
        boxes = np.concatenate([there.min(axis=1), there.max(axis=1)], axis=1)
        assert (boxes[:, 2:] > boxes[:, :2]).all()
        assert np.allclose(at.boxes_to_coded(boxes), BOXES, atol=1e-6)


def test_the_content_lies_in_the_input_and_the_region_in_the_content() -> None:
    for at in every_map():
        left, top, width, height = at.content
        assert left >= 0
        assert top >= 0
        assert left + width <= at.input_size[0]
        assert top + height <= at.input_size[1]
        x, y, wide, high = at.region
        corners = at.to_input(np.array([[x, y], [x + wide, y + high]], float))
        assert np.allclose(corners.min(axis=0), (left, top))
        assert np.allclose(corners.max(axis=0), (left + width, top + height))


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
def test_every_pixel_goes_where_turning_the_array_puts_it(orientation: Orientation) -> None:
    """The arithmetic against numpy moving whole pixels."""
    width, height = 7, 5
    coded = np.arange(width * height).reshape(height, width)
    upright = turned_upright(coded, orientation)
    at = fit_input(InputSpec(*upright.shape[::-1]), (width, height), orientation=orientation)
    assert at.coded_size == (width, height)
    for y, x in product(range(height), range(width)):
        to_x, to_y = at.to_input(np.array([x + 0.5, y + 0.5]))
        assert upright[int(to_y), int(to_x)] == coded[y, x]
        assert (to_x % 1, to_y % 1) == pytest.approx((0.5, 0.5))
    mask = np.asarray(coded % 3 == 0)
    assert np.array_equal(as_coded(turned_upright(mask, orientation), orientation), mask)


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
@pytest.mark.parametrize("size", [(320, 240), (240, 320), (256, 256), (1920, 1080)])
def test_a_crop_is_what_resizing_the_shorter_side_and_cutting_leaves(
    size: tuple[int, int], orientation: Orientation
) -> None:
    """As everybody prepares ImageNet: the shorter side made 256, of which the middle 224 are seen."""
    at = fit_input(InputSpec(224, 224, fit="crop", crop=224 / 256), size, orientation=orientation)
    scale = 256 / min(size)
    left, top = ((side * scale - 224) / 2 / scale for side in size)
    assert at.content == (0, 0, 224, 224)
    assert np.allclose(at.region, (left, top, 224 / scale, 224 / scale), atol=1.0)


def test_a_crop_has_the_inputs_shape_on_the_screen() -> None:
    aspect = Fraction(2)  # 100 x 60 coded is 200 x 60 on the screen
    at = fit_input(InputSpec(64, 32, fit="crop"), SIZE, sample_aspect=aspect)
    assert at.region == (20, 0, 60, 60)
    turned = fit_input(InputSpec(64, 32, fit="crop"), SIZE, sample_aspect=aspect, orientation=Orientation(False, 1))
    assert turned.region == (42, 0, 15, 60)
    within = fit_input(InputSpec(32, 32, fit="crop", crop=0.5), SIZE, region=(10, 10, 40, 20))
    assert within.region == (25, 15, 10, 10)


def test_a_mirrored_picture_is_mirrored_before_it_is_turned() -> None:
    """Mirrored left-right, then a quarter turn clockwise: the top left coded pixel comes to the bottom right."""
    at = fit_input(InputSpec(60, 100), SIZE, orientation=Orientation(True, 1))
    assert np.allclose(at.to_input(np.array([0.0, 0.0])), (60, 100))
    assert np.allclose(at.to_input(np.array([100.0, 0.0])), (60, 0))


@pytest.mark.parametrize(
    ("size", "spec", "aspect", "content"),
    [
        ((640, 427), InputSpec(640, 640, "letterbox"), Fraction(1), (0, 106, 640, 427)),  # as Ultralytics: top 106
        ((1920, 1080), InputSpec(416, 416, "letterbox", "top-left"), Fraction(1), (0, 0, 416, 234)),
        ((427, 640), InputSpec(416, 416, "letterbox", "top-left"), Fraction(1), (0, 0, 277, 416)),  # 277.55 down
        ((427, 640), InputSpec(416, 416, "letterbox"), Fraction(1), (69, 0, 278, 416)),  # and to the nearest
        ((720, 576), InputSpec(512, 512, "letterbox"), Fraction(64, 45), (0, 112, 512, 288)),  # 16:9
        ((1920, 1080), InputSpec(352, 352, "stretch"), Fraction(2), (0, 0, 352, 352)),
        ((10, 4000), InputSpec(64, 64, "letterbox"), Fraction(1), (31, 0, 1, 64)),
    ],
)
def test_the_shape_on_the_screen_is_kept(
    size: tuple[int, int], spec: InputSpec, aspect: Fraction, content: tuple[int, int, int, int]
) -> None:
    assert fit_input(spec, size, sample_aspect=aspect).content == content


def test_a_turned_pictures_aspect_is_turned_with_it() -> None:
    spec = InputSpec(512, 512, "letterbox")
    at = fit_input(spec, (720, 576), orientation=Orientation(False, 3), sample_aspect=Fraction(64, 45))
    assert at.content == (112, 0, 288, 512)
    assert at.coded_size == (512, 288)


def test_an_input_of_any_size_is_the_pictures_own() -> None:
    spec = InputSpec(None, None, "letterbox", "top-left", multiple=32)
    assert fit_input(spec, (450, 601)) == InputMap((0, 0, 450, 601), UPRIGHT, (480, 608), (0, 0, 450, 601))
    stretched = InputSpec(None, None, "stretch", multiple=32)
    assert fit_input(stretched, (450, 601)).content == (0, 0, 480, 608)


def test_a_rectangle_in_whole_pixels_of_the_picture() -> None:
    assert whole_region(None, SIZE) == (0, 0, 100, 60)
    assert whole_region((10.5, 3.2, 20.1, 9.0), SIZE) == (10, 3, 11, 6)
    assert whole_region((-50, -1, 500, 61), SIZE) == (0, 0, 100, 60)
    assert whole_region((40, 20, 40, 20), SIZE) == (40, 20, 1, 1)
    assert whole_region((100, 60, 120, 80), SIZE) == (99, 59, 1, 1)
    assert whole_region((30, 30, 20, 10), SIZE) == (30, 30, 1, 1)


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
def test_landmarks_and_masks_come_back_with_their_boxes(orientation: Orientation) -> None:
    at = fit_input(InputSpec(64, 64, "letterbox"), SIZE, orientation=orientation)
    coded = np.array([[20.0, 10.0], [30.0, 12.0], [40.0, 40.0]])
    corners = at.to_input(np.array([[20.0, 10.0], [40.0, 50.0]]))
    box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])[None].astype(np.float32)
    mask = np.zeros((8, 4), np.bool_)
    mask[0, 0] = True  # at the coded box's top left
    found = Detections(
        box,
        np.array([0.5], np.float32),
        np.array([3], np.int32),
        landmarks=at.to_input(coded)[None].astype(np.float32),
        masks=np.ascontiguousarray(turned_upright(mask, orientation))[None],
    )
    back = at.detections_to_coded(found)
    assert np.allclose(back.xyxy, [[20, 10, 40, 50]], atol=1e-4)
    assert back.landmarks is not None
    assert np.allclose(back.landmarks[0], coded, atol=1e-4)
    assert back.masks is not None
    assert np.array_equal(back.masks[0], mask)
    assert (back.confidence[0], back.class_id[0]) == (0.5, 3)


def test_nothing_found_is_nothing_in_the_picture() -> None:
    at = fit_input(InputSpec(64, 64), SIZE)
    assert len(at.detections_to_coded(no_detections())) == 0
