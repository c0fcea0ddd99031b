"""A row of flat patches of known Y'CbCr codes."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from player.records import Picture

PATCH = 16
"""Pixels a side."""
SUBSAMPLING = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}

# In units of eight bits: black, white, greys, the 75 % bars' neighbourhood, skin, and what clips.
_CODES = [
    (16, 128, 128), (235, 128, 128), (126, 128, 128), (60, 128, 128), (200, 128, 128), (40, 128, 128),
    (168, 44, 136), (145, 147, 44), (133, 63, 52), (63, 193, 204), (51, 109, 212), (28, 212, 120),
    (150, 110, 150), (120, 140, 120), (90, 120, 140), (180, 120, 125), (235, 160, 90), (16, 100, 160),
]  # fmt: skip


def patch_codes(bits: int) -> list[tuple[int, int, int]]:
    """The patches' codes; with more bits they lie between those of eight."""
    extra = 1 << (bits - 8)
    return [(y * extra + extra // 3, cb * extra + extra // 2, cr * extra) for y, cb, cr in _CODES]


def patch_picture(
    colorspace: int, full: bool, bits: int, sampling: str, *, trc: int = 2, primaries: int = 2
) -> Picture:
    codes = patch_codes(bits)
    kind = np.uint8 if bits == 8 else np.uint16
    size = (PATCH * len(codes), 2 * PATCH)
    frame = av.VideoFrame(*size, f"yuv{sampling}p{'' if bits == 8 else f'{bits}le'}")
    for at, plane in enumerate(frame.planes):
        across, down = (1, 1) if at == 0 else SUBSAMPLING[sampling]
        row = np.array([code[at] for code in codes], kind).repeat(PATCH // across)
        lines = np.zeros((size[1] // down, plane.line_size // row.itemsize), kind)
        lines[:, : row.size] = row
        plane.update(lines.tobytes())
    frame.colorspace, frame.color_range = colorspace, 2 if full else 1
    frame.color_trc, frame.color_primaries = trc, primaries
    return Picture(
        frame=frame,
        pts=0,
        time_base=Fraction(1, 25),
        time_s=0.0,
        duration_s=0.04,
        serial=1,
        key=True,
        pict_type="I",
    )
