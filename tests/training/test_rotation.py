"""Rotated pictures: each four times, and turned as its class says."""

from __future__ import annotations

import numpy as np
import pytest

from player.errors import DataError
from tests.helpers.libraries import need_torch

torch = need_torch()

from player.training.data.image_set import MemoryImages, Splits  # noqa: E402
from player.training.rotation import RotatedImages, rotated  # noqa: E402


def some(count: int = 5, height: int = 4, width: int = 4) -> MemoryImages:
    pixels = np.random.default_rng(2).integers(0, 256, (count, height, width, 3), np.uint8)
    return MemoryImages(pixels, np.zeros(count, np.int64), ("all",))


def test_each_picture_comes_turned_each_way() -> None:
    images = some()
    turned = RotatedImages(images)
    assert (len(turned), turned.classes, turned.shape) == (20, ("0°", "90°", "180°", "270°"), (3, 4, 4))
    places = np.random.default_rng(1).permutation(20)
    for place, picture in zip(places, turned.read(places), strict=True):
        straight = images.read(np.array([place // 4]))[0].numpy()
        assert np.array_equal(picture.numpy(), np.rot90(straight, turned.labels[place], axes=(1, 2)))
    assert np.array_equal(np.bincount(turned.labels), [5, 5, 5, 5])
    assert np.array_equal(images.read(np.arange(5)), some().read(np.arange(5)))  # nothing was turned in place


def test_all_splits_are_turned() -> None:
    splits = rotated(Splits(some(5), some(3), some(2)))
    assert splits.test is not None
    assert [len(splits.train), len(splits.valid), len(splits.test)] == [20, 12, 8]
    assert rotated(Splits(some(5), some(3))).test is None


def test_pictures_that_are_not_square_are_refused() -> None:
    with pytest.raises(DataError, match=r"these are 6 x 4: say data\.side"):
        RotatedImages(some(height=4, width=6))
