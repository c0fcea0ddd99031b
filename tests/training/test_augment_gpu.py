"""Augmentations on a card: the pictures that the processor makes of the same draws. `pytest -m gpu`."""

from __future__ import annotations

import pytest

from player.training.augment.making import make_augmentation, make_normalise
from player.training.augment.settings import AugmentSettings
from tests.helpers.libraries import need_torch

torch = need_torch()
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA card that torch can use"),
]
EVERYTHING = AugmentSettings(
    resized_crop=28, crop=(28, 3), flip=True, rotate=15, brightness=0.2, contrast=0.2, saturation=0.2, hue=0.05,
    erase=0.5, mean=(0.4, 0.5, 0.6), std=(0.2, 0.2, 0.25),
)  # fmt: skip
SHAPE = (3, 32, 32)


def test_a_card_makes_the_same_pictures_of_the_same_generator() -> None:
    pictures = torch.rand(16, *SHAPE, generator=torch.Generator().manual_seed(0))
    change, normalise = make_augmentation(EVERYTHING, SHAPE), make_normalise(EVERYTHING, SHAPE)
    wanted = normalise(change(pictures, torch.Generator().manual_seed(3)))
    got = normalise.to("cuda")(change(pictures.to("cuda"), torch.Generator().manual_seed(3)))
    assert got.is_cuda
    assert float((got.cpu() - wanted).abs().max()) < 1e-3


def test_a_generator_on_the_card_gives_the_same_pictures_twice() -> None:
    pictures = torch.rand(16, *SHAPE, device="cuda")
    change = make_augmentation(EVERYTHING, SHAPE)
    first, again = (change(pictures, torch.Generator("cuda").manual_seed(3)) for _ in range(2))
    assert torch.equal(first, again)
