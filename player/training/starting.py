"""From a recipe to a run that can begin: the device, the data, the folder."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

from player.analysis.backends.threads import usable_cores
from player.analysis.devices import resolve
from player.errors import TrainingError
from player.training.events import Listener
from player.training.recipe import Recipe
from player.training.run import Run
from player.training.run_folder import Circumstances, RunFolder
from player.training.task import Task
from player.whole_file import write_whole


def settle(data: Path, device: str, threads: int | None) -> Circumstances:
    """`device` as people say it; `threads` None: as many as there are cores. Raises ModelError for no such device."""
    return Circumstances(data, resolve(device), threads or usable_cores())


def make_task(recipe: Recipe, folder: Path, device: torch.device) -> Task:
    """The recipe's task over the data in `folder`. Slow: it reads them. Raises DataError, RecipeError."""
    if recipe.task == "text":
        from player.training.text.task import TextTask

        return TextTask(recipe, folder, device)
    from player.training.classify import ClassifyTask
    from player.training.rotation import rotated

    return ClassifyTask(recipe, folder, device, rotated if recipe.task == "rotation" else None)


def open_run(
    recipe: Recipe,
    folder: RunFolder,
    circumstances: Circumstances,
    *,
    listeners: tuple[Listener, ...],
    stop: Callable[[], bool],
    say: Callable[[str], None],
) -> Run:
    """The run, with its data read and its folder made: to be closed. Whatever is wrong with either is told by a
    PlayerError, before the folder is made."""
    make_exact(circumstances)
    task = make_task(recipe, circumstances.data, torch.device(circumstances.device))
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        if not folder.recipe.exists():
            write_whole(folder.recipe, recipe.text.encode())
    except OSError as error:
        raise TrainingError(f"Cannot write to {folder.path}: {error.strerror}.") from error
    return Run(recipe, task, folder, circumstances, listeners=listeners, stop=stop, say=say)


def make_exact(circumstances: Circumstances) -> None:
    """What is done twice comes out the same: on the CPU with as many threads; on a GPU wherever torch has such a way.

    It has none for the gradients of windows that overlap (a ResNet's first pooling): there the last bits may differ.
    """
    torch.set_num_threads(circumstances.threads)
    if circumstances.device.startswith("cuda"):
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.backends.cudnn.benchmark = False
        torch.use_deterministic_algorithms(True, warn_only=True)
        warnings.filterwarnings("ignore", ".* does not have a deterministic implementation", UserWarning)
        # It would only find mistakes, and costs time.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
