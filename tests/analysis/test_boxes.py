"""Boxes by hand."""

from __future__ import annotations

import numpy as np

from player.analysis.boxes import areas, from_centres, intersections, ious, paired_ious

SQUARE = [0.0, 0, 10, 10]
BOXES = np.array([SQUARE, [5, 0, 15, 10], [0, 0, 10, 5], [10, 0, 20, 10], [3, 3, 3, 9], [8, 8, 2, 2]], np.float32)


def test_areas() -> None:
    assert areas(BOXES).tolist() == [100, 100, 50, 100, 0, 0]


def test_each_with_each() -> None:
    table = ious(BOXES, BOXES[:2])
    assert table.shape == (6, 2)
    assert table[:, 0].tolist() == [1, 50 / 150, 0.5, 0, 0, 0]
    assert table[2, 1] == 25 / 125
    assert intersections(BOXES, BOXES[:1])[:, 0].tolist() == [100, 50, 50, 0, 0, 0]


def test_one_with_one() -> None:
    assert paired_ious(BOXES[:3], BOXES[[0, 0, 1]]).tolist() == [1, 50 / 150, 25 / 125]


def test_two_empty_boxes_have_nothing_in_common() -> None:
    assert ious(BOXES[4:], BOXES[4:]).tolist() == [[0, 0], [0, 0]]


def test_from_centres() -> None:
    assert from_centres(np.array([[5, 5, 10, 10]], np.float32)).tolist() == [SQUARE]
