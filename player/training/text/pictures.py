"""Pictures with text and where it is: one for each seed and number, the same everywhere and for ever."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from player.training.text.backgrounds import background
from player.training.text.fonts import FontShelf
from player.training.text.layouts import lay_out
from player.training.text.painting import Colours, Size, floats
from player.training.text.sheet import Quad, Sheet, put
from player.training.text.wear import Pixels, wear

_SMALLEST_READABLE = 5.0
"""Pixels, of what a line is high, that wear has left."""
_FAINTEST = 36.0
"""Levels between letters and what is behind them."""


@dataclass(frozen=True, slots=True)
class TextPicture:
    pixels: Pixels
    """(height, width, 3), RGB."""
    lines: NDArray[np.float32]
    """(n, 4, 2): corners, clockwise from the top left."""
    is_readable: NDArray[np.bool_]
    """False: too small, faint or cut off for a fair question; neither text nor none."""

    @property
    def xyxy(self) -> NDArray[np.float32]:
        """Each line's upright rectangle, within the picture."""
        height, width = self.pixels.shape[:2]
        least, most = self.lines.min(axis=1), self.lines.max(axis=1)
        boxes = np.concatenate((least, most), axis=1).reshape(-1, 4)
        return floats(np.clip(boxes, 0, np.array([width, height, width, height])))


def make_picture(shelf: FontShelf, size: Size, seed: int, number: int, *, held_out: bool = False) -> TextPicture:
    """One picture; `held_out` puts it on kinds of background that no training has."""
    rng = np.random.default_rng((seed, number))
    picture = background(rng, size, held_out=held_out)
    groups = 0 if rng.random() < 0.14 else int(rng.choice([1, 2, 3, 4, 6, 9], p=[0.15, 0.25, 0.22, 0.18, 0.12, 0.08]))
    taken = np.zeros((size[1], size[0]), np.uint8)
    quads: list[Quad] = []
    faint: list[bool] = []
    for _ in range(groups):
        corners = None
        for _try in range(3):
            sheet = lay_out(rng, shelf, size)
            if sheet.width > size[0] and rng.random() < 0.7:
                continue  # lines that are cut off are rare
            if sheet.rects and (corners := _place(rng, sheet, size, taken)) is not None:
                break
        if corners is None:
            continue
        before = picture.copy()
        found = put(picture, sheet, corners)
        cv2.fillConvexPoly(taken, np.round(_grown(corners, 4)).astype(np.int32), 1)
        quads += found
        faint += [min(_contrast(picture, quad), _change(before, picture, quad)) < _FAINTEST for quad in found]
    worn, coarse = wear(rng, picture)
    lines = np.array(quads, np.float32).reshape(-1, 4, 2)
    readable, inside = _judge(lines, size, coarse)
    readable &= ~np.array(faint, np.bool_)
    readable &= np.array([_contrast(worn, quad) >= _FAINTEST for quad in quads], np.bool_)
    return TextPicture(worn, lines[inside], readable[inside])


def _place(rng: np.random.Generator, sheet: Sheet, size: Size, taken: NDArray[np.uint8]) -> Quad | None:
    """Corners for the sheet where nothing is yet: mostly upright, often turned or seen from the side."""
    width, height = sheet.width, sheet.height
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    middle = own.mean(axis=0)
    if rng.random() < 0.3:
        turn = rng.normal(0, 0.12) if rng.random() < 0.8 else rng.uniform(-0.6, 0.6)
        own = own - middle
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
        own = own @ spin * rng.uniform(0.75, 1, 2).astype(np.float32)
        if rng.random() < 0.6:
            own = own * (1 + rng.uniform(-0.18, 0.18, (4, 1)).astype(np.float32))
    else:
        own = own - np.floor(middle)
    extent = np.ptp(own, axis=0)
    for _ in range(8):
        slack = np.maximum(np.array(size) - extent, 0)
        at = extent / 2 + rng.uniform(-0.12, 1.12, 2) * slack
        if (extent > np.array(size)).any():
            at = rng.uniform(0.1, 0.9, 2) * size
        corners = floats(own + np.floor(at))
        wanted = np.zeros_like(taken)
        cv2.fillConvexPoly(wanted, np.round(corners).astype(np.int32), 1)
        if wanted.any() and not (wanted & taken).any():
            return corners
    return None


def _grown(corners: Quad, pixels: float) -> Quad:
    apart = corners - corners.mean(axis=0)
    return floats(corners + np.sign(apart) * pixels)


def _around(picture: NDArray[np.generic], quad: Quad) -> NDArray[np.float32]:
    """What is seen in the quad's upright rectangle, of large ones not every pixel."""
    height, width = picture.shape[:2]
    left, top = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(quad.max(axis=0)).astype(int) + 1, (left + 1, top + 1), (width, height))
    step = max(1, (bottom - top) // 24)
    return floats(picture[top:bottom:step, left:right:step])


def _change(before: Colours, after: Colours, quad: Quad) -> float:
    """How far the letters, or what they stand on, are from what was there: on stripes nothing else tells them."""
    return float(np.percentile(np.abs(_around(after, quad) - _around(before, quad)).max(axis=-1), 85))


def _contrast(picture: NDArray[np.generic], quad: Quad) -> float:
    """How far the letters are from what is between and behind them, in levels of the channel that tells them best."""
    seen = _around(picture, quad)
    levels = np.percentile(seen.reshape(-1, 3), (8, 92), axis=0)
    edges = np.abs(np.diff(seen, axis=1)) if seen.shape[1] > 1 else np.zeros((1, 1, 3))
    return float(np.minimum(np.ptp(levels, axis=0), 1.5 * np.percentile(edges.reshape(-1, 3), 96, axis=0)).max())


def _judge(lines: NDArray[np.float32], size: Size, coarse: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which lines can be read, and which are in the picture at all."""
    if not len(lines):
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    sides = np.linalg.norm(lines - np.roll(lines, -1, axis=1), axis=2)
    high = (sides[:, 1] + sides[:, 3]) / 2
    whole = np.concatenate((lines.min(axis=1), lines.max(axis=1)), axis=1)
    seen = np.clip(whole, 0, np.array([*size, *size]))
    high_seen = (seen[:, 3] - seen[:, 1]) / np.maximum(whole[:, 3] - whole[:, 1], 1)
    wide_seen = (seen[:, 2] - seen[:, 0]) / np.maximum(whole[:, 2] - whole[:, 0], 1)
    inside = (high_seen > 0) & (wide_seen > 0)
    is_long_enough = (seen[:, 2] - seen[:, 0] > 0.5 * high) | (wide_seen > 0.9)
    return (high / coarse >= _SMALLEST_READABLE) & (high_seen > 0.75) & is_long_enough, inside
