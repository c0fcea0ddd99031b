"""Frames in another pixel format and size, by libswscale."""

from __future__ import annotations

import os

import av
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from player.errors import StreamError
from player.media.color import Color, is_rgb, swscale_colorspace, swscale_range

FLAGS = (
    Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
)
QUICK_FLAGS = Interpolation.BILINEAR
ONE_THREAD_PIXELS = 3_000_000
"""Up to this many source pixels one thread is quick enough, and cheaper than several."""

_NEUTRAL_COLORSPACE = 5
"""SWS_CS_DEFAULT: told to libswscale where no matrix may be applied, as source and destination alike."""
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_ABORTING_FORMATS = frozenset({"yaf32le", "yaf32be"})
"""libswscale 9 ends the whole process on these."""


class FrameConverter:
    """Keeps one libswscale context for frames of one kind; for one thread at a time."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()
        self._plain_twin: VideoReformatter | None = None

    def convert(
        self,
        frame: av.VideoFrame,
        color: Color,
        format_name: str,
        size: tuple[int, int] | None = None,
        flags: Interpolation = FLAGS,
    ) -> av.VideoFrame:
        """The frame in another pixel format and size; Y'CbCr stays Y'CbCr of the same matrix and range.

        The frame's tags are changed for the moment of the call. Raises StreamError where libswscale cannot do it.
        """
        width, height = size or (frame.width, frame.height)
        if frame.format.name in _ABORTING_FORMATS:
            raise StreamError(f"Pictures in the pixel format {frame.format.name} cannot be shown.")
        colorspace = swscale_colorspace(color) or _NEUTRAL_COLORSPACE
        coded_range = swscale_range(color)
        if coded_range != _FULL_RANGE and frame.format.name.startswith("yuvj"):
            frame = self._without_j(frame)
        try:
            return self._reformatter.reformat(
                frame,
                width=width,
                height=height,
                format=format_name,
                src_colorspace=colorspace,
                dst_colorspace=colorspace,
                src_color_range=coded_range,
                dst_color_range=ColorRange.JPEG if is_rgb(format_name) else coded_range,
                interpolation=flags,
                threads=_threads_for(frame),
            )
        except (av.FFmpegError, ValueError) as error:
            raise StreamError(f"Pictures in the pixel format {frame.format.name} cannot be shown.") from error

    def _without_j(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The same values in a format of no range: a person says the range, but by their names these are full."""
        if self._plain_twin is None:
            self._plain_twin = VideoReformatter()
        name = frame.format.name.replace("yuvj", "yuv")
        return self._plain_twin.reformat(frame, format=name, src_color_range=_FULL_RANGE, dst_color_range=_FULL_RANGE)


def _threads_for(frame: av.VideoFrame) -> int:
    return 1 if frame.width * frame.height <= ONE_THREAD_PIXELS else min(4, os.cpu_count() or 1)
