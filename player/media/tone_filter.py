"""`tone.map_rgb` quickly: a table in three dimensions through libavfilter, then one in one dimension.

The table holds linear light, in which mixing its neighbours makes no error where colours leave BT.709: of all values
0.03 % are off by more than 2 of 255, most by none. 15 ms of CPU a million pixels; in numpy it would be 50 and more.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

from player.media.look import Mapping
from player.media.tone import GAMMA, map_rgb, to_light_709

LEVEL = 8
"""Of the Hald image: its table has LEVEL * LEVEL nodes an axis."""
BLACK_CODE, WHITE_CODE = 12288, 53248
"""Where the table's 16 bits have no light and white; the light beyond, 0.3 each way, only clips sooner."""
FEW_PIXELS = 4096
"""So few are computed one by one: a table takes longer to set up."""
_FORMAT = "gbrp16le"
_TIME_BASE = Fraction(1, 25)
_PLANES = (2, 0, 1)
"""Where red, green and blue lie in _FORMAT."""

Codes = NDArray[np.uint16]
Pixels = NDArray[np.uint8]


class ToneFilter:
    """Maps frames of one mapping and size after another; for one thread at a time."""

    def __init__(self) -> None:
        self._key: object = None
        self._table: _Table | None = None

    def packed(self, frame: av.VideoFrame, mapping: Mapping, top: int) -> Pixels:
        """A gbrp16le frame of R'G'B', 1 being the code `top`, as (height, 4 * width) bytes of blue, green, red, 255."""
        if frame.width * frame.height <= FEW_PIXELS:
            return _packed_exactly(frame, mapping, top)
        key = (mapping, top, frame.width, frame.height)
        if self._table is None or key != self._key:
            self._table, self._key = _Table(frame.width, frame.height, _hald(mapping, top), threads=2), key
        mapped = self._table.mapped(frame)
        packed = np.full((frame.height, frame.width, 4), 255, np.uint8)
        for plane, place in zip(_PLANES, (2, 1, 0), strict=True):
            packed[..., place] = _screen_levels().take(_codes(mapped, plane))
        return packed.reshape(frame.height, 4 * frame.width)


def _packed_exactly(frame: av.VideoFrame, mapping: Mapping, top: int) -> Pixels:
    rgb = np.stack([_codes(frame, plane) for plane in _PLANES], axis=-1) / top
    packed = np.full((frame.height, frame.width, 4), 255, np.uint8)
    packed[..., 2::-1] = np.rint(map_rgb(rgb, mapping) * 255)
    return packed.reshape(frame.height, 4 * frame.width)


@lru_cache(maxsize=4)
def _hald(mapping: Mapping, top: int) -> av.VideoFrame:
    """The table as a square picture, red fastest."""
    nodes, side = LEVEL**2, LEVEL**3
    axis = np.linspace(0, 65535 / top, nodes).clip(0, 1)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    light = to_light_709(np.stack([red, green, blue], axis=-1).reshape(-1, 3), mapping)
    codes = np.rint(light * (WHITE_CODE - BLACK_CODE) + BLACK_CODE).clip(0, 65535).astype(np.uint16)
    return _frame_of([codes[:, at].reshape(side, side) for at in _hald_order()])


@lru_cache(maxsize=1)
def _screen_levels() -> Pixels:
    """From a code of the table to the screen's level."""
    light = ((np.arange(65536) - BLACK_CODE) / (WHITE_CODE - BLACK_CODE)).clip(0, 1)
    levels: Pixels = np.rint(light ** (1 / GAMMA) * 255).astype(np.uint8)
    return levels


@lru_cache(maxsize=1)
def _hald_order() -> tuple[int, int, int]:
    """Which colour to put into the planes for red, green and blue, found out by trying.

    FFmpeg 8's haldclut takes the planes' order for the colours', so that green in is red out.
    """
    tried = [np.full((8, 8), level, np.uint16) for level in (10000, 20000, 30000)]
    mapped = _Table(8, 8, _frame_of(tried), threads=1).mapped(_frame_of([np.zeros((8, 8), np.uint16)] * 3))
    came = [round(int(_codes(mapped, plane)[0, 0]) / 10000) - 1 for plane in _PLANES]
    red, green, blue = (came.index(at) for at in range(3))
    return red, green, blue


def _frame_of(colours: list[Codes]) -> av.VideoFrame:
    """A frame of red, green and blue planes."""
    height, width = colours[0].shape
    frame = av.VideoFrame(width, height, _FORMAT)
    for plane, codes in zip(_PLANES, colours, strict=True):
        lines = np.zeros((height, frame.planes[plane].line_size // 2), np.uint16)
        lines[:, :width] = codes
        frame.planes[plane].update(lines.tobytes())
    return frame


def _codes(frame: av.VideoFrame, plane: int) -> Codes:
    at = frame.planes[plane]
    return np.frombuffer(memoryview(at), np.uint16).reshape(frame.height, at.line_size // 2)[:, : frame.width]


class _Table:
    """A graph that maps pictures of one size by one Hald image."""

    def __init__(self, width: int, height: int, hald: av.VideoFrame, *, threads: int) -> None:
        self._graph = graph = av.filter.Graph()
        graph.threads = threads
        sizes = ((width, height), (hald.width, hald.height))
        self._pictures, table = (
            graph.add_buffer(width=size[0], height=size[1], format=av.VideoFormat(_FORMAT), time_base=_TIME_BASE)
            for size in sizes
        )
        mapper, self._sink = graph.add("haldclut", "clut=first:interp=tetrahedral"), graph.add("buffersink")
        self._pictures.link_to(mapper, 0, 0)
        table.link_to(mapper, 0, 1)
        mapper.link_to(self._sink)
        graph.configure()
        hald.pts, hald.time_base = 0, _TIME_BASE
        table.push(hald)
        table.push(None)
        self._count = 0

    def mapped(self, frame: av.VideoFrame) -> av.VideoFrame:
        frame.pts, frame.time_base = self._count, _TIME_BASE
        self._count += 1
        self._pictures.push(frame)
        mapped = self._sink.pull()
        assert isinstance(mapped, av.VideoFrame)
        return mapped
