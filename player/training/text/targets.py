"""What the network is to say of a picture: the heart of each line, and how far it is from there to its edges."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from player.analysis.decoders.text_map import HEART_SHARE
from player.analysis.nets.text_lines import STRIDE
from player.training.text.pictures import TextPicture

_SMALLEST_HEART = 3.0
"""Pixels, in each direction."""
_BASE_AREA = 600.0
"""Of a heart whose pixels count once; those of smaller ones count more."""
_FINE = 4
"""Bits below the pixel that OpenCV draws with."""


@dataclass(frozen=True, slots=True)
class Targets:
    """(height, width) of the network's map, each."""

    heart: NDArray[np.float32]
    """1 within a heart, else 0."""
    weight: NDArray[np.float32]
    """How much a place counts; 0 where nobody can tell."""
    up: NDArray[np.float32]
    """Pixels of the input to the line's upper edge; 0 outside hearts."""
    down: NDArray[np.float32]


def make_targets(picture: TextPicture) -> Targets:
    height, width = (side // STRIDE for side in picture.pixels.shape[:2])
    heart, up, down = (np.zeros((height, width), np.float32) for _ in range(3))
    weight = np.ones((height, width), np.float32)
    for quad in picture.lines[~picture.is_readable]:
        weight[_within(quad, (width, height))] = 0
    for quad in picture.lines[picture.is_readable]:
        inner = _heart_of(quad)
        inside = _within(inner, (width, height))
        area = max(cv2.contourArea(inner), 1.0)
        y, x = np.nonzero(inside)
        if not len(y):
            continue
        at_x, at_y = (x + 0.5) * STRIDE, (y + 0.5) * STRIDE
        heart[inside] = 1
        weight[inside] = np.clip(np.sqrt(_BASE_AREA / area), 0.5, 4)
        up[inside] = np.maximum(at_y - _edge(quad[0], quad[1], at_x), 1)
        down[inside] = np.maximum(_edge(quad[3], quad[2], at_x) - at_y, 1)
    return Targets(heart, weight, up, down)


def _heart_of(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """The line's middle, HEART_SHARE of its height, and as much shorter at both ends as it is lower above and below."""
    along = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
    across = (quad[3] + quad[2] - quad[0] - quad[1]) / 2
    wide, high = float(np.linalg.norm(along)), float(np.linalg.norm(across))
    inner_high = max(high * HEART_SHARE, _SMALLEST_HEART)
    inner_wide = max(wide - high * (1 - HEART_SHARE), 0.25 * high, _SMALLEST_HEART)
    u, v = (along / max(wide, 1) * (wide - inner_wide) / 2, across / max(high, 1) * (high - inner_high) / 2)
    return np.asarray(quad + np.array([u + v, -u + v, -u - v, u - v]), np.float32)


def _within(quad: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Of the map's places, those whose middle is in the quad."""
    drawn = np.zeros((size[1], size[0]), np.uint8)
    points = np.round((quad / STRIDE - 0.5) * 2**_FINE).astype(np.int32)
    cv2.fillConvexPoly(drawn, points, 1, cv2.LINE_8, _FINE)
    return drawn > 0


def _edge(left: NDArray[np.float32], right: NDArray[np.float32], x: NDArray[np.floating]) -> NDArray[np.float64]:
    """The height of the line between two corners at `x`."""
    run = right[0] - left[0]
    share = (x - left[0]) / run if abs(run) > 1 else np.full_like(x, 0.5)
    return np.asarray(left[1] + np.clip(share, 0, 1) * (right[1] - left[1]), np.float64)
