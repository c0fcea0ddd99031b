"""The recipes that come along: each can be read, its network made and its parameters found."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.training.recipe import Recipe, find_recipe, load_recipe, read_recipe, recipe_files
from tests.helpers.libraries import need_torch

torch = need_torch()

from player.analysis.card_file import card_to_toml, read_card  # noqa: E402
from player.training.classify_settings import ClassifySettings  # noqa: E402
from player.training.loss_settings import LossSettings  # noqa: E402
from player.training.optimisers import group_parameters  # noqa: E402
from player.training.starting import make_task  # noqa: E402
from player.training.transfer import build_network  # noqa: E402
from tests.helpers.small_training import train  # noqa: E402

OURS = [path.stem for path in recipe_files() if load_recipe(path).task in ("classify", "rotation")]


@pytest.mark.parametrize("name", OURS)
def test_a_recipe_that_comes_along_is_one(name: str) -> None:
    recipe = load_recipe(find_recipe(name))
    assert recipe.name == name
    assert recipe.title
    settings = dataclasses.replace(recipe.settings.network, weights="")
    network = build_network(settings, 10, Path())
    held = [id(each) for group in group_parameters(network, recipe.optimiser) for each in group.parameters]
    assert sorted(held) == sorted(map(id, network.parameters()))


def test_the_two_long_tailed_recipes_differ_by_what_is_compared_alone() -> None:
    ldam, plain = (load_recipe(find_recipe(f"cifar-lt-{name}")) for name in ("ldam", "cross-entropy"))
    assert ldam.settings.network.parameters == {"normed": True}
    assert ldam.settings.loss == LossSettings("ldam", reweight_epoch=160)
    settings: ClassifySettings = ldam.settings
    alike = dataclasses.replace(settings, network=plain.settings.network, loss=LossSettings())
    assert alike == plain.settings
    assert dataclasses.replace(ldam, name="", title="", settings=None, text="") == dataclasses.replace(
        plain, name="", title="", settings=None, text=""
    )


def small_recipe(name: str, changes: str = "") -> Recipe:
    """A recipe for the pictures of `write_pictures`."""
    text = f"""
    [task]
    name = "try"
    task = "{name}"
    epochs = 2
    batch = 8
    [data]
    kind = "npz"
    train = "some.npz:train"
    valid = "some.npz:valid"
    [augment]
    crop = [16, 2]
    [network]
    name = "cifar-resnet20"
    width = 4
    [optimiser]
    name = "sgd"
    lr = 0.1
    {changes}
    """
    return read_recipe(text, "try.toml")


def write_pictures(folder: Path, side: int = 16) -> None:
    chance = np.random.default_rng(4)
    arrays: dict[str, Any] = {}
    for part, count in (("train", 24), ("valid", 8)):
        arrays[f"{part}_x"] = chance.integers(0, 256, (count, side, side, 3), np.uint8)
        arrays[f"{part}_y"] = np.arange(count) % 4
    np.savez(folder / "some.npz", **arrays)


def test_the_rotation_task_has_four_classes_and_four_times_as_many_pictures(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    task = make_task(small_recipe("rotation"), tmp_path, torch.device("cpu"))
    assert task.classes == ("0°", "90°", "180°", "270°")
    assert (task.counts, task.steps) == ((96, 32), 12)
    network = task.build()
    task.begin_epoch(network, 0)
    batch = next(iter(task.batches(0, 0)))
    pictures, targets = task.prepare(batch, 0, torch.Generator().manual_seed(1))
    assert task.loss(network(pictures), targets, 0).isfinite()


@pytest.mark.parametrize(("side", "fit", "crop"), [(16, "stretch", 1.0), (20, "crop", 0.8)])
def test_the_card_tells_what_of_a_picture_the_network_learned_with(
    tmp_path: Path, side: int, fit: str, crop: float
) -> None:
    write_pictures(tmp_path, side)
    task = make_task(small_recipe("classify"), tmp_path, torch.device("cpu"))
    path = tmp_path / "card.toml"
    path.write_text(card_to_toml(task.card(task.build())), encoding="utf-8")
    given = read_card(path).input
    assert (given.width, given.height, given.fit, given.crop) == (16, 16, fit, crop)


def test_mixed_pictures_meet_ldam_and_late_weights(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    changes = '[mix]\nmixup = 0.4\ncutmix = 1\n[loss]\nname = "ldam"\nreweight_epoch = 1\nsmoothing = 0.1'
    task = make_task(small_recipe("classify", changes), tmp_path, torch.device("cpu"))
    network = task.build()
    for epoch in range(2):
        task.begin_epoch(network, epoch)
        for batch in task.batches(epoch, 0):
            pictures, targets = task.prepare(batch, epoch, torch.Generator().manual_seed(epoch))
            loss: Any = task.loss(network(pictures), targets, epoch)
            loss.backward()
            assert loss.isfinite()


def test_a_stopped_run_thaws_mixes_and_weighs_as_one_that_went_on(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    changes = """
    [[optimiser.groups]]
    match = "layer3.*"
    lr = 0.1
    [mix]
    mixup = 0.4
    cutmix = 1
    [loss]
    name = "ldam"
    reweight_epoch = 1
    [[network.thaw]]
    epoch = 1
    stages = ["layer3"]
    """
    text = small_recipe("classify", changes).text.replace("width = 4", 'width = 4\n    freeze = ["body"]')
    recipe = read_recipe(text, "try.toml")
    device = torch.device("cpu")
    weights = []
    for stops in ((), (2, 2, 1)):  # of 3 steps in each of 2 epochs
        folder = tmp_path / f"run{len(stops)}"
        for at, steps in enumerate(stops):
            asked = iter([False] * (steps - 1))
            train(
                folder, recipe, task=make_task(recipe, tmp_path, device), resume=at > 0, stop=partial(next, asked, True)
            )
        end = train(folder, recipe, task=make_task(recipe, tmp_path, device), resume=bool(stops))
        assert end.reason == "done"
        weights.append(torch.load(folder / "checkpoint.pt", weights_only=True)["learner"]["network"])
    assert all(torch.equal(tensor, weights[1][name]) for name, tensor in weights[0].items())
