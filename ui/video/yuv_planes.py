"""How the planes of each pixel format become textures, and the numbers with which a shader turns them into R'G'B'.

Every format is described alike: up to four textures, and for each of their channels the component that it holds. The
shader then needs no cases: the colour is the sum of one 4x4 matrix a texture times its texel, plus a constant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from player.media.color import Color, Depth, Matrix, Siting, alpha_scale, decode_matrix

if TYPE_CHECKING:
    from player.media.raster import Frame, PixelFormat

Floats = NDArray[np.float32]
ALPHA = 3
"""The component after c0, c1, c2 (Y' Cb Cr, R' G' B')."""
MAX_PLANES = 4


class Store(Enum):
    """A texture's texel: channels and bytes a channel."""

    R8 = (1, 1)
    RG8 = (2, 1)
    RGBA8 = (4, 1)
    R16 = (1, 2)
    RG16 = (2, 2)

    @property
    def texel_bytes(self) -> int:
        channels, channel_bytes = self.value
        return channels * channel_bytes

    @property
    def wide(self) -> bool:
        return self in (Store.R16, Store.RG16)


@dataclass(frozen=True, slots=True)
class PlaneUse:
    """One texture, filled from one plane of the frame."""

    plane: int
    store: Store
    holds: tuple[int | None, ...]
    """For each channel the component it holds; None for padding."""
    span: tuple[int, int] = (1, 1)
    """How many picture pixels one texel covers, across and down."""
    across_multiple: int = 1
    """The texture's width is a multiple of this (packed 4:2:2 read as pairs)."""

    def size(self, width: int, height: int) -> tuple[int, int]:
        """The texture's size in texels for a picture of width x height."""
        across = -(-width // self.span[0])
        return -(-across // self.across_multiple) * self.across_multiple, -(-height // self.span[1])


@dataclass(frozen=True, slots=True)
class Layout:
    planes: tuple[PlaneUse, ...]
    depth: Depth
    kind: Literal["yuv", "rgb", "gray"]

    @property
    def transparent(self) -> bool:
        return any(ALPHA in use.holds for use in self.planes)

    @property
    def wide(self) -> bool:
        return any(use.store.wide for use in self.planes)


@dataclass(frozen=True, slots=True)
class PlaneData:
    """A plane's bytes, lowest address first. Whoever uses them holds the frame."""

    address: int
    stride: int
    size_bytes: int
    bottom_up: bool


_SPANS = {"410": (4, 4), "411": (4, 1), "420": (2, 2), "422": (2, 1), "440": (1, 2), "444": (1, 1)}
_SEMIPLANAR = {
    "nv12": ("420", 8, False), "nv21": ("420", 8, False), "nv16": ("422", 8, False),
    "nv24": ("444", 8, False), "nv42": ("444", 8, False), "nv20le": ("422", 10, False),
}  # fmt: skip
_PACKED_RGB = {
    "rgba": (0, 1, 2, ALPHA), "bgra": (2, 1, 0, ALPHA), "argb": (ALPHA, 0, 1, 2), "abgr": (ALPHA, 2, 1, 0),
    "rgb0": (0, 1, 2, None), "bgr0": (2, 1, 0, None), "0rgb": (None, 0, 1, 2), "0bgr": (None, 2, 1, 0),
}  # fmt: skip
_PACKED_422 = {  # what the even and odd bytes hold: (luma's place in a pair, the four channels of two pixels)
    "yuyv422": (0, (None, 1, None, 2)),
    "uyvy422": (1, (1, None, 2, None)),
    "yvyu422": (0, (None, 2, None, 1)),
}


@lru_cache(maxsize=64)
def layout_of(format_name: str) -> Layout | None:
    """The textures of a pixel format by its FFmpeg name; None where it has to be converted first."""
    planar = re.fullmatch(r"yuv([aj]?)(41[01]|420|422|440|444)p(?:(\d+)le)?", format_name)
    if planar:
        return _planar(_SPANS[planar[2]], int(planar[3] or 8), alpha=planar[1] == "a", order=(0, 1, 2), kind="yuv")
    planes_rgb = re.fullmatch(r"gbr(a?)p(?:(\d+)le)?", format_name)
    if planes_rgb:
        return _planar((1, 1), int(planes_rgb[2] or 8), alpha=bool(planes_rgb[1]), order=(1, 2, 0), kind="rgb")
    gray = re.fullmatch(r"gray(?:(\d+)le)?", format_name)
    if gray and int(gray[1] or 8) <= 16:
        bits = int(gray[1] or 8)
        return Layout((PlaneUse(0, Store.R16 if bits > 8 else Store.R8, (0,)),), _depth(bits), "gray")
    if format_name in ("ya8", "ya16le"):
        bits = 8 if format_name == "ya8" else 16
        return Layout((PlaneUse(0, Store.RG16 if bits > 8 else Store.RG8, (0, ALPHA)),), _depth(bits), "gray")
    high = re.fullmatch(r"p([024])(1[026])le", format_name)
    if high:
        return _semiplanar({"0": "420", "2": "422", "4": "444"}[high[1]], int(high[2]), msb=True, swapped=False)
    if format_name in _SEMIPLANAR:
        sampling, bits, msb = _SEMIPLANAR[format_name]
        return _semiplanar(sampling, bits, msb=msb, swapped=format_name in ("nv21", "nv42"))
    if format_name in _PACKED_RGB:
        return Layout((PlaneUse(0, Store.RGBA8, _PACKED_RGB[format_name]),), _depth(8), "rgb")
    if format_name in _PACKED_422:
        at, chroma = _PACKED_422[format_name]
        luma: tuple[int | None, ...] = (0, None) if at == 0 else (None, 0)
        # The same bytes twice: as pairs for luma at full width, as fours for chroma at half.
        pairs = PlaneUse(0, Store.RG8, luma, across_multiple=2)
        return Layout((pairs, PlaneUse(0, Store.RGBA8, chroma, span=(2, 1))), _depth(8), "yuv")
    return None


def stand_in(pixel_format: PixelFormat, *, wide: bool) -> str:
    """The nearest format with a layout: no component lost, nor depth where 16-bit textures (`wide`) are there.

    Three-byte and six-byte pixels are here too: no texture has three channels.
    """
    name = pixel_format.name
    parts = pixel_format.components
    transparent = pixel_format.has_palette or any(part.is_alpha for part in parts)
    deep = wide and (max((part.bits for part in parts), default=8) > 8 or name.startswith(("bayer", "xyz")))
    if name.startswith(("gray", "mono", "ya")):
        if transparent:
            return "ya16le" if deep else "ya8"
        return "gray16le" if deep else "gray"
    if name.startswith(("yuv", "nv", "p0", "p2", "p4", "y2", "y4", "uy", "yv", "vu", "ay", "xv", "v30", "ya")):
        sampling = re.match(r"yuva?j?(41[01]|420|422|440|444)", name)
        base = sampling[1] if sampling else {"nv12": "420", "nv21": "420"}.get(name, "444")
        if transparent:
            return f"yuva444p{'16le' if deep else ''}"
        if base in ("410", "411") and deep:
            base = "422"
        return f"yuv{base}p{'16le' if deep and base != '440' else ''}"
    if deep:
        return "gbrap16le" if transparent else "gbrp16le"
    return "bgra" if transparent else "gbrp"


def plane_data(frame: Frame, use: PlaneUse) -> PlaneData:
    """Where the plane's bytes are. A bottom-up plane begins at its last row and is marked so."""
    plane = frame.planes[use.plane]
    width, height = use.size(frame.width, frame.height)
    row_bytes = width * use.store.texel_bytes
    stride = abs(plane.line_size)
    bottom_up = plane.line_size < 0
    address = plane.buffer_ptr + (plane.line_size * (height - 1) if bottom_up else 0)
    return PlaneData(address, stride, stride * (height - 1) + min(row_bytes, stride), bottom_up)


def color_sum(layout: Layout, color: Color) -> tuple[Floats, Floats]:
    """(4, 4, 4) one matrix a texture (rows R G B A, columns the texel's channels), and the constant (4,)."""
    matrices = np.zeros((MAX_PLANES, 4, 4), np.float32)
    decode = decode_matrix(color, layout.depth, gray=layout.kind == "gray")
    # H.273's identity matrix puts green in luma's place, blue in Cb's, red in Cr's.
    place = (1, 2, 0) if layout.kind == "yuv" and color.matrix is Matrix.RGB else (0, 1, 2)
    for use, matrix in zip(layout.planes, matrices, strict=False):
        for channel, component in enumerate(use.holds):
            if component == ALPHA:
                matrix[3, channel] = alpha_scale(layout.depth)
            elif component is not None:
                matrix[:3, channel] = decode[:3, place[component]]
    constant = np.array([*decode[:3, 3], 0.0 if layout.transparent else 1.0], np.float32)
    return matrices, constant


def part_sum(layout: Layout, weights: tuple[float, float]) -> tuple[Floats, Floats]:
    """Like `color_sum`, but to Y' Cb Cr A as they are coded, the largest code being 1.

    `weights` are Kr and Kb, for R'G'B' that has no Y'CbCr of its own: it gets the full range's. Grey gets neutral
    chroma.
    """
    matrices = np.zeros((MAX_PLANES, 4, 4), np.float32)
    to_code = alpha_scale(layout.depth)
    neutral = (1 << (layout.depth.bits - 1)) / ((1 << layout.depth.bits) - 1)
    parts = np.eye(3)
    if layout.kind == "rgb":
        kr, kb = weights
        luma = np.array([kr, 1 - kr - kb, kb])
        red, blue = np.array([1, 0, 0]), np.array([0, 0, 1])
        parts = np.stack([luma, (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)])
    for use, matrix in zip(layout.planes, matrices, strict=False):
        for channel, component in enumerate(use.holds):
            if component == ALPHA:
                matrix[3, channel] = to_code
            elif component is not None:
                matrix[:3, channel] = parts[:, component] * to_code
    chroma = 0.0 if layout.kind == "yuv" else neutral
    return matrices, np.array([0.0, chroma, chroma, 0.0 if layout.transparent else 1.0], np.float32)


def texture_place(use: PlaneUse, coded_size: tuple[int, int], siting: Siting, *, bottom_up: bool) -> Floats:
    """(scale x, scale y, offset x, offset y): coded picture coordinates (0..1) to the texture's."""
    texture_size = use.size(*coded_size)
    shift = [0.0, 0.0]
    if siting is not Siting.CENTRE:
        shift[0] = (use.span[0] - 1) / 2
    if siting is Siting.TOP_LEFT:
        shift[1] = (use.span[1] - 1) / 2
    scale = [coded_size[axis] / (use.span[axis] * texture_size[axis]) for axis in (0, 1)]
    offset = [shift[axis] / (use.span[axis] * texture_size[axis]) for axis in (0, 1)]
    if bottom_up:
        scale[1], offset[1] = -scale[1], 1 - offset[1]
    return np.array([*scale, *offset], np.float32)


def texture_step(use: PlaneUse, coded_size: tuple[int, int], shown_size: tuple[int, int]) -> Floats:
    """(width, height, texels across a shown pixel, texels down one). `shown_size` is along the coded picture's axes."""
    width, height = use.size(*coded_size)
    across = coded_size[0] / use.span[0] / shown_size[0]
    down = coded_size[1] / use.span[1] / shown_size[1]
    return np.array([width, height, across, down], np.float32)


def _depth(bits: int, *, msb: bool = False) -> Depth:
    return Depth(bits, 16 if bits > 8 else 8, msb)


def _planar(
    span: tuple[int, int], bits: int, *, alpha: bool, order: tuple[int, int, int], kind: Literal["yuv", "rgb"]
) -> Layout | None:
    if bits > 16:
        return None
    store = Store.R16 if bits > 8 else Store.R8
    spans = ((1, 1), span, span)
    planes = [PlaneUse(at, store, (order[at],), spans[at]) for at in range(3)]
    if alpha:
        planes.append(PlaneUse(3, store, (ALPHA,)))
    return Layout(tuple(planes), _depth(bits), kind)


def _semiplanar(sampling: str, bits: int, *, msb: bool, swapped: bool) -> Layout:
    one, two = (Store.R16, Store.RG16) if bits > 8 else (Store.R8, Store.RG8)
    chroma = PlaneUse(1, two, (2, 1) if swapped else (1, 2), _SPANS[sampling])
    return Layout((PlaneUse(0, one, (0,)), chroma), _depth(bits, msb=msb), "yuv")
