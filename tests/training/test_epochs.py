"""A recipe over another number of epochs: the text changes with it, and nothing else."""

from __future__ import annotations

import pytest

from player.errors import RecipeError
from player.training.epochs import with_epochs
from player.training.recipe import Recipe, read_recipe

TEXT = """
# epochs = 7 was too few
[task]
name = "tiny"
title = "epochs = 9"
task = "classify"
 epochs = {epochs}  # enough
batch = 8

[data]
kind = "npz"
train = "x.npz:train"
valid_share = 0.5

[network]
name = "lenet5"

[optimiser]
name = "sgd"
lr = 0.1

[schedule]
name = "cosine"
warmup_epochs = 1
"""


def recipe(text: str) -> Recipe:
    return read_recipe(text, "tiny.toml")


def test_the_number_alone_is_another() -> None:
    made = with_epochs(recipe(TEXT.format(epochs="1_0")), 25)
    assert made == recipe(TEXT.format(epochs="25"))
    assert made.epochs == 25


def test_what_the_recipe_says_elsewhere_must_still_fit() -> None:
    with pytest.raises(RecipeError, match="schedule"):
        with_epochs(recipe(TEXT.format(epochs=10).replace("warmup_epochs = 1", "warmup_epochs = 5")), 2)


def test_where_the_line_is_not_found_nothing_else_is_changed() -> None:
    begin = 'task = {name = "tiny", task = "classify", epochs = 3, batch = 8}\n'
    text = begin + TEXT[TEXT.index("[data]") :]
    with pytest.raises(RecipeError, match="no line of their own"):
        with_epochs(recipe(text), 5)
