"""The tasks a recipe can have; each room reads what it owns of one. `starting.make_task` makes them."""

from __future__ import annotations

from typing import Any

from player.training.table import Table

TASKS = ("classify", "rotation", "text")


def read_settings(task: str, table: Table, epochs: int) -> Any:
    """What the task makes of the recipe's whole `table`. Raises RecipeError."""
    if task == "text":
        from player.training.text.settings import read_text

        return read_text(table)
    from player.training.classify_settings import read_classify

    return read_classify(table, epochs)
