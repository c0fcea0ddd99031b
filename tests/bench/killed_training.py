"""Kills trainings (kill -9) at random moments, goes on with each, and compares with one that was let alone.

    python -m tests.bench.killed_training [--kills 20] [--pictures 2048] [--epochs 4] [--folder DIR]

Every run is the whole command, `overplay train`, in a process of its own; it is forked from this one, which has torch
loaded already. A killed run goes on by --resume, is killed once more now and then, and goes on to its end. The figures
that were kept (but what a clock measured), the weights and the checkpoint have to be the same, byte for byte and number
for number. Exits with 1 where one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from player.cli.main import main as overplay

RECIPE = """
[task]
name = "digits"
task = "classify"
epochs = {epochs}
batch = 32
seed = 3
device = "cpu"
amp = "off"
ema = 0.99
clip = 5.0
checkpoint_s = 0

[data]
kind = "npz"
train = "digits.npz"
valid_share = 0.25
test = "digits.npz"

[augment]
crop = [24, 2]
rotate = 10

[network]
name = "cifar-cnn"
width = 4
dense = 16
size = 24

[mix]
mixup = 0.4
cutmix = 1.0

[optimiser]
name = "sgd"
lr = 0.05
nesterov = true
weight_decay = 1e-4

[schedule]
name = "cosine"
warmup_epochs = 0.5
"""
CLOCK = ("rate", "left_s", "seconds", "run", "weights", "card")


def warm_up() -> None:
    """What takes seconds to load is loaded here once, so that the runs are killed at what they do."""
    import matplotlib.figure
    import tensorboardX  # noqa: F401

    import player.training.starting  # noqa: F401

    torch.set_num_threads(1)
    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.1)
    matplotlib.figure.Figure().savefig(os.devnull, format="png")


def make_data(folder: Path, pictures: int) -> None:
    """Squares in four corners, of four colours."""
    chance = np.random.default_rng(5)
    labels = np.arange(pictures) % 4
    pixels = chance.integers(0, 140, (pictures, 24, 24, 3), dtype=np.uint8)
    for picture, label in zip(pixels, labels, strict=True):
        picture[12 * (label // 2) :, 12 * (label % 2) :, label % 3][:12, :12] += 100
    np.savez(folder / "digits.npz", x=pixels, y=labels.astype(np.uint8))


def start(*arguments: str) -> int:
    """The command in a process of its own; its number."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        code = overplay(["train", *arguments])
    finally:
        os._exit(code)


def wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at(child: int, metrics: Path, lines: int, seconds: float) -> bool:
    """So many seconds after there are so many lines of figures; whether it still ran then."""
    while not metrics.is_file() or metrics.read_bytes().count(b"\n") < lines:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert os.waitstatus_to_exitcode(status) == 0, "a run that was not killed fails"
            return False
        time.sleep(0.005)
    time.sleep(seconds)  # the moment is what is tried here
    os.kill(child, signal.SIGKILL)
    return wait(child) == -signal.SIGKILL


def outcome(folder: Path) -> tuple[list[dict[str, Any]], bytes, dict[str, Any]]:
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    course = [{key: value for key, value in line.items() if key not in CLOCK} for line in lines]
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    return course, (folder / "digits.safetensors").read_bytes(), state["learner"]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else bool(one == other)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pictures", type=int, default=2048)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="killed-training-"))
    folder.mkdir(parents=True, exist_ok=True)
    warm_up()
    make_data(folder, given.pictures)
    recipe = folder / "recipe.toml"
    recipe.write_text(RECIPE.format(epochs=given.epochs))
    common = (str(recipe), "--data", str(folder), "--threads", "1")

    whole = folder / "whole"
    assert wait(start(*common, "--out", str(whole))) == 0, "the run that is let alone fails"
    wanted = outcome(whole)
    print(f"let alone: {len(wanted[0])} lines of figures")

    chance = random.Random(given.seed)
    kills = wrong = at = 0
    while kills < given.kills:
        at += 1
        out = folder / f"killed-{at}"
        resume: list[str] = []
        moments = []
        for _ in range(min(chance.choice((1, 1, 2)), given.kills - kills)):
            lines, seconds = chance.randrange(len(wanted[0])), chance.uniform(0, 0.3)
            if kill_at(start(*common, "--out", str(out), *resume), out / "metrics.jsonl", lines, seconds):
                kills += 1
                moments.append(f"{seconds:.2f} s behind line {lines}")
            resume = ["--resume"] if (out / "recipe.toml").is_file() else []
        code = wait(start(*common, "--out", str(out), *resume))
        good = code == 0 and same(outcome(out), wanted) and not list(out.glob("*.part"))
        wrong += not good
        outcome_told = "the same" if good else f"NOT THE SAME, exit code {code}"
        print(f"{kills:3} killed {', then '.join(moments) or 'too late'}: {outcome_told}", flush=True)
        if good:
            shutil.rmtree(out)
    print(f"{kills} kills, {wrong} runs that are not the same")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
