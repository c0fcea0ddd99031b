"""Pictures that carry their own number, readable after lossy coding, scaling and a change of pixel format.

The picture is a grid of 4 by 4 cells, black or white, 16 bits row by row with the highest first: the number's 12 bits,
then 4 check bits, so that a damaged or black picture is not read as some number. A little noise that moves from picture
to picture gives the coder something to do: without it a clip is too small to damage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_NUMBER = (1 << 12) - 1
_CELLS = 4
_DARK, _LIGHT, _NOISE = 48, 208, 10
_CHECK = 0b1010  # so that neither all dark nor all light is a number


def _check(number: int) -> int:
    return (number >> 8 ^ number >> 4 ^ number ^ _CHECK) & 0xF


def draw_luma(number: int, width: int, height: int) -> NDArray[np.uint8]:
    """The luma plane of picture `number`: uint8 of shape (height, width)."""
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"a picture's number is 0 to {MAX_NUMBER}, not {number}")
    code = number << 4 | _check(number)
    bits = np.array([code >> (15 - place) & 1 for place in range(16)]).reshape(_CELLS, _CELLS)
    rows = np.arange(height) * _CELLS // height
    columns = np.arange(width) * _CELLS // width
    plane = np.where(bits[rows][:, columns] == 1, _LIGHT, _DARK)
    noise = np.random.default_rng(number).integers(-_NOISE, _NOISE + 1, size=(height, width))
    return (plane + noise).astype(np.uint8)


def draw_frame(number: int, width: int, height: int, pixel_format: str = "yuv420p") -> av.VideoFrame:
    """Picture `number` as a frame of `pixel_format`; grey but for a faint warm tint where there is chroma."""
    planes = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
    planes[:height] = draw_luma(number, width, height)
    planes[height + height // 4 :] = 136
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return frame if pixel_format == "yuv420p" else frame.reformat(format=pixel_format)


def read_number_from_luma(luma: NDArray[Any]) -> int:
    """The number in a brightness plane (any integer type scaled to 0..255), from the middle of each cell.

    Raises ValueError when the check bits do not match or a cell is neither dark nor light: a damaged picture.
    """
    height, width = luma.shape
    code = 0
    for row in range(_CELLS):
        for column in range(_CELLS):
            top, left = height * (4 * row + 1) // 16, width * (4 * column + 1) // 16
            cell = luma[top : top + max(1, height // 8), left : left + max(1, width // 8)]
            level = float(cell.mean())
            if 100 < level < 156:
                raise ValueError(f"cell {row},{column} is neither dark nor light ({level:.0f})")
            code = code << 1 | (level > 128)
    number = code >> 4
    if code & 0xF != _check(number):
        raise ValueError(f"check bits of {number} do not match")
    return number


def read_number(frame: av.VideoFrame) -> int:
    """The number of the picture in a decoded frame of any pixel format, as coded (not turned upright)."""
    return read_number_from_luma(frame.to_ndarray(format="gray"))
