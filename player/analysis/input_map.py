"""Where each coded pixel of a picture lies in a network's input, and the way back for what the network finds.

Networks see pictures upright. A letterbox keeps their shape on the screen (square pixels) and fills the rest of the
input; a stretch fills the input whatever the shape; a crop sees the middle alone. Points are counted from borders: a
picture w wide reaches from 0 to w, its first pixel's middle is 0.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.analysis.card import InputSpec
from player.analysis.detections import Detections
from player.records import UPRIGHT, Orientation

Floats = NDArray[np.float64]
Region = tuple[int, int, int, int]
"""x, y, width, height in whole coded pixels."""
Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom in coded pixels."""


@dataclass(frozen=True, slots=True)
class InputMap:
    """One region of a picture in one input."""

    region: Region
    orientation: Orientation
    input_size: tuple[int, int]
    """Width and height of the network's input."""
    content: tuple[int, int, int, int]
    """Left, top, width and height of the upright region in it."""

    @property
    def coded_size(self) -> tuple[int, int]:
        """Width and height of the content before it is turned upright."""
        _, _, width, height = self.content
        return (height, width) if self.orientation.swaps_axes else (width, height)

    def to_input(self, points: NDArray[np.floating]) -> Floats:
        """Coded points (..., 2) in the input."""
        return _moved(points, _matrix(self))

    def to_coded(self, points: NDArray[np.floating]) -> Floats:
        """The input's points (..., 2) in the coded picture; what lies in the letterbox's border is beyond it."""
        return _moved(points, _inverse(self))

    def boxes_to_coded(self, xyxy: NDArray[np.floating]) -> Floats:
        """(n, 4) of the input's in the coded picture."""
        corners = self.to_coded(xyxy.reshape(-1, 2, 2))
        return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)

    def detections_to_coded(self, found: Detections) -> Detections:
        """What was found in the input, with landmarks and masks; landmarks keep their order in mirrored pictures."""
        if not len(found):
            return found
        return Detections(
            self.boxes_to_coded(found.xyxy).astype(np.float32),
            found.confidence,
            found.class_id,
            found.tracker_id,
            None if found.landmarks is None else self.to_coded(found.landmarks).astype(np.float32),
            None if found.masks is None else as_coded(found.masks, self.orientation),
        )


def fit_input(
    spec: InputSpec,
    size: tuple[int, int],
    *,
    orientation: Orientation = UPRIGHT,
    sample_aspect: Fraction = Fraction(1),
    region: Region | None = None,
) -> InputMap:
    """How a picture of that coded size goes into the input that `spec` asks for.

    Centred content is rounded to the nearest pixel and the left and upper border down, as Ultralytics does; content at
    the top left is rounded down, as YOLOX does. An input of any size takes the picture's own, made up to the multiple.
    """
    region = region or (0, 0, *size)
    if spec.fit == "crop":
        region = _middle(region, spec, orientation, sample_aspect)
    wide, high = _upright_size(region, orientation, sample_aspect)
    across, down = spec.width, spec.height
    scales = [given / of for given, of in ((across, wide), (down, high)) if given is not None]
    scale = min(scales, default=1.0)
    width, height = (_whole(side * scale, spec) for side in (wide, high))
    input_size = across or _multiple(width, spec), down or _multiple(height, spec)
    if spec.fit != "letterbox":
        return InputMap(region, orientation, input_size, (0, 0, *input_size))
    left, top = input_size[0] - width, input_size[1] - height
    place = (left // 2, top // 2) if spec.place == "centre" else (0, 0)
    return InputMap(region, orientation, input_size, (*place, width, height))


def _middle(region: Region, spec: InputSpec, orientation: Orientation, sample_aspect: Fraction) -> Region:
    """What a crop sees of the region: the nearest whole coded pixels, one at least."""
    wide, high = _upright_size(region, orientation, sample_aspect)
    shape = (spec.width or wide) / (spec.height or high)
    shares = spec.crop * min(1.0, shape * high / wide), spec.crop * min(1.0, wide / (shape * high))
    across, down = reversed(shares) if orientation.swaps_axes else shares
    x, y, width, height = region
    cut_width, cut_height = max(1, round(width * across)), max(1, round(height * down))
    return x + (width - cut_width) // 2, y + (height - cut_height) // 2, cut_width, cut_height


def whole_region(rectangle: Rectangle | None, size: tuple[int, int]) -> Region:
    """The rectangle in whole pixels that lie in the picture, one at least; all of the picture for None."""
    if rectangle is None:
        return 0, 0, *size
    left, top, right, bottom = rectangle
    x, y = (min(max(0, math.floor(at)), side - 1) for at, side in zip((left, top), size, strict=True))
    beyond, below = (min(side, math.ceil(at)) for at, side in zip((right, bottom), size, strict=True))
    return x, y, max(1, beyond - x), max(1, below - y)


def turned_upright(values: NDArray[Any], orientation: Orientation) -> NDArray[Any]:
    """Rows and columns, the last two axes, as they stand upright: a view."""
    if orientation.mirrored:
        values = values[..., ::-1]
    return np.rot90(values, -orientation.turns_cw, axes=(-2, -1))


def as_coded(values: NDArray[Any], orientation: Orientation) -> NDArray[Any]:
    """`turned_upright` taken back."""
    values = np.rot90(values, orientation.turns_cw, axes=(-2, -1))
    return np.ascontiguousarray(values[..., ::-1] if orientation.mirrored else values)


def _upright_size(region: Region, orientation: Orientation, sample_aspect: Fraction) -> tuple[float, float]:
    """In square pixels, none of them lost."""
    width, height = float(region[2]), float(region[3])
    if sample_aspect >= 1:
        width *= float(sample_aspect)
    else:
        height /= float(sample_aspect)
    return (height, width) if orientation.swaps_axes else (width, height)


def _whole(side: float, spec: InputSpec) -> int:
    """A content's side in whole pixels."""
    rounded = math.floor(side + 1e-6) if spec.place == "top-left" else math.floor(side + 0.5)
    return max(1, rounded)


def _multiple(side: int, spec: InputSpec) -> int:
    return -(-side // spec.multiple) * spec.multiple


@lru_cache(maxsize=512)
def _matrix(at: InputMap) -> Floats:
    """3x3 from coded points to the input's."""
    x, y, width, height = at.region
    left, top, across, down = at.content
    to_unit = np.array([[1 / width, 0, -x / width], [0, 1 / height, -y / height], [0, 0, 1]])
    if at.orientation.mirrored:
        to_unit = np.array([[-1, 0, 1], [0, 1, 0], [0, 0, 1]]) @ to_unit
    for _ in range(at.orientation.turns_cw):
        to_unit = np.array([[0, -1, 1], [1, 0, 0], [0, 0, 1]]) @ to_unit
    matrix: Floats = np.array([[across, 0, left], [0, down, top], [0, 0, 1.0]]) @ to_unit
    return matrix


@lru_cache(maxsize=512)
def _inverse(at: InputMap) -> Floats:
    return np.asarray(np.linalg.inv(_matrix(at)), np.float64)


def _moved(points: NDArray[np.floating], matrix: Floats) -> Floats:
    moved: Floats = points @ matrix[:2, :2].T + matrix[:2, 2]
    return moved
