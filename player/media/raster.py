"""A picture as 8-bit BGRX pixels of exactly the size asked for, upright, by its own matrix and range.

libswscale does the work in two steps: scale and convert to planar RGB, whose output keeps chroma at full resolution
and is accurate to half a code value, then interleave: 2.9 ms of CPU for 1080p to 720p. The quick way scales to 8-bit
4:2:2 and lets the table converter make BGRX of it: 1.7 ms, but chroma of half the width, and 1 to 3 code values too
dark. It is for pictures that come too fast to be looked at one by one. The filter is a triangle that widens when it
shrinks (SWS_BILINEAR): what the shader of the GPU view computes too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import av

from player.errors import StreamError
from player.media.color import (
    Color,
    Range,
    color_of,
    is_gray,
    is_rgb,
    picture_color,
    swscale_colorspace,
)
from player.media.frame_converter import QUICK_FLAGS, FrameConverter
from player.media.frame_parts import FrameParts, Region, check_region, with_margin
from player.media.look import PLAIN, Look, Mapping, mapping_of
from player.quick_dataclass import dataclass
from player.records import UPRIGHT

if TYPE_CHECKING:
    from player.media.raster_pixels import Pixels
    from player.media.tone_filter import ToneFilter
    from player.records import Picture

Frame = av.VideoFrame
PixelFormat = av.VideoFormat
"""Names for layers that do not import PyAV."""

QUICK_PIXELS_PER_S = 40_000_000
"""From this many shown pixels a second `is_rapid` says yes: 1280x720 at 60 a second is 55 million, at 30 half of it."""
_PLAIN_RGB = color_of(0, 2, "gbrp", 0, 0)
_TABLE_FORMATS = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p"})
"""What the table converter takes without scaling first."""
_NARROW_CHROMA = ("yuv420", "yuv422", "yuv411", "yuv410", "yuvj420", "yuvj422", "nv12", "nv16", "p0", "p2")


@dataclass(frozen=True, slots=True)
class RasterImage:
    """Pixels ready to blit: blue, green, red and 255, line by line.

    Plain memory, as playing needs no numpy; who asks for `lines` or `pixels` loads it.
    """

    data: memoryview
    width: int
    stride: int
    """Bytes a line; those past 4 * width are padding."""
    quick: bool = False
    """Made the quick way; worth making again when the picture stays."""
    look_serial: int = 0
    """Which of the view's looks it was made with."""

    def __post_init__(self) -> None:
        if self.stride < 4 * self.width or self.data.nbytes % self.stride:
            raise ValueError("lines must be whole, of at least 4 * width bytes")

    @classmethod
    def of(cls, lines: Pixels, width: int, quick: bool = False) -> RasterImage:
        """The pixels of an array, (height, bytes a line)."""
        return cls(lines.data.cast("B"), width, lines.shape[1], quick)

    @property
    def height(self) -> int:
        return self.data.nbytes // self.stride

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def lines(self) -> Pixels:
        """(height, bytes a line), C-contiguous."""
        import numpy as np

        return np.frombuffer(self.data, np.uint8).reshape(self.height, self.stride)

    @property
    def pixels(self) -> Pixels:
        """(height, width, 4) uint8: blue, green, red, 255. Rows may be padded apart."""
        return self.lines[:, : 4 * self.width].reshape(self.height, self.width, 4)


class RasterConverter:
    """Makes pictures into BGRX of a given size; for one thread at a time.

    What looks other than the plain one need is imported when one is asked for.
    """

    def __init__(self) -> None:
        self._to_planar = FrameConverter()
        self._interleave = FrameConverter()
        self._to_components = FrameConverter()
        self._parts = FrameParts()
        self._tone: ToneFilter | None = None
        self._for_reference: RasterConverter | None = None

    def convert(
        self,
        picture: Picture,
        size: tuple[int, int],
        *,
        quick: bool = False,
        look: Look = PLAIN,
        region: Region | None = None,
        reference: Picture | None = None,
    ) -> RasterImage:
        """`picture` upright, stretched to `size` (width, height) in pixels; `quick` saves time where that is possible.

        `region`, in whole coded pixels, is all of it that is made, so that `size` is the region's; of the same size as
        the region the pixels are exactly those of the whole picture. Transparent pictures are laid over a dark
        checkerboard. Raises StreamError for a pixel format that nothing can convert.
        """
        if reference is not None and look.against != "none":
            return self._against(picture, size, look, region, reference)
        frame, color = picture.frame, picture_color(picture, look.override)
        coded_size = size[::-1] if picture.orientation.swaps_axes else size
        if look.field != "both":
            frame = self._parts.field(frame, top=look.field == "top")
        made_size, left, up = coded_size, 0, 0
        if region is not None:
            check_region(region, (frame.width, frame.height))
            exact = region[2:] == coded_size
            around = with_margin(region, frame) if exact else region
            frame = self._parts.cut(frame, around)
            if exact:
                made_size, left, up = around[2:], region[0] - around[0], region[1] - around[1]

        as_coded = made_size == coded_size and picture.orientation == UPRIGHT

        def upright(lines: Pixels) -> Pixels:
            from player.media.raster_pixels import cut_out, turned

            if made_size != coded_size:
                lines = cut_out(lines, left, up, coded_size)
            return turned(lines, coded_size[0], picture.orientation)

        plain = look.channel == "all" and not look.false_color
        transparent = has_alpha(frame.format)
        mapping = mapping_of(color, look) if plain else None
        quick = quick and plain and mapping is None and not transparent and _has_narrow_chroma(frame.format.name)
        quick = quick and _swscale_can(color, "")
        if quick:
            image = _image_of(self._packed_quickly(frame, color, made_size), made_size, quick=True)
        elif mapping is not None:
            image = RasterImage.of(self._mapped(frame, color, made_size, mapping, transparent), made_size[0])
        elif plain:
            image = _image_of(self._packed_finely(frame, color, made_size, transparent), made_size)
        else:
            image = RasterImage.of(self._channel(frame, color, made_size, look), made_size[0])
        if not as_coded:
            image = RasterImage.of(upright(image.lines), size[0], quick)
        if transparent and plain:
            from player.media.raster_pixels import lay_over_checkerboard, upright_corner

            origin = (0, 0) if region is None else upright_corner(picture.orientation, region, picture.coded_size)
            lay_over_checkerboard(image.pixels, origin)
        if look.zebra:
            from player.media.raster_look import Components, lay_stripes

            parts = Components(self._to_components, frame, color, made_size)
            lay_stripes(image.pixels, upright(parts.packed_beyond()))
        return image

    def _against(
        self, picture: Picture, size: tuple[int, int], look: Look, region: Region | None, reference: Picture
    ) -> RasterImage:
        """The picture and the reference, each as it is looked at, as one."""
        alone = replace(look, against="none")
        if look.against == "difference":  # marks would hide what is to be compared
            alone = replace(alone, zebra=False, false_color=False)
        from player.media import raster_look as looks

        its_region = looks.matching_region(picture, region, reference)
        if look.against == "flicker" and look.flicker_on:
            return self._other.convert(reference, size, look=alone, region=its_region)
        image = self.convert(picture, size, look=alone, region=region)
        if look.against == "flicker":
            return image
        other = self._other.convert(reference, size, look=alone, region=its_region).pixels
        if look.against == "difference":
            made = looks.difference(image.pixels, other, look.gain)
        else:
            made = image.pixels.copy()
            column = looks.split_column(picture, region, look.split, size[0])
            made[:, column:] = other[:, column:]
        return RasterImage.of(made.reshape(size[1], 4 * size[0]), size[0])

    @property
    def _other(self) -> RasterConverter:
        """For the reference, so that neither picture's contexts are made anew by turns."""
        if self._for_reference is None:
            self._for_reference = RasterConverter()
        return self._for_reference

    def _channel(self, frame: av.VideoFrame, color: Color, size: tuple[int, int], look: Look) -> Pixels:
        """One channel, or the luma in false colours."""
        from player.media import raster_look as looks

        parts = looks.Components(self._to_components, frame, color, size)
        if look.channel == "all":
            return looks.packed_false_colors(parts.luma(), parts.limits)
        if look.channel in ("r", "g", "b"):
            packed = _image_of(self._packed_finely(frame, color, size, transparent=False), size)
            return looks.packed_rgb_channel(packed.lines, size[0], look.channel)
        if look.channel == "alpha" and not has_alpha(frame.format):
            return looks.packed_opaque(size)
        return looks.packed_channel(parts, look.channel)

    def _mapped(
        self, frame: av.VideoFrame, color: Color, size: tuple[int, int], mapping: Mapping, transparent: bool
    ) -> Pixels:
        """Through `tone`: other light or other primaries than the screen's."""
        from player.media.raster_look import Components
        from player.media.tone_filter import ToneFilter

        parts = Components(self._to_components, frame, color, size)
        if _swscale_can(color, frame.format.name):
            deep, white = self._to_planar.convert(frame, color, "gbrp16le", size), parts.deep_white
        else:
            deep = self._interleave.convert(self._matrixed(frame, color, size), _PLAIN_RGB, "gbrp16le")
            white = 255 << 8  # it was of 8 bits for a while
        if deep is frame:
            deep = self._parts.copied(frame)  # the filter numbers its frames, and this one is the picture's own
        if self._tone is None:
            self._tone = ToneFilter()
        packed = self._tone.packed(deep, mapping, white)
        if transparent:
            packed[:, 3::4] = parts.alpha()
        return packed

    def _packed_quickly(self, frame: av.VideoFrame, color: Color, size: tuple[int, int]) -> av.VideoFrame:
        if (frame.width, frame.height) != size or frame.format.name not in _TABLE_FORMATS:
            frame = self._to_planar.convert(frame, color, "yuv422p", size, QUICK_FLAGS)
        return self._interleave.convert(frame, color, "bgra", flags=QUICK_FLAGS)

    def _packed_finely(
        self, frame: av.VideoFrame, color: Color, size: tuple[int, int], transparent: bool
    ) -> av.VideoFrame:
        if _swscale_can(color, frame.format.name):
            planar = self._to_planar.convert(frame, color, "gbrap" if transparent else "gbrp", size)
        else:
            planar = self._matrixed(frame, color, size)
        return self._interleave.convert(planar, _PLAIN_RGB, "bgra")

    def _matrixed(self, frame: av.VideoFrame, color: Color, size: tuple[int, int]) -> av.VideoFrame:
        """Scaled, then through a matrix that libswscale lacks (YCgCo, identity, limited grey); slow, and rare."""
        from player.media.raster_pixels import through_matrix

        gray = is_gray(frame.format.name)
        scaled = self._to_planar.convert(frame, color, "gray16le" if gray else "yuv444p16le", size)
        return through_matrix(scaled, color, gray=gray)


def is_rapid(picture: Picture, size: tuple[int, int]) -> bool:
    """True where pictures of this size follow each other so fast that the quick way is right while they play."""
    return size[0] * size[1] > QUICK_PIXELS_PER_S * picture.duration_s > 0


def has_alpha(pixel_format: av.VideoFormat) -> bool:
    return bool(pixel_format.has_palette) or any(part.is_alpha for part in pixel_format.components)


def _swscale_can(color: Color, format_name: str) -> bool:
    """False for matrices it lacks, and for limited grey, which it takes as full range whatever it is told."""
    if is_gray(format_name):
        return color.range is Range.FULL
    return is_rgb(format_name) or swscale_colorspace(color) is not None


def _has_narrow_chroma(format_name: str) -> bool:
    """True where 4:2:2 loses no chroma that was there."""
    return format_name.startswith(_NARROW_CHROMA)


def _image_of(frame: av.VideoFrame, size: tuple[int, int], *, quick: bool = False) -> RasterImage:
    if (frame.width, frame.height) != size:
        raise StreamError("The scaler gave another size than it was asked for.")
    plane = frame.planes[0]
    return RasterImage(memoryview(plane), frame.width, plane.line_size, quick)
