"""The traces: where they are bright, in which colours, and that the faintest is seen."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the scopes are drawn by OpenCV", exc_type=ImportError)

from player.scopes.samples import samples_of
from player.scopes.scale import bar_targets
from player.scopes.trace import (
    BLUE,
    GREEN,
    GROUND,
    LUMA,
    RED,
    histogram_trace,
    overlay_trace,
    parade_places,
    parade_trace,
    vector_trace,
    wave_trace,
)
from tests.helpers.patches import patch_picture

BACK = GROUND[::-1]


def grid_with(*cells: tuple[int, int, float], size: tuple[int, int] = (100, 256)) -> np.ndarray:
    made = np.zeros(size, np.float32)
    for column, level, count in cells:
        made[column, level] = count
    return made


def lit(pixels: np.ndarray) -> np.ndarray:
    """(rows, columns) that are not the ground."""
    return np.argwhere((pixels[..., :3] != BACK).any(axis=-1))


def test_a_level_lies_in_its_row() -> None:
    pixels = wave_trace(grid_with((10, 0, 50), (20, 255, 50), (30, 200, 50)), (100, 256))
    assert sorted(map(tuple, lit(pixels))) == [(0, 20), (55, 30), (255, 10)]


def test_one_sample_of_a_million_is_seen() -> None:
    grid = np.full((100, 256), 40, np.float32)
    grid[:, 100:] = 0
    grid[50, 200] = 1
    pixels = wave_trace(grid, (100, 256))
    alone = pixels[55, 50, :3].astype(int)
    assert (alone - BACK).min() > 15, "faint, yet seen"
    assert (pixels[200, 50, :3] > alone).all(), "and many shine more"


@pytest.mark.parametrize("size", [(37, 41), (100, 256), (300, 700), (300, 90), (40, 600)])
def test_any_size_has_it_all(size: tuple[int, int]) -> None:
    grid = grid_with(*((column, 2 * column, 30) for column in range(100)))
    pixels = wave_trace(grid, size)
    assert pixels.shape == (size[1], size[0], 4)
    found = lit(pixels)
    assert set(found[:, 1]) == set(range(size[0])), "every column has its trace"
    rows, columns = found[:, 0], found[:, 1]
    middle = 1 - 2 * (100 * (columns + 0.5) / size[0]) / 256
    assert np.abs((rows + 0.5) / size[1] - middle).max() < 0.03


def test_red_green_and_blue_make_white() -> None:
    same = grid_with((5, 128, 1000))
    white = overlay_trace([same] * 3, (100, 256))[127, 5, :3]
    assert white.min() == 255
    apart = [grid_with((at, 128, 20), (50, 20, 3000)) for at in (1, 2, 3)]
    pixels = overlay_trace(apart, (100, 256))
    assert (pixels[0, 0, :3] == BACK).all()
    for at, colour in zip((1, 2, 3), (RED, GREEN, BLUE), strict=True):
        assert int(pixels[127, at, :3].argmax()) == int(np.argmax(colour[::-1]))


def test_the_parade_is_side_by_side() -> None:
    places = parade_places(306, 3)
    assert places == [(0, 100), (103, 203), (206, 306)]
    grids = [grid_with((0, 10 * at, 50)) for at in (1, 2, 3)]
    assert sorted(map(tuple, lit(parade_trace(grids, (306, 256), 3)))) == [(225, 206), (235, 103), (245, 0)]


@pytest.mark.parametrize("size", [(180, 180), (256, 256), (600, 600)])
def test_a_colour_of_the_bars_is_a_spot_in_its_own_colour(size: tuple[int, int]) -> None:
    color = samples_of(patch_picture(1, False, 8, "444")).coding
    for name, strongest in (("R", 2), ("G", 1), ("B", 0)):
        cb, cr = (round(code) for code in bar_targets(color, 8)[name])
        grid = np.zeros((256, 256), np.float32)
        grid[cb, cr] = 5000
        pixels = vector_trace(grid, size, color, 8)
        rows, columns = lit(pixels).mean(axis=0)
        assert abs(columns + 0.5 - (cb + 0.5) / 256 * size[0]) < 1.5
        assert abs(rows + 0.5 - (1 - (cr + 0.5) / 256) * size[1]) < 1.5
        assert len(lit(pixels)) >= 9, "no dot too small to be seen"
        assert int(pixels[round(rows), round(columns), :3].argmax()) == strongest


def test_a_histogram_is_as_high_as_its_counts() -> None:
    counts = np.zeros(256, np.int64)
    counts[[10, 20, 30, 255]] = 400, 100, 1, 200
    pixels = histogram_trace(counts, (256, 100), LUMA)
    rows = [100 - lit(pixels[:, [at]])[:, 0].min() for at in (10, 20, 30, 255)]
    assert rows[0] == 100
    assert abs(rows[1] - 50) <= 1, "the square root"
    assert 1 <= rows[2] <= 6
    assert abs(rows[3] - 71) <= 1
    narrow = histogram_trace(np.eye(1, 1024, 777, dtype=np.int64)[0], (100, 50), LUMA)
    assert set(lit(narrow)[:, 1]) == {75}, "one code of many in a column is not lost"
