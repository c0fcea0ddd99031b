"""What a run leaves behind is what it learned: opened as the player opens it, it gives the same answers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.card_file import read_card
from player.records import Picture
from tests.helpers.libraries import need_library, need_torch

torch = need_torch()
need_library("cv2")

from player.analysis.backends.torch_files import build_network, read_weights  # noqa: E402
from player.analysis.classifier import Classifier  # noqa: E402
from player.analysis.export import export_model  # noqa: E402
from player.analysis.loading import load_model  # noqa: E402
from player.analysis.model_file import read_model  # noqa: E402
from player.analysis.opening import open_model  # noqa: E402
from player.analysis.trust import Trust  # noqa: E402
from player.training.checkpoint import read_checkpoint  # noqa: E402
from player.training.recipe import read_recipe  # noqa: E402
from player.training.run_folder import Circumstances, RunFolder  # noqa: E402
from player.training.starting import open_run  # noqa: E402

SIDE, CLASSES = 24, ("north", "east", "south")
MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)
RECIPE = f"""
[task]
name = "squares"
title = "Squares in three places"
task = "classify"
epochs = 1
batch = 16
ema = 0.5

[data]
kind = "npz"
train = "squares.npz"
valid_share = 0.25
classes = {list(CLASSES)}

[augment]
crop = [{SIDE}, 2]
mean = {list(MEAN)}
std = {list(STD)}

[network]
name = "cifar-cnn"
width = 4
dense = 8
size = {SIDE}

[optimiser]
name = "adamw"
lr = 0.01
"""
TRUST = Trust(None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data, and a run over one epoch in `run`, judged by its average."""
    path = tmp_path_factory.mktemp("result")
    pixels = np.random.default_rng(3).integers(0, 256, (64, SIDE, SIDE, 3), dtype=np.uint8)
    np.savez(path / "squares.npz", x=pixels, y=np.arange(64, dtype=np.uint8) % 3)
    where = Circumstances(path, "cpu", 1)
    recipe = read_recipe(RECIPE, "squares.toml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("player.training.run.Drawing.draw", lambda *_unused: None)
        run = open_run(recipe, RunFolder(path / "run"), where, listeners=(), stop=lambda: False, say=print)
        with run:
            run.train(resume=False)
    return path


def learned(folder: Path) -> Any:
    """The network as the run itself had it."""
    state = read_checkpoint(folder / "run" / "checkpoint.pt")["learner"]["average"]
    return build_network(state, "checkpoint")[1]


def pictures(folder: Path) -> NDArray[np.uint8]:
    return np.asarray(np.load(folder / "squares.npz")["x"])


def normalised(pixels: NDArray[np.uint8]) -> Any:
    return (torch.from_numpy(pixels).float() / 255 - torch.tensor(MEAN)) / torch.tensor(STD)


def test_the_weights_are_those_that_were_judged(folder: Path) -> None:
    weights = read_weights(*read_model(folder / "run" / "squares.safetensors"))
    own = learned(folder).state_dict()
    assert weights.keys() == own.keys()
    assert all(torch.equal(weights[name], own[name]) for name in own)


@pytest.mark.parametrize("suffix", ["", ".safetensors"])
def test_opened_or_exported_it_gives_the_same(suffix: str, folder: Path, tmp_path: Path) -> None:
    path, trust = folder / "run" / "squares.safetensors", TRUST
    if suffix:
        trust = Trust(tmp_path / "trusted.txt")
        path, _card = export_model(path, tmp_path / f"squares{suffix}", trust=trust)
    batch = normalised(pictures(folder)[:8]).permute(0, 3, 1, 2).contiguous()
    with torch.inference_mode():
        wanted = learned(folder)(batch).numpy()
    backend = load_model(path, device="cpu", precision="fp32", trust=trust, threads=1).backend
    (found,) = backend.run(batch if backend.on_torch else batch.numpy()).values()
    backend.close()
    assert np.abs(found - wanted).max() <= 1e-5


def test_the_player_sees_what_the_training_saw(folder: Path) -> None:
    """Its own way from a picture to the network: size, colours, normalisation as the card has them."""
    model = open_model(folder / "run" / "squares.safetensors", device="cpu", precision="fp32", trust=TRUST, threads=1)
    assert isinstance(model, Classifier)
    pixels = pictures(folder)[:6]
    shown = [
        Picture(av.VideoFrame.from_ndarray(each, format="rgb24"), 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")
        for each in pixels
    ]
    with torch.inference_mode():
        wanted = learned(folder)(normalised(pixels).permute(0, 3, 1, 2)).softmax(dim=1).numpy()
    for found, probabilities in zip(model.infer(shown), wanted, strict=True):
        assert found.class_id.tolist() == np.argsort(-probabilities).tolist()
        assert found.scores == pytest.approx(np.sort(probabilities)[::-1], abs=1e-5)
    assert model.labels == CLASSES
    model.close()


def test_the_card_says_what_it_is_and_how_good(folder: Path) -> None:
    card = read_card(folder / "run" / "squares.toml")
    assert (card.name, card.task, card.labels) == ("Squares in three places", "classify", CLASSES)
    assert (card.input.width, card.input.height, card.input.mean, card.input.std) == (SIDE, SIDE, MEAN, STD)
    assert card.sha256 == read_model(folder / "run" / "squares.safetensors")[0].sha256
    assert "recipe squares, seed 1; epoch 1 of 1; validation: loss " in card.source
