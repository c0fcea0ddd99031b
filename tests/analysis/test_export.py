"""An export is the same network: it opens with its own card and gives the same numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from player.analysis.export import export_model
from player.analysis.loading import load_model
from player.analysis.model_file import inspect_model
from player.analysis.trust import Trust
from player.errors import ModelError, UntrustedModelError
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.model_files import scaling_onnx, small_fastestdet, write_weights

torch = need_torch()


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_weights(small_fastestdet(), tmp_path_factory.mktemp("weights") / "mine.pth")


@pytest.mark.parametrize("suffix", [".safetensors", ".onnx", ".pt2"])
def test_an_export_gives_the_same_numbers(tmp_path: Path, weights: Path, suffix: str) -> None:
    if suffix == ".onnx":
        need_library("onnxscript")
    trust = Trust(tmp_path / "trusted.txt")
    target = tmp_path / f"mine{suffix}"
    assert export_model(weights, target, trust=trust) == (target, tmp_path / "mine.toml")
    written = tomllib.loads((tmp_path / "mine.toml").read_text())
    assert written["sha256"] == inspect_model(target).sha256
    before, after = (load_model(path, device="cpu", trust=trust, threads=1) for path in (weights, target))
    assert after.file.kind == suffix[1:]
    assert (after.card.labels, after.card.decoder) == (("a", "b", "c"), "fastestdet")
    assert (after.card.input.width, after.card.input.height) == (96, 64)
    assert (after.card.input.order, after.card.input.scale) == ("bgr", before.card.input.scale)
    for count in (1, 2):
        given = np.random.default_rng(count).random((count, 3, 64, 96), np.float32)
        expected, found = (next(iter(model.backend.run(given).values())) for model in (before, after))
        assert np.abs(found - expected).max() < 1e-5
    if suffix == ".onnx":
        opencv = load_model(target, engine="opencv", trust=trust, threads=1)
        assert np.abs(opencv.backend.run(given)["output"] - expected).max() < 1e-5
    if suffix == ".pt2":  # ours, so it opened; a program all the same
        with pytest.raises(UntrustedModelError):
            load_model(target, trust=Trust(None))


def test_an_export_can_be_exported(tmp_path: Path, weights: Path) -> None:
    trust = Trust(None)
    first, _card = export_model(weights, tmp_path / "one.safetensors", trust=trust)
    second, _card = export_model(first, tmp_path / "two.safetensors", trust=trust)
    assert inspect_model(first).sha256 == inspect_model(second).sha256


def test_nothing_is_overwritten_unless_asked(tmp_path: Path, weights: Path) -> None:
    target = tmp_path / "mine.safetensors"
    target.write_text("mine")
    with pytest.raises(ModelError, match=r"^Cannot export to .*mine\.safetensors: there is such a file already\.$"):
        export_model(weights, target, trust=Trust(None))
    target.rename(tmp_path / "mine.safetensors.toml")
    with pytest.raises(ModelError, match=r"^Cannot export to .*mine\.safetensors\.toml: there is such a file already"):
        export_model(weights, target, trust=Trust(None))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    for _ in range(2):
        assert export_model(weights, target, trust=Trust(None), overwrite=True)[1].name == "mine.safetensors.toml"
    assert load_model(target, device="cpu", trust=Trust(None)).card.labels == ("a", "b", "c")


def test_two_exports_of_one_name_have_a_card_each(tmp_path: Path, weights: Path) -> None:
    trust = Trust(None)
    (tmp_path / "mine.toml").write_text('sha256 = "another file\'s"\n')
    target = tmp_path / "mine.safetensors"
    assert export_model(weights, target, trust=trust) == (target, tmp_path / "mine.safetensors.toml")
    assert load_model(target, device="cpu", trust=trust).card.labels == ("a", "b", "c")
    other = tmp_path / "other.safetensors"
    for overwrite in (False, True):
        assert export_model(weights, other, trust=trust, overwrite=overwrite)[1] == tmp_path / "other.toml"
    assert "another" in (tmp_path / "mine.toml").read_text()


def test_what_cannot_be_exported_is_said(tmp_path: Path, weights: Path) -> None:
    with pytest.raises(ModelError, match=r"has to end in \.safetensors, \.onnx, \.pt2\.$"):
        export_model(weights, tmp_path / "mine.tflite", trust=Trust(None))
    with pytest.raises(ModelError, match=r"^Cannot write .*nowhere.*: No such file or directory\.$"):
        export_model(weights, tmp_path / "nowhere" / "mine.safetensors", trust=Trust(None))
    need_library("onnx")
    (tmp_path / "net.onnx").write_bytes(scaling_onnx().SerializeToString())
    with pytest.raises(ModelError, match=r"^Cannot export net\.onnx: only weights of the built-in networks"):
        export_model(tmp_path / "net.onnx", tmp_path / "mine.safetensors", trust=Trust(None))
