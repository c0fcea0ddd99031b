"""`overplay models info` and `export`: what is said of a model, and the same model in another form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from player.analysis.model_file import inspect_model
from player.cli.main import main
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.model_files import small_fastestdet, torchscript, write_weights
from tests.helpers.number_network import write_number_network
from tests.helpers.shared_models import need_model


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What the command printed; its complaint where it failed."""
    assert main(["models", *arguments]) == code
    printed = capsys.readouterr()
    assert (printed.err == "") == (code == 0)
    return printed.out if code == 0 else printed.err


def test_a_catalogues_model_is_known_before_it_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "info", "rfb-320")
    assert text.startswith("rfb-320\n  is       Ultra-Light RFB, faces, 320x240, the quickest\n")
    assert "  input    320x240, the picture stretched, RGB from 0 to 255, less 127, divided by 128\n" in text
    assert "`overplay models get rfb-320` fetches it" in text
    facts = json.loads(said(capsys, "info", "rfb-320", "--json"))
    assert (facts["installed"], facts["catalogue"]["name"], facts["card"]["licence"]) == (False, "rfb-320", "MIT")
    assert facts["card"]["output"] == {"decoder": "rfb"}


def test_a_file_is_told_by_its_card(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write_number_network(tmp_path)
    text = said(capsys, "info", str(path))
    assert text.startswith(f"numbers\n  file     {path}, ONNX, {path.stat().st_size} bytes\n")
    assert "  classes  1: cell\n  input    160x120, the picture stretched, RGB from 0 to 1\n  decoder  rfb\n" in text
    assert "  guessed  input.size:" in text
    assert text.splitlines()[-1].startswith("  runs on  onnxruntime ")
    facts = json.loads(said(capsys, "info", str(path), "--json"))
    assert facts["file"]["sha256"] == inspect_model(path).sha256
    assert facts["card"]["guessed"] == ["input.size"]


def test_an_installed_model_is_told_by_its_name(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    folder = home / "data" / "models"
    folder.mkdir(parents=True)
    write_number_network(folder)
    assert said(capsys, "info", "numbers").startswith(f"numbers\n  file     {folder}/numbers.onnx, ONNX, ")


def test_a_program_is_told_without_being_opened(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    path.write_bytes(torchscript(need_torch().nn.ReLU()))
    text = said(capsys, "info", str(path))
    assert "a program (TorchScript)" in text
    assert "Cannot open net.pt: it is a program" in text
    facts = json.loads(said(capsys, "info", str(path), "--json"))
    assert "card" not in facts


def test_a_real_file_is_known_wherever_it_lies(capsys: pytest.CaptureFixture[str]) -> None:
    need_library("onnxruntime")
    path = need_model("coco_yolox_nano/yolox_nano.onnx")
    text = said(capsys, "info", str(path))
    assert text.startswith("yolox-nano\n  is       YOLOX-Nano")
    assert "  licence  Apache-2.0\n" in text


def test_an_export_is_the_same_model(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    need_torch()
    weights = write_weights(small_fastestdet(), tmp_path / "mine.pth")
    target = tmp_path / "there.safetensors"
    assert said(capsys, "export", str(weights), "-o", str(target)) == f"{target}\n{tmp_path}/there.toml\n"
    facts = json.loads(said(capsys, "info", str(target), "--json"))
    assert facts["file"]["kind"] == "safetensors"
    assert (facts["card"]["labels"], facts["card"]["output"]["decoder"]) == (["a", "b", "c"], "fastestdet")
    assert "there is such a file already" in said(capsys, "export", str(weights), "-o", str(target), code=2)
    assert said(capsys, "export", str(weights), "-o", str(target), "--force") != ""


@pytest.mark.parametrize("command", ["info", "export"])
def test_what_is_not_there_is_said(command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = ["-o", str(tmp_path / "x.onnx")] if command == "export" else []
    sentence = said(capsys, command, "zebra", *out, code=2)
    assert sentence == "overplay: There is no model zebra; `overplay models list` shows those there are.\n"
