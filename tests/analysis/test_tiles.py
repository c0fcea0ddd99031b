"""Tiles cover the picture, and what their borders cut comes out whole, once; nothing else is joined or lost."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest

from player.analysis.average_precision import Truth, average_precision
from player.analysis.card import InputSpec
from player.analysis.detections import RAW_LIMIT, Detections, no_detections
from player.analysis.detector import Detector, open_detector
from player.analysis.selection import Selection, select
from player.analysis.tiles import OVERLAP, Part, merge, tile_regions, tile_size
from player.analysis.trust import Trust
from player.records import UPRIGHT, Orientation
from tests.analysis.test_detector import picture_with
from tests.helpers.networks import NumpyBackend, blobs, made_model
from tests.helpers.shared_models import need_data, need_model

Box = tuple[float, float, float, float]
WHOLE = (0, 0, 180, 100)
LEFT, RIGHT = (0, 0, 100, 100), (80, 0, 100, 100)
"""Two tiles that both see 80 to 100."""


def detections(*boxes: Box, confidence: float = 0.5, class_id: int = 0) -> Detections:
    count = len(boxes)
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(count, confidence, np.float32),
        np.full(count, class_id, np.int32),
    )


def merged(*parts: tuple[tuple[int, int, int, int], Detections], suppress: bool = False) -> list[list[float]]:
    found = merge([Part(region, each) for region, each in parts], WHOLE, 0.45, suppress=suppress)
    return sorted(found.xyxy.tolist())


@pytest.mark.parametrize("size", [(3840, 2160), (640, 641), (417, 10), (5000, 416)])
@pytest.mark.parametrize("tile", [(416, 416), (640, 360), (100, 700)])
def test_tiles_cover_the_region_and_overlap(size: tuple[int, int], tile: tuple[int, int]) -> None:
    regions = tile_regions((7, 9, *size), tile)
    covered = np.zeros(size[::-1], np.uint8)
    for x, y, width, height in regions:
        assert (width, height) == (min(tile[0], size[0]), min(tile[1], size[1]))
        assert 7 <= x <= 7 + size[0] - width
        assert 9 <= y <= 9 + size[1] - height
        covered[y - 9 : y - 9 + height, x - 7 : x - 7 + width] = 1
    assert covered.all()
    for axis in (0, 1):
        places = sorted({region[axis] for region in regions})
        for one, other in pairwise(places):
            assert one + tile[axis] - other >= OVERLAP * tile[axis] - 1
    assert len(set(regions)) == len(regions)


def test_a_small_region_is_its_own_tile() -> None:
    assert tile_regions((5, 6, 100, 80), (100, 80)) == ((5, 6, 100, 80),)


@pytest.mark.parametrize(
    ("spec", "tile", "orientation", "aspect", "size"),
    [
        (InputSpec(416, 416), 0, UPRIGHT, Fraction(1), (416, 416)),
        (InputSpec(416, 416), 832, UPRIGHT, Fraction(1), (832, 832)),
        (InputSpec(320, 240), 0, UPRIGHT, Fraction(1), (320, 240)),
        (InputSpec(320, 240), 640, Orientation(False, 1), Fraction(1), (480, 640)),
        (InputSpec(None, None), 0, UPRIGHT, Fraction(1), (640, 640)),
        (InputSpec(416, 416), 0, UPRIGHT, Fraction(2), (208, 416)),
        (InputSpec(416, 416), 0, UPRIGHT, Fraction(1, 2), (416, 208)),
    ],
)
def test_a_tile_is_shaped_like_the_input(
    spec: InputSpec, tile: int, orientation: Orientation, aspect: Fraction, size: tuple[int, int]
) -> None:
    assert tile_size(spec, tile, orientation, aspect) == size


def test_a_thing_across_a_border_is_the_hull_of_its_parts() -> None:
    parts = merged((LEFT, detections((50, 20, 100, 60))), (RIGHT, detections((80, 21, 140, 60))))
    assert parts == [[50, 20, 140, 60]]


def test_the_whole_one_stands_for_the_part_that_was_cut() -> None:
    parts = merged((LEFT, detections((85, 20, 100, 60), confidence=0.9)), (RIGHT, detections((85, 20, 120, 60))))
    assert parts == [[85, 20, 120, 60]]


def test_what_two_tiles_see_whole_is_there_once() -> None:
    parts = merged((LEFT, detections((83, 20, 96, 60))), (RIGHT, detections((84, 20, 97, 61), confidence=0.7)))
    assert parts == [[84, 20, 97, 61]]


def test_other_classes_and_other_places_are_other_things() -> None:
    cut, other = detections((50, 20, 100, 60)), detections((80, 20, 140, 60), class_id=1)
    assert len(merged((LEFT, cut), (RIGHT, other))) == 2
    assert len(merged((LEFT, cut), (RIGHT, detections((80, 60, 140, 90))))) == 2
    apart = detections((10, 10, 20, 20), (30, 10, 40, 20), (85, 10, 95, 20))
    assert len(merged((LEFT, apart), (RIGHT, detections((150, 10, 160, 20))))) == 4


def test_masks_stay_with_their_boxes_and_are_joined_with_them() -> None:
    """The left half of one part and the lower half of the other; a thing that is whole keeps its own."""
    left_half, lower_half = np.zeros((2, 8, 8), np.bool_)
    left_half[:, :4], lower_half[4:] = True, True
    corner = np.eye(8, dtype=np.bool_)
    left = Detections(
        np.array([(60, 20, 100, 60), (10, 10, 30, 30)], np.float32),
        np.array([0.5, 0.8], np.float32),
        np.zeros(2, np.int32),
        masks=np.stack([left_half, corner]),
    )
    right = Detections(
        np.array([(80, 20, 140, 60)], np.float32),
        np.array([0.4], np.float32),
        np.zeros(1, np.int32),
        masks=lower_half[None],
    )
    found = merge([Part(LEFT, left), Part(RIGHT, right)], WHOLE, 0.45, suppress=False)
    assert found.xyxy.tolist() == [[10, 10, 30, 30], [60, 20, 140, 60]]
    assert found.masks is not None
    assert np.array_equal(found.masks[0], corner)
    joined = np.zeros((8, 8), np.bool_)
    joined[:, :2] = True  # 60 to 80 of 60 to 140
    joined[4:, 2:] = True  # 80 to 140, 40 to 60
    assert np.array_equal(found.masks[1], joined)


def test_boxes_of_one_tile_are_never_joined() -> None:
    """Two things one behind the other, which the network told apart."""
    crowd = detections((50, 20, 100, 60), (52, 20, 100, 60))
    assert len(merged((LEFT, crowd), (RIGHT, no_detections()))) == 2


def test_the_regions_own_borders_cut_nothing() -> None:
    """A thing at the picture's edge is as whole as can be seen."""
    parts = merged((LEFT, detections((0, 0, 60, 100))), (RIGHT, detections((120, 0, 180, 100))))
    assert parts == [[0, 0, 60, 100], [120, 0, 180, 100]]


def test_a_thing_over_three_tiles_is_one() -> None:
    tiles = [(0, 0, 100, 100), (80, 0, 100, 100), (160, 0, 100, 100)]
    boxes: list[Box] = [(30, 10, 100, 90), (80, 10, 180, 90), (160, 10, 230, 90)]
    parts = [Part(tile, detections(box)) for tile, box in zip(tiles, boxes, strict=True)]
    found = merge(parts, (0, 0, 260, 100), 0.45, suppress=False)
    assert found.xyxy.tolist() == [[30, 10, 230, 90]]


def test_the_nearer_view_has_the_better_place_and_the_surer_one_the_confidence() -> None:
    parts = [
        Part(WHOLE, detections((18, 19, 44, 61), confidence=0.9)),
        Part(LEFT, detections((20, 20, 40, 60), confidence=0.6)),
    ]
    found = merge(parts, WHOLE, 0.45, suppress=False)
    assert found.xyxy.tolist() == [[20, 20, 40, 60]]
    assert found.confidence.tolist() == pytest.approx([0.9])


def test_small_things_are_left_to_the_tiles() -> None:
    """The whole picture's view has their places wrong."""
    parts = merged(
        (WHOLE, detections((18, 19, 30, 30))), (LEFT, detections((20, 20, 26, 26))), (RIGHT, no_detections())
    )
    assert parts == [[20, 20, 26, 26]]


def test_the_view_of_the_whole_picture_settles_large_things() -> None:
    parts = merged(
        (WHOLE, detections((49, 19, 141, 61), confidence=0.3)),
        (LEFT, detections((50, 20, 100, 60))),
        (RIGHT, detections((80, 20, 140, 60))),
    )
    assert parts == [[49, 19, 141, 61]]


def test_raw_boxes_of_one_thing_are_thinned_out_before_they_are_joined() -> None:
    left = detections((50, 20, 100, 60), (51, 22, 100, 61), (60, 20, 100, 70))
    right = detections((80, 20, 140, 60), (81, 19, 139, 61))
    assert merged((LEFT, left), (RIGHT, right), suppress=True) == [[50, 20, 140, 60]]


def test_many_boxes_stay_within_the_limit_and_sorted() -> None:
    random = np.random.default_rng(3)
    corners = random.uniform(0, 90, (3000, 2)).astype(np.float32)
    found = Detections(
        np.concatenate([corners, corners + 2], axis=1),
        random.uniform(0.01, 1, 3000).astype(np.float32),
        np.zeros(3000, np.int32),
        landmarks=corners[:, None],
    )
    result = merge([Part(LEFT, found), Part(RIGHT, no_detections())], WHOLE, 0.45, suppress=False)
    assert len(result) == RAW_LIMIT
    assert (np.diff(result.confidence) <= 0).all()
    assert result.landmarks is not None
    assert np.array_equal(result.landmarks[:, 0], result.xyxy[:, :2])  # each kept its own


@pytest.mark.parametrize("orientation", [UPRIGHT, Orientation(True, 1)], ids=str)
@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(2)])
def test_blobs_across_tiles_come_out_whole_once(orientation: Orientation, aspect: Fraction) -> None:
    """A blob of 4 pixels is in its exact place, which in the view of the whole picture it is not."""
    pytest.importorskip("cv2", reason="pictures are scaled by OpenCV", exc_type=ImportError)
    size = (400, 260)
    regions = tile_regions((0, 0, *size), (64, 64))
    border = regions[1][0]  # where the second tile begins
    boxes = [
        (border - 2, 100, border + 2, 104),
        (60, 30, 64, 38),
        (0, 0, 4, 6),
        (396, 250, 400, 260),
        (100, 150, 230, 230),
        (300, 60, 372, 66),
    ]
    picture = picture_with(boxes, size, orientation=orientation, sample_aspect=aspect)
    backend = NumpyBackend(blobs, (None, 3, 64, 64))
    (found,) = Detector(made_model(backend, InputSpec(64, 64, "letterbox"))).infer([picture], tile=0)
    assert len(found) == len(boxes)
    for box in boxes:
        error = np.abs(found.xyxy - np.array(box, np.float32)).max(axis=1).min()
        far_seen = (
            max(np.subtract(box[2:], box[:2])) > 64
        )  # larger than a tile: its place is the whole picture's view's
        assert error <= (8 * max(1.0, float(aspect)) if far_seen else 1.5)
    assert sum(shape[0] for shape in backend.batches) > 30


def test_a_region_in_tiles() -> None:
    pytest.importorskip("cv2", reason="pictures are scaled by OpenCV", exc_type=ImportError)
    picture = picture_with([(60, 60, 70, 70), (200, 100, 210, 108), (350, 200, 360, 210)], (400, 260))
    backend = NumpyBackend(blobs, (None, 3, 64, 64))
    network = Detector(made_model(backend, InputSpec(64, 64, "letterbox")))
    (found,) = network.infer([picture], region=(150, 50, 300, 200), tile=64)
    assert np.allclose(found.xyxy, [(200, 100, 210, 108)], atol=0.1)
    backend.batches.clear()
    (small,) = network.infer([picture], region=(180, 80, 240, 140), tile=64)  # one tile is enough
    assert np.allclose(small.xyxy, [(200, 100, 210, 108)], atol=1)
    assert backend.batches == [(1, 3, 64, 64)]


def test_tiles_find_in_a_large_picture_what_is_small_in_it() -> None:
    """Photographs of COCO side by side in 3840x2160: as precise as on each alone, and next to nothing without tiles."""
    cv2 = pytest.importorskip("cv2", reason="pictures are scaled by OpenCV", exc_type=ImportError)
    pytest.importorskip("onnxruntime", exc_type=ImportError)
    canvas, things, place, row = np.full((2160, 3840, 3), 114, np.uint8), [], [0, 0], 0
    for path in sorted(need_data("coco_val/images").iterdir()):
        photograph = cv2.imread(str(path))
        height, width = photograph.shape[:2]
        if place[0] + width > 3840:
            place, row = [0, place[1] + row], 0
        if place[1] + height > 2160:
            break
        canvas[place[1] : place[1] + height, place[0] : place[0] + width] = photograph
        labels = path.parents[1] / "labels" / f"{path.stem}.txt"
        for label, x, y, wide, high in np.loadtxt(labels, ndmin=2) if labels.exists() else ():
            box = np.array([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2]) * [width, height, width, height]
            things.append([*(box + np.tile(place, 2)), label])
        place[0], row = place[0] + width, max(row, height)
    truth = Truth(np.array(things)[:, :4], np.array(things)[:, 4].astype(int))
    picture = dataclasses.replace(picture_with([]), frame=av.VideoFrame.from_ndarray(canvas, format="bgr24"))
    network = open_detector(need_model("coco_yolox_nano/yolox_nano.onnx"), device="cpu", trust=Trust(None), threads=1)
    precision = []
    for tile in (None, 832):
        (raw,) = network.infer([picture], tile=tile)
        precision.append(average_precision([(select(raw, Selection(low=0.01, iou=0.65)), truth)], (0.5,)).ap or 0.0)
    network.close()
    assert precision[0] < 0.1
    assert precision[1] > 0.5
