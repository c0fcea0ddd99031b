"""A recipe: everything that makes a training what it is, in one TOML file, checked once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from player.errors import RecipeError
from player.training.optimiser_settings import OptimiserSettings, ScheduleSettings, read_optimiser, read_schedule
from player.training.table import Table

Amp = Literal["off", "fp16", "bf16", "auto"]

RECIPES = Path(__file__).parent / "recipes"
"""Those that come along."""

_LARGEST_BYTES = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One training. `settings` is what the task's own room made of the tables that are its own."""

    name: str
    """Also of the weights' file."""
    title: str
    """For people: what this trains."""
    task: str
    """A name of player.training.tasks."""
    epochs: int
    batch: int
    seed: int
    device: str
    """As `--device` takes it."""
    amp: Amp
    """auto: bf16 or fp16 on a GPU, off elsewhere."""
    ema: float
    """The weights' moving average keeps so much of itself at each step, and is what is judged and kept; 0: none."""
    clip: float
    """The gradient's greatest length; 0: any."""
    early_stop: int
    """Ends after so many epochs that were no better than the best; 0: never."""
    checkpoint_s: float
    """At most so many seconds of work are lost by a kill, where writing costs little beside them."""
    optimiser: OptimiserSettings
    schedule: ScheduleSettings
    settings: Any
    text: str
    """The file's."""


def find_recipe(wanted: str) -> Path:
    """The file of a recipe that is told by its path, or by the name of one that comes along. Raises RecipeError."""
    path = Path(wanted)
    if path.suffix == ".toml" or path.is_file():
        return path
    inside = RECIPES / f"{wanted}.toml"
    if _NAME.fullmatch(wanted) and inside.is_file():
        return inside
    raise RecipeError(f"There is no recipe {wanted}: --list tells those that come along, and a path ends in .toml.")


def recipe_files() -> tuple[Path, ...]:
    """Those that come along, by name."""
    return tuple(sorted(RECIPES.glob("*.toml")))


def load_recipe(path: Path) -> Recipe:
    """Raises RecipeError, which names the key that is wrong."""
    from player.analysis.model_file import read_regular
    from player.errors import ModelError

    try:
        data = read_regular(path)
    except ModelError as error:
        raise RecipeError(str(error)) from error
    if len(data) > _LARGEST_BYTES:
        raise RecipeError(f"Cannot open {path}: no recipe is larger than a megabyte.")
    return read_recipe(data.decode("utf-8", "replace"), path.name)


def read_recipe(text: str, told_by: str) -> Recipe:
    """The recipe of a file's text; `told_by` is the name to give in errors. Raises RecipeError."""
    from player.training.tasks import TASKS, read_settings

    try:
        table = Table(tomllib.loads(text), told_by)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"The recipe {told_by} is no TOML: {error}.") from error
    about = table.table("task")
    name = about.text("name")
    if not _NAME.fullmatch(name):
        raise about.wrong("name", "letters, digits, points, dashes and underscores, 64 at most")
    task = about.choice("task", TASKS)
    epochs = about.whole("epochs", least=1)
    recipe = Recipe(
        name=name,
        title=about.text("title", ""),
        task=task,
        epochs=epochs,
        batch=about.whole("batch", least=1),
        seed=about.whole("seed", 1),
        device=about.text("device", "auto"),
        amp=cast(Amp, about.choice("amp", get_args(Amp), "auto")),
        ema=about.number("ema", 0.0, least=0, most=0.99999),
        clip=about.number("clip", 0.0, least=0),
        early_stop=about.whole("early_stop", 0),
        checkpoint_s=about.number("checkpoint_s", 60.0, least=0),
        optimiser=read_optimiser(table.table("optimiser")),
        schedule=read_schedule(table.table("schedule"), epochs),
        settings=read_settings(task, table, epochs),
        text=text,
    )
    table.finish()
    return recipe
