"""Stands in for `overplay train --events` as a process: `python fake_training.py MODE RUN [NAME]`. Knows no torch.

It says what the protocol says (player.training.events), or what a process says that has gone wrong.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, NoReturn

EPOCHS, STEPS = 3, 4


def say(event: str, **values: Any) -> None:
    write(json.dumps({"event": event, **values}) + "\n")


def write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def start(run: str, name: str, first: int = 1) -> None:
    say(
        "start", run=run, name=name, task="classify", epochs=EPOCHS, steps=STEPS, epoch=first, device="cpu",
        parameters=61706, classes=["0", "1"], train=48, valid=16, metric="accuracy", data="/data", threads=1,
    )  # fmt: skip


def step(epoch: int, number: int) -> None:
    done = (epoch - 1) * STEPS + number
    say("step", epoch=epoch, step=number, loss=2.0 / done, lr=0.1 / epoch, rate=500.0, left_s=60.0 - done)


def epoch(number: int) -> None:
    for each in range(1, STEPS + 1):
        step(number, each)
    figures = {"loss": 1.0 / number, "accuracy": 0.5 + number / 10}
    say("epoch", epoch=number, train={"loss": 0.9 / number}, valid=figures, best=True, seconds=1.0, lr=0.1)


def end(run: str, name: str, reason: str = "done") -> None:
    weights = os.path.join(run, f"{name}.safetensors")
    say("end", reason=reason, best={"epoch": 3, "accuracy": 0.8}, weights=weights, card=None, test={"accuracy": 0.79})


def wait() -> NoReturn:
    while True:
        signal.pause()


def stopped(run: str, name: str) -> None:
    def leave(*_: object) -> None:
        end(run, name, "stopped")
        sys.exit(130)

    signal.signal(signal.SIGTERM, leave)


def main(mode: str, run: str, name: str) -> int:
    if mode == "silent":
        wait()
    if mode == "error":
        say("error", sentence="The data folder /none holds <b>no</b> pictures.")
        return 2
    if mode == "traceback":
        sys.stderr.write("Traceback (most recent call last):\n  File x\noverplay: Something went wrong.\n")
        return 1
    if mode == "mute":
        return 3
    if mode == "halves":
        line = json.dumps({"event": "error", "sentence": "in two halves"})
        write(line[:20])
        sys.stderr.write("between\n")
        write(line[20:])  # and without the line's end
        return 2
    if mode == "garbage":
        sys.stdout.buffer.write(b"\xff\xfe\x00 no text\n" + b"x" * 3_000_000 + b"\n")
        write('{"event": "step", "epoch": "one", "step": -1}\n{"event": []}\n[1]\nnull\n{"event": "start"}\n')
        write('{"event": "step", "epoch": ' + '{"a":' * 100_000 + "\n")
        write('{"event": "epoch", "epoch": 1, "train": [], "valid": 3, "best": 1, "seconds": {}}\n')
        write('{"event": "later", "what": "of a newer version"}\n')
    if mode == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if mode in ("waits", "resumed"):
        stopped(run, name)
    start(run, name, 3 if mode == "resumed" else 1)
    if mode == "dies":
        step(1, 1)
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "resumed":
        step(3, 1)
        wait()
    epoch(1)
    if mode in ("waits", "deaf"):
        step(2, 1)
        wait()
    epoch(2)
    epoch(3)
    end(run, name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "tiny"))
