"""Colours, places and labels of boxes: what is worked out before anything is painted."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from player.records import Orientation
from ui.detections.card import place_card
from ui.detections.colours import COLOURS, DARK, TEXTS, class_colour, contrast
from ui.detections.labels import CROWD, MOST, SHARE, Label, place_labels
from ui.detections.places import BEYOND, box_at, boxes_in_view, in_sight, points_in_view
from ui.detections.sheet import class_name, percent
from ui.video.geometry import FIT, Rect, Viewport, place

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency" (2009), severity 1.0, for linear R'G'B'.
DICHROMATS = {
    "protanope": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranope": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanope": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.119192, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
TURNS = [Orientation(mirrored, turns) for mirrored in (False, True) for turns in range(4)]


def linear(colour: QColor) -> NDArray[np.float64]:
    parts = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ rgb / WHITE, 0.008856))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("who", DICHROMATS)
def test_colour_blind_people_tell_the_classes_apart(who: str) -> None:
    seen = [lab(np.clip(np.array(DICHROMATS[who]) @ linear(colour), 0, 1)) for colour in COLOURS]
    nearest = min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2))
    assert nearest > 9, "two colours look alike"


def test_labels_can_be_read_and_lines_stand_out() -> None:
    for colour, text in zip(COLOURS, TEXTS, strict=True):
        assert contrast(colour, text) >= 4.5
        # on a ground of any lightness either the colour or the dark line beside it can be seen
        assert all(max(contrast(QColor(v, v, v), each) for each in (colour, DARK)) >= 1.9 for v in range(256))


def test_a_class_keeps_its_colour_and_all_are_used_alike() -> None:
    assert class_colour(0) == COLOURS[0]
    for first in range(0, 70, len(COLOURS)):
        assert {class_colour(first + at).rgb() for at in range(len(COLOURS))} == {each.rgb() for each in COLOURS}
    person, bicycle, car, motorbike, bus, truck = (class_colour(at).rgb() for at in (0, 1, 2, 3, 5, 7))
    assert person not in (bicycle, car, motorbike, bus, truck)
    assert car not in (bicycle, motorbike, bus, truck)


# -- places


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("viewport", [FIT, Viewport(8.0, (0.3, 0.6)), Viewport(64.0, (0.9, 0.1))])
def test_points_go_where_the_placement_says(orientation: Orientation, viewport: Viewport) -> None:
    display = (160, 200) if orientation.swaps_axes else (200, 160)  # 100x160 pixels, twice as wide as high
    placement = place((100, 160), display, orientation, (641, 479), viewport)
    points = np.array([[0, 0], [100, 160], [12.5, 99.25], [100, 0]], np.float32)
    found = points_in_view(placement, points)
    for (x, y), at in zip(points.tolist(), found.tolist(), strict=True):
        assert at == pytest.approx(placement.to_widget((x, y)))


@pytest.mark.parametrize("orientation", TURNS)
def test_boxes_have_their_corners_in_order(orientation: Orientation) -> None:
    placement = place((100, 160), (100, 160), orientation, (400, 300))
    box = boxes_in_view(placement, np.array([[10, 20, 40, 30]], np.float32))[0].tolist()
    one, other = placement.to_widget((10, 20)), placement.to_widget((40, 30))
    assert box[0] < box[2]
    assert box[1] < box[3]
    assert sorted((box[0], box[2])) == sorted(round(each[0]) for each in (one, other))
    assert sorted((box[1], box[3])) == sorted(round(each[1]) for each in (one, other))


def test_far_places_are_cut_off_and_boxes_end_at_the_picture() -> None:
    close = place((1000, 1000), (1000, 1000), Orientation(), (640, 480), Viewport(64.0))
    box = boxes_in_view(close, np.array([[0, 0, 1000, 1000]], np.float32))[0].tolist()
    assert box == [-BEYOND, -BEYOND, 640 + BEYOND, 480 + BEYOND]
    whole = place((100, 100), (100, 100), Orientation(), (300, 200))
    assert boxes_in_view(whole, np.array([[-50, -50, 300, 50]], np.float32))[0].tolist() == [50, 0, 250, 100]


def test_what_is_out_of_sight_is_known() -> None:
    boxes = np.array([[0, 0, 10, 10], [90, 90, 120, 120], [100, 0, 110, 10], [-64, -64, 200, 200]], np.int32)
    assert in_sight(boxes, Rect(0, 0, 100, 100)).tolist() == [True, True, False, True]


def test_the_smallest_box_under_the_pointer() -> None:
    boxes = np.array([[0, 0, 100, 100], [20, 20, 60, 60], [30, 30, 40, 40]], np.int32)
    assert box_at(boxes, (35.5, 35.5), 0) == 2
    assert box_at(boxes, (50.0, 50.0), 0) == 1
    assert box_at(boxes, (62.0, 50.0), 2) == 0
    assert box_at(boxes, (61.0, 50.0), 2) == 1
    assert box_at(boxes, (103.0, 50.0), 2) is None
    assert box_at(np.empty((0, 4), np.int32), (1.0, 1.0), 2) is None


# -- labels

ROOM = Rect(0, 0, 1280, 720)


def label(
    boxes: list[list[int]], *, widths: int = 80, room: Rect = ROOM, first: tuple[int, ...] = (),
    confidence: list[float] | None = None,
) -> list[Label]:  # fmt: skip
    sure = np.array(confidence or [0.9] * len(boxes), np.float32)
    return place_labels(np.array(boxes, np.int32), sure, [widths] * len(boxes), 16, room, line=2, first=first)


def test_a_label_stands_on_its_box() -> None:
    assert label([[100, 100, 300, 300]]) == [Label(0, 98, 82, 80)]


def test_at_the_upper_border_it_goes_inside() -> None:
    assert label([[100, 0, 300, 300]]) == [Label(0, 98, 2, 80)]


def test_at_the_sides_it_moves_into_the_picture() -> None:
    assert label([[0, 100, 300, 300]])[0].x == 0
    assert label([[1250, 100, 1280, 300]])[0].x == 1280 - 80


def test_two_in_one_place_give_way() -> None:
    first, second = label([[100, 100, 300, 300], [104, 104, 290, 290]])
    assert (first.box, first.y) == (0, 82)
    assert second.box == 1
    assert second.y not in range(82 - 15, 82 + 16)


def test_a_small_neighbour_is_not_covered() -> None:
    alone = label([[100, 100, 160, 170]])
    assert (alone[0].x, alone[0].y) == (98, 82)
    crowded = label([[100, 100, 160, 170], [90, 60, 140, 96]], confidence=[0.9, 0.3])
    assert crowded[0] == Label(0, 98, 172, 80)


def test_the_larger_and_surer_comes_first() -> None:
    same = [[100, 100, 300, 300]] * 6
    assert label(same, confidence=[0.3, 0.5, 0.9, 0.4, 0.2, 0.1])[0].box == 2
    assert label([[100, 100, 120, 120], [99, 99, 400, 400]])[0].box == 1


def test_the_selected_box_has_a_label_wherever_it_is() -> None:
    crowd = [[100, 100, 104, 104]] * (CROWD + 2)
    assert label(crowd) == []
    assert [each.box for each in label(crowd, first=(5,))] == [5]


@pytest.mark.parametrize("count", [1, 20, 100, 300])
@pytest.mark.parametrize("room", [ROOM, Rect(160, 0, 960, 720), Rect(0, 0, 200, 100)])
def test_labels_never_overlap_or_leave_the_picture_or_bury_it(count: int, room: Rect) -> None:
    random = np.random.default_rng(count)
    size = random.integers(4, 300, (count, 2))
    corner = random.integers(0, (1280, 720), (count, 2))
    boxes = np.hstack([corner, corner + size]).astype(np.int32)
    widths = random.integers(30, 140, count).tolist()
    labels = place_labels(boxes, random.random(count).astype(np.float32), widths, 16, room, line=2)
    covered = np.zeros((720, 1280), np.int32)
    for each in labels:
        assert room.x <= each.x <= room.x + room.width - each.width
        assert room.y <= each.y <= room.y + room.height - 16
        covered[each.y : each.y + 16, each.x : each.x + each.width] += 1
    assert covered.max(initial=0) <= 1
    assert covered.sum() <= SHARE * room.width * room.height
    assert len(labels) <= MOST
    assert len(labels) > (0 if room.width < 300 else min(count, 10) / 2)


def test_the_card_stays_in_the_picture() -> None:
    room = Rect(100, 50, 400, 300)
    assert place_card((100, 60), [150, 100, 200, 200], room, 8).getRect() == (208, 100, 100, 60)
    assert place_card((100, 60), [400, 100, 480, 200], room, 8).getRect() == (292, 100, 100, 60)
    assert place_card((100, 60), [100, 320, 500, 350], room, 8).getRect() == (392, 290, 100, 60)


# -- words


def test_percent_is_not_more_than_there_is() -> None:
    assert [percent(each) for each in (0.999, 1.0, 0.004, 0.29, 0.875)] == ["99%", "100%", "0%", "29%", "88%"]


def test_classes_without_a_name_have_a_number() -> None:
    assert class_name(("cat", "d\nog\x1b"), 1) == "d og"
    assert class_name(("cat",), 7) == "class 7"
