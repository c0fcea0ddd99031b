"""`overplay train`: what it takes, what it says, how it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.cli.main import main
from player.training.events import End, Epoch, Event, Failure, Start, Step, read_line
from player.training.run_folder import RunFolder, runs_folder
from tests.helpers.libraries import need_torch

torch = need_torch()

RECIPE = """
[task]
name = "digits"
title = "Digits, a few"
task = "classify"
epochs = 2
batch = 16
device = "cpu"
checkpoint_s = 0

[data]
kind = "npz"
train = "digits.npz:train"
valid = "digits.npz:valid"

[network]
name = "lenet5"

[optimiser]
name = "adam"
lr = 0.001
"""


class Lines(io.StringIO):
    """Standard output, whose reader does something when the `number`th step was told."""

    def __init__(self, number: int = -1, act: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._left = number
        self._act = act

    def write(self, text: str) -> int:
        written = super().write(text)
        self._left -= '"event": "step"' in text
        if self._left == 0:
            self._left = -1
            self._act()
        return written

    @property
    def events(self) -> list[Event]:
        found = [read_line(line) for line in self.getvalue().splitlines()]
        assert None not in found
        return [event for event in found if event is not None]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps its priority; pictures are drawn elsewhere."""
    monkeypatch.setattr(os, "nice", lambda _by: 0)
    monkeypatch.setattr("player.training.drawing.draw_curves", lambda *_unused: b"curves")
    monkeypatch.setattr("player.training.drawing.draw_confusion", lambda *_unused: b"confusion")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a recipe and its data: bright halves."""
    chance = np.random.default_rng(1)
    arrays: dict[str, Any] = {}
    for part, count in (("train", 64), ("valid", 16)):
        labels = np.arange(count, dtype=np.uint8) % 2
        pixels = chance.integers(0, 100, (count, 28, 28), dtype=np.uint8)
        for picture, label in zip(pixels, labels, strict=True):
            picture[:, 14 * label :][:, :14] += 150
        arrays |= {f"{part}_x": pixels, f"{part}_y": labels}
    np.savez(tmp_path / "digits.npz", **arrays)
    (tmp_path / "digits.toml").write_text(RECIPE)
    return tmp_path


def train(folder: Path, *arguments: str) -> int:
    return main(["train", str(folder / "digits.toml"), "--data", str(folder), "--threads", "1", *arguments])


def listened(monkeypatch: pytest.MonkeyPatch, lines: Lines, folder: Path, *arguments: str) -> int:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", lines)
        return train(folder, "--out", str(folder / "run"), "--events", *arguments)


def test_a_run_leaves_all_that_is_promised_in_its_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = folder / "run"
    assert train(folder, "--out", str(run)) == 0
    said = capsys.readouterr().err
    assert "digits: 64 pictures to learn from, 16 to judge by, 2 classes; " in said
    assert "epoch 2 of 2" in said
    assert f"The weights are {run / 'digits.safetensors'}." in said
    assert {path.name for path in run.iterdir()} == {
        "recipe.toml", "metrics.jsonl", "checkpoint.pt", "digits.safetensors", "digits.toml", "curves.png",
        "confusion.png", "tensorboard",
    }  # fmt: skip
    assert (run / "recipe.toml").read_text() == RECIPE


def test_events_are_the_only_thing_on_standard_output(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Lines()
    assert listened(monkeypatch, lines, folder) == 0
    events = lines.events
    start, end = events[0], events[-1]
    assert isinstance(start, Start)
    assert isinstance(end, End)
    assert (start.run, start.steps, start.device, start.threads) == (str(folder / "run"), 4, "cpu", 1)
    assert start.parameters == sum(each.numel() for each in torch_weights(folder / "run").values())
    assert end.reason == "done"
    assert end.weights == str(folder / "run" / "digits.safetensors")
    assert [event.epoch for event in events if isinstance(event, Epoch)] == [1, 2]


def torch_weights(run: Path) -> dict[str, Any]:
    import safetensors.torch

    return dict(safetensors.torch.load_file(run / "digits.safetensors"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_after_the_step_and_it_goes_on(
    number: signal.Signals, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train(folder, "--out", str(folder / "whole")) == 0
    before = signal.getsignal(number)
    lines = Lines(3, lambda: os.kill(os.getpid(), number))
    assert listened(monkeypatch, lines, folder) == 130
    assert signal.getsignal(number) == before
    end = lines.events[-1]
    assert isinstance(end, End)
    assert (end.reason, end.weights) == ("stopped", None)
    steps = [event for event in lines.events if isinstance(event, Step)]
    assert (steps[-1].epoch, steps[-1].step) == (1, 3)

    again = Lines()
    assert listened(monkeypatch, again, folder, "--resume") == 0
    first = next(event for event in again.events if isinstance(event, Step))
    assert (first.epoch, first.step) == (1, 4)
    whole, parts = torch_weights(folder / "whole"), torch_weights(folder / "run")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_a_second_interrupt_does_not_wait(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    lines = Lines(3, twice)
    assert listened(monkeypatch, lines, folder) == 130
    end = lines.events[-1]
    assert isinstance(end, End)
    assert end.reason == "stopped"
    assert listened(monkeypatch, Lines(), folder, "--resume") == 0


def test_an_interrupt_before_it_learns_ends_it_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_unused: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("player.training.starting.make_task", interrupted)
    lines = Lines()
    assert listened(monkeypatch, lines, folder) == 130
    assert [type(event) for event in lines.events] == [End]
    assert not (folder / "run").exists()


def test_nobody_to_tell_is_a_reason_to_stop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise BrokenPipeError

    assert listened(monkeypatch, Lines(3, gone), folder) == 130
    assert torch.load(folder / "run" / "checkpoint.pt", weights_only=True)["step"] == 3


def test_to_resume_the_folder_is_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Lines(3, lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert listened(monkeypatch, lines, folder) == 130
    assert main(["train", "--resume", "--out", str(folder / "run")]) == 0
    lasting = RunFolder(folder / "run").circumstances()
    assert lasting is not None
    assert (lasting.data, lasting.device, lasting.threads) == (folder, "cpu", 1)


def test_without_a_folder_a_run_has_one_of_its_own_and_the_last_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(folder) == 0
    (first,) = runs_folder().glob("digits-*")
    assert train(folder) == 0
    assert len(list(runs_folder().glob("digits-*"))) == 2
    capsys.readouterr()
    assert train(folder, "--resume") == 0
    said = capsys.readouterr().err
    assert str(first) not in said.replace(f"{first}-2", ""), "the newer one is meant"


def test_what_a_killed_run_was_writing_is_taken_away(folder: Path) -> None:
    run = folder / "run"
    run.mkdir()
    (run / "recipe.toml.4711.part").write_text("[ta")
    assert train(folder, "--out", str(run)) == 0, "so far it was no run"
    for name in ("checkpoint.pt.4712.part", "digits.safetensors.4712.part", "curves.png.4712.part"):
        (run / name).write_bytes(b"half")
    (run / "notes.part").write_text("mine")
    assert train(folder, "--out", str(run), "--resume") == 0
    assert [path.name for path in run.glob("*.part")] == ["notes.part"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "A recipe is needed"),
        (("--resume",), "--resume needs a recipe, or --out DIR"),
        (("no-such",), "There is no recipe no-such"),
        (("../recipes/lenet",), "There is no recipe"),
        (("no-such.toml",), "Cannot open no-such.toml"),
        (("--resume", "--out", "/nowhere"), "There is no run in /nowhere"),
        (("digits.toml", "--device", "cuda:99", "--out", "run"), "There is no device cuda:99"),
        (("digits.toml", "--data", "/nowhere", "--out", "run"), "/nowhere/digits.npz"),
        (("digits.toml", "--out", "."), "is there already; --resume goes on with the run in it"),
        (("digits.toml", "--threads", "0"), "--threads"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...],
    told: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    assert main(["train", *arguments]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir()) == ["digits.npz", "digits.toml"], "nothing is left behind"


def test_an_error_is_an_event_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "digits.npz").unlink()
    lines = Lines()
    assert listened(monkeypatch, lines, folder) == 2
    (event,) = lines.events
    assert isinstance(event, Failure)
    assert "digits.npz" in event.sentence


def test_a_recipe_that_was_changed_does_not_go_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(folder, "--out", str(folder / "run")) == 0
    (folder / "digits.toml").write_text(RECIPE.replace("0.001", "0.002"))
    capsys.readouterr()
    assert train(folder, "--out", str(folder / "run"), "--resume") == 2
    assert "begun with another recipe, or the recipe was changed since" in capsys.readouterr().err


def test_the_list_needs_no_torch() -> None:
    code = "import sys; from player.cli.main import main; main(['train', '--list']); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert names[-1] == "False"
    assert "lenet-mnist" in names


def test_the_metrics_file_is_json_lines(folder: Path) -> None:
    assert train(folder, "--out", str(folder / "run")) == 0
    kinds = [json.loads(line)["event"] for line in (folder / "run" / "metrics.jsonl").read_text().splitlines()]
    assert kinds[0] == "start"
    assert kinds[-1] == "end"
    assert kinds.count("epoch") == 2
    assert kinds.count("step") == 8
