"""Counts made into what a scope's screen shows: bright where many values fall, and faint traces still to be seen."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from player.media.color import Depth, decode_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from player.media.color import Color
    from player.scopes.counts import Counts, Grid

Pixels = NDArray[np.uint8]
"""(height, width, 4): blue, green, red, 255."""
Rgb = tuple[int, int, int]

GROUND: Rgb = (13, 15, 18)
LUMA: Rgb = (205, 232, 214)
RED: Rgb = (255, 92, 84)
GREEN: Rgb = (82, 216, 118)
BLUE: Rgb = (92, 146, 255)
CB: Rgb = (120, 158, 255)
CR: Rgb = (255, 128, 120)
NAMED: dict[str, Rgb] = {
    "Y'": LUMA, "R'": RED, "G'": GREEN, "B'": BLUE, "Cb": CB, "Cr": CR, "Cg": GREEN, "Co": (255, 178, 92),
}  # fmt: skip

FULL_DENSITY = 14.0
"""So many times the density of values spread evenly shines as brightly as there is."""
FAINTEST = 0.16
"""The brightness that the least density to be seen begins with."""
VECTOR_FULL = 260.0
_UNSEEN = 0.01
"""Below this brightness there is nothing: what is left between two columns when they are stretched."""


def wave_trace(grid: Grid, size: tuple[int, int], colour: Rgb = LUMA) -> Pixels:
    """(columns, levels) as a picture of (width, height): columns across, level 0 at the bottom."""
    lit = _brightness(_to_screen(grid, size), grid, FULL_DENSITY)
    return _coloured(_glow(colour), lit)


def overlay_trace(grids: Sequence[Grid], size: tuple[int, int]) -> Pixels:
    """Red, green and blue over one another; where all three fall it is white."""
    import cv2

    made = _ground(size)
    ground = _ramp(GROUND)[0]
    for grid, colour in zip(grids, (RED, GREEN, BLUE), strict=True):
        lit = _brightness(_to_screen(grid, size), grid, FULL_DENSITY)
        light = _glow(colour) - ground  # no part of a colour is darker than the ground's
        made = np.asarray(cv2.add(made, _coloured(light, lit)), np.uint8)
    return made


def parade_trace(grids: Sequence[Grid], size: tuple[int, int], gap: int) -> Pixels:
    """Red, green and blue side by side, `gap` pixels apart."""
    made = _ground(size)
    for (left, right), grid, colour in zip(parade_places(size[0], gap), grids, (RED, GREEN, BLUE), strict=True):
        made[:, left:right] = wave_trace(grid, (right - left, size[1]), colour)
    return made


def parade_places(width: int, gap: int) -> list[tuple[int, int]]:
    """Where each of the three begins and ends."""
    each = max(1, (width - 2 * gap) // 3)
    return [(at * (each + gap), at * (each + gap) + each) for at in range(3)]


def vector_trace(grid: Grid, size: tuple[int, int], color: Color, bits: int) -> Pixels:
    """(Cb, Cr) with Cb to the right and Cr upwards, in the colours that they stand for. `bits` are the grid's."""
    import cv2

    spot = cv2.GaussianBlur(_to_screen(grid, size), (3, 3), 0)  # a colour alone would be a dot too small to be seen
    lit = _brightness(np.asarray(spot, np.float32), grid, VECTOR_FULL)
    part = np.rint(255 * _shown()).astype(np.uint16).take(lit)[..., None]
    hues = _hues(size, color, bits)
    ground = np.array(GROUND[::-1], np.uint16)
    made = _ground(size)
    made[..., :3] = ground + (hues - ground) * part // 255
    return made


def histogram_trace(counts: Counts, size: tuple[int, int], colour: Rgb) -> Pixels:
    """The shape of a histogram, filled; the highest of what is no end of the scale reaches the top."""
    width, height = size
    inner = counts[1:-1] if counts.size > 2 else counts
    highest = max(1, int(inner.max()), int(counts.max()) // 8)
    levels = np.sqrt(np.minimum(counts / highest, 1.0))
    places = np.arange(width) * levels.size // width
    across = np.maximum.reduceat(levels, places) if width < levels.size else levels[places]
    heights = np.where((across > 0) & (across * height < 1), 1.0, across * height)
    above = np.arange(height, 0, -1)[:, None]  # the upper edge of each row, counted from the bottom
    covered = np.clip(heights[None, :] - above + 1, 0, 1)
    edge = np.clip(heights[None, :] - above + 1, 0, 2) - np.clip(heights[None, :] - above, 0, 1) * 2
    lit = np.rint(255 * np.clip(0.34 * covered + 0.66 * np.clip(edge, 0, 1) * covered, 0, 1)).astype(np.uint8)
    return _coloured(_ramp(colour), lit)


def _to_screen(grid: Grid, size: tuple[int, int]) -> Grid:
    """(width, height) of mean counts, level 0 at the bottom."""
    import cv2

    width, height = size
    turned = np.ascontiguousarray(grid.T[::-1])
    for wanted in ((turned.shape[1], height), (width, height)):
        has = turned.shape[1], turned.shape[0]
        shrinks = wanted[0] < has[0] or wanted[1] < has[1]
        kind = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        turned = np.asarray(cv2.resize(turned, wanted, interpolation=kind), np.float32)
    return turned


def _brightness(density: Grid, grid: Grid, full: float) -> Pixels:
    """0 to 255 by the square root of the density's relation to the mean of the grid."""
    mean = max(1e-9, float(grid.sum(dtype=np.float64)) / grid.size)
    lit = np.sqrt(np.minimum(density / np.float32(mean * full), 1))
    return np.asarray(255 * lit, np.float32).astype(np.uint8)


def _shown() -> NDArray[np.float64]:
    """What part of the full light each of the 256 brightnesses is shown with, so that the faint ones are seen."""
    part = np.arange(256) / 255
    return np.where(part > _UNSEEN, FAINTEST + (1 - FAINTEST) * part, 0)


def _ground(size: tuple[int, int]) -> Pixels:
    made = np.empty((size[1], size[0], 4), np.uint8)
    made[:] = (*GROUND[::-1], 255)
    return made


@lru_cache(maxsize=16)
def _ramp(colour: Rgb) -> NDArray[np.uint32]:
    """256 steps from the ground to the colour."""
    part = np.arange(256)[:, None] / 255
    return _packed(np.array(GROUND) * (1 - part) + np.array(colour) * part)


@lru_cache(maxsize=16)
def _glow(colour: Rgb) -> NDArray[np.uint32]:
    """From the ground to the colour, and in the last third on towards white, as a tube does that is hit hard."""
    part = _shown()[:, None]
    toward = np.minimum(part / 0.7, 1.0)
    white = np.clip((part - 0.7) / 0.3, 0, 1) * 0.55
    plain = np.array(GROUND) * (1 - toward) + np.array(colour) * toward
    return _packed(plain * (1 - white) + 255 * white)


def _packed(rgb: NDArray[np.float64]) -> NDArray[np.uint32]:
    made = np.full((256, 4), 255, np.uint8)
    made[:, :3] = np.rint(rgb[:, ::-1])
    return made.view(np.uint32).ravel()


def _coloured(table: NDArray[np.uint32], lit: Pixels) -> Pixels:
    return table.take(lit).view(np.uint8).reshape(*lit.shape, 4)


@lru_cache(maxsize=4)
def _hues(size: tuple[int, int], color: Color, bits: int) -> NDArray[np.uint16]:
    """(height, width, 3) blue, green, red of each place of a vectorscope, as bright as it can be there, and paled."""
    width, height = size
    top = (1 << bits) - 1
    cb, cr = np.meshgrid(np.linspace(0, 1, width), np.linspace(1, 0, height))
    matrix = decode_matrix(color, Depth(bits, bits))
    middle = (1 << (bits - 1)) / top
    rgb = np.stack([cb - middle, cr - middle], axis=-1) @ matrix[:3, 1:3].T
    rgb -= rgb.min(axis=-1, keepdims=True)
    rgb /= np.maximum(rgb.max(axis=-1, keepdims=True), 1e-6)
    colour = np.hypot(cb - middle, cr - middle)[..., None]
    pale = np.clip(1 - colour / 0.12, 0.3, 1)
    made = (rgb * (1 - pale) + 0.9 * pale) * 255
    return np.rint(made[..., ::-1]).astype(np.uint16)
