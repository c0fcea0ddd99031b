"""One picture as a PNG file: by its own matrix and range, as deep as it is, with its colours written beside it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from player.errors import PlayerError
from player.media.color import (
    Color,
    Matrix,
    Range,
    color_of,
    is_gray,
    overridden,
    swscale_colorspace,
    swscale_range,
)
from player.media.look import AS_TAGGED, ColorOverride
from player.media.orientation import orientation_of
from player.media.png_chunks import color_chunks, shape_chunk, with_chunks
from player.records import UPRIGHT

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from numpy.typing import NDArray

_SQUARE = Fraction(1)
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_EXACT = (
    Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP | Interpolation.ACCURATE_RND
)


class PngMaker:
    """Turns decoded frames into upright PNG files, with alpha where they have it. Used by one thread."""

    def __init__(self, *, untagged_601: bool, override: ColorOverride = AS_TAGGED) -> None:
        self._untagged_601 = untagged_601
        self._override = override
        self._reformatter = VideoReformatter()
        self._to_chroma = VideoReformatter()
        self._encoder: VideoCodecContext | None = None
        self._shape: tuple[int, int, int] | None = None
        self._orientation = UPRIGHT

    def encode(self, frame: av.VideoFrame, sample_aspect: Fraction = _SQUARE) -> bytes:
        """The bytes of a PNG file: 8 bits a component, or 16 for a frame with more than 8. Raises PlayerError."""
        try:
            rgb = self._upright(self.convert(frame), frame)
        except av.FFmpegError as error:
            raise PlayerError(f"A picture of {frame.format.name} cannot be made into PNG: {error.strerror}.") from error
        aspect = 1 / sample_aspect if self._orientation.swaps_axes else sample_aspect
        return with_chunks(self.encode_rgb(rgb), color_chunks(self.color(frame)) + shape_chunk(aspect))

    def encode_rgb(self, rgb: av.VideoFrame) -> bytes:
        """A PNG file that says nothing of colours, of a frame as `convert` makes them."""
        try:
            rgb.pts = 0
            return b"".join(bytes(packet) for packet in self._encoder_for(rgb).encode(rgb))
        except av.FFmpegError as error:
            raise PlayerError(f"{rgb.width}x{rgb.height} cannot be made into PNG: {error.strerror}.") from error

    def color(self, frame: av.VideoFrame) -> Color:
        """What the frame's values mean."""
        tagged = color_of(
            frame.colorspace,
            frame.color_range,
            frame.format.name,
            frame.width,
            frame.height,
            primaries=int(frame.color_primaries),
            transfer=int(frame.color_trc),
            untagged_601=self._untagged_601,
        )
        return overridden(tagged, self._override, frame.format.name)

    def convert(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame as rgb24, rgba, rgb48be or rgba64be of the same size."""
        color = self.color(frame)
        matrix = swscale_colorspace(color)
        if matrix is None and color.matrix is not Matrix.RGB:
            raise PlayerError(f"Pictures with the matrix {color.matrix.value} cannot be made into PNG.")
        target = _target_format(frame.format)
        if color.range is Range.LIMITED and is_gray(frame.format.name):
            frame = self._with_chroma(frame, deep="48" in target or "64" in target)
        return self._reformatter.reformat(
            frame,
            format=target,
            src_colorspace=matrix,
            dst_colorspace=matrix,
            src_color_range=swscale_range(color),
            dst_color_range=_FULL_RANGE,
            interpolation=_EXACT,
            threads=1,
        )

    def _with_chroma(self, frame: av.VideoFrame, *, deep: bool) -> av.VideoFrame:
        """The same picture with neutral chroma: from gray to RGB libswscale takes every value for full range."""
        return self._to_chroma.reformat(
            frame,
            format="yuv444p16le" if deep else "yuv444p",
            src_color_range=_FULL_RANGE,  # untrue, and the same on both sides: values stay as they are
            dst_color_range=_FULL_RANGE,
            threads=1,
        )

    def _upright(self, rgb: av.VideoFrame, frame: av.VideoFrame) -> av.VideoFrame:
        """Mirrored and turned as the display matrix says; a sideways phone clip is of use to nobody."""
        shape = (frame.rotation, frame.width, frame.height)
        if shape != self._shape:
            self._shape, self._orientation = shape, orientation_of(frame)
        orientation = self._orientation
        if orientation == UPRIGHT:
            return rgb
        pixels = rgb.to_ndarray()
        if orientation.mirrored:
            pixels = pixels[:, ::-1]
        turned = np.ascontiguousarray(np.rot90(pixels, -orientation.turns_cw))
        return av.VideoFrame.from_ndarray(cast("NDArray[np.uint8]", turned), format=rgb.format.name)  # or uint16

    def _encoder_for(self, rgb: av.VideoFrame) -> VideoCodecContext:
        """The encoder in use, or a new one when size or format changed."""
        now = self._encoder
        wanted = (rgb.width, rgb.height, rgb.format.name)
        if now is None or (now.width, now.height, now.pix_fmt) != wanted:
            now = av.CodecContext.create("png", "w")
            now.width, now.height, now.pix_fmt = wanted
            now.time_base = Fraction(1, 25)
            now.thread_count = 1  # a frame in, a file out
            now.options = {"compression_level": "2", "pred": "up"}  # a quarter of the time, 2 % more bytes
            self._encoder = now
        return now


def _target_format(source: av.VideoFormat) -> str:
    deep = any(component.bits > 8 for component in source.components)
    alpha = source.has_palette or any(component.is_alpha for component in source.components)
    if deep:
        return "rgba64be" if alpha else "rgb48be"
    return "rgba" if alpha else "rgb24"
