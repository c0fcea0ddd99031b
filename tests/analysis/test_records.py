"""Boxes stay with their picture: the key that says which, and the arrays that cannot change under a painter."""

from __future__ import annotations

import numpy as np
import pytest

from player.analysis.detections import Detections, no_detections
from player.analysis.keys import PictureKey


def boxes(count: int) -> Detections:
    corners = np.arange(count * 4, dtype=np.float32).reshape(count, 4)
    return Detections(corners, np.linspace(1, 0.5, count, dtype=np.float32), np.arange(count, dtype=np.int32))


def test_the_number_and_the_timestamp_name_a_picture() -> None:
    played = PictureKey(pts=512, index=3, serial=1, order=3)
    read_again = PictureKey(pts=512, index=3, serial=0, order=90)
    assert played.is_same(read_again)


def test_the_same_timestamp_twice_is_two_pictures() -> None:
    assert not PictureKey(0, 0, 1, 0).is_same(PictureKey(0, 120, 1, 120))


@pytest.mark.parametrize("other", [PictureKey(512, 3, 2, 3), PictureKey(512, 3, 1, 4), PictureKey(513, 3, 1, 3)])
def test_what_cannot_be_told_is_another_picture(other: PictureKey) -> None:
    assert not PictureKey(512, None, 1, 3).is_same(other)


def test_before_its_number_is_known_a_picture_is_its_own_decodings() -> None:
    assert PictureKey(512, None, 1, 3).is_same(PictureKey(512, 3, 1, 3))


def test_rows_must_agree() -> None:
    with pytest.raises(ValueError, match="confidence has 1 rows for 2 boxes"):
        Detections(np.zeros((2, 4), np.float32), np.zeros(1, np.float32), np.zeros(2, np.int32))
    with pytest.raises(ValueError, match=r"xyxy is \(n, 4\)"):
        Detections(np.zeros((2, 5), np.float32), np.zeros(2, np.float32), np.zeros(2, np.int32))


def test_nobody_changes_boxes_that_are_shown() -> None:
    found = boxes(3)
    with pytest.raises(ValueError, match="read-only"):
        found.xyxy[0, 0] = 7.0


def test_some_of_them() -> None:
    found = boxes(4).take(np.array([2, 0]))
    assert found.class_id.tolist() == [2, 0]
    assert found.xyxy[0].tolist() == [8, 9, 10, 11]
    assert len(no_detections()) == 0
    assert no_detections().nbytes == 0
