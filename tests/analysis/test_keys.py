"""Which number a picture is known by, and when it is better not known by one."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

import pytest

from player.analysis.keys import READ, PictureKey, key_of, renumbered
from player.records import NOT_COUNTED, Picture


class Index:
    """Picture n is at timestamp 10 n."""

    def __init__(self, *, counted: bool = False, complete: bool = True, first: int = 0) -> None:
        self.counted = counted
        self.complete = complete
        self._first = first

    def ordinal_of(self, pts: int, near: int | None = None) -> int | None:
        return pts // 10 + self._first if pts % 10 == 0 else None


def picture(pts: int | None, *, index: int | None = None, serial: int = 3, order: int = 5) -> Picture:
    frame = cast("Any", SimpleNamespace())
    return Picture(frame, pts, Fraction(1, 10), None, 0.1, serial, True, "I", index=index, order=order)


def test_a_timestamp_tells_the_number_where_all_are_known_and_different() -> None:
    assert key_of(picture(70), Index()) == PictureKey(70, 7, 3, 5)
    assert key_of(picture(75), Index()).index is None, "not one of the index's"


@pytest.mark.parametrize("index", [None, Index(counted=True), Index(complete=False)])
def test_else_a_played_picture_is_known_by_its_place(index: Index | None) -> None:
    known = key_of(picture(70, index=7), index)
    assert known == PictureKey(70, None, 3, 5)
    assert not known.is_same(key_of(picture(70, index=7, order=55), index))


@pytest.mark.parametrize("index", [None, Index(counted=True), Index(complete=False)])
def test_and_one_that_was_read_by_its_number(index: Index | None) -> None:
    read = picture(70, index=7, order=NOT_COUNTED)
    assert key_of(read, index) == PictureKey(70, None, READ, 7)
    assert key_of(read, index).is_same(key_of(picture(70, index=7, serial=9, order=NOT_COUNTED), index))
    assert not key_of(read, index).is_same(key_of(picture(70, index=57, order=NOT_COUNTED), index))
    assert not key_of(read, index).is_same(key_of(picture(70, order=7, serial=1), index))


def test_a_picture_without_number_and_place_has_no_name() -> None:
    nameless = key_of(picture(70, order=NOT_COUNTED), None)
    assert not nameless.is_same(nameless)


def test_other_numbers_name_the_same_picture() -> None:
    played, read = key_of(picture(70), Index()), key_of(picture(70, order=NOT_COUNTED), Index())
    for later in (Index(first=1), Index()):
        assert renumbered(played, later).is_same(renumbered(read, later))
    assert renumbered(played, Index(first=1)).index == 8
    assert renumbered(played, Index(counted=True)) == PictureKey(70, None, 3, 5)


def test_what_was_read_by_a_number_has_none_when_numbers_are_others() -> None:
    read = key_of(picture(70, index=7, order=NOT_COUNTED), Index(counted=True))
    other = renumbered(read, Index(counted=True))
    assert not other.is_same(other)
    assert renumbered(read, Index()).index == 7
