"""Planes to a network's input on the CPU.

Scaling is bilinear between the nearest samples however much a picture shrinks (OpenCV's INTER_LINEAR), as nearly every
detector was trained with; libswscale's bilinear averages when it shrinks and gives other boxes. Light that is not the
screen's (HDR) is mapped as the display does it, after scaling. Luma and R'G'B' of 8 bits are rounded while they are
scaled, chroma is not.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from player.analysis.card import InputSpec
from player.analysis.input_map import InputMap, turned_upright
from player.analysis.planes import Plane, Planes, sampling, seen

if TYPE_CHECKING:
    from player.media.look import Mapping

Batch = NDArray[np.float32]
GRAY = (0.299, 0.587, 0.114)
"""What red, green and blue weigh in a gray picture, by BT.601, as those who train on gray pictures do it."""


class Preprocessor:
    """Keeps one batch, overwritten each time; for one thread at a time."""

    def __init__(self, spec: InputSpec) -> None:
        _load_opencv()
        self._order = (2, 1, 0) if spec.order == "bgr" else (0, 1, 2)
        self._is_gray = spec.order == "gray"
        self._factor, self._offset = levels_to_input(spec)
        self._fill = self._factor * spec.fill + self._offset
        self._batch: Batch = np.empty((0, spec.channels, 0, 0), np.float32)
        self._laid_out: list[InputMap | None] = []  # whose borders each item of the batch has

    def prepare(self, pictures: Sequence[Planes], maps: Sequence[InputMap]) -> Batch:
        """(pictures, channels, height, width), one map a picture, all of one input size; good until the next call."""
        width, height = maps[0].input_size
        shape = len(maps), len(self._factor), height, width
        if self._batch.shape != shape:
            self._batch = np.empty(shape, np.float32)
            self._laid_out = [None] * len(maps)
        for number, (planes, at) in enumerate(zip(pictures, maps, strict=True)):
            item, before = self._batch[number], self._laid_out[number]
            if before is None or before.content != at.content:
                item[...] = self._fill[:, None, None]
                self._laid_out[number] = at
            self._put(item, planes, at)
        return self._batch

    def release(self) -> None:
        """Lets go of the batch."""
        self._batch = self._batch[:0].copy()

    def _put(self, item: Batch, planes: Planes, at: InputMap) -> None:
        components = _components(planes, at)
        left, top, width, height = at.content
        content = item[:, top : top + height, left : left + width]
        if planes.mapping is not None:
            levels = _mapped(components, planes.matrix, planes.mapping)
        if self._is_gray:
            if planes.mapping is None:
                levels = np.stack([_weighed(components, row).clip(0, 255) for row in planes.matrix], axis=-1)
            content[0] = turned_upright(levels @ np.array(GRAY) * self._factor[0] + self._offset[0], at.orientation)
            return
        for channel, colour in enumerate(self._order):
            factor, offset = self._factor[channel], self._offset[channel]
            if planes.mapping is not None:
                value = levels[..., colour] * factor + offset
            else:
                row = planes.matrix[colour] * factor
                row[-1] += offset
                value = _weighed(components, row)
                np.clip(value, *sorted((offset, 255 * factor + offset)), out=value)
            content[channel] = turned_upright(value, at.orientation)


def levels_to_input(spec: InputSpec) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factor and offset of each channel, from a level of 0 to 255 to what the network takes."""
    mean, std = np.array(spec.mean), np.array(spec.std)
    channels = slice(spec.channels)
    return (spec.scale / std).astype(np.float32)[channels], (-mean / std).astype(np.float32)[channels]


def _load_opencv() -> None:
    """Kindly to whoever plays; unless it is there already, with as many threads as a network on it may use."""
    if "cv2" not in sys.modules:
        from player.scopes.opencv import use_one_thread

        use_one_thread()


def _components(planes: Planes, at: InputMap) -> list[Batch]:
    """Scaled to the content's size, in float32 but in units of the stored values."""
    together: dict[int, NDArray[np.generic]] = {}
    found = []
    mixes = int(np.count_nonzero(planes.matrix[:, :-1])) > 3
    for number, (plane, channel) in enumerate(planes.places):
        values = planes.planes[plane].values
        if values.shape[2] > 2:  # packed: all channels in one go
            if plane not in together:
                together[plane] = _scaled(planes.planes[plane], values, at, exact=mixes)
            scaled = together[plane][..., channel]
        else:
            values = _in_memory(values)[..., channel]
            scaled = _scaled(planes.planes[plane], values, at, exact=mixes and number > 0)
        found.append(scaled.astype(np.float32, copy=False))
    return found


def _scaled(plane: Plane, values: Any, at: InputMap, *, exact: bool = False) -> NDArray[np.generic]:
    """`values`, all of the plane's channels or one of them, at the content's pixels.

    `exact` for chroma: the matrix makes nearly twice as much of it, so that its 8 bits are not rounded here.
    """
    import cv2

    axes = sampling(plane, at)
    (left, first_x, right), (up, first_y, down) = (
        _reach(*axis, made, limits) for axis, made, limits in zip(axes, at.coded_size, seen(plane, at), strict=True)
    )
    needed = _in_memory(values)[up:down, left:right]
    if exact and needed.dtype == np.uint8:
        needed = needed.astype(np.float32)
    # resize would do, were it not for chroma that is not centred and regions that begin within a chroma sample
    scaled: NDArray[np.generic] = cv2.warpAffine(
        needed,
        np.array([[axes[0][0], 0, first_x], [0, axes[1][0], first_y]]),
        at.coded_size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return scaled


def _reach(step: float, first: float, count: int, limits: tuple[int, int]) -> tuple[int, float, int]:
    """Of the samples within `limits` the first that is needed, `first` counted from there, and the one after the last.

    What lies beyond is then taken to be like its neighbour within.
    """
    lowest, highest = limits
    begin = min(max(lowest, math.floor(first)), highest)
    end = min(highest, max(begin, math.floor(first + step * (count - 1)) + 1))
    return begin, first - begin, end + 1


def _in_memory(values: Any) -> NDArray[Any]:
    return values if isinstance(values, np.ndarray) else np.asarray(values.cpu())


def _weighed(components: list[Batch], row: Batch) -> Batch:
    """The sum of the components, each times its weight, and of the last number."""
    total: Batch = components[0] * row[0]
    total += row[-1]
    for component, weight in zip(components[1:], row[1:-1], strict=True):
        if weight:
            total += component * weight
    return total


def _mapped(components: list[Batch], matrix: Batch, mapping: Mapping) -> NDArray[np.float64]:
    """(rows, columns, 3): levels of 0 to 255 on the screen."""
    from player.media.tone import map_rgb

    rgb = np.stack([_weighed(components, row) for row in matrix], axis=-1) / 255
    return map_rgb(rgb.astype(np.float64), mapping) * 255
