"""What a recipe asks for, put together: deterministic, each picture by draws of its own, and what cannot be is said."""

from __future__ import annotations

import numpy as np
import pytest

from player.errors import RecipeError
from player.training.augment.making import make_augmentation, make_normalise, make_validation, output_shape
from player.training.augment.settings import AugmentSettings
from tests.helpers.libraries import need_torch

torch = need_torch()
EVERYTHING = AugmentSettings(
    resized_crop=24, crop=(20, 3), flip=True, rotate=15, brightness=0.2, contrast=0.2, saturation=0.2, hue=0.05,
    erase=0.5, mean=(0.4, 0.5, 0.6), std=(0.2, 0.2, 0.25),
)  # fmt: skip
SHAPE = (3, 32, 28)


def batch(count: int = 6) -> torch.Tensor:  # type: ignore[name-defined]
    return torch.rand(count, *SHAPE, generator=torch.Generator().manual_seed(0))


def generator(seed: int = 9) -> torch.Generator:  # type: ignore[name-defined]
    return torch.Generator().manual_seed(seed)


def test_the_same_generator_gives_the_same_pictures() -> None:
    change = make_augmentation(EVERYTHING, SHAPE)
    torch.manual_seed(1)
    first = change(batch(), generator())
    torch.manual_seed(2)  # chance from elsewhere plays no part
    assert torch.equal(first, change(batch(), generator()))
    assert not torch.equal(first, change(batch(), generator(10)))
    assert tuple(first.shape) == (6, 3, 20, 20)
    assert first.dtype == torch.float32
    assert 0 <= float(first.min()) <= float(first.max()) <= 1 + 1e-6


def test_chance_elsewhere_is_left_alone() -> None:
    torch.manual_seed(4)
    wanted = torch.rand(3)
    torch.manual_seed(4)
    make_augmentation(EVERYTHING, SHAPE)(batch(), generator())
    assert torch.equal(torch.rand(3), wanted)


def test_pictures_of_a_batch_are_changed_each_on_its_own() -> None:
    same = batch(1).expand(8, -1, -1, -1)
    got = make_augmentation(EVERYTHING, SHAPE)(same, generator())
    assert len({each.numpy().tobytes() for each in got}) == 8


def test_what_was_given_is_not_written_into() -> None:
    source = batch()
    before = source.clone()
    make_augmentation(EVERYTHING, SHAPE)(source, generator())
    assert torch.equal(source, before)


def test_nothing_asked_is_nothing_done() -> None:
    source = batch()
    assert torch.equal(make_augmentation(AugmentSettings(), SHAPE)(source, generator()), source)
    assert torch.equal(make_validation(AugmentSettings(), SHAPE)(source), source)
    assert torch.equal(make_normalise(AugmentSettings(), SHAPE)(source), source)


def test_erased_places_are_nothing_to_the_network() -> None:
    settings = AugmentSettings(erase=1.0, mean=(0.4, 0.5, 0.6), std=(0.2, 0.2, 0.25))
    got = make_normalise(settings, SHAPE)(make_augmentation(settings, SHAPE)(batch(), generator()))
    assert all(int((each == 0).all(0).sum()) >= 0.01 * 32 * 28 for each in got)


def test_validation_sees_the_centre() -> None:
    source = batch()
    got = make_validation(EVERYTHING, SHAPE)(source)
    assert torch.equal(got, source[:, :, 6:26, 4:24])


def test_normalisation_is_the_definition() -> None:
    source = batch()
    mean, std = np.array(EVERYTHING.mean)[:, None, None], np.array(EVERYTHING.std)[:, None, None]
    got = make_normalise(EVERYTHING, SHAPE)(source).numpy()
    assert np.abs(got - (source.numpy() - mean) / std).max() < 1e-6


def test_the_shape_that_comes_out() -> None:
    assert output_shape(EVERYTHING, SHAPE) == (3, 20, 20)
    assert output_shape(AugmentSettings(flip=True), SHAPE) == SHAPE


@pytest.mark.parametrize(
    ("settings", "shape", "key"),
    [
        (AugmentSettings(crop=(40, 4)), SHAPE, r"augment\.crop is \[40, 4\], and the pictures are 28 x 32"),
        (AugmentSettings(resized_crop=30), SHAPE, "augment.resized_crop is 30"),
        (AugmentSettings(hue=0.1), (1, 8, 8), "augment.hue"),
        (AugmentSettings(saturation=0.1), (1, 8, 8), "augment.saturation"),
        (AugmentSettings(mean=(0.1,), std=(1.0,)), SHAPE, "augment.mean has 1 values, and the pictures have 3"),
    ],
)
def test_what_cannot_be_done_to_these_pictures(
    settings: AugmentSettings, shape: tuple[int, int, int], key: str
) -> None:
    with pytest.raises(RecipeError, match=key):
        make_augmentation(settings, shape)
