"""`overplay train RECIPE --check`: what it would learn from; what would be refused, refused; nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.cli.main import main
from tests.helpers.libraries import need_torch
from tests.helpers.picture_sets import write_class_folders

need_torch()
RECIPE = """
[task]
name = "pets"
title = "Pets, a few"
task = "classify"
epochs = 2
batch = 4
device = "cpu"

[data]
kind = "folder"
train = "train"
valid_share = 0.25
test = "test"

[augment]
crop = [20, 2]

[network]
name = "cifar-resnet20"

[optimiser]
name = "sgd"
lr = 0.1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_class_folders(tmp_path / "train", ("cat", "dog"), 8, 24, 24)
    write_class_folders(tmp_path / "test", ("cat", "dog"), 3, 24, 24)
    (tmp_path / "pets.toml").write_text(RECIPE)
    return tmp_path


def check(folder: Path, *arguments: str) -> int:
    recipe = str(folder / "pets.toml")
    out = str(folder / "run")
    return main(["train", recipe, "--check", "--data", str(folder), "--out", out, "--threads", "1", *arguments])


def test_what_it_would_learn_from(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(folder) == 0
    assert capsys.readouterr().out.splitlines() == [
        "recipe    pets: Pets, a few",
        f"data      {folder}",
        "pictures  12 to learn from, 4 to judge by, 2 classes",
        "steps     3 an epoch of 4 pictures, 2 epochs",
        "network   269202 parameters",
        "size      24 x 24, of which the network gets 20 x 20",
        "",
        "class    train    valid     test",
        "cat          6        2        3",
        "dog          6        2        3",
    ]
    assert not (folder / "run").exists()


def test_what_would_be_refused_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = folder / "test" / "dog" / "001.png"
    damaged.write_bytes(damaged.read_bytes()[:40])
    assert check(folder) == 2
    captured = capsys.readouterr()
    assert captured.err == f"overplay: Cannot read {damaged}: it is no picture, or it is damaged.\n"
    assert captured.out == ""
    damaged.unlink()
    assert check(folder, "--epochs", "5") == 0
    assert "4 pictures, 5 epochs" in capsys.readouterr().out
