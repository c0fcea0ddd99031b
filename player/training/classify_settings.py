"""What a recipe of a classifier says besides the common tables."""

from __future__ import annotations

from dataclasses import dataclass

from player.training.augment.settings import AugmentSettings, read_augment
from player.training.data.settings import DataSettings, read_data
from player.training.loss_settings import LossSettings, read_loss
from player.training.mixing_settings import MixSettings, read_mix
from player.training.network_settings import NetworkSettings, read_network
from player.training.table import Table

METRICS = ("accuracy", "balanced_accuracy")


@dataclass(frozen=True, slots=True)
class ClassifySettings:
    data: DataSettings
    augment: AugmentSettings
    network: NetworkSettings
    loss: LossSettings
    mix: MixSettings
    metric: str
    """What tells the best epoch."""


def read_classify(table: Table, epochs: int) -> ClassifySettings:
    """Of the recipe's whole `table`. Raises RecipeError."""
    return ClassifySettings(
        data=read_data(table.table("data")),
        augment=read_augment(table.table("augment")),
        network=read_network(table.table("network")),
        loss=read_loss(table.table("loss"), epochs),
        mix=read_mix(table.table("mix")),
        metric=table.table("task").choice("metric", METRICS, METRICS[0]),
    )
