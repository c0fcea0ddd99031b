"""The [data] and [augment] tables: read once, wrong keys named."""

from __future__ import annotations

import tomllib

import pytest

from player.errors import RecipeError
from player.training.augment.settings import AugmentSettings, read_augment
from player.training.data.settings import DataSettings, read_data
from player.training.table import Table


def data(text: str) -> DataSettings:
    table = Table(tomllib.loads(text), "r.toml", "data.")
    settings = read_data(table)
    table.finish()
    return settings


def augment(text: str) -> AugmentSettings:
    table = Table(tomllib.loads(text), "r.toml", "augment.")
    settings = read_augment(table)
    table.finish()
    return settings


def test_data_as_a_recipe_has_it() -> None:
    settings = data('kind = "npz"\ntrain = "mnist.npz"\nvalid = "mnist.npz:test"\nlong_tail = 100')
    assert settings == DataSettings("npz", "mnist.npz", "mnist.npz:test", long_tail=100.0)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "data.kind"),
        ('kind = "zip"', "data.kind"),
        ('kind = "npz"\ntrain = "a.npz"', "data.valid"),
        ('kind = "npz"\nvalid = "a.npz"\nvalid_share = 0.1', "data.valid"),
        ('kind = "npz"\nfolds = 1', "data.folds"),
        ('kind = "npz"\nfolds = 5\nfold = 5', "data.fold"),
        ('kind = "npz"\nvalid_share = 0.1\nfold = 1', "data.fold"),
        ('kind = "npz"\nvalid_share = 0.1\nclasses = ["a", "a"]', "data.classes"),
        ('kind = "npz"\nvalid_share = 0.1\nlong_tail = 0.5', "data.long_tail"),
        ('kind = "npz"\nvalid_share = 0.1\ntrain = "../a.npz"', "data.train"),
        ('kind = "npz"\nvalid = "/etc/passwd"', "data.valid"),
        ('kind = "npz"\nvalid_share = 0.1\nsiide = 3', "data.siide"),
    ],
)
def test_a_wrong_key_of_data_is_named(text: str, key: str) -> None:
    with pytest.raises(RecipeError, match=rf"\b{key}\b"):
        data(text)


def test_augmentation_as_a_recipe_has_it() -> None:
    settings = augment(
        "crop = [32, 4]\nflip = true\nrotate = 15\n"
        "jitter = { brightness = 0.2, hue = 0.05 }\nmean = [0.5]\nstd = [0.25]"
    )
    wanted = AugmentSettings(crop=(32, 4), flip=True, rotate=15, brightness=0.2, hue=0.05, mean=(0.5,), std=(0.25,))
    assert settings == wanted


def test_nothing_said_is_nothing_done() -> None:
    assert augment("") == AugmentSettings()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("crop = 32", "augment.crop"),
        ("crop = [0, 4]", "augment.crop"),
        ("jitter = { hue = 0.6 }", "augment.jitter.hue"),
        ("jitter = { shine = 0.6 }", "augment.jitter.shine"),
        ("mean = [0.5, 0.5, 0.5]", "augment.std"),
        ("mean = [0.5]\nstd = [0]", "augment.std"),
        ("mean = [0.5, 0.5]\nstd = [1, 1]", "augment.std"),
        ("erase = 2", "augment.erase"),
        ("erase_area = [0.5, 0.2]", "augment.erase_area"),
        ("resized_area = [0, 1]", "augment.resized_area"),
    ],
)
def test_a_wrong_key_of_augmentation_is_named(text: str, key: str) -> None:
    with pytest.raises(RecipeError, match=rf"\b{key}\b"):
        augment(text)
