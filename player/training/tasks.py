"""The tasks a recipe can have; each room reads what it owns of one. `starting.make_task` makes them."""

from __future__ import annotations

from typing import Any

from player.training.table import Table

TASKS = ("classify", "rotation")


def read_settings(task: str, table: Table, epochs: int) -> Any:
    """What the task makes of the recipe's whole `table`. Raises RecipeError."""
    from player.training.classify_settings import read_classify

    return read_classify(table, epochs)
