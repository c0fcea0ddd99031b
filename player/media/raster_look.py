"""What a look other than the plain one makes of pixels on the processor: tables of numbers, read with numpy."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from player.media.color import Color, Range, is_gray, is_rgb, luma_weights
from player.media.look import Channel
from player.media.marks import STRIPE, STRIPE_COLORS, false_colors, nominal_limits

if TYPE_CHECKING:
    import av

    from player.media.frame_converter import FrameConverter
    from player.records import Orientation, Picture

Pixels = NDArray[np.uint8]
Codes = NDArray[np.uint8] | NDArray[np.uint16]


class Components:
    """A frame's components, scaled to a size: code values in 8 bits, or in the upper ones of 16 where it is deeper."""

    def __init__(self, converter: FrameConverter, frame: av.VideoFrame, color: Color, size: tuple[int, int]) -> None:
        self._converter, self._frame, self._color, self._size = converter, frame, color, size
        self.name = frame.format.name
        self.bits = min(16, max(8, *(part.bits for part in frame.format.components)))
        self.deep = self.bits > 8

    @property
    def top(self) -> int:
        """The largest code as it lies here."""
        return ((1 << self.bits) - 1) << (16 - self.bits) if self.deep else 255

    @property
    def deep_white(self) -> int:
        """What libswscale makes of white in R'G'B' of 16 bits: 8 bits' 255 for the limited range, else the top code."""
        full = is_rgb(self.name) or self._color.range is Range.FULL
        return ((1 << self.bits) - 1) << (16 - self.bits) if full else 255 << 8

    @property
    def limits(self) -> tuple[int, int]:
        """The codes of nominal black and white, as they lie here."""
        black, white = nominal_limits(self._color, self.bits)
        shift = 16 - self.bits if self.deep else 0
        return black << shift, white << shift

    def luma(self) -> Codes:
        """Y' as it is coded; of R'G'B' what the matrix would make of it."""
        if is_rgb(self.name):
            return self._weighed(self.rgb())[0]
        if is_gray(self.name):
            return self._planes("gray16le" if self.deep else "gray")[0]
        return self._planes("yuv420p16le" if self.deep else "yuv420p")[0]

    def luma_and_chroma(self) -> tuple[Codes, Codes, Codes]:
        if is_rgb(self.name):
            return self._weighed(self.rgb())
        if is_gray(self.name):
            luma = self.luma()
            neutral = np.full_like(luma, 1 << (15 if self.deep else 7))
            return luma, neutral, neutral
        luma, cb, cr = self._planes("yuv444p16le" if self.deep else "yuv444p")
        return luma, cb, cr

    def packed_beyond(self) -> Pixels:
        """Four bytes a pixel: 1 where it is at its nominal black or below, 2 at white or above, else 0."""
        black, white = self.limits
        if is_rgb(self.name):
            red, green, blue = self.rgb()
            luma: Codes = np.maximum(np.maximum(red, green), blue)
        else:
            luma = self.luma()
        found = (luma <= black).astype(np.uint32)
        found[luma >= white] = 2
        return found.view(np.uint8)

    def rgb(self) -> tuple[Codes, Codes, Codes]:
        """R'G'B' of an R'G'B' picture."""
        green, blue, red = self._planes("gbrp16le" if self.deep else "gbrp")
        return red, green, blue

    def alpha(self) -> Codes:
        return self._planes("gbrap")[3]

    def _weighed(self, rgb: tuple[Codes, Codes, Codes]) -> tuple[Codes, Codes, Codes]:
        kr, kb = luma_weights(self._color.matrix)
        red, green, blue = (part.astype(np.float32) for part in rgb)
        luma = kr * red + (1 - kr - kb) * green + kb * blue
        half = 1 << (15 if self.deep else 7)
        parts = (luma, (blue - luma) / (2 - 2 * kb) + half, (red - luma) / (2 - 2 * kr) + half)
        y, cb, cr = (np.rint(part).clip(0, self.top).astype(rgb[0].dtype) for part in parts)
        return y, cb, cr

    def _planes(self, name: str) -> list[Codes]:
        scaled = self._converter.convert(self._frame, self._color, name, self._size)
        deep = "16" in name
        planes: list[Codes] = []
        for plane in scaled.planes:
            raw = memoryview(plane)
            codes: Codes = np.frombuffer(raw, np.uint16) if deep else np.frombuffer(raw, np.uint8)
            planes.append(codes.reshape(plane.height, -1)[:, : plane.width])
        return planes


def packed_greys(codes: Codes, top: int) -> Pixels:
    """Codes from 0 to `top` as (height, 4 * width) bytes of grey."""
    return _looked_up(codes, _greys(top, codes.dtype.itemsize))


def packed_false_colors(luma: Codes, limits: tuple[int, int]) -> Pixels:
    return _looked_up(luma, _false_table(*limits, luma.dtype.itemsize))


def packed_channel(parts: Components, channel: Channel) -> Pixels:
    """Y', Cb, Cr or the alpha as grey."""
    if channel == "alpha":
        return packed_greys(parts.alpha(), 255)
    if channel == "y":
        return packed_greys(parts.luma(), parts.top)
    return packed_greys(parts.luma_and_chroma()[1 if channel == "cb" else 2], parts.top)


def packed_opaque(size: tuple[int, int]) -> Pixels:
    """The alpha of a picture that has none."""
    return np.full((size[1], 4 * size[0]), 255, np.uint8)


def packed_rgb_channel(packed: Pixels, width: int, channel: Channel) -> Pixels:
    """Red, green or blue of a displayed picture as grey."""
    return packed_greys(packed[:, {"b": 0, "g": 1, "r": 2}[channel] : 4 * width : 4], 255)


def lay_stripes(pixels: Pixels, beyond: Pixels) -> None:
    """In place, over BGRX: slanting stripes where `beyond`, as `Components.packed_beyond` made it, is not zero."""
    sides = beyond.view(np.uint32)[:, : pixels.shape[1]]
    on_stripe = _stripes(sides.shape[1], sides.shape[0])
    packed = pixels.view(np.uint32)[..., 0]
    for side, colour in enumerate(STRIPE_COLORS, start=1):
        np.copyto(packed, _bgrx(np.array(colour, np.uint8)), where=(sides == side) & on_stripe)


def difference(pixels: Pixels, reference: Pixels, gain: float) -> Pixels:
    """Mid grey + gain * (pixels - reference), of BGRX; what is opaque stays so."""
    table = np.rint((np.arange(511) - 255) * gain + 128).clip(0, 255).astype(np.uint8)
    apart = pixels.astype(np.int16)
    apart -= reference
    apart += 255
    made: Pixels = table.take(apart)
    made[..., 3] = 255
    return made


def matching_region(
    picture: Picture, region: tuple[int, int, int, int] | None, reference: Picture
) -> tuple[int, int, int, int] | None:
    """The part of the reference that lies where `region` does of the upright picture, in whole pixels of its own."""
    if region is None:
        return None
    x, y, width, height = region
    across, down = picture.coded_size
    box = (x / across, y / down, (x + width) / across, (y + height) / down)
    box = _coded_box(reference.orientation, _upright_box(picture.orientation, box))
    across, down = reference.coded_size
    left, up = min(across - 1, round(box[0] * across)), min(down - 1, round(box[1] * down))
    return left, up, max(1, round(box[2] * across) - left), max(1, round(box[3] * down) - up)


def split_column(picture: Picture, region: tuple[int, int, int, int] | None, split: float, width: int) -> int:
    """The first of `width` columns that shows the reference."""
    if region is None:
        return round(split * width)
    across, down = picture.coded_size
    x, y, wide, high = region
    left, _, right, _ = _upright_box(
        picture.orientation, (x / across, y / down, (x + wide) / across, (y + high) / down)
    )
    return min(width, max(0, round((split - left) / (right - left) * width)))


Box = tuple[float, float, float, float]


def _upright_box(orientation: Orientation, box: Box) -> Box:
    left, up, right, down = box
    if orientation.mirrored:
        left, right = 1 - right, 1 - left
    for _ in range(orientation.turns_cw):
        left, up, right, down = 1 - down, left, 1 - up, right
    return left, up, right, down


def _coded_box(orientation: Orientation, box: Box) -> Box:
    left, up, right, down = box
    for _ in range(orientation.turns_cw):
        left, up, right, down = up, 1 - right, down, 1 - left
    if orientation.mirrored:
        left, right = 1 - right, 1 - left
    return left, up, right, down


def _looked_up(codes: Codes, table: NDArray[np.uint32]) -> Pixels:
    packed: Pixels = table.take(codes).view(np.uint8)
    return packed


@lru_cache(maxsize=8)
def _greys(top: int, code_bytes: int) -> NDArray[np.uint32]:
    levels = np.rint(np.arange(1 << (8 * code_bytes)) / top * 255).clip(0, 255).astype(np.uint8)
    return _bgrx(levels[:, None].repeat(3, axis=1))


@lru_cache(maxsize=8)
def _false_table(black: int, white: int, code_bytes: int) -> NDArray[np.uint32]:
    return _bgrx(false_colors((np.arange(1 << (8 * code_bytes)) - black) / (white - black)))


@lru_cache(maxsize=2)
def _stripes(width: int, height: int) -> NDArray[np.bool_]:
    slant = np.arange(width)[None, :] + np.arange(height)[:, None]
    found: NDArray[np.bool_] = slant // STRIPE % 2 == 0
    return found


def _bgrx(rgb: Pixels) -> NDArray[np.uint32]:
    """(..., 3) red, green, blue as the 32 bits of a pixel."""
    four = np.concatenate([rgb[..., ::-1], np.full((*rgb.shape[:-1], 1), 255, np.uint8)], axis=-1)
    packed: NDArray[np.uint32] = np.ascontiguousarray(four).view(np.uint32)[..., 0]
    return packed
