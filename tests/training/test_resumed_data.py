"""A run that goes on within an epoch gets what it would have got: order, pictures, chance; in memory and from files."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from player.training.data import picture_files
from player.training.recipe import read_recipe
from tests.helpers.libraries import need_torch
from tests.helpers.picture_sets import write_class_folders

torch = need_torch()

from player.training.seeds import derive  # noqa: E402
from player.training.starting import make_task  # noqa: E402

RECIPE = """
[task]
name = "pets"
task = "classify"
epochs = 2
batch = 4
seed = 3

[data]
kind = "folder"
valid_share = 0.2
long_tail = 2
side = 16

[augment]
crop = [16, 4]
flip = true
rotate = 15
jitter = { brightness = 0.2, hue = 0.1 }
erase = 0.5

[network]
name = "cifar-resnet20"

[optimiser]
name = "sgd"
lr = 0.1
"""


def seen(folder: Path, first: int) -> list[tuple[Any, Any]]:
    """What the network gets in epoch 1 from step `first` on, by a task that was just made."""
    recipe = read_recipe(RECIPE, "pets.toml")
    task = make_task(recipe, folder, torch.device("cpu"))
    prepared = []
    for step, batch in enumerate(task.batches(1, first), first):
        generator = torch.Generator().manual_seed(derive(recipe.seed, "augment", 1, step))
        prepared.append(task.prepare(batch, 1, generator))
    return prepared


@pytest.mark.parametrize("memory_bytes", [picture_files.MEMORY_BYTES, 1000])
def test_the_rest_of_an_epoch_is_the_same(tmp_path: Path, memory_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write_class_folders(tmp_path, ("cat", "dog"), 20, 20, 16)
    whole = seen(tmp_path, 0)
    monkeypatch.setattr(picture_files, "MEMORY_BYTES", memory_bytes)
    rest = seen(tmp_path, 2)
    assert len(whole) == 6
    assert len(rest) == 4
    for (pictures, labels), (same, same_labels) in zip(whole[2:], rest, strict=True):
        assert torch.equal(pictures, same)
        assert torch.equal(labels, same_labels)
    assert not torch.equal(whole[0][0], rest[0][0])
    assert "read-pictures" not in {thread.name for thread in threading.enumerate()}
