"""Parts of a decoded frame that are frames themselves: a rectangle of it, or one field with its lines doubled.

libavfilter does the cutting, as it knows every pixel format and moves pointers only; chroma location and the like
stay with the frame.
"""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import av

from player.errors import StreamError

Region = tuple[int, int, int, int]
"""x, y, width, height in whole coded pixels."""

_TIME_BASE = Fraction(1, 25)
"""Of the graphs, which do not look at times."""
_WHOLE = (
    ("mono", "gray"), ("pal8", "bgra"), ("rgb4", "bgra"), ("bgr4", "bgra"), ("uyyvyy411", "yuv411p"),
    ("y21", "yuv422p16le"), ("yuyv422", "yuv422p"), ("uyvy422", "yuv422p"), ("yvyu422", "yuv422p"),
)  # fmt: skip
"""Formats whose pixels share bytes, or whose palette is not to be had, by how they begin: what they are made into."""
_GRID = 8
"""Pixels; a multiple of what any chroma sample covers."""
_MARGIN = 8
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG: said of both sides, so that values stay as they are


def whole_bytes(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame itself, or for formats that cannot be cut the same values in one that can."""
    for beginning, name in _WHOLE:
        if frame.format.name.startswith(beginning):
            return frame.reformat(format=name, src_color_range=_FULL_RANGE, dst_color_range=_FULL_RANGE)
    return frame


def check_region(region: Region, size: tuple[int, int]) -> None:
    """Raises ValueError for a region that reaches beyond a picture of that size."""
    x, y, width, height = region
    if x < 0 or y < 0 or width < 1 or height < 1 or x + width > size[0] or y + height > size[1]:
        raise ValueError("the region must lie in the picture")


def with_margin(region: Region, frame: av.VideoFrame) -> Region:
    """The region and what a filter of chroma may look at around it, beginning where a chroma sample does."""
    x, y, width, height = region
    left, up = (max(0, at - _MARGIN) // _GRID * _GRID for at in (x, y))
    right = min(frame.width, -(-(x + width + _MARGIN) // _GRID) * _GRID)
    down = min(frame.height, -(-(y + height + _MARGIN) // _GRID) * _GRID)
    return left, up, right - left, down - up


class FrameParts:
    """Cuts frames; for one thread at a time. Keeps the last graph of each kind, as pictures come in rows alike."""

    def __init__(self) -> None:
        self._graphs: dict[str, tuple[object, av.filter.Graph]] = {}

    def cut(self, frame: av.VideoFrame, region: Region) -> av.VideoFrame:
        """The rectangle, without a copy of its pixels; at odd places subsampled chroma lies up to a sample off."""
        x, y, width, height = region
        if (width, height) == (frame.width, frame.height):
            return frame
        return self._filtered(whole_bytes(frame), "crop", f"{width}:{height}:{x}:{y}:exact=1")

    def copied(self, frame: av.VideoFrame) -> av.VideoFrame:
        """With pixels of its own."""
        return self._filtered(frame, "copy", "")

    def field(self, frame: av.VideoFrame, *, top: bool) -> av.VideoFrame:
        """One field's lines, each of them twice: lines 0, 2, 4 ... are the top field's."""
        import numpy as np  # plain playing shows whole frames

        copy = self.copied(whole_bytes(frame))
        copy.make_writable()
        for plane in copy.planes:
            stride = abs(plane.line_size)
            lines = np.frombuffer(cast("memoryview", memoryview(plane)), np.uint8)
            rows = lines[: plane.height * stride].reshape(plane.height, stride)
            kept, doubled = (rows[0::2], rows[1::2]) if top else (rows[1::2], rows[0::2])
            shared = min(len(kept), len(doubled))
            doubled[:shared] = kept[:shared]
            if len(doubled) > shared > 0:  # an odd height: the last line of the other field has only one neighbour
                doubled[shared:] = kept[shared - 1]
        return copy

    def _filtered(self, frame: av.VideoFrame, name: str, arguments: str) -> av.VideoFrame:
        key = (frame.width, frame.height, frame.format.name, arguments)
        made = self._graphs.get(name)
        if made is None or made[0] != key:
            self._graphs[name] = made = (key, _graph(frame, name, arguments))
        graph = made[1]
        try:
            graph.push(frame)
            part = graph.pull()
        except (av.FFmpegError, ValueError) as error:
            raise StreamError(f"Pictures in the pixel format {frame.format.name} cannot be cut.") from error
        if not isinstance(part, av.VideoFrame) or part.format.name != frame.format.name:
            raise StreamError(f"Pictures in the pixel format {frame.format.name} cannot be cut.")
        return part


def _graph(frame: av.VideoFrame, name: str, arguments: str) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_TIME_BASE)
    graph.link_nodes(source, graph.add(name, arguments), graph.add("buffersink")).configure()
    return graph
