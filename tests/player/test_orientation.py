"""Display matrices to orientations: all eight, between two, and broken ones."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from fractions import Fraction
from typing import cast

import av
import numpy as np
import pytest
from av.sidedata.sidedata import SideData

from player.media.orientation import orientation_from_bytes, orientation_from_matrix, orientation_of
from player.records import UPRIGHT, Orientation

ONE = 1 << 16


def display_matrix(orientation: Orientation, scale: float = 1.0) -> list[int]:
    """Mirror first, then quarter turns clockwise; a point goes to (a x + c y, b x + d y), y downwards."""
    turn = np.array([[0, -1], [1, 0]])
    whole = np.linalg.matrix_power(turn, orientation.turns_cw) @ np.diag([-1 if orientation.mirrored else 1, 1])
    (a, c), (b, d) = (whole * ONE * scale).astype(int).tolist()
    return [a, b, 0, c, d, 0, 0, 0, 1 << 30]


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_orientation(mirrored: bool, turns: int, scale: float) -> None:
    wanted = Orientation(mirrored, turns)
    assert orientation_from_matrix(display_matrix(wanted, scale)) == wanted


def test_matrices_as_cameras_write_them() -> None:
    turned_right = [0, ONE, 0, -ONE, 0, 0, 1080 * ONE, 0, 1 << 30]  # a phone held upright; ffprobe says -90
    assert orientation_from_matrix(turned_right) == Orientation(False, 1)
    selfie = [0, ONE, 0, ONE, 0, 0, 0, 0, 1 << 30]  # transposed
    assert orientation_from_matrix(selfie) == Orientation(True, 3)


def test_an_odd_angle_goes_to_the_nearest_quarter() -> None:
    angle = np.deg2rad(100)
    cosine, sine = int(np.cos(angle) * ONE), int(np.sin(angle) * ONE)
    assert orientation_from_matrix([cosine, sine, 0, -sine, cosine, 0, 0, 0, 1 << 30]) == Orientation(False, 1)


def test_what_cannot_be_read_is_upright() -> None:
    assert orientation_from_matrix([0] * 9) == UPRIGHT
    assert orientation_from_bytes(None) == UPRIGHT
    assert orientation_from_bytes(b"short") == UPRIGHT
    assert orientation_of(av.VideoFrame(16, 16, "yuv420p")) == UPRIGHT


def test_nine_numbers_are_needed() -> None:
    with pytest.raises(ValueError, match="nine"):
        orientation_from_matrix([1, 0, 0, 1])


def test_bytes_are_little_endian_integers() -> None:
    wanted = Orientation(True, 2)
    assert orientation_from_bytes(struct.pack("<9i", *display_matrix(wanted))) == wanted


@pytest.mark.parametrize(("said", "wanted"), [(1, UPRIGHT), (6, Orientation(False, 1)), (5, Orientation(True, 3))])
def test_a_photograph_with_exif(said: int, wanted: Orientation) -> None:
    """FFmpeg keeps all of the EXIF with the frame, which PyAV knows no name for."""
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 32, 16, "yuvj420p", Fraction(1, 25)
    (packet,) = encoder.encode(av.VideoFrame(32, 16, "yuvj420p"))
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, said, 0, 0)
    jpeg = bytes(packet)
    photograph = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    with av.open(io.BytesIO(photograph), "r", format="jpeg_pipe") as container:
        frame = next(container.decode(video=0))
    kinds = [each.type.name for each in cast("Iterable[SideData]", frame.side_data)]
    assert any(kind.startswith("KIND_") for kind in kinds)
    assert orientation_of(frame) == wanted
