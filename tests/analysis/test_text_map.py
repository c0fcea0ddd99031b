"""Lines of text out of a map of their hearts: which places belong together, and where the edges are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.decoders import make_decoder
from player.analysis.decoders.text_map import HEART_SHARE, join
from player.errors import ModelError

WIDTH, HEIGHT, STRIDE = 320, 160, 2


def drawn(text: str) -> NDArray[np.bool_]:
    return np.array([[letter == "#" for letter in line.strip()] for line in text.strip().splitlines()])


def groups(text: str) -> tuple[list[int], int]:
    of, count = join(drawn(text))
    return of.tolist(), count


def test_places_that_touch_are_one_group_at_corners_too() -> None:
    assert groups("""
        ##..#
        ..#.#
        .....
        ####.
    """) == ([0, 0, 1, 0, 1, 2, 2, 2, 2], 3)


def test_branches_that_meet_far_below_are_one_group() -> None:
    assert (
        groups("""
        #.#.#
        #.#.#
        #.###
        ###..
    """)[1]
        == 1
    )


def test_nothing_and_everything() -> None:
    assert join(np.zeros((4, 5), bool))[1] == 0
    assert join(np.ones((4, 5), bool))[1] == 1


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_groups_are_those_of_a_flood_fill(share: float) -> None:
    inside = np.random.default_rng(1).random((40, 60)) < share
    of, count = join(inside)
    mine = np.full(inside.shape, -1)
    mine[inside] = of
    seen = np.zeros(inside.shape, bool)
    filled = 0
    for y, x in np.argwhere(inside).tolist():
        if seen[y, x]:
            continue
        filled += 1
        waiting, seen[y, x] = [(y, x)], True
        while waiting:
            at_y, at_x = waiting.pop()
            assert mine[at_y, at_x] == mine[y, x]
            for ny in range(max(at_y - 1, 0), min(at_y + 2, inside.shape[0])):
                for nx in range(max(at_x - 1, 0), min(at_x + 2, inside.shape[1])):
                    if inside[ny, nx] and not seen[ny, nx]:
                        seen[ny, nx] = True
                        waiting.append((ny, nx))
    assert filled == count


def map_of(*lines: tuple[float, float, float, float, float]) -> NDArray[np.float32]:
    """What a faultless network says of upright lines: left, top, right, bottom, how sure."""
    y, x = (np.mgrid[: HEIGHT // STRIDE, : WIDTH // STRIDE] + 0.5) * STRIDE
    made = np.zeros((1, 3, HEIGHT // STRIDE, WIDTH // STRIDE), np.float32)
    for left, top, right, bottom, sure in lines:
        trim = (bottom - top) * (1 - HEART_SHARE) / 2
        heart = (x > left + trim) & (x < right - trim) & (y > top + trim) & (y < bottom - trim)
        made[0][:, heart] = np.stack((np.full(heart.sum(), sure), y[heart] - top, bottom - y[heart]))
    return made


def test_lines_grow_to_their_edges() -> None:
    lines = (20, 20, 220, 44, 0.9), (40, 100, 90, 112, 0.7), (240, 100, 300, 150, 0.6)
    [found] = make_decoder("text-map", {}, 1).decode({"map": map_of(*lines)}, (WIDTH, HEIGHT))
    assert found.xyxy == pytest.approx(np.array(lines)[:, :4], abs=2)
    assert found.confidence == pytest.approx([0.9, 0.7, 0.6])
    assert found.class_id.tolist() == [0, 0, 0]


def test_a_line_that_is_cut_off_ends_at_the_border() -> None:
    [found] = make_decoder("text-map", {}, 1).decode({"map": map_of((-60, 60, 100, 90, 0.9))}, (WIDTH, HEIGHT))
    assert found.xyxy[0] == pytest.approx([0, 60, 100, 90], abs=2)


def test_neighbouring_lines_stay_apart() -> None:
    lines = [(10, 10 + 12 * row, 200, 20 + 12 * row, 0.8) for row in range(8)]
    [found] = make_decoder("text-map", {}, 1).decode({"map": map_of(*lines)}, (WIDTH, HEIGHT))
    assert len(found) == 8


def test_places_that_are_unsure_join_nothing() -> None:
    [found] = make_decoder("text-map", {}, 1).decode({"map": map_of((20, 20, 220, 44, 0.2))}, (WIDTH, HEIGHT))
    assert len(found) == 0


def test_a_map_full_of_specks_is_read_in_time() -> None:
    made = np.full((1, 3, HEIGHT // STRIDE, WIDTH // STRIDE), 4, np.float32)
    made[:, 0] = np.random.default_rng(0).random(made.shape[2:]) < 0.4
    [found] = make_decoder("text-map", {}, 1).decode({"map": made}, (WIDTH, HEIGHT))
    assert 0 < len(found) <= 1000


def test_more_classes_than_one_are_refused() -> None:
    with pytest.raises(ModelError, match="tells 1 classes apart, but 2 labels"):
        make_decoder("text-map", {}, 2)
