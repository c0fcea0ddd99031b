"""Recipes as they are offered: name, what it trains, how long. Read on any thread but the window's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from player.errors import PlayerError, plain


@dataclass(frozen=True, slots=True)
class Offer:
    recipe: str
    """What the command takes: a name, or a file's path."""
    name: str
    title: str = ""
    epochs: int = 0
    """That it says itself."""
    device: str = "auto"
    problem: str = ""
    """Why it cannot be used."""


def read_offers() -> tuple[Offer, ...]:
    """Those that come with the product."""
    from player.training.recipe import recipe_files

    return tuple(_read(path, path.stem) for path in recipe_files())


def read_offer(path: str) -> Offer:
    """Of a file that somebody has chosen."""
    return _read(Path(path), path)


def _read(path: Path, recipe: str) -> Offer:
    from player.training.recipe import load_recipe

    try:
        read = load_recipe(path)
    except (PlayerError, OSError) as error:
        return Offer(recipe, plain(path.stem), problem=plain(str(error)))
    return Offer(recipe, plain(read.name), plain(read.title), read.epochs, read.device)
