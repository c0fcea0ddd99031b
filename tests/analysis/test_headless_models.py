"""`--vo null --model`: the film runs with its models, and the report tells how they fared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from player.analysis.selection import Selection
from player.cli.detect_options import DetectOptions
from player.cli.detecting import chosen
from player.cli.main import FINE, REFUSED, main
from player.errors import ModelError, UsageError
from tests.helpers.reading_model import ReadingModel, loads
from tests.helpers.shared_models import need_model

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

LABELS = ("person", "bicycle", "traffic light")


def run(clip: object, tmp_path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the report's inference part."""
    report = tmp_path / "report.json"
    always = ("--vo", "null", "--ao", "null", "--no-config", "--framedrop", "off")
    code = main([*always, "--stats", str(report), *options, str(clip)])
    return code, json.loads(report.read_text())["inference"] if report.exists() else {}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ReadingModel:
    """What any model file holds, as far as this test's process goes: `tmp_path / "reader.onnx"`, say."""
    reader = ReadingModel()
    reader.labels = LABELS
    monkeypatch.setattr("player.analysis.analysis._open_model", loads(reader))
    for name in ("reader.onnx", "other.onnx"):
        (tmp_path / name).write_bytes(b"a model")
    return reader


def test_every_picture_is_looked_at_in_sync(clips: Clips, tmp_path: Path, model: ReadingModel) -> None:
    clip = clips("bframes")
    code, said = run(clip, tmp_path, "--model", str(tmp_path / "reader.onnx"), "--overlay", "sync")
    assert code == FINE
    assert said["model"] == "reader"
    assert said["ran"] == model.runs == len(clip.numbers)
    assert said["shown_without"] == said["age_frames"]["max"] == 0
    assert model.closed


def test_two_models_are_both_reported(clips: Clips, tmp_path: Path, model: ReadingModel) -> None:
    models = ("--model", str(tmp_path / "reader.onnx"), "--model", str(tmp_path / "other.onnx"))
    code, said = run(clips("cfr"), tmp_path, *models, "--overlay", "sync")
    assert code == FINE
    assert said["ran"] == said["second"]["ran"] == len(clips("cfr").numbers)


def test_without_a_model_nothing_is_said_of_it(clips: Clips, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert main(["--vo", "null", "--untimed", "--stats", str(report), str(clips("cfr"))]) == FINE
    assert "inference" not in json.loads(report.read_text())


def test_a_class_that_no_model_knows_is_refused(
    clips: Clips, tmp_path: Path, model: ReadingModel, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = run(clips("cfr"), tmp_path, "--model", str(tmp_path / "reader.onnx"), "--classes", "bicicle")
    assert code == REFUSED
    assert capsys.readouterr().err == "overplay: The model knows no bicicle (did you mean bicycle?).\n"
    assert model.closed


def test_a_model_that_cannot_be_opened_ends_it(
    clips: Clips, tmp_path: Path, model: ReadingModel, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def refuse(*_arguments: object, **_options: object) -> ReadingModel:
        raise ModelError("The model reader.onnx is a pickle.")

    monkeypatch.setattr("player.analysis.analysis._open_model", refuse)
    assert run(clips("cfr"), tmp_path, "--model", str(tmp_path / "reader.onnx")) == (REFUSED, {})
    assert capsys.readouterr().err == "overplay: The model reader.onnx is a pickle.\n"


def test_one_that_is_not_there_is_named(clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(clips("cfr"), tmp_path, "--model", "nowhere.onnx") == (REFUSED, {})
    assert capsys.readouterr().err == "overplay: There is no file nowhere.onnx.\n"


@pytest.mark.parametrize(
    ("options", "selection"),
    [
        (DetectOptions(), Selection(0.4, iou=0.5)),
        (DetectOptions(low=0.1), Selection(0.1, iou=0.5)),
        (DetectOptions(high=0.3), Selection(0.3, 0.3, iou=0.5)),
        (DetectOptions(low=0.2, high=0.6, iou=0.7), Selection(0.2, 0.6, iou=0.7)),
        (DetectOptions(classes=("Person", "traffic light")), Selection(0.4, iou=0.5, hidden=frozenset({1}))),
    ],
)
def test_the_card_says_what_the_options_leave_open(options: DetectOptions, selection: Selection) -> None:
    assert chosen(options, Selection(0.4, iou=0.5), LABELS) == selection


def test_an_unknown_class_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="knows no dog"):
        chosen(DetectOptions(classes=("dog",)), Selection(), LABELS)


def test_a_real_model_runs(clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")  # it would open a file at its import, for good
    pytest.importorskip("onnxruntime")
    pytest.importorskip("cv2", exc_type=ImportError)
    model = need_model("coco_fastestdet/FastestDet.onnx")
    code, said = run(clips("cfr"), tmp_path, "--model", str(model), "--overlay", "sync", "--device", "cpu")
    assert code == FINE
    assert (said["device"], said["ran"]) == ("cpu", len(clips("cfr").numbers))
