"""Display matrices to orientations: all eight, between two, and broken ones."""

from __future__ import annotations

import struct

import av
import numpy as np
import pytest

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
