"""Suppression keeps the surest of each heap: held against other people's libraries and against its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from player.analysis.nms import nms
from tests.helpers.libraries import need_library

Boxes = NDArray[np.float32]


def scene(seed: int, count: int, size: float = 400.0) -> tuple[Boxes, Boxes, NDArray[np.int32]]:
    """Boxes on top of each other here and there, of five classes, no two equally sure."""
    random = np.random.default_rng(seed)
    corner = random.uniform(0, size, (count, 2))
    extent = random.uniform(5, size / 4, (count, 2))
    confidence = random.permutation(np.linspace(0.02, 0.98, count))
    boxes = np.concatenate((corner, corner + extent), axis=1).astype(np.float32)
    return boxes, confidence.astype(np.float32), random.integers(0, 5, count).astype(np.int32)


def plain_iou(one: Boxes, other: Boxes) -> float:
    """By the definition, one number at a time."""
    left, top, right, bottom = (float(value) for value in one)
    left2, top2, right2, bottom2 = (float(value) for value in other)
    shared = max(0.0, min(right, right2) - max(left, left2)) * max(0.0, min(bottom, bottom2) - max(top, top2))
    union = (right - left) * (bottom - top) + (right2 - left2) * (bottom2 - top2) - shared
    return shared / union if union > 0 else 0.0


def plain_nms(xyxy: Boxes, confidence: Boxes, class_id: NDArray[np.int32] | None, iou: float) -> list[int]:
    kept: list[int] = []
    for place in sorted(range(len(xyxy)), key=lambda place: (-float(confidence[place]), place)):
        rivals = [each for each in kept if class_id is None or class_id[each] == class_id[place]]
        if all(plain_iou(xyxy[each], xyxy[place]) <= iou for each in rivals):
            kept.append(place)
    return kept


@pytest.mark.parametrize("iou", [0.1, 0.45, 0.65])
@pytest.mark.parametrize("count", [1, 63, 64, 65, 300])
def test_supervision_keeps_the_same(count: int, iou: float) -> None:
    supervision = need_library("supervision")
    boxes, confidence, class_id = scene(count, count)
    table = np.column_stack((boxes, confidence, class_id))
    theirs = supervision.detection.utils.iou_and_nms.box_non_max_suppression(table, iou_threshold=iou)
    assert sorted(nms(boxes, confidence, class_id, iou)) == np.flatnonzero(theirs).tolist()
    theirs = supervision.detection.utils.iou_and_nms.box_non_max_suppression(table[:, :5], iou_threshold=iou)
    assert sorted(nms(boxes, confidence, None, iou)) == np.flatnonzero(theirs).tolist()


def test_opencv_keeps_the_same() -> None:
    cv2 = need_library("cv2")
    boxes, confidence, class_id = scene(7, 400)
    boxes = np.round(boxes)  # OpenCV takes corner and size
    xywh = np.concatenate((boxes[:, :2], boxes[:, 2:] - boxes[:, :2]), axis=1)
    theirs = cv2.dnn.NMSBoxes(xywh.tolist(), confidence.tolist(), 0.0, 0.45)
    assert nms(boxes, confidence, None, 0.45).tolist() == list(theirs)
    theirs = cv2.dnn.NMSBoxesBatched(xywh.tolist(), confidence.tolist(), class_id.tolist(), 0.0, 0.45)
    assert sorted(nms(boxes, confidence, class_id, 0.45)) == sorted(theirs)


corners = st.integers(0, 12)
boxes_on_pixels = st.lists(
    st.tuples(corners, corners, st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(0, 2)), max_size=90
)


@given(boxes_on_pixels, st.sampled_from([0.0, 0.25, 0.35, 0.45, 0.5, 1.0]), st.booleans())
def test_it_is_what_its_definition_says(rows: list[tuple[int, ...]], iou: float, agnostic: bool) -> None:
    """On whole pixels an overlap may be exactly as large as the limit; with equally sure boxes and empty ones."""
    table = np.array(rows, np.float32).reshape(-1, 6)
    boxes = np.concatenate((table[:, :2], table[:, :2] + table[:, 2:4]), axis=1)
    confidence = table[:, 4] / np.float32(10)
    class_id = None if agnostic else table[:, 5].astype(np.int32)
    assert nms(boxes, confidence, class_id, iou).tolist() == plain_nms(boxes, confidence, class_id, iou)


@given(st.integers(0, 2**16), st.integers(0, 150), st.randoms(use_true_random=False))
def test_the_order_they_come_in_does_not_matter(seed: int, count: int, random: object) -> None:
    boxes, confidence, class_id = scene(seed, count)
    order = np.arange(count)
    random.shuffle(order)  # type: ignore[attr-defined]
    kept = nms(boxes, confidence, class_id, 0.3)
    again = nms(boxes[order], confidence[order], class_id[order], 0.3)
    assert order[again].tolist() == kept.tolist()


@pytest.mark.parametrize("limit", [0, 1, 5, 64, 1000])
def test_a_limit_cuts_the_list_and_changes_nothing_else(limit: int) -> None:
    boxes, confidence, class_id = scene(3, 500)
    assert (
        nms(boxes, confidence, class_id, 0.4, limit=limit).tolist()
        == nms(boxes, confidence, class_id, 0.4).tolist()[:limit]
    )


def test_equally_sure_ones_stay_in_their_order() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 0, 60, 10], [0, 50, 10, 60]], np.float32)
    sure = np.full(4, 0.5, np.float32)
    assert nms(boxes, sure, None, 0.45).tolist() == [0, 2, 3]
    assert nms(boxes[::-1], sure, None, 0.45).tolist() == [0, 1, 2]


def test_no_boxes() -> None:
    assert nms(np.empty((0, 4), np.float32), np.empty(0, np.float32), None, 0.45).tolist() == []
