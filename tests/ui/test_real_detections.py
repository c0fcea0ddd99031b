"""Boxes on a real screen: those at full strength are the ones of the very picture beneath, while it plays and steps.

The network finds the bright cells of a picture's number, so that the picture itself says which boxes belong to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.helpers.number_network import write_number_network
from tests.helpers.numbered import draw_luma, read_number_from_luma
from tests.ui.test_real_window import DEADLINE_S, HEIGHT, WIDTH, Screen, pytestmark, screen, wait_for  # noqa: F401
from ui.detections.colours import PALETTE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.helpers.clips import Clips

CELLS = 4
STRONG = tuple(bytes.fromhex(PALETTE[0].removeprefix("#")))
SHOTS = 12


def number_of(pixels: NDArray[np.uint8]) -> int | None:
    """The picture's; None while something covers it, and where two pictures meet."""
    try:
        return read_number_from_luma(pixels.astype(np.float32).mean(axis=2))
    except ValueError:
        return None


def lines_in(pixels: NDArray[np.uint8]) -> list[bool]:
    """For each side that two cells share, whether there is a line at full strength: off the labels, in its middle."""
    high, wide = HEIGHT // CELLS, WIDTH // CELLS
    found = []
    for row in range(CELLS):
        for column in range(1, CELLS):
            found.append(tuple(pixels[row * high + high // 2, column * wide].tolist()) == STRONG)
            found.append(tuple(pixels[column * high, row * wide + wide // 2].tolist()) == STRONG)
    return found


def lines_of(number: int) -> list[bool]:
    """Where they belong: around every bright cell."""
    bright = draw_luma(number, CELLS, CELLS) > 128
    found = []
    for row in range(CELLS):
        for column in range(1, CELLS):
            found.append(bool(bright[row, column - 1] or bright[row, column]))
            found.append(bool(bright[column - 1, row] or bright[column, row]))
    return found


def test_what_the_lines_say_tells_neighbours_apart() -> None:
    assert all(lines_of(number) != lines_of(number + 1) for number in range(49))


@pytest.mark.parametrize("clip", ["cfr", "bframes"])
def test_strong_boxes_are_of_the_picture_on_screen(
    screen: Screen,  # noqa: F811
    clips: Clips,
    tmp_path: Path,
    clip: str,
) -> None:
    model = write_number_network(tmp_path)
    seen: dict[int, list[bool]] = {}

    def look() -> bool:
        """Whether there was a picture with all that belongs to it; another one's boxes fail the test."""
        pixels = screen.shot()
        number = None if pixels is None else number_of(pixels)
        if pixels is None or number is None:
            return False
        lines = lines_in(pixels)
        if any(lines):
            assert lines == lines_of(number), f"boxes of another picture over {number}"
            seen[number] = lines
        return any(lines)

    options = ("--model", str(model), "--conf", "0.5", "--device", "cpu", "--fullscreen", "--speed", "0.25")
    with screen.player(str(clips(clip)), *options, "--loop", "0", "--pause") as player:
        screen.window()
        wait_for(look, "the boxes of the first picture")
        for key in ("period", "period", "comma", "shift+Right", "comma"):
            screen.do("key", key)
            look()
            wait_for(look, f"boxes after {key}")
        screen.do("key", "space")
        for _ in range(SHOTS):
            look()
        screen.do("key", "space")
        wait_for(look, "boxes once it is paused")
        assert len(seen) >= 4
        screen.do("key", "d")
        wait_for(lambda: (pixels := screen.shot()) is not None and not any(lines_in(pixels)), "no boxes")
        screen.do("key", "q")
        assert player.wait(DEADLINE_S) == 0
        assert player.stderr is not None
        assert player.stderr.read() == ""
