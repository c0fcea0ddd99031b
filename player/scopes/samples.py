"""The values that scopes count: every component at its own depth, and what the picture's matrix makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from player.errors import StreamError
from player.media.color import Color, Depth, Matrix, Primaries, decode_matrix, picture_color
from player.media.look import AS_TAGGED, ColorOverride
from player.media.pixel_layout import Part, pixel_layout
from player.media.pixels import region_values
from player.scopes.scale import Scale

if TYPE_CHECKING:
    from player.media.frame_parts import Region
    from player.records import Orientation, Picture

Codes = NDArray[np.uint8] | NDArray[np.uint16]
Planes = tuple[Codes, Codes, Codes]

COLOURS = ("R'", "G'", "B'")
MOST_BITS = 16
_IDENTITY = {"Y'": "G'", "Cb": "B'", "Cr": "R'"}


@dataclass(frozen=True)
class Samples:
    """Of one picture or a rectangle of it. Holds views of its memory."""

    components: dict[str, Codes]
    """Y' Cb Cr, R' G' B' or Y' alone, each (rows, columns) as stored: chroma may have fewer of both."""
    spans: dict[str, tuple[int, int]]
    """How many luma columns and counted rows one sample covers."""
    corner: tuple[int, int]
    """Of the region in the picture."""
    size: tuple[int, int]
    """Columns and counted rows of pixels."""
    color: Color
    bits: int
    """Of every component: 8 to 16. What has fewer (RGB 5:6:5) is spread to 8; floating point is 16 bits for 0 to 1."""
    is_float: bool
    step: int
    """1: every line is here; 4: one of four."""
    orientation: Orientation

    @property
    def is_rgb(self) -> bool:
        return COLOURS[0] in self.components

    @property
    def is_gray(self) -> bool:
        return len(self.components) == 1

    @property
    def coding(self) -> Color:
        """What ties R'G'B' to Y'CbCr here; pictures that are R'G'B' themselves have the matrix of their primaries."""
        if self.color.matrix is not Matrix.RGB:
            return self.color
        wide = self.color.primaries is Primaries.BT2020
        return replace(self.color, matrix=Matrix.BT2020 if wide else Matrix.BT709)

    @property
    def scale(self) -> Scale:
        return Scale(self.bits, self.color.range)

    @property
    def luma(self) -> Codes:
        return self._coded[0] if self.is_rgb else self.components["Y'"]

    @property
    def chroma(self) -> tuple[Codes, Codes] | None:
        """Cb and Cr (or Cg and Co) in their own resolution; None for grey pictures."""
        if self.is_gray:
            return None
        if self.is_rgb:
            return self._coded[1], self._coded[2]
        _, first, second = self.components.values()
        return first, second

    @cached_property
    def rgb(self) -> Planes:
        """R'G'B' in codes of the picture's own depth and range, so that they stand on one scale with the luma.

        Every pixel is taken with the chroma sample that covers it; none is made up between two.
        """
        if self.is_rgb:
            return self.components["R'"], self.components["G'"], self.components["B'"]
        if self.is_gray:
            return (self.luma,) * 3
        planes = [self._spread(name) for name in self.components]
        return self._transformed(planes, self._rgb_to_codes() @ self._codes_to_rgb(self.color))

    @cached_property
    def _coded(self) -> Planes:
        """Y'CbCr of an R'G'B' picture."""
        back = np.linalg.inv(self._codes_to_rgb(self.coding))
        return self._transformed(
            [self.components[name] for name in COLOURS], back @ np.linalg.inv(self._rgb_to_codes())
        )

    def _codes_to_rgb(self, color: Color) -> NDArray[np.float64]:
        """4x4 from codes of Y'CbCr to R'G'B' from 0 to 1."""
        top = (1 << self.bits) - 1
        return decode_matrix(color, Depth(self.bits, self.bits)) @ np.diag([1 / top, 1 / top, 1 / top, 1.0])

    def _rgb_to_codes(self) -> NDArray[np.float64]:
        black, white = self.scale.limits
        made = np.diag([white - black] * 3 + [1.0]).astype(np.float64)
        made[:3, 3] = black
        return made

    def _transformed(self, planes: list[Codes], matrix: NDArray[np.float64]) -> Planes:
        import cv2

        made = cv2.transform(cv2.merge(planes), matrix[:3])  # rounds, and stops at 0 and at the type's end
        top = (1 << self.bits) - 1
        if self.bits not in (8, 16):
            np.minimum(made, made.dtype.type(top), out=made)
        first, second, third = cv2.split(made)
        return cast("Planes", (first, second, third))

    def _spread(self, name: str) -> Codes:
        """A component with a sample for every pixel."""
        import cv2

        plane, (across, down) = self.components[name], self.spans[name]
        if (across, down) == (1, 1):
            return plane
        height, width = plane.shape
        large = cv2.resize(plane, (width * across, height * down), interpolation=cv2.INTER_NEAREST)
        left, up = self.corner[0] % across, 0 if down == 1 else self.corner[1] % down
        return cast("Codes", large[up : up + self.size[1], left : left + self.size[0]])


def samples_of(
    picture: Picture, *, override: ColorOverride = AS_TAGGED, region: Region | None = None, step: int = 1
) -> Samples:
    """Read one of `step` lines (a power of two) of the picture or the region.

    Raises StreamError for pictures that are not in memory or no colours for a screen, ValueError for a region that is
    not in the picture.
    """
    name = picture.frame.format.name
    layout = pixel_layout(name)
    if layout is None or layout.family in ("xyz", "bayer"):
        raise StreamError(f"There are no scopes for pictures in the pixel format {name}.")
    x, y, width, height = region or (0, 0, *picture.coded_size)
    if region is not None and step > 1:
        step = 1  # what is picked out is counted whole
    color = picture_color(picture, override)
    values = region_values(picture, (x, y, width, height))
    parts = layout.parts if layout.family != "palette" else layout.parts * len(values)
    is_float = any(part.is_float for part in parts)
    bits = MOST_BITS if is_float else min(MOST_BITS, max(8, *(part.bits for part in parts)))
    components: dict[str, Codes] = {}
    spans: dict[str, tuple[int, int]] = {}
    for (own_name, found), part in zip(values.items(), parts, strict=True):
        if own_name == "A":
            continue
        component = _IDENTITY.get(own_name, own_name) if color.matrix is Matrix.RGB else own_name
        across, down = part.span
        components[component] = _as_codes(found[:: max(1, step // down)], part, bits)
        spans[component] = across, max(1, down // step)
    return Samples(
        components, spans, (x, y), (width, -(-height // step)), color, bits, is_float, step, picture.orientation
    )


def _as_codes(values: NDArray[Any], part: Part, bits: int) -> Codes:
    """As OpenCV reads them: rows without gaps in them, in this machine's byte order, 8 or 16 bits."""
    top = (1 << bits) - 1
    codes: NDArray[Any] = values
    if part.is_float:
        numbers = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=1.0, neginf=0.0)
        codes = np.rint(numbers.clip(0, 1) * top)
    elif part.bits > bits:
        codes = values >> (part.bits - bits)
    elif part.bits < bits:
        own_top = (1 << part.bits) - 1
        codes = (values.astype(np.uint32) * top + own_top // 2) // own_top
    if codes.strides[1] != codes.itemsize or codes.strides[0] < 0:
        codes = np.ascontiguousarray(codes)
    return codes.astype(np.uint8, copy=False) if bits == 8 else codes.astype(np.uint16, copy=False)
