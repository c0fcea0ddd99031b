"""A recipe over another number of epochs than it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from player.errors import RecipeError
from player.training.recipe import read_recipe

if TYPE_CHECKING:
    from player.training.recipe import Recipe

_LINE = re.compile(r"^(\[task\][^\n]*\n(?:(?!\[)[^\n]*\n)*?[ \t]*epochs[ \t]*=[ \t]*)\d[\d_]*", re.MULTILINE)
"""Up to the number in the task's own table."""


def with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    """As if its text had said so, which it then does: a run is resumed by its text. Raises RecipeError."""
    changed = _LINE.sub(lambda found: f"{found[1]}{epochs}", recipe.text, count=1)
    made = read_recipe(changed, recipe.name)
    if made.epochs != epochs:
        raise RecipeError(
            f"The recipe {recipe.name} has its epochs on no line of their own, where they can be changed."
        )
    return made
