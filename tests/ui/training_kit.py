"""Trainings by a process that says what the test wants, and folders as runs leave them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.ui.window_kit import wait_until
from ui.training.plan import Plan
from ui.training.training import Training

if TYPE_CHECKING:
    from collections.abc import Iterator

FAKE = Path(__file__).parents[1] / "helpers" / "fake_training.py"
RECIPE = """
[task]
name = "{name}"
title = "{title}"
task = "classify"
epochs = 3
batch = 8
"""


def take_fake(training: Training, mode: str, name: str = "tiny") -> None:
    """Its next processes are fake ones; the interpreter comes without what it would load for others."""
    training.arguments = lambda plan, threads: ["-I", "-S", str(FAKE), mode, plan.out, name]


@contextmanager
def a_training(mode: str = "good", name: str = "tiny") -> Iterator[Training]:
    training = Training(lambda: 0.0)
    take_fake(training, mode, name)
    try:
        yield training
    finally:
        training.shutdown()
        training.deleteLater()


def begin(training: Training, run: object = "/runs/tiny-1") -> None:
    training.start(Plan("tiny", out=str(run)))


def until_over(training: Training) -> None:
    wait_until(lambda: not training.is_running, "the end of the training", 20_000)


def until_epoch(training: Training, epoch: int) -> None:
    def is_there() -> bool:
        step = training.step
        return step is not None and step.epoch >= epoch

    wait_until(is_there, f"epoch {epoch}", 20_000)


def make_run(
    folder: Path, *, epochs: int = 2, end: str | None = "stopped", name: str = "tiny", weights: bool = True
) -> Path:
    """A folder as a run of `epochs` of 3 leaves it."""
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(RECIPE.format(name=name, title="Tiny pictures"))
    lines = [
        {"event": "start", "run": str(folder), "name": name, "task": "classify", "epochs": 3, "steps": 4, "epoch": 1,
         "device": "cpu", "parameters": 10, "classes": [], "train": 48, "valid": 16, "data": "/data"},
    ]  # fmt: skip
    for epoch in range(1, epochs + 1):
        lines.append({"event": "step", "epoch": epoch, "step": 2, "loss": 1 / epoch, "lr": 0.1, "rate": 9.0,
                      "left_s": 1.0})  # fmt: skip
        lines.append({"event": "epoch", "epoch": epoch, "train": {"loss": 1 / epoch}, "best": True, "seconds": 1.0,
                      "valid": {"loss": 1 / epoch, "accuracy": epoch / 4}})  # fmt: skip
    if end is not None:
        lines.append({"event": "end", "reason": end, "best": {"epoch": epochs, "accuracy": epochs / 4}})
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "checkpoint.pt").write_bytes(b"no matter")
    if weights:
        (folder / f"{name}.safetensors").write_bytes(b"no matter")
        (folder / f"{name}.toml").write_text("task = 'classify'\n")
    return folder
