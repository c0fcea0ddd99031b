"""A training that takes milliseconds: bars in four places, and a network of a few hundred weights with all that makes
going on difficult (dropout, batch normalisation, a shuffled order, noise of its own)."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn

from player.analysis.card import InputSpec, ModelCard
from player.training.events import End, Event
from player.training.metrics import Tally
from player.training.optimiser_settings import OptimiserSettings, ScheduleSettings
from player.training.optimisers import Group, group_parameters
from player.training.recipe import Recipe
from player.training.run import Run
from player.training.run_folder import Circumstances, RunFolder
from player.training.seeds import derive
from player.training.task import Batch, Evaluation, Split, Task

SIDE = 8
CLASSES = ("left", "right", "top", "bottom")

SGD = OptimiserSettings("sgd", 0.05, 0.9, True, (0.9, 0.999), 1e-4, True, ())
COSINE = ScheduleSettings("cosine", 1.0, 0.0, (), 1.0)

RECIPE = Recipe(
    name="bars",
    title="Bars in four places",
    task="classify",
    epochs=3,
    batch=8,
    seed=7,
    device="cpu",
    amp="off",
    ema=0.0,
    clip=0.0,
    early_stop=0,
    checkpoint_s=1e9,
    optimiser=SGD,
    schedule=COSINE,
    settings=None,
    text="[task]\nname = 'bars'\n",
)


def recipe(**changes: Any) -> Recipe:
    return dataclasses.replace(RECIPE, **changes)


class BarsTask:
    """See `Task`. Five steps an epoch; with `test`, there are test pictures too."""

    classes = CLASSES
    counts = (40, 16)
    steps = 5
    metric = "accuracy"

    def __init__(self, recipe: Recipe, *, test: bool = False) -> None:
        self._recipe = recipe
        self._train, self._valid = bars(40, 1), bars(16, 2)
        self._test = bars(16, 3) if test else None

    def build(self) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(1, 6, 3, padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(24, len(CLASSES)),
        )

    def groups(self, network: nn.Module) -> list[Group]:
        return group_parameters(network, self._recipe.optimiser)

    def begin_epoch(self, network: nn.Module, epoch: int) -> None:
        network.train()

    def batches(self, epoch: int, first: int) -> Generator[Batch]:
        generator = torch.Generator().manual_seed(derive(self._recipe.seed, "order", epoch))
        order = torch.randperm(40, generator=generator)
        for step in range(first, self.steps):
            places = order[step * 8 : step * 8 + 8]
            yield Batch(self._train.pictures[places], self._train.targets[places])

    def prepare(self, batch: Batch, epoch: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        device = generator.device
        pictures = batch.pictures.to(device).float() / 255
        noise = torch.randn(pictures.shape, generator=generator, device=device)
        return pictures + 0.1 * noise, batch.targets.to(device)

    def loss(self, outputs: Tensor, targets: Tensor, epoch: int) -> Tensor:
        return nn.functional.cross_entropy(outputs, targets)

    def evaluate(self, network: nn.Module, split: Split, check: Callable[[], None]) -> Evaluation | None:
        images = self._valid if split == "valid" else self._test
        if images is None:
            return None
        tally = Tally(len(CLASSES))
        device = next(network.parameters()).device
        logits, labels = network(images.pictures.to(device).float() / 255), images.targets.to(device)
        tally.add(logits, labels, nn.functional.cross_entropy(logits.float(), labels))
        check()
        return tally.evaluation()

    def card(self, network: nn.Module) -> ModelCard:
        given = InputSpec(SIDE, SIDE, scale=1 / 255)
        return ModelCard("Bars", "classify", given, "classify", labels=CLASSES)


def bars(count: int, seed: int) -> Batch:
    """As many of each class as of any other."""
    generator = torch.Generator().manual_seed(seed)
    pictures = torch.randint(0, 120, (count, 1, SIDE, SIDE), generator=generator, dtype=torch.uint8)
    labels = torch.arange(count) % len(CLASSES)
    places = ((slice(None), slice(0, 2)), (slice(None), slice(6, 8)), (slice(0, 2), slice(None)), (slice(6, 8),))
    for picture, label in zip(pictures, labels, strict=True):
        picture[(0, *places[int(label)])] += 100
    return Batch(pictures, labels)


def train(
    folder: Path,
    recipe: Recipe = RECIPE,
    *,
    task: Task | None = None,
    resume: bool = False,
    stop: Callable[[], bool] = lambda: False,
    told: list[Event] | None = None,
    draw: bool = False,
    device: str = "cpu",
) -> End:
    """One run in `folder`; what it tells is added to `told`. Pictures are drawn if asked for: that takes a while."""
    folder.mkdir(exist_ok=True)
    listeners = () if told is None else (told.append,)
    where = Circumstances(folder, device, 1)
    task = task or BarsTask(recipe)
    with (
        contextlib.nullcontext() if draw else mock.patch("player.training.run.Drawing"),
        Run(recipe, task, RunFolder(folder), where, listeners=listeners, stop=stop, say=print) as run,
    ):
        return run.train(resume=resume)
