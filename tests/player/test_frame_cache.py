"""The cache of decoded pictures: its bounds, and what it lets go of first."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.media.frame_cache import (
    MAX_BUDGET,
    MIN_BUDGET,
    PREPARED_AHEAD,
    PREPARED_BEHIND,
    FrameCache,
    budget_of,
    default_budget,
    native_bytes,
    prepared_bytes,
)
from player.media.raster import RasterImage
from player.records import Picture


def picture(ordinal: int, size: int = 10, frame: object = None) -> Picture:
    """One whose `duration_s` says what it weighs."""
    return Picture(cast("av.VideoFrame", frame), ordinal, Fraction(1, 25), ordinal / 25, size, 0, False, "P")


def cache_of(budget: int) -> FrameCache:
    return FrameCache(
        budget, native=lambda each: int(each.duration_s), prepared=lambda made: cast("int", made) if made else 0
    )


def filled(budget: int, ordinals: range, here: int, direction: int) -> FrameCache:
    cache = cache_of(budget)
    cache.focus(here, direction)
    for ordinal in ordinals:
        cache.add(ordinal, picture(ordinal))
    return cache


_OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("focus"), st.integers(0, 40), st.sampled_from((-1, 0, 1))),
        st.tuples(st.just("add"), st.integers(0, 40), st.integers(1, 30)),
        st.tuples(st.just("prepare"), st.integers(0, 40), st.integers(0, 30)),
        st.tuples(st.just("forget"), st.just(0), st.just(0)),
    ),
    max_size=80,
)


@given(budget=st.integers(1, 200), operations=_OPERATIONS)
def test_it_keeps_to_its_budget_and_to_the_picture_travel_stands_at(
    budget: int, operations: list[tuple[str, int, int]]
) -> None:
    cache = cache_of(budget)
    here = 0
    for name, number, value in operations:
        held = here in cache
        if name == "focus":
            here = number
            cache.focus(number, value)
            held = here in cache
        elif name == "add":
            cache.add(number, picture(number, value))
        elif name == "prepare":
            cache.set_prepared(number, value or None)
        else:
            cache.forget_prepared()
        assert cache.size_bytes <= budget or len(cache) == 1
        assert not held or here in cache
        assert list(cache.ordinals) == sorted(set(cache.ordinals))
        kept = [cast("Picture", cache.get(each)) for each in cache.ordinals]
        assert cache.size_bytes == sum(int(each.duration_s) + cast("int", each.prepared or 0) for each in kept)
        assert all(cache.get(each) is not None for each in cache.ordinals if cache.is_ready(each))


@given(here=st.integers(0, 60), direction=st.sampled_from((-1, 0, 1)), order=st.permutations(range(61)))
def test_what_stays_is_one_run_around_travel_whatever_came_first(here: int, direction: int, order: list[int]) -> None:
    cache = cache_of(200)
    cache.focus(here, direction)
    cache.add(here, picture(here))
    for ordinal in order:
        cache.add(ordinal, picture(ordinal))
    assert len(cache) == 20
    assert cache.ordinals == tuple(range(cache.ordinals[0], cache.ordinals[0] + 20))
    assert here in cache


@pytest.mark.parametrize("direction", [-1, 0, 1], ids=["back", "at rest", "forward"])
def test_four_fifths_of_it_lie_ahead_and_at_rest_before(direction: int) -> None:
    kept = filled(210, range(100, 200), 151, direction).ordinals
    before, behind = 151 - kept[0], kept[-1] - 151
    assert (before, behind) == ((4, 16) if direction > 0 else (16, 4))


def test_a_picture_farther_away_than_all_others_is_not_taken() -> None:
    cache = filled(50, range(10, 15), 14, -1)
    assert not cache.add(2, picture(2))
    assert cache.ordinals == (10, 11, 12, 13, 14)
    assert cache.add(9, picture(9)) is False
    cache.focus(9, -1)
    assert cache.add(9, picture(9))


def test_a_budget_below_one_picture_serves_that_one() -> None:
    cache = cache_of(5)
    cache.focus(3, 1)
    assert cache.add(3, picture(3))
    assert not cache.add(4, picture(4))
    assert cache.ordinals == (3,)


@pytest.mark.parametrize("direction", [-1, 0, 1])
def test_prepared_pixels_are_kept_close_to_travel_only(direction: int) -> None:
    cache = filled(10_000, range(100), 50, direction)
    for ordinal in range(100):
        cache.set_prepared(ordinal, 7)
    cache.focus(50, direction)
    ready = [ordinal for ordinal in range(100) if cache.is_ready(ordinal)]
    down, up = (PREPARED_AHEAD, PREPARED_BEHIND) if direction < 0 else (PREPARED_BEHIND, PREPARED_AHEAD)
    assert ready == list(range(50 - down, 50 + up + 1))
    assert cache.size_bytes == 100 * 10 + len(ready) * 7
    assert all((cast("Picture", cache.get(each)).prepared is not None) == (each in ready) for each in range(100))


def test_prepared_to_nothing_is_prepared_too() -> None:
    cache = filled(100, range(3), 1, 0)
    cache.set_prepared(1, None)
    assert cache.is_ready(1)
    cache.forget_prepared()
    assert not cache.is_ready(1)


def test_room_counts_pictures_beside_prepared_pixels() -> None:
    cache = filled(1000, range(10), 5, 0)
    assert cache.room == 100
    cache.set_prepared(5, 40)
    assert cache.room == (1000 - (PREPARED_BEHIND + 1 + PREPARED_AHEAD) * 40) // 10
    assert cache_of(1000).room == 0


def test_runs_end_where_a_picture_is_missing() -> None:
    cache = filled(1000, range(10, 20), 15, 0)
    cache.add(8, picture(8))
    assert (cache.lowest_of_run(15, 100), cache.end_of_run(15, 100)) == (10, 20)
    assert (cache.lowest_of_run(15, 2), cache.end_of_run(15, 2)) == (13, 18)


def test_other_numbers_for_the_same_pictures() -> None:
    cache = filled(1000, range(5), 2, 0)
    cache.set_prepared(2, 3)
    cache.renumber(lambda ordinal, each: None if ordinal == 0 else cast("int", each.pts) + 10)
    assert cache.ordinals == (11, 12, 13, 14)
    assert [cast("Picture", cache.get(each)).index for each in cache.ordinals] == [11, 12, 13, 14]
    assert cache.is_ready(12)
    assert cache.size_bytes == 43


def test_everything_dropped_is_nothing_left() -> None:
    cache = filled(1000, range(5), 2, 0)
    cache.drop_all()
    assert (len(cache), cache.size_bytes, cache.ordinals) == (0, 0, ())


def test_real_pictures_weigh_what_their_planes_do() -> None:
    frame: Any = av.VideoFrame(64, 48, "yuv420p10le")
    planes = sum(plane.buffer_size for plane in frame.planes)
    assert planes >= 64 * 48 * 3
    assert planes <= native_bytes(picture(0, frame=frame)) <= planes + 8192
    assert prepared_bytes(RasterImage.of(np.zeros((10, 80), np.uint8), 20)) == 800
    assert prepared_bytes(np.zeros(33, np.uint8)) == 33
    assert prepared_bytes(None) == prepared_bytes(object()) == 0


def test_the_default_is_a_quarter_of_free_memory_within_bounds() -> None:
    assert budget_of(0) == MIN_BUDGET == 512 << 20
    assert budget_of(4 << 30) == 1 << 30
    assert budget_of(1 << 40) == MAX_BUDGET == 2 << 30
    assert MIN_BUDGET <= default_budget() <= MAX_BUDGET
