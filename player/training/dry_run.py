"""What a run would learn from, told without learning: what would be refused is refused here; nothing is written."""

from __future__ import annotations

import torch

from player.errors import plain
from player.training.classify import ClassifyTask
from player.training.data.checks import size_text
from player.training.data.image_set import Splits, class_counts
from player.training.recipe import Recipe
from player.training.run_folder import Circumstances
from player.training.starting import make_task

_NAME_WIDTH = 40


def describe(recipe: Recipe, circumstances: Circumstances) -> list[str]:
    """Lines for people. Reads the data and makes the network. Raises PlayerError."""
    torch.set_num_threads(circumstances.threads)
    task = make_task(recipe, circumstances.data, torch.device(circumstances.device))
    network = task.build()
    count = sum(each.numel() for each in network.parameters())
    train, valid = task.counts
    lines = [
        f"recipe    {recipe.name}: {recipe.title or recipe.task}",
        f"data      {circumstances.data}",
        f"pictures  {train} to learn from, {valid} to judge by, {len(task.classes)} classes",
        f"steps     {task.steps} an epoch of {recipe.batch} pictures, {recipe.epochs} epochs",
        f"network   {count} parameters",
    ]
    if isinstance(task, ClassifyTask):
        whole = task.images.train.shape
        cut = f", of which the network gets {size_text(task.shape)}" if task.shape != whole else ""
        lines += [f"size      {size_text(whole)}{cut}", "", *_table(task.images)]
    return [plain(line) for line in lines]


def _table(images: Splits) -> list[str]:
    """How many pictures of each class there are for what."""
    parts = {"train": images.train, "valid": images.valid, "test": images.test}
    counts = {name: class_counts(part) for name, part in parts.items() if part is not None}
    names = [name if len(name) <= _NAME_WIDTH else f"{name[: _NAME_WIDTH - 3]}..." for name in images.train.classes]
    width = max(len("class"), *map(len, names))
    lines = [f"{'class':{width}}" + "".join(f"{name:>9}" for name in counts)]
    for number, name in enumerate(names):
        lines.append(f"{name:{width}}" + "".join(f"{count[number]:9d}" for count in counts.values()))
    return lines
