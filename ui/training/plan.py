"""What a person has chosen to train, and the command that does it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    recipe: str = ""
    """The name of one that comes with the product, or a file's path; a run that goes on has its own."""
    data: str = ""
    """Folder; '' as the recipe says."""
    out: str = ""
    """Folder of the run; '' is a new one among the other runs."""
    device: str = "auto"
    """auto: as the recipe says, or where a run has begun."""
    epochs: int = 0
    """0: as the recipe says."""
    resume: bool = False
    """Go on with the run in `out`."""

    @property
    def name(self) -> str:
        """The recipe's, for people."""
        return os.path.basename(self.recipe).removesuffix(".toml")


def arguments(plan: Plan, threads: int) -> list[str]:
    """Behind the interpreter's name."""
    words = ["-m", "player.cli", "train", *(["--resume"] if plan.resume else [plan.recipe])]
    for option, value in (("--data", plan.data), ("--out", plan.out)):
        if value:
            words += [option, value]
    if plan.device != "auto":
        words += ["--device", plan.device]
    if plan.epochs:
        words += ["--epochs", str(plan.epochs)]
    if not plan.resume:  # which takes as many as it was begun with, or its figures would not be the same
        words += ["--threads", str(threads)]
    return [*words, "--events"]


def free_threads() -> int:
    """One core is left to what plays."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def write_plan(plan: Plan) -> str:
    """For the settings."""
    return json.dumps(asdict(plan))


def read_plan(text: str) -> Plan:
    """As far as it can be read; where it goes and whether it goes on is chosen anew each time."""
    try:
        given = json.loads(text)
    except ValueError:
        return Plan()
    if not isinstance(given, dict):
        return Plan()
    texts = {name: given[name] for name in ("recipe", "data", "device") if isinstance(given.get(name), str)}
    epochs = given.get("epochs")
    return Plan(**texts, epochs=epochs if type(epochs) is int and epochs >= 0 else 0)
