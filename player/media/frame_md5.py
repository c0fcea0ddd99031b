"""The bytes of a decoded picture as FFmpeg's rawvideo writes them, and their MD5."""

from __future__ import annotations

import ctypes
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import av

PALETTE_BYTES = 256 * 4


def frame_md5(frame: av.VideoFrame) -> str:
    """MD5 of the picture in its native pixel format: rows top to bottom without padding, planes in order."""
    digest = hashlib.md5(usedforsecurity=False)
    for rows in plane_bytes(frame):
        digest.update(rows)
    return digest.hexdigest()


def plane_bytes(frame: av.VideoFrame) -> Iterator[bytes]:
    """Each plane's rows, packed. A palette comes last and is 256 entries of four bytes."""
    format_ = frame.format
    for index, plane in enumerate(frame.planes):
        if format_.has_palette and index == 1:
            yield ctypes.string_at(plane.buffer_ptr, PALETTE_BYTES)
            continue
        stride, row = plane.line_size, row_bytes(frame, index)
        if stride == row:
            yield ctypes.string_at(plane.buffer_ptr, row * plane.height)
        else:
            # A bottom-up picture has a negative stride: PyAV's buffers do not know about that, addresses do.
            starts = range(plane.buffer_ptr, plane.buffer_ptr + stride * plane.height, stride)
            yield b"".join(ctypes.string_at(start, row) for start in starts)


def row_bytes(frame: av.VideoFrame, plane_index: int) -> int:
    """The bytes of one row of a plane that hold pixels (FFmpeg's `av_image_get_linesize`)."""
    format_ = frame.format
    components = [component for component in format_.components if component.plane == plane_index]
    planes = {component.plane for component in format_.components}
    if len(planes) > 1:
        return sum(component.width * _storage_bytes(component.bits) for component in components)
    group = _pixels_per_group(frame)
    bits = -(-frame.width // group) * group * format_.padded_bits_per_pixel
    return -(-bits // 8)


def _storage_bytes(bits: int) -> int:
    """Bytes that a component of so many bits takes in a planar format."""
    return next(size for size in (1, 2, 4, 8) if bits <= size * 8)


def _pixels_per_group(frame: av.VideoFrame) -> int:
    """How many pixels share one chroma sample in a packed format (2 for yuyv422)."""
    chroma = frame.format.chroma_width(1 << 8)
    return (1 << 8) // chroma if chroma else 1
