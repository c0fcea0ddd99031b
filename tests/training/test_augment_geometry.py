"""Crops, mirroring and rotation against numpy written from the definition, against OpenCV, and against PIL."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from player.training.augment.geometry import (
    RandomCrop,
    RandomFlip,
    RandomResizedCrop,
    RandomRotation,
    centre_crop,
    crop,
    flip,
    resized_crop,
    rotate,
)
from tests.helpers.libraries import need_library, need_torch

torch = need_torch()
Values = NDArray[np.float32]
ANGLES = [0.0, 15.0, -7.5, 90.0, 133.0]


def pictures(count: int = 5, height: int = 9, width: int = 12) -> Values:
    return np.random.default_rng(7).random((count, 3, height, width), np.float32)


def seeded(seed: int = 1) -> torch.Generator:  # type: ignore[name-defined]
    return torch.Generator().manual_seed(seed)


def sample(picture: Values, x: float, y: float) -> Values:
    """Bilinear, black outside: the definition, a pixel at a time."""
    total = np.zeros(3, np.float64)
    left, top = int(np.floor(x)), int(np.floor(y))
    for row, column in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
        if 0 <= row < picture.shape[1] and 0 <= column < picture.shape[2]:
            total += picture[:, row, column].astype(np.float64) * (1 - abs(x - column)) * (1 - abs(y - row))
    return total.astype(np.float32)


def test_crop_is_a_slice_of_the_padded_picture() -> None:
    source = pictures()
    left, top = np.array([0, 6, 3, 1, 2]), np.array([0, 3, 2, 3, 1])
    got = crop(torch.from_numpy(source), torch.from_numpy(left), torch.from_numpy(top), 10, 2)
    padded = np.pad(source, ((0, 0), (0, 0), (2, 2), (2, 2)))
    for each, x, y, whole in zip(got.numpy(), left, top, padded, strict=True):
        assert np.array_equal(each, whole[:, y : y + 10, x : x + 10])


def test_every_place_of_a_crop_comes_up() -> None:
    count = np.arange(1, 17, dtype=np.float32).reshape(1, 1, 4, 4).repeat(600, 0)
    got = RandomCrop(4, 1)(torch.from_numpy(count), seeded())
    # In a 6 x 6 with a black edge, the pixel inside the corner tells which of the nine places it was.
    assert sorted(np.unique(got[:, 0, 1, 1].numpy())) == [1, 2, 3, 5, 6, 7, 9, 10, 11]


def test_flip_mirrors_those_that_were_chosen() -> None:
    source = pictures()
    chosen = np.array([True, False, True, True, False])
    got = flip(torch.from_numpy(source), torch.from_numpy(chosen)).numpy()
    for each, before, mirrored in zip(got, source, chosen, strict=True):
        assert np.array_equal(each, before[:, :, ::-1] if mirrored else before)


def test_half_of_the_pictures_are_mirrored() -> None:
    source = torch.tensor([0.0, 1.0]).repeat(2000, 1, 1, 1)
    mirrored = RandomFlip()(source, seeded())[:, 0, 0, 0].mean()
    assert 0.45 < float(mirrored) < 0.55


def test_rotation_is_that_of_the_definition() -> None:
    source = pictures()
    got = rotate(torch.from_numpy(source), torch.tensor(ANGLES)).numpy()
    centre_x, centre_y = (12 - 1) / 2, (9 - 1) / 2
    for each, before, degrees in zip(got, source, ANGLES, strict=True):
        angle = np.deg2rad(degrees)
        for y in range(9):
            for x in range(12):
                across, down = x - centre_x, y - centre_y
                from_x = np.cos(angle) * across - np.sin(angle) * down + centre_x
                from_y = np.sin(angle) * across + np.cos(angle) * down + centre_y
                assert each[:, y, x] == pytest.approx(sample(before, from_x, from_y), abs=2e-5)


def test_rotation_is_that_of_opencv() -> None:
    source = pictures(height=32, width=24)
    got = rotate(torch.from_numpy(source), torch.tensor(ANGLES)).numpy()
    for each, before, degrees in zip(got, source, ANGLES, strict=True):
        turn = cv2.getRotationMatrix2D(((24 - 1) / 2, (32 - 1) / 2), degrees, 1)
        wanted = cv2.warpAffine(np.ascontiguousarray(before.transpose(1, 2, 0)), turn, (24, 32), flags=cv2.INTER_LINEAR)
        assert np.abs(each.transpose(1, 2, 0) - wanted).max() < 1e-3


def test_rotation_is_that_of_pil_inside_the_picture() -> None:
    image = need_library("PIL.Image")
    source = pictures(1, 32, 32)
    got = rotate(torch.from_numpy(source), torch.tensor([15.0])).numpy()[0, 0]
    wanted = np.asarray(image.fromarray(source[0, 0]).rotate(15, resample=image.Resampling.BILINEAR))
    inside = np.hypot(*(np.mgrid[:32, :32] - 15.5)) < 14  # PIL does not blend with the black outside
    assert np.abs(got - wanted)[inside].max() < 1e-4


def test_angles_lie_on_both_sides_up_to_the_most() -> None:
    step = RandomRotation(15)
    # A bright line along the positive x axis: where it is after the turn tells the angle.
    source = torch.zeros(400, 1, 65, 65)
    source[:, :, 32, 60] = 1
    turned = step(source, seeded()).numpy()[:, 0]
    rows = (turned * np.arange(65)[:, None]).sum((1, 2)) / turned.sum((1, 2))
    angles = np.rad2deg(np.arcsin((32 - rows) / 28))
    assert -15.5 < angles.min() < -13
    assert 13 < angles.max() < 15.5
    assert abs(angles.mean()) < 1.5


@pytest.mark.parametrize("side", [4, 6, 20])
def test_a_resized_crop_is_the_box_cut_out_and_brought_to_size(side: int) -> None:
    source = pictures()
    boxes = np.array([[0, 0, 12, 9], [3, 2, 5, 6], [11, 8, 1, 1], [6, 0, 6, 3], [0, 4, 2, 5]])
    got = resized_crop(torch.from_numpy(source), torch.from_numpy(boxes), side).numpy()
    for each, before, (left, top, width, height) in zip(got, source, boxes, strict=True):
        part = before[:, top : top + height, left : left + width].transpose(1, 2, 0)
        wanted = cv2.resize(np.ascontiguousarray(part), (side, side), interpolation=cv2.INTER_LINEAR)
        assert np.abs(each.transpose(1, 2, 0) - wanted).max() < 2e-6


def test_drawn_boxes_have_the_areas_and_shapes_asked_for() -> None:
    from player.training.augment.draws import rectangles

    source = torch.zeros(4000, 1, 100, 200)
    left, top, width, height = rectangles(source, (0.1, 0.6), (0.5, 2.0), seeded()).numpy().T
    share, ratio = width * height / 20_000, width / height
    assert left.min() == top.min() == 0
    assert (left + width).max() == 200
    assert (top + height).max() == 100
    assert share.min() > 0.095
    assert share.max() < 0.61
    assert abs(share.mean() - 0.35) < 0.01
    # At a share of 0.6 the height of 100 allows no ratio below 1.2: the nearest that fits is taken.
    assert ratio[share < 0.2].min() == pytest.approx(0.5, abs=0.02)
    assert ratio.max() == pytest.approx(2.0, abs=0.05)
    assert ratio[share > 0.55].min() > 1.05


def test_a_resized_crop_changes_size_and_each_picture_on_its_own() -> None:
    same = torch.from_numpy(pictures(1, 40, 40)).expand(6, -1, -1, -1)
    got = RandomResizedCrop(16, (0.08, 1.0), (3 / 4, 4 / 3))(same, seeded())
    assert tuple(got.shape) == (6, 3, 16, 16)
    assert len({each.numpy().tobytes() for each in got}) == 6


@pytest.mark.parametrize(("length", "side", "first"), [(9, 5, 2), (8, 5, 2), (8, 8, 0), (10, 5, 2), (256, 224, 16)])
def test_the_centre_is_that_of_torchvision(length: int, side: int, first: int) -> None:
    line = torch.arange(length).float().expand(1, 1, length, length)
    assert centre_crop(line, side)[0, 0, 0].tolist() == list(range(first, first + side))
