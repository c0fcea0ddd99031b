"""Brightness, contrast, saturation, hue and erasing against PIL, colorsys, and numpy written from the definition."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
from numpy.typing import NDArray

from player.training.augment.colour import (
    ColourJitter,
    RandomErasing,
    change_brightness,
    change_contrast,
    change_hue,
    change_saturation,
    erase,
)
from tests.helpers.libraries import need_library, need_torch

torch = need_torch()
Values = NDArray[np.float32]
FACTORS = [0.0, 0.4, 1.0, 1.7]


def pictures(count: int = 4, height: int = 7, width: int = 6) -> Values:
    """In steps of 1 / 255, as PIL has them; with black, white and grey."""
    values = np.random.default_rng(2).integers(0, 256, (count, 3, height, width))
    values[:, :, 0, 0], values[:, :, 0, 1], values[:, :, 0, 2] = 0, 255, 77
    return (values / 255).astype(np.float32)


def grey(picture: Values) -> Values:
    return np.tensordot(np.array([0.299, 0.587, 0.114]), picture, 1).astype(np.float32)


def test_brightness_multiplies() -> None:
    source = pictures()
    got = change_brightness(torch.from_numpy(source), torch.tensor(FACTORS)).numpy()
    for each, before, factor in zip(got, source, FACTORS, strict=True):
        assert each == pytest.approx(np.clip(before * factor, 0, 1), abs=1e-6)


def test_contrast_moves_away_from_the_mean_grey() -> None:
    source = pictures()
    got = change_contrast(torch.from_numpy(source), torch.tensor(FACTORS)).numpy()
    for each, before, factor in zip(got, source, FACTORS, strict=True):
        mean = grey(before).mean()
        assert each == pytest.approx(np.clip(mean + (before - mean) * factor, 0, 1), abs=1e-6)


def test_saturation_moves_away_from_each_pixels_grey() -> None:
    source = pictures()
    got = change_saturation(torch.from_numpy(source), torch.tensor(FACTORS)).numpy()
    for each, before, factor in zip(got, source, FACTORS, strict=True):
        assert each == pytest.approx(np.clip(grey(before) + (before - grey(before)) * factor, 0, 1), abs=1e-6)


@pytest.mark.parametrize(
    ("change", "enhancer"),
    [(change_brightness, "Brightness"), (change_contrast, "Contrast"), (change_saturation, "Color")],
)
def test_pil_says_the_same_but_for_its_rounding(change: object, enhancer: str) -> None:
    image, enhance = need_library("PIL.Image"), need_library("PIL.ImageEnhance")
    source = pictures()
    assert callable(change)
    got = change(torch.from_numpy(source), torch.tensor(FACTORS)).numpy()
    for each, before, factor in zip(got, source, FACTORS, strict=True):
        picture = image.fromarray((before * 255).round().astype(np.uint8).transpose(1, 2, 0))
        wanted = np.asarray(getattr(enhance, enhancer)(picture).enhance(factor)).transpose(2, 0, 1)
        assert np.abs(each * 255 - wanted).max() <= 1.9  # it rounds the grey, and again what comes of it


def test_hue_turns_as_in_hsv() -> None:
    source = pictures()
    turns = [0.0, 0.1, -0.3, 0.5]
    got = change_hue(torch.from_numpy(source), torch.tensor(turns)).numpy()
    for each, before, turn in zip(got, source, turns, strict=True):
        wanted = np.empty_like(before)
        for row in range(before.shape[1]):
            for column in range(before.shape[2]):
                hue, saturation, value = colorsys.rgb_to_hsv(*before[:, row, column].tolist())
                wanted[:, row, column] = colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value)
        assert each == pytest.approx(wanted, abs=1e-5)


def test_jitter_draws_within_its_strength_for_each_picture_and_step() -> None:
    flat = torch.full((2000, 3, 2, 2), 0.5)
    got = ColourJitter(0.4, 0, 0, 0)(flat, torch.Generator().manual_seed(3))[:, 0, 0, 0] / 0.5
    assert 0.6 <= float(got.min()) < 0.61
    assert 1.39 < float(got.max()) <= 1.4
    assert abs(float(got.mean()) - 1) < 0.02
    coloured = torch.from_numpy(pictures(1)).expand(5, -1, -1, -1)
    every = ColourJitter(0.2, 0.2, 0.2, 0.1)(coloured, torch.Generator().manual_seed(3))
    assert len({each.numpy().tobytes() for each in every}) == 5


def test_grey_pictures_take_brightness_and_contrast() -> None:
    source = pictures()[:, :1]
    got = change_contrast(torch.from_numpy(source), torch.tensor(FACTORS)).numpy()
    for each, before, factor in zip(got, source, FACTORS, strict=True):
        wanted = np.clip(before.mean() + (before - before.mean()) * factor, 0, 1)
        assert each == pytest.approx(wanted, abs=1e-6)


def test_erasing_paints_the_box_and_nothing_else() -> None:
    source = pictures()
    boxes = np.array([[0, 0, 6, 7], [2, 3, 1, 2], [5, 6, 1, 1], [1, 1, 4, 4]])
    chosen = np.array([True, True, True, False])
    colour = (0.1, 0.2, 0.3)
    got = erase(torch.from_numpy(source), torch.from_numpy(boxes), torch.from_numpy(chosen), colour).numpy()
    wanted = source.copy()
    for each, (left, top, width, height) in zip(wanted[:3], boxes, strict=False):
        each[:, top : top + height, left : left + width] = np.array(colour, np.float32)[:, None, None]
    assert np.array_equal(got, wanted)


def test_the_share_asked_for_is_erased() -> None:
    source = torch.ones(2000, 1, 16, 16)
    got = RandomErasing(0.25, (0.02, 0.33), (0.3, 3.3), (0.0,))(source, torch.Generator().manual_seed(1))
    gone = 1 - got.mean((1, 2, 3))
    assert 0.22 < float((gone > 0).float().mean()) < 0.28
    assert float(gone.max()) < 0.36
