"""The tasks a recipe can have, each read and made by its own room when it is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from player.training.table import Table

if TYPE_CHECKING:
    from player.training.recipe import Recipe
    from player.training.task import Task

TASKS = ("classify",)


def read_settings(task: str, table: Table) -> Any:
    """What the task makes of the recipe's whole `table`. Raises RecipeError."""
    from player.training.classify_settings import read_classify

    return read_classify(table)


def make_task(recipe: Recipe, folder: Path, device: str) -> Task:
    """The recipe's task over the data in `folder`. Slow: it reads them. Raises DataError, RecipeError."""
    raise NotImplementedError
