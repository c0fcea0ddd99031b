"""`overplay train`: a network learns by a recipe, in this process."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from player.cli.detect_options import device
from player.cli.frames import positive
from player.cli.main import FINE, INTERRUPTED, REFUSED, say
from player.cli.options import Parser
from player.errors import PlayerError, RecipeError, UsageError

if TYPE_CHECKING:
    from player.training.events import End, Event, Listener
    from player.training.recipe import Recipe
    from player.training.run_folder import RunFolder

NICENESS = 10
"""Who plays comes before who learns."""


def run(arguments: Sequence[str]) -> int:
    """The exit code; raises PlayerError."""
    given = _parser().parse_args(arguments)
    if given.list:
        return _list()
    if given.check:
        return _check(given)
    if not given.events:
        return _train(given, None)
    from player.training.events import Failure, writes_lines

    tell = writes_lines(sys.stdout)
    try:
        return _train(given, tell)
    except PlayerError as error:
        tell(Failure(str(error)))
        return REFUSED


def _parser() -> Parser:
    parser = Parser(
        "overplay train",
        usage="overplay train RECIPE [--data DIR] [--out DIR] [OPTIONS]\n"
        "       overplay train --resume --out DIR\n"
        "       overplay train RECIPE --check [--data DIR]\n"
        "       overplay train --list",
        description="A network learns by a recipe: the name of one that comes along, or a TOML file.",
        epilog="The run's folder gets the recipe, the figures (metrics.jsonl, tensorboard/), a checkpoint, curves and\n"
        "confusions as PNG, and the best weights with the card by which the player opens them. Ctrl+C ends a run\n"
        "after its step; --resume goes on from there, and after a kill from the last checkpoint, to the same figures.",
    )
    parser.add_argument("recipe", nargs="?", metavar="RECIPE", help="a recipe's name or file")
    parser.add_argument("--list", action="store_true", help="tell the recipes that come along, and end")
    parser.add_argument("--check", action="store_true", help="tell what it would learn from, and end")
    parser.add_argument("--data", default="", metavar="DIR", help="the folder that the recipe's paths are in (here)")
    parser.add_argument("--out", metavar="DIR", help="the run's folder (a new one among Overplay's own)")
    parser.add_argument("--device", type=device, metavar="D", help="auto, cpu, cuda[:N], mps or xpu (the recipe's)")
    parser.add_argument("--epochs", type=positive, metavar="N", help="instead of as many as the recipe says")
    parser.add_argument("--threads", type=positive, metavar="N", help="of the CPU (as many as there are)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in DIR, or the recipe's last one")
    parser.add_argument("--events", action="store_true", help="print what happens as JSON lines")
    return parser


def _list() -> int:
    from player.training.recipe import load_recipe, recipe_files

    for path in recipe_files():
        recipe = load_recipe(path)
        print(f"{path.stem:24} {recipe.title}")
    return FINE


def _check(given: argparse.Namespace) -> int:
    recipe, _folder = _choose(given)
    from player.training.dry_run import describe
    from player.training.starting import settle

    found = settle(Path(given.data).absolute(), given.device or recipe.device, given.threads)
    for line in describe(recipe, found):
        print(line)
    return FINE


def _train(given: argparse.Namespace, lines: Listener | None) -> int:
    recipe, folder = _choose(given)
    begun = folder.circumstances() if given.resume else None
    with _Interrupts() as interrupts:
        from player.training.events import End
        from player.training.starting import open_run, settle

        try:
            wanted = given.device or (begun.device if begun else recipe.device)
            threads = given.threads or (begun.threads if begun else None)
            data = Path(given.data).absolute() if given.data or begun is None else begun.data
            if hasattr(os, "nice"):
                os.nice(NICENESS)
            with (
                _listening(lines, interrupts) as listen,
                open_run(
                    recipe, folder, settle(data, wanted, threads), listeners=(listen,), stop=interrupts.asked, say=say
                ) as run,
            ):
                interrupts.gently = True
                end = run.train(resume=given.resume)
        except KeyboardInterrupt:
            if lines is not None:
                lines(End("stopped"))
            raise
    if lines is None:
        _tell(end, folder)
    return INTERRUPTED if end.reason == "stopped" else FINE


def _choose(given: argparse.Namespace) -> tuple[Recipe, RunFolder]:
    """What is to be learned, and where its run lies. Raises UsageError, RecipeError."""
    from player.training.recipe import find_recipe, load_recipe
    from player.training.run_folder import RunFolder, last_run, new_run

    recipe = load_recipe(find_recipe(given.recipe)) if given.recipe else None
    if recipe is not None and given.epochs:
        from player.training.epochs import with_epochs

        recipe = with_epochs(recipe, given.epochs)
    if not given.resume:
        if recipe is None:
            raise UsageError("A recipe is needed: --list tells those that come along.")
        folder = RunFolder(Path(given.out).absolute() if given.out else new_run(recipe.name, datetime.now()))
        if not folder.is_free:
            raise UsageError(f"{folder.path} is there already; --resume goes on with the run in it.")
        return recipe, folder
    if recipe is None and given.epochs:
        raise UsageError("A run goes on over as many epochs as it was begun with; --epochs is for a new one.")
    path = Path(given.out).absolute() if given.out else last_run(recipe.name) if recipe else None
    if path is None:
        raise UsageError("There is no run to go on with." if recipe else "--resume needs a recipe, or --out DIR.")
    run = RunFolder(path)
    if not run.recipe.is_file():
        raise UsageError(f"There is no run in {path} to go on with.")
    begun = load_recipe(run.recipe)
    if recipe is not None and recipe.text != begun.text:
        raise RecipeError(f"The run in {path} was begun with another recipe, or the recipe was changed since.")
    return begun, run


@contextlib.contextmanager
def _listening(lines: Listener | None, interrupts: _Interrupts) -> Iterator[Listener]:
    """Who is told of it: the reader of the lines, without whom there is no going on, or a person."""
    if lines is None:
        from player.cli.train_progress import TrainProgress

        with TrainProgress() as progress:
            yield progress.listen
        return

    def listen(event: Event) -> None:
        try:
            lines(event)
        except BrokenPipeError:
            interrupts.ask()

    yield listen


class _Interrupts:
    """SIGINT and SIGTERM: at once while nothing is lost by it, after the step once `gently`; the second SIGINT at once.

    Use as a context manager.
    """

    def __init__(self) -> None:
        self.gently = False
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    def asked(self) -> bool:
        return self._asked

    def ask(self) -> None:
        self._asked = True

    def __enter__(self) -> _Interrupts:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_unused: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if not self.gently or (self._asked and number == signal.SIGINT):
            raise KeyboardInterrupt
        self._asked = True


def _tell(end: End, folder: RunFolder) -> None:
    """What came of it, on standard error."""
    from player.training.result import figures

    if end.best:
        say(f"The best epoch is {end.best['epoch']:.0f}: {figures(end.best)}.")
    if end.test:
        say(f"On the test pictures: {figures(end.test)}.")
    if end.reason == "stopped":
        say(f"Stopped; `overplay train --resume --out {folder.path}` goes on.")
    elif end.reason == "early-stop":
        say("Ended early: it got no better.")
    if end.weights:
        say(f"The weights are {end.weights}.")
