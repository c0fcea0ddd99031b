"""The frame index as a pure table: ordinals, timestamps, times, key pictures and where to begin decoding."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.media.frame_index import ENTRY, KEY, MISSING, SHAKY, Entry, FrameIndex

_BASE = Fraction(1, 1000)


def _index(pts: list[int], flags: list[int] | None = None, **more: object) -> FrameIndex:
    given_flags = [KEY | ENTRY] + [0] * (len(pts) - 1) if flags is None else flags
    return FrameIndex(np.array(pts, np.int64), np.array(given_flags, np.uint8), _BASE, **more)  # type: ignore[arg-type]


_increasing = st.sets(st.integers(-(10**7), 10**7), min_size=1, max_size=60).map(sorted)
_any_order = st.lists(st.integers(-50, 50), min_size=1, max_size=60)
_tables = st.one_of(_increasing, _any_order)


@given(_tables, st.data())
def test_a_timestamp_and_its_ordinal_find_each_other(pts: list[int], data: st.DataObject) -> None:
    index = _index(pts)
    ordinal = data.draw(st.integers(0, len(pts) - 1))
    assert index.pts_of(ordinal) == pts[ordinal]
    assert index.time_of(ordinal) == pts[ordinal] / 1000
    alone = pts.count(pts[ordinal]) == 1
    assert index.ordinal_of(pts[ordinal]) == (ordinal if alone else None)
    assert index.ordinal_of(pts[ordinal], near=ordinal) == ordinal
    assert index.counted == (len(set(pts)) < len(pts))


@given(_tables, st.integers(-(10**7), 10**7))
def test_a_timestamp_that_no_picture_has_is_nowhere(pts: list[int], other: int) -> None:
    if other not in pts:
        assert _index(pts).ordinal_of(other) is None
        assert _index(pts).ordinal_of(other, near=0) is None


@given(_tables, st.integers(-(10**7), 10**7))
def test_at_a_time_is_the_last_picture_that_has_begun(pts: list[int], at: int) -> None:
    begun = [(each, ordinal) for ordinal, each in enumerate(pts) if each <= at]
    expected = max(begun)[1] if begun else min(enumerate(pts), key=lambda pair: pair[1])[0]
    assert _index(pts).ordinal_at(at / 1000) == expected


@given(_increasing, st.data())
def test_times_survive_six_digits(pts: list[int], data: st.DataObject) -> None:
    index = _index(pts)
    ordinal = data.draw(st.integers(0, len(pts) - 1))
    assert index.ordinal_at(float(f"{index.time_of(ordinal):.6f}")) == ordinal


@given(st.lists(st.sampled_from([0, KEY, ENTRY, KEY | ENTRY, SHAKY]), min_size=1, max_size=60), st.data())
def test_key_pictures_and_entries_are_the_nearest(flags: list[int], data: st.DataObject) -> None:
    index = _index([10 * each for each in range(len(flags))], flags, seek_margin=25)
    ordinal = data.draw(st.integers(0, len(flags) - 1))
    keys = [each for each, flag in enumerate(flags) if flag & KEY]
    assert index.is_key(ordinal) == (ordinal in keys)
    assert index.key_before(ordinal) == max((each for each in keys if each <= ordinal), default=0)
    assert index.key_after(ordinal) == min((each for each in keys if each > ordinal), default=None)
    entries = [each for each, flag in enumerate(flags) if flag & ENTRY and 0 < each <= ordinal]
    start = not entries or flags[ordinal] & SHAKY
    expected = Entry(0, None) if start else Entry(entries[-1], 10 * entries[-1], 10 * entries[-1] - 25)
    assert index.entry_for(ordinal) == expected


def test_far_key_pictures_are_found() -> None:
    flags = [KEY | ENTRY] + [0] * 20_000 + [KEY | ENTRY] + [0] * 20_000
    index = _index(list(range(len(flags))), flags)
    assert index.key_before(20_000) == 0
    assert index.key_before(40_001) == 20_001
    assert index.key_after(0) == 20_001
    assert index.key_after(20_001) is None
    assert index.entry_for(40_001) == Entry(20_001, 20_001, 20_001)


def test_pictures_without_timestamps_go_by_their_times_and_are_counted() -> None:
    index = _index([0, MISSING, 80, MISSING], times=np.array([0.0, 0.04, 0.08, 0.12]))
    assert [index.pts_of(ordinal) for ordinal in range(4)] == [0, None, 80, None]
    assert [index.time_of(ordinal) for ordinal in range(4)] == [0.0, 0.04, 0.08, 0.12]
    assert [index.ordinal_at(time_s) for time_s in (-1.0, 0.0, 0.05, 0.12, 9.0)] == [0, 0, 1, 3, 3]
    assert index.entry_for(3) == Entry(0, None, counted=True)


def test_timestamps_that_fall_back_are_told_apart_by_what_is_near() -> None:
    index = _index([500, 540, 0, 40, 500, 540])
    assert index.ordinal_of(500) is None
    assert index.ordinal_of(500, near=1) == 0
    assert index.ordinal_of(500, near=3) == 4
    assert index.ordinal_of(40) == 3


def test_an_index_is_read_only_and_small() -> None:
    count = 10_000
    plain = _index(list(range(count)))
    uneven = _index([count - each for each in range(count)], times=np.linspace(count, 1, count))
    assert plain.size_bytes / count < 24
    assert uneven.size_bytes / count < 24
    with pytest.raises(TypeError, match="read-only"):
        plain.pts[0] = 1


@pytest.mark.parametrize("ordinal", [-1, 3])
def test_no_picture_is_beyond_the_ends(ordinal: int) -> None:
    index = _index([0, 1, 2])
    for ask in (index.pts_of, index.time_of, index.is_key, index.key_before, index.key_after, index.entry_for):
        with pytest.raises(IndexError):
            ask(ordinal)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        _index([], [])
    with pytest.raises(ValueError, match="same length"):
        _index([1, 2], [0])
    with pytest.raises(ValueError, match="needs a time"):
        _index([1, MISSING])
