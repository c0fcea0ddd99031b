"""What a recipe of a classifier says besides the common tables."""

from __future__ import annotations

from dataclasses import dataclass

from player.training.table import Table


@dataclass(frozen=True, slots=True)
class ClassifySettings:
    data: Table
    augment: Table
    network: Table
    loss: Table
    mix: Table


def read_classify(table: Table) -> ClassifySettings:
    """Raises RecipeError."""
    return ClassifySettings(*(table.table(name) for name in ("data", "augment", "network", "loss", "mix")))
