"""The window's training with the real command: made pictures, a tiny network, and what comes of it opens as a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.command import ROOT
from tests.helpers.libraries import need_torch
from tests.ui.training_kit import until_over
from tests.ui.window_kit import wait_until
from ui.training.plan import Plan
from ui.training.recipes import read_offer
from ui.training.runs import read_run
from ui.training.training import Training

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

RECIPE = """
[task]
name = "stripes"
title = "Lying and standing stripes"
task = "classify"
epochs = 9
batch = 16

[data]
kind = "npz"
train = "stripes.npz:train"
valid_share = 0.25

[network]
name = "lenet5"

[optimiser]
name = "adam"
lr = 0.001

[schedule]
name = "constant"
"""


def write_stripes(folder: Path) -> Path:
    import numpy as np

    pictures = np.random.default_rng(1).integers(0, 60, (64, 28, 28), dtype=np.uint8)
    labels = np.arange(64) % 2
    pictures[labels == 0, ::4, :] = 255
    pictures[labels == 1, :, ::4] = 255
    np.savez(folder / "stripes.npz", train_x=pictures, train_y=labels.astype(np.int64))
    (folder / "stripes.toml").write_text(RECIPE)
    return folder / "stripes.toml"


def test_the_real_command_is_followed_and_its_weights_open(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_torch()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    recipe = write_stripes(tmp_path)
    offer = read_offer(str(recipe))
    assert (offer.name, offer.epochs, offer.problem) == ("stripes", 9, "")
    training = Training(lambda: 0.0)
    run = str(tmp_path / "run")
    try:
        training.start(Plan(offer.recipe, data=str(tmp_path), out=run, device="cpu", epochs=2))
        wait_until(lambda: training.state != "starting", "the start", 60_000)
        assert training.problem == ""
        until_over(training)
        assert training.problem == ""
        assert training.end is not None
        assert training.end.reason == "done"
        assert training.curves.epochs == 2
        assert training.curves.valid_loss.at == [1.0, 2.0]
    finally:
        training.shutdown()
    found = read_run(run)
    assert found is not None
    assert (found.state, found.epoch, found.data) == ("done", 2, str(tmp_path))
    assert Path(found.weights).is_file()
    from player.analysis.model_file import inspect_model

    assert inspect_model(Path(found.weights)).path == Path(found.weights)
