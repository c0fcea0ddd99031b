"""What is shown of a picture's raw boxes: thresholds, classes and numbers that the user turns."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.detections import Detections, no_detections
from player.analysis.selection import Selection, select


def raw(*rows: tuple[float, float, float, float, float, int]) -> Detections:
    """Rows of left, top, right, bottom, confidence, class."""
    table = np.array(rows, np.float32)
    return Detections(table[:, :4].copy(), table[:, 4].copy(), table[:, 5].astype(np.int32))


APART = raw(
    (0, 0, 10, 10, 0.3, 0), (20, 0, 30, 10, 0.9, 1), (40, 0, 50, 10, 0.25, 2), (60, 0, 70, 10, 0.24, 0),
    (80, 0, 90, 10, 0.6, 1),
)  # fmt: skip
HEAP = raw((0, 0, 10, 10, 0.5, 0), (1, 0, 11, 10, 0.9, 0), (0, 1, 10, 11, 0.7, 1))


def chosen(found: Detections) -> list[float]:
    return [round(float(value), 2) for value in found.confidence]


def test_the_surest_first_from_the_low_end_on() -> None:
    assert chosen(select(APART, Selection())) == [0.9, 0.6, 0.3, 0.25]
    assert chosen(select(APART, Selection(low=0.01))) == [0.9, 0.6, 0.3, 0.25, 0.24]


def test_both_ends_of_the_band_belong_to_it() -> None:
    assert chosen(select(APART, Selection(low=0.3, high=0.6))) == [0.6, 0.3]


def test_hidden_classes() -> None:
    assert chosen(select(APART, Selection(hidden=frozenset({1})))) == [0.3, 0.25]
    assert len(select(APART, Selection(hidden=frozenset({0, 1, 2})))) == 0


def test_only_so_many_and_the_surest_of_them() -> None:
    assert chosen(select(APART, Selection(top_k=2))) == [0.9, 0.6]
    assert chosen(select(APART, Selection(top_k=2, high=0.8))) == [0.6, 0.3]


def test_boxes_of_one_class_hide_each_other() -> None:
    assert chosen(select(HEAP, Selection())) == [0.9, 0.7]
    assert chosen(select(HEAP, Selection(iou=0.9))) == [0.9, 0.7, 0.5]


def test_boxes_of_any_class_hide_each_other_when_asked() -> None:
    assert chosen(select(HEAP, Selection(agnostic=True))) == [0.9]


def test_a_hidden_class_hides_no_other() -> None:
    assert chosen(select(HEAP, Selection(agnostic=True, hidden=frozenset({0})))) == [0.7]


def test_a_band_from_above_brings_up_no_double_of_what_it_puts_away() -> None:
    assert chosen(select(HEAP, Selection(high=0.8))) == [0.7]


def test_final_boxes_are_not_thinned_out() -> None:
    assert chosen(select(HEAP, Selection(), suppress=False)) == [0.9, 0.7, 0.5]
    assert chosen(select(HEAP, Selection(high=0.8, top_k=1), suppress=False)) == [0.7]


def test_everything_of_a_box_comes_along() -> None:
    found = Detections(
        HEAP.xyxy, HEAP.confidence, HEAP.class_id,
        tracker_id=np.array([4, 5, 6], np.int32),
        landmarks=np.arange(12, dtype=np.float32).reshape(3, 2, 2),
        masks=np.eye(3, dtype=np.bool_)[:, None, :],
    )  # fmt: skip
    shown = select(found, Selection())
    assert shown.tracker_id is not None
    assert shown.landmarks is not None
    assert shown.masks is not None
    assert shown.tracker_id.tolist() == [5, 6]
    assert shown.landmarks[0].tolist() == [[4, 5], [6, 7]]
    assert shown.masks[1].tolist() == [[False, False, True]]


def test_no_boxes() -> None:
    assert len(select(no_detections(), Selection())) == 0
    assert len(select(no_detections(), Selection(), suppress=False)) == 0


def thousand(kind: str) -> NDArray[np.floating]:
    random = np.random.default_rng(4)
    if kind == "apart":
        corner = np.stack(np.meshgrid(np.arange(40), np.arange(25)), axis=-1).reshape(-1, 2) * 30.0
    elif kind == "one heap":
        corner = random.uniform(0, 1, (1000, 2))
    else:
        corner = np.repeat(random.uniform(0, 900, (50, 2)), 20, axis=0) + random.normal(0, 6, (1000, 2))
    return np.concatenate((corner, corner + 25), axis=1)


@pytest.mark.parametrize("classes", [1, 80])
@pytest.mark.parametrize("kind", ["apart", "one heap", "many heaps"])
@pytest.mark.parametrize("turned", [Selection(low=0.01), Selection(low=0.01, high=0.3), Selection(0.01, top_k=1000)])
def test_a_thousand_boxes_are_sorted_out_within_one_repaint(kind: str, classes: int, turned: Selection) -> None:
    """In the thread's own time, the best of some: measured 0.7 to 4 ms."""
    random = np.random.default_rng(5)
    found = Detections(
        thousand(kind).astype(np.float32),
        np.linspace(0.99, 0.01, 1000, dtype=np.float32),
        random.integers(0, classes, 1000).astype(np.int32),
    )
    took = []
    for _ in range(5):
        before = time.thread_time()
        select(found, turned)
        took.append(time.thread_time() - before)
    assert min(took) < 0.012
