"""Learning to tell classes of pictures apart."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import torch
from torch import Tensor, nn

from player.analysis.card import InputSpec, ModelCard
from player.analysis.nets.classifier import Classifier
from player.training.augment.making import make_augmentation, make_normalise, make_validation, output_shape
from player.training.classify_settings import ClassifySettings
from player.training.data.image_set import ImageSet, Splits, class_counts
from player.training.data.opening import open_images
from player.training.data.order import steps_in_epoch, training_batches, whole_batches
from player.training.data.reading import read_batches
from player.training.losses import make_loss
from player.training.metrics import Tally
from player.training.mixing import make_mixing
from player.training.optimisers import Group, group_parameters
from player.training.recipe import Recipe
from player.training.seeds import derive
from player.training.task import Batch, Evaluation, Split
from player.training.transfer import begin_epoch, build_network

_LEAST_JUDGED = 256
"""Pictures at once where nothing is learned, which needs less memory."""


class ClassifyTask:
    """See `Task`. Of the whole network's weights none are here. `shape` is what the network gets of `images`."""

    def __init__(
        self, recipe: Recipe, folder: Path, device: torch.device, change: Callable[[Splits], Splits] | None = None
    ) -> None:
        """Reads the data in `folder`, which `change` makes other data of. Raises DataError, RecipeError."""
        settings: ClassifySettings = recipe.settings
        self._recipe, self._settings, self._folder, self._device = recipe, settings, folder, device
        images = open_images(settings.data, folder)
        self.images = change(images) if change else images
        train = self.images.train
        self.shape = output_shape(settings.augment, train.shape)
        self._augment = make_augmentation(settings.augment, train.shape)
        self._crop = make_validation(settings.augment, train.shape)
        self._normalise = make_normalise(settings.augment, train.shape).to(device)
        self._loss = make_loss(settings.loss, class_counts(train).tolist())
        self._mix = make_mixing(settings.mix, len(train.classes))
        self.classes = train.classes
        self.counts = (len(train), len(self.images.valid))
        self.steps = steps_in_epoch(len(train), recipe.batch)
        self.metric = settings.metric

    def build(self) -> Classifier:
        return build_network(self._settings.network, len(self.classes), self._folder)

    def groups(self, network: nn.Module) -> list[Group]:
        return group_parameters(network, self._recipe.optimiser)

    def begin_epoch(self, network: nn.Module, epoch: int) -> None:
        assert isinstance(network, Classifier)
        begin_epoch(network, self._settings.network, epoch)

    def batches(self, epoch: int, first: int) -> Generator[Batch]:
        images = self.images.train
        seed = derive(self._recipe.seed, "order", epoch)
        places = training_batches(len(images), self._recipe.batch, seed, first)
        with read_batches(images, places) as batches:
            for pictures, labels in batches:
                yield Batch(pictures, labels)

    def prepare(self, batch: Batch, epoch: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        pictures = self._normalise(self._augment(self._on_device(batch.pictures), generator))
        labels = batch.targets.to(self._device)
        return (pictures, labels) if self._mix is None else self._mix(pictures, labels, generator)

    def loss(self, outputs: Tensor, targets: Tensor, epoch: int) -> Tensor:
        return self._loss(outputs, targets, epoch)

    def evaluate(self, network: nn.Module, split: Split, check: Callable[[], None]) -> Evaluation | None:
        images = self.images.valid if split == "valid" else self.images.test
        return None if images is None else self._judge(network, images, check)

    def card(self, network: nn.Module) -> ModelCard:
        """As the player has to treat a picture, so that the network gets what it learned with."""
        _channels, height, width = self.shape
        given = self._settings.augment
        _channels, *whole = self.images.train.shape
        cropped = self._settings.data.side > 0 or [height, width] != whole
        return ModelCard(
            name=self._recipe.title or self._recipe.name,
            task="classify",
            input=InputSpec(
                width, height, fit="crop" if cropped else "stretch", order="rgb", scale=1 / 255,
                mean=_triple(given.mean, 0.0), std=_triple(given.std, 1.0),
                crop=height / min(whole) if cropped else 1.0,
            ),
            decoder="classify",
            labels=self.classes,
        )  # fmt: skip

    def _judge(self, network: nn.Module, images: ImageSet, check: Callable[[], None]) -> Evaluation:
        tally = Tally(len(self.classes))
        with read_batches(images, whole_batches(len(images), max(_LEAST_JUDGED, self._recipe.batch))) as batches:
            for pictures, labels in batches:
                logits = network(self._normalise(self._crop(self._on_device(pictures))))
                true = labels.to(self._device)
                tally.add(logits, true, nn.functional.cross_entropy(logits.float(), true))
                check()
        return tally.evaluation()

    def _on_device(self, pictures: Tensor) -> Tensor:
        """As numbers from 0 to 1."""
        return pictures.to(self._device, non_blocking=True).float() / 255


def _triple(values: tuple[float, ...], default: float) -> tuple[float, float, float]:
    """Grey pictures have one value, and three where the player makes them of coloured ones."""
    if len(values) == 3:
        return values[0], values[1], values[2]
    value = values[0] if values else default
    return value, value, value
