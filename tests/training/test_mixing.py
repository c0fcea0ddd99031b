"""Mixup and cutmix: pictures and targets are mixed alike, and chance comes from the generator alone."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from player.errors import RecipeError
from player.training.loss_settings import LossSettings
from player.training.mixing_settings import MixSettings, read_mix
from player.training.table import Table
from tests.helpers.libraries import need_torch

torch = need_torch()

from player.training.losses import make_loss  # noqa: E402
from player.training.mixing import make_mixing  # noqa: E402

COUNT, SIDE = 6, 8


def mixed(settings: MixSettings, seed: int = 1) -> tuple[Any, Any]:
    """Picture k is k everywhere and of class k: what a pixel is tells whose it was."""
    pictures = torch.arange(COUNT).float()[:, None, None, None].expand(-1, 3, SIDE, SIDE)
    mixing = make_mixing(settings, COUNT)
    assert mixing is not None
    return mixing(pictures, torch.arange(COUNT), torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("settings", [MixSettings(mixup=0.4), MixSettings(cutmix=1.0), MixSettings(0.2, 1.0)])
def test_a_target_tells_what_is_in_its_picture(settings: MixSettings, seed: int) -> None:
    pictures, shares = mixed(settings, seed)
    assert shares.shape == (COUNT, COUNT)
    assert torch.allclose(shares.sum(1), torch.ones(COUNT))
    said = (shares * torch.arange(COUNT)).sum(1)
    assert torch.allclose(pictures.mean(dim=(1, 2, 3)), said, atol=1e-4)


def test_cutmix_pastes_and_mixup_blends() -> None:
    pasted = [mixed(MixSettings(cutmix=1.0), seed)[0] for seed in range(20)]
    assert all(torch.equal(each, each.round()) for each in pasted)
    assert any(len(each[number].unique()) == 2 for each in pasted for number in range(COUNT))
    blended = [mixed(MixSettings(mixup=1.0), seed)[0] for seed in range(20)]
    assert all(len(each[number].unique()) == 1 for each in blended for number in range(COUNT))
    assert any(not torch.equal(each, each.round()) for each in blended)


def test_with_both_a_batch_has_one_of_the_two() -> None:
    cut = [
        torch.equal(pictures, pictures.round()) for pictures, _ in (mixed(MixSettings(1, 1), at) for at in range(40))
    ]
    assert 10 < sum(cut) < 30


def test_so_many_of_the_batches_are_mixed() -> None:
    whole = torch.eye(COUNT)
    mixes = [not torch.equal(mixed(MixSettings(mixup=1.0, share=0.25), seed)[1], whole) for seed in range(80)]
    assert 10 < sum(mixes) < 32


def test_the_same_generator_mixes_the_same_and_the_given_pictures_stay() -> None:
    settings = MixSettings(cutmix=1.0)
    for one, other in zip(mixed(settings, 4), mixed(settings, 4), strict=True):
        assert torch.equal(one, other)
    given = torch.rand(COUNT, 3, SIDE, SIDE)
    kept = given.clone()
    mixing = make_mixing(settings, COUNT)
    assert mixing is not None
    for seed in range(5):
        mixing(given, torch.arange(COUNT), torch.Generator().manual_seed(seed))
    assert torch.equal(given, kept)


def test_nothing_is_mixed_where_nobody_asks() -> None:
    assert make_mixing(MixSettings(), 10) is None
    assert make_mixing(MixSettings(mixup=0.2, share=0.0), 10) is None


@pytest.mark.parametrize("settings", [MixSettings(mixup=0.4), MixSettings(cutmix=1.0)])
def test_ldam_takes_what_is_mixed(settings: MixSettings) -> None:
    _pictures, shares = mixed(settings)
    logits = torch.randn(COUNT, COUNT, requires_grad=True)
    loss: Any = make_loss(LossSettings("ldam", 0.1, reweight_epoch=0), [10, 20, 30, 40, 50, 60])(logits, shares, 0)
    loss.backward()
    assert loss.isfinite()
    assert logits.grad.isfinite().all()


def test_what_a_recipe_says_of_mixing() -> None:
    def read(text: str) -> MixSettings:
        table = Table(tomllib.loads(text), "try.toml")
        settings = read_mix(table.table("mix"))
        table.finish()
        return settings

    assert read("") == MixSettings()
    assert read("[mix]\nmixup = 0.2\ncutmix = 1\nshare = 0.5") == MixSettings(0.2, 1.0, 0.5)
    with pytest.raises(RecipeError, match=r"mix\.share, which is to be a number from 0 to 1"):
        read("[mix]\nshare = 2")
