"""Runs that are over or were broken off, as their folders tell. Read on any thread but the window's."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from player.errors import plain
from player.training.events import End, Epoch, Start
from player.training.run_folder import RunFolder
from ui.training.curves import Curves, curves_of
from ui.training.wire import number, read_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from player.training.events import Event

State = Literal["under way", "done", "stopped", "broken off", "unusable"]
"""`under way` by whatever process; `broken off` was killed; `unusable` has neither checkpoint nor weights."""
MOST_RUNS = 200
PART = 1 << 16
"""Of a file of events, from its beginning and from its end: enough for what a list tells."""
MOST_BYTES = 64 << 20
MOST_RECIPE = 1 << 20


@dataclass(frozen=True, slots=True)
class Run:
    folder: str
    name: str
    """The recipe's."""
    state: State
    epoch: int
    """The last that was finished."""
    epochs: int
    data: str
    device: str
    best: float | None
    metric: str
    weights: str
    """What can be opened as an overlay; '' while there is nothing."""
    can_resume: bool
    changed_s: float
    """When something was last written, as `time.time()` counts."""


def read_runs(home: Path | None, others: Sequence[str]) -> tuple[Run, ...]:
    """The runs in the folder `home`, and those of `others` that are still there; the latest first."""
    folders = []
    if home is not None:
        try:
            folders = [each.path for each in os.scandir(home) if each.is_dir()]
        except OSError:
            folders = []
    found = [run for folder in dict.fromkeys([*folders, *others]) if (run := read_run(folder)) is not None]
    return tuple(sorted(found, key=lambda run: -run.changed_s)[:MOST_RUNS])


def read_run(folder: str) -> Run | None:
    """None where there is no run."""
    place = RunFolder(Path(folder))
    if not place.recipe.is_file() or (place.metrics.exists() and not place.metrics.is_file()):
        return None  # a pipe, say, would be waited for
    try:
        about = _about(place.recipe)
        changed_s = max(_time(place.recipe), _time(place.metrics), _time(place.checkpoint))
        events = list(_events(_ends(place.metrics)))
    except (OSError, ValueError, RecursionError):
        return None
    starts = [event for event in events if isinstance(event, Start)]
    epochs = [event for event in events if isinstance(event, Epoch)]
    last = starts[-1] if starts else None
    name = str(about.get("name", place.path.name))
    weights, card = place.weights(name), place.card(name)
    usable = os.path.basename(name) == name and weights.is_file() and card.is_file()
    is_written = _is_locked(place.metrics)
    can_resume = place.checkpoint.is_file() and not is_written
    end = events[-1] if events and isinstance(events[-1], End) else None
    metric = "accuracy" if last is None else last.metric
    best = _best(epochs, end, metric)
    state: State = "broken off" if can_resume or usable else "unusable"
    if is_written:
        state = "under way"
    elif end is not None:
        state = "stopped" if end.reason == "stopped" else "done"
    return Run(
        folder=str(place.path), name=plain(name), state=state, epoch=max((each.epoch for each in epochs), default=0),
        epochs=_whole(about.get("epochs")) if last is None else last.epochs, data="" if last is None else last.data,
        device="auto" if last is None else last.device, best=best, metric=metric,
        weights=str(weights) if usable else "", can_resume=can_resume, changed_s=changed_s,
    )  # fmt: skip


def read_curves(folder: str) -> Curves:
    """All that the run has told; empty where that cannot be read."""
    try:
        with open(RunFolder(Path(folder)).metrics, "rb") as file:
            return curves_of(_events(file.read(MOST_BYTES)))
    except OSError:
        return Curves()


def _about(recipe: Path) -> dict[str, object]:
    """The recipe's own table. Raises OSError, ValueError."""
    with open(recipe, "rb") as file:
        about = tomllib.loads(file.read(MOST_RECIPE).decode("utf-8", "replace")).get("task", {})
    return about if isinstance(about, dict) else {}


def _ends(path: Path) -> bytes:
    """The file's beginning and its end, on lines of their own."""
    try:
        with open(path, "rb") as file:
            head = file.read(PART)
            size = file.seek(0, os.SEEK_END)
            if size <= PART:
                return head
            file.seek(max(PART, size - PART))
            return head.rpartition(b"\n")[0] + b"\n" + file.read(PART).partition(b"\n")[2]
    except FileNotFoundError:
        return b""


def _events(data: bytes) -> Iterable[Event]:
    for line in data.split(b"\n"):
        event = read_event(line.decode("utf-8", "replace"))
        if event is not None:
            yield event


def _best(epochs: Sequence[Epoch], end: End | None, metric: str) -> float | None:
    if end is not None and number(end.best.get(metric)) is not None:
        return number(end.best.get(metric))
    best = [each for each in epochs if each.best]
    return number(best[-1].valid.get(metric)) if best else None


def _is_locked(path: Path) -> bool:
    """Whether a process writes there, which holds a lock meanwhile. False where the system does not tell.

    The list is read: to try the lock would be in the way of a process that is about to take it.
    """
    try:
        about = path.stat()
        with open("/proc/locks", encoding="ascii") as file:
            locks = file.read()
    except (OSError, ValueError):
        return False
    device = f"{os.major(about.st_dev):02x}:{os.minor(about.st_dev):02x}:{about.st_ino}"
    return any(device in line.split() for line in locks.splitlines())


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
