"""The few letters of the demo clip, as dots in a grid of 5 by 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS = {
    "0": ".###. #...# #..## #.#.# ##..# #...# .###.",
    "1": "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
    "2": ".###. #...# ....# ...#. ..#.. .#... #####",
    "3": "##### ...#. ..#.. ...#. ....# #...# .###.",
    "4": "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
    "5": "##### #.... ####. ....# ....# #...# .###.",
    "6": "..##. .#... #.... ####. #...# #...# .###.",
    "7": "##### ....# ...#. ..#.. .#... .#... .#...",
    "8": ".###. #...# #...# .###. #...# #...# .###.",
    "9": ".###. #...# #...# .#### ....# ...#. .##..",
    "A": ".###. #...# #...# ##### #...# #...# #...#",
    "E": "##### #.... #.... ####. #.... #.... #####",
    "F": "##### #.... #.... ####. #.... #.... #....",
    "M": "#...# ##.## #.#.# #.#.# #...# #...# #...#",
    "R": "####. #...# #...# ####. #.#.. #..#. #...#",
    "S": ".#### #.... #.... .###. ....# ....# ####.",
    ".": "..... ..... ..... ..... ..... .##.. .##..",
    " ": "..... ..... ..... ..... ..... ..... .....",
}


def text_dots(text: str) -> NDArray[np.bool_]:
    """The dots of `text`: shape (7, 6 * letters - 1), one empty column between letters."""
    columns = []
    for letter in text:
        rows = [[dot == "#" for dot in row] for row in _ROWS[letter].split()]
        columns.append(np.pad(np.array(rows), ((0, 0), (0, 1))))
    return np.concatenate(columns, axis=1)[:, :-1]


def text_mask(text: str, cell: int) -> NDArray[np.float32]:
    """`text` as coverage 0 to 1: round dots, `cell` pixels apart."""
    offsets = np.arange(cell) - (cell - 1) / 2
    distance = np.hypot(offsets[:, None], offsets[None, :])
    dot = np.clip(cell * 0.46 - distance + 0.5, 0, 1)
    return np.asarray(np.kron(text_dots(text), dot), dtype=np.float32)
