"""What is done to a raster picture's pixels one by one: turning, laying over a checkerboard, matrices of our own.

Imported when a picture needs it, as it brings numpy.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import av
import numpy as np
from numpy.typing import NDArray

from player.media.color import Color, Depth, Matrix, decode_matrix

if TYPE_CHECKING:
    from player.media.frame_parts import Region
    from player.records import Orientation

Pixels = NDArray[np.uint8]

CHECKER_SQUARE = 16
"""Side of the checkerboard's squares behind transparent pictures, in device pixels."""
CHECKER_LEVELS = (40, 56)
"""The checkerboard's two greys, of 255; the first is at the top left."""


def cut_out(lines: Pixels, left: int, up: int, size: tuple[int, int]) -> Pixels:
    """The pixels of a rectangle, from lines of them."""
    width, height = size
    return np.ascontiguousarray(lines[up : up + height, 4 * left : 4 * (left + width)])


def turned(lines: Pixels, width: int, orientation: Orientation) -> Pixels:
    """Mirrored and turned as `orientation` says, in whole pixels; the same array when upright."""
    if not orientation.mirrored and orientation.turns_cw == 0:
        return lines
    pixels = lines.view(np.uint32)[:, :width]
    if orientation.mirrored:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(np.rot90(pixels, -orientation.turns_cw)).view(np.uint8)


def through_matrix(frame: av.VideoFrame, color: Color, *, gray: bool) -> av.VideoFrame:
    """Planes of 16 bits, yuv444p16le or gray16le, made into rgb24 by our own matrix."""
    planes = [
        np.frombuffer(memoryview(plane), np.uint16).reshape(frame.height, plane.line_size // 2)[:, : frame.width]
        for plane in frame.planes
    ]
    if color.matrix is Matrix.RGB and not gray:  # H.273: green in luma's place, blue in Cb's, red in Cr's
        planes = [planes[2], planes[0], planes[1]]
    matrix = decode_matrix(color, Depth(16, 16), gray=gray)[:3].astype(np.float32)
    stored = np.stack(planes, axis=-1).astype(np.float32) / np.float32(65535)
    rgb = stored @ matrix[:, : len(planes)].T + matrix[:, 3]
    return av.VideoFrame.from_ndarray(np.rint(rgb.clip(0, 1) * 255).astype(np.uint8), format="rgb24")


@lru_cache(maxsize=4)
def checkerboard(width: int, height: int) -> Pixels:
    """(height, width, 1) of the two greys, its first square at the picture's top left corner."""
    columns = np.arange(width) // CHECKER_SQUARE
    rows = np.arange(height) // CHECKER_SQUARE
    odd = (columns[None, :] + rows[:, None]) % 2
    squares: Pixels = np.array(CHECKER_LEVELS, np.uint8)[odd][:, :, None]
    return squares


def upright_corner(orientation: Orientation, region: Region, size: tuple[int, int]) -> tuple[int, int]:
    """The top left corner of a coded region in the upright picture; `size` is the coded picture's."""
    x, y, width, height = region
    wide, high = size
    if orientation.mirrored:
        x = wide - x - width
    for _ in range(orientation.turns_cw):
        x, y, width, height, wide, high = high - y - height, x, height, width, high, wide
    return x, y


def lay_over_checkerboard(pixels: Pixels, origin: tuple[int, int]) -> None:
    """In place: straight alpha over the checkerboard, then opaque. `origin` is the pixels' place in the picture."""
    alpha = pixels[:, :, 3:].astype(np.uint16)
    left, up = (at % (2 * CHECKER_SQUARE) for at in origin)
    behind = checkerboard(left + pixels.shape[1], up + pixels.shape[0])[up:, left:]
    pixels[:, :, :3] = (pixels[:, :, :3] * alpha + behind * (255 - alpha) + 127) // 255
    pixels[:, :, 3] = 255
