"""Learning to find lines of text, in pictures that are made for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from player.analysis.card import InputSpec, ModelCard
from player.analysis.decoders import make_decoder
from player.analysis.nets.text_lines import TextLines
from player.training.optimisers import Group, group_parameters
from player.training.recipe import Recipe
from player.training.seeds import derive
from player.training.task import Batch, Evaluation, Split
from player.training.text.fonts import open_shelf
from player.training.text.loss import text_loss
from player.training.text.making import Plan, made
from player.training.text.pictures import TextPicture
from player.training.text.score import Score, score
from player.training.text.settings import TextSettings
from player.training.text.targets import make_targets

_MIDDLE, _SPREAD = 0.5, 0.25
"""What the network takes: (value - middle) / spread."""
_CONF = 0.5
_RARE = -3.0
"""The logit of a line's heart before anything is learned: most places are none."""
_USUAL_REACH = 2.0
"""The logarithm of the distance to a line's edge."""


class TextTask:
    """See `Task`."""

    def __init__(self, recipe: Recipe, folder: Path, device: torch.device) -> None:
        """Looks at all fonts below `folder`. Raises FontError where there are none."""
        settings: TextSettings = recipe.settings
        self._recipe, self._settings, self._device = recipe, settings, device
        folders = [folder / each for each in settings.fonts]
        self._train = Plan(open_shelf(folders, held_out=False), settings.size, derive(recipe.seed, "train"))
        self._valid = Plan(self._train.shelf, settings.size, derive(recipe.seed, "valid"))
        self._test: Plan | None = None
        if settings.test:
            unseen = open_shelf(folders, held_out=True)
            self._test = Plan(unseen, settings.test_size, derive(recipe.seed, "test"), held_out=True)
        self._judged: tuple[TextPicture, ...] = ()
        self._decoder = make_decoder("text-map", {}, 1)
        self.classes = ("text",)
        self.counts = (settings.pictures, settings.valid)
        self.steps = max(1, settings.pictures // recipe.batch)
        self.metric = "f1"

    def build(self) -> TextLines:
        settings = self._settings
        network = TextLines(settings.widths, settings.blocks, settings.neck)
        last = network.head[-1]
        assert isinstance(last, nn.Conv2d)
        assert last.bias is not None
        with torch.no_grad():
            last.bias[:4] = _RARE
            last.bias[4:] = _USUAL_REACH
        return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def groups(self, network: nn.Module) -> list[Group]:
        return group_parameters(network, self._recipe.optimiser)

    def begin_epoch(self, network: nn.Module, epoch: int) -> None:
        network.train()

    def batches(self, epoch: int, first: int) -> Generator[Batch]:
        size = self._recipe.batch
        begin = epoch * self.steps * size
        numbers = range(begin + first * size, begin + self.steps * size)
        with made(self._train, numbers, self._settings.processes) as pictures:
            while some := list(itertools.islice(pictures, size)):
                yield _batch(some)

    def prepare(self, batch: Batch, epoch: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        return self._normal(batch.pictures), batch.targets.to(self._device)

    def loss(self, outputs: Tensor, targets: Tensor, epoch: int) -> Tensor:
        return text_loss(outputs, targets)

    def evaluate(self, network: nn.Module, split: Split, check: Callable[[], None]) -> Evaluation | None:
        if split == "test":
            if self._test is None:
                return None
            with made(self._test, range(self._settings.test), self._settings.processes) as pictures:
                return self._judge(network, pictures, check)
        if not self._judged:
            with made(self._valid, range(self._settings.valid), self._settings.processes) as pictures:
                self._judged = tuple(pictures)
        return self._judge(network, self._judged, check)

    def card(self, network: nn.Module) -> ModelCard:
        width, height = self._settings.test_size
        three = (_MIDDLE, _MIDDLE, _MIDDLE), (_SPREAD, _SPREAD, _SPREAD)
        return ModelCard(
            name=self._recipe.title or self._recipe.name,
            task="detect",
            input=InputSpec(
                width, height, fit="letterbox", fill=255 * _MIDDLE, order="rgb", scale=1 / 255, mean=three[0],
                std=three[1], multiple=32,
            ),
            decoder="text-map",
            labels=self.classes,
            conf=_CONF,
        )  # fmt: skip

    def _judge(self, network: nn.Module, pictures: Iterable[TextPicture], check: Callable[[], None]) -> Evaluation:
        total, losses = Score(), []
        for picture in pictures:
            batch = _batch([picture])
            maps = network(self._normal(batch.pictures)).float()
            raw = torch.cat((torch.logit(maps[:, :1], eps=1e-6), maps[:, 1:].log()), dim=1)
            losses.append(float(text_loss(raw, batch.targets.to(self._device))))
            height, width = picture.pixels.shape[:2]
            [found] = self._decoder.decode({"map": maps.cpu().numpy()}, (width, height))
            sure = found.xyxy[found.confidence >= _CONF]
            total += score(sure, picture.xyxy[picture.is_readable], picture.xyxy[~picture.is_readable])
            check()
        figures = {"precision": total.precision, "recall": total.recall, "f1": total.f1}
        return Evaluation({"loss": float(np.mean(losses)), **figures})

    def _normal(self, pictures: Tensor) -> Tensor:
        on_device = pictures.to(self._device, non_blocking=True).contiguous(memory_format=torch.channels_last)
        return (on_device.float() / 255 - _MIDDLE) / _SPREAD


def _batch(pictures: Sequence[TextPicture]) -> Batch:
    """Targets [n, 4, h, w]: heart, weight, up, down."""
    targets = [make_targets(picture) for picture in pictures]
    maps = np.stack([np.stack((each.heart, each.weight, each.up, each.down)) for each in targets])
    pixels = np.stack([picture.pixels.transpose(2, 0, 1) for picture in pictures])
    return Batch(torch.from_numpy(pixels), torch.from_numpy(maps))
