"""A file's display matrix as an upright turn: pure arithmetic on nine integers."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from av.sidedata.sidedata import Type as SideDataType

from player.records import UPRIGHT, Orientation

if TYPE_CHECKING:
    import av
    from av.buffer import Buffer

MATRIX_BYTES = 36


def _nameless(kinds: type[SideDataType], value: Any) -> SideDataType:
    kind = object.__new__(kinds)
    kind._name_, kind._value_ = f"KIND_{value}", value
    return kind


# FFmpeg's newer kinds of side data, EXIF among them, have no name in PyAV 18.1, and it raises over frames with one.
SideDataType._missing_ = classmethod(_nameless)  # type: ignore[method-assign,assignment]


def orientation_from_matrix(matrix: Sequence[int]) -> Orientation:
    """The orientation of a display matrix `(a, b, u, c, d, v, x, y, w)` as FFmpeg stores it.

    A coded point (x, y), y downwards, lands on (a x + c y, b x + d y). Angles that are no quarter turn go to the
    nearest one; a matrix that folds the picture flat is taken as upright.
    """
    if len(matrix) != 9:
        raise ValueError("a display matrix has nine numbers")
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    determinant = a * d - b * c
    if determinant == 0:
        return UPRIGHT
    mirrored = determinant < 0
    # Both axes vote, so that a shear does not decide alone: undo the mirror, then sum the turned x and y axes.
    sign = -1 if mirrored else 1
    cosine, sine = sign * a + d, sign * b - c
    turns = round(math.atan2(sine, cosine) / (math.pi / 2)) % 4
    return Orientation(mirrored=mirrored, turns_cw=turns)


def orientation_from_bytes(side_data: bytes | None) -> Orientation:
    """The orientation in a frame's or stream's DISPLAYMATRIX side data; upright without (or with broken) data."""
    if side_data is None or len(side_data) < MATRIX_BYTES:
        return UPRIGHT
    return orientation_from_matrix(struct.unpack("<9i", side_data[:MATRIX_BYTES]))


def orientation_of(frame: av.VideoFrame) -> Orientation:
    """The orientation that a decoded frame carries; upright where it carries none.

    Costs a small conversion: ask once a stream, not once a frame. Reading `side_data` makes PyAV tie the frame into a
    reference cycle, which keeps its pixels until the garbage collector comes by (1080p: hundreds of megabytes in
    seconds), so that a thumbnail, which carries the same side data, is asked instead.
    """
    thumbnail = frame.reformat(width=16, height=16, format="gray")
    matrix = cast("Buffer | None", thumbnail.side_data.get("DISPLAYMATRIX"))
    return orientation_from_bytes(None if matrix is None else bytes(matrix))
