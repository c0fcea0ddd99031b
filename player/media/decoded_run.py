"""Pictures in a row as the decoder gives them from some place on: their timestamps, and a checksum of their pixels."""

from __future__ import annotations

import ctypes
import zlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import av
import numpy as np

from player.media.frame_index import MISSING
from player.media.frame_md5 import PALETTE_BYTES, row_bytes
from player.media.timestamps import TimestampGuesser

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from player.media.frame_index import Entry
    from player.media.track_source import TrackSource

MAX_BEFORE = 2000
"""So many pictures may come out before the one that decoding began for."""
ROWS_APART = 4
"""Damage and wrong references show in blocks of at least eight rows; a fourth of the rows tells as much as all."""
SMALL = 256
"""Planes of up to so many rows are looked at whole."""


@dataclass(slots=True)
class DecodedRun:
    """What came out, in order. Grows to 13 bytes a picture."""

    pts_list: array[int] = field(default_factory=lambda: array("q"))
    key_list: bytearray = field(default_factory=bytearray)
    sum_list: array[int] = field(default_factory=lambda: array("I"))
    complaints: int = 0
    """Packets that the decoder refused and pictures that it calls damaged."""

    def add(self, frame: av.VideoFrame, pts: int | None) -> None:
        self.pts_list.append(MISSING if pts is None else pts)
        self.key_list.append(frame.key_frame)
        self.sum_list.append(picture_sum(frame))
        self.complaints += frame.is_corrupt

    @property
    def count(self) -> int:
        return len(self.key_list)

    @property
    def pts(self) -> NDArray[np.int64]:
        return np.array(self.pts_list, np.int64)

    @property
    def keys(self) -> NDArray[np.bool_]:
        return np.frombuffer(bytes(self.key_list), np.bool_)

    @property
    def sums(self) -> NDArray[np.uint32]:
        return np.array(self.sum_list, np.uint32)


def decode_run(source: TrackSource, entry: Entry, count: int | None, between: Callable[[], None]) -> DecodedRun | None:
    """Up to `count` pictures from the entry's on, None for all of them. None when the entry's does not come out.

    Decodes as any reader of single pictures does. `between` is called before each packet. Raises OpenError.
    """
    if entry.seek_pts is None:
        source.rewind()
    elif source.seek(entry.seek_pts, entry.seek_pts if entry.seek_to is None else entry.seek_to) is None:
        return None
    context = source.stream.codec_context
    run, guess = DecodedRun(), TimestampGuesser()
    begun, before = entry.seek_pts is None, 0
    packet = source.next_packet()
    while True:
        between()
        try:
            frames = context.decode(packet)
        except av.FFmpegError:
            run.complaints += 1
            frames = []
        for frame in frames:
            pts = guess(frame.pts, frame.dts)
            begun = begun or pts == entry.seek_pts
            if begun:
                run.add(frame, pts)
                if run.count == count:
                    return run
            else:
                before += 1
        if packet is None or before > MAX_BEFORE:
            return run if begun else None
        packet = source.next_packet()


def picture_sum(frame: av.VideoFrame) -> int:
    """A checksum of the picture's pixels, quick to make."""
    total = zlib.crc32(f"{frame.format.name} {frame.width} {frame.height}".encode())
    for index, plane in enumerate(frame.planes):
        if frame.format.has_palette and index == 1:
            total = zlib.crc32(ctypes.string_at(plane.buffer_ptr, PALETTE_BYTES), total)
            continue
        row = row_bytes(frame, index)
        step = ROWS_APART if plane.height > SMALL else 1
        # Rows may run backwards in memory (a negative stride): addresses know about that, PyAV's buffers do not.
        starts = range(plane.buffer_ptr, plane.buffer_ptr + plane.line_size * plane.height, plane.line_size * step)
        total = zlib.crc32(b"".join([ctypes.string_at(start, row) for start in starts]), total)
    return total
