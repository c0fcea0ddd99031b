"""`overplay analyze` with a classifier: the likeliest classes of every picture, in order, as CSV and JSON Lines."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from player.cli.main import main
from tests.helpers.libraries import need_library, need_torch
from tests.helpers.number_classifier import softmax_of_cells, write_number_classifier
from tests.helpers.numbered import draw_luma
from tests.helpers.shared_models import need_data, need_model

need_library("cv2")  # which pictures are prepared with

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

NAMES = tuple(f"cell {number}" for number in range(16))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_number_classifier(tmp_path_factory.mktemp("model"), NAMES))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("batch", [1, 4])
def test_every_picture_has_its_own_classes(clips: Clips, model: str, tmp_path: Path, batch: int) -> None:
    """Against the pattern that each picture was drawn with, its five brightest cells."""
    clip, out = clips("bframes"), tmp_path / "out.jsonl"
    assert main(["analyze", str(clip), "--model", model, "-o", str(out), "--batch", str(batch)]) == 0
    head, *pictures, end = lines(out)
    assert (head["overplay"], head["labels"], head["model"]["name"]) == ("classes", list(NAMES), "cells")
    assert end == {"complete": True, "pictures": len(clip.numbers)}
    assert [each["index"] for each in pictures] == list(range(len(clip.numbers)))
    for picture, number in zip(pictures, clip.numbers, strict=True):
        luma = draw_luma(number, 160, 120).astype(np.float64)
        wanted = softmax_of_cells((luma - 16).clip(0, 219) * 255 / 219)
        bright = set(np.flatnonzero(luma.reshape(4, 30, 4, 40).mean(axis=(1, 3)).ravel() > 128).tolist())
        told = [each["class_id"] for each in picture["classes"]]
        assert len(told) == 5
        assert set(told[: len(bright)]) <= bright
        assert [each["class_name"] for each in picture["classes"]] == [NAMES[each] for each in told]
        for each in picture["classes"]:
            assert each["score"] == pytest.approx(wanted[each["class_id"]], rel=0.25, abs=0.01)


def test_csv_has_a_row_a_class(clips: Clips, model: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    arguments = ["analyze", str(clips("cfr")), "--model", model, "-o", str(out), "--range", "3:5"]
    assert main(arguments) == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["frame_index"], row["rank"]) for row in rows] == [(f, str(r)) for f in "34" for r in range(1, 6)]
    assert {row["model"] for row in rows} == {"cells"}
    scores = [float(row["score"]) for row in rows]
    assert scores[:5] == sorted(scores[:5], reverse=True)
    assert main(arguments) == 2, "it exists"
    assert main([*arguments, "--force", "--conf", "0.05", "--classes", "cell 3,cell 7"]) == 0
    with out.open(newline="") as file:
        few = list(csv.DictReader(file))
    assert {row["class_name"] for row in few} <= {"cell 3", "cell 7"}
    assert all(float(row["score"]) >= 0.05 for row in few)


def test_what_has_no_place_for_classes_is_refused(
    clips: Clips, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    arguments = ["analyze", str(clips("cfr")), "--model", model, "-o", str(out)]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert (
        said == f"overplay: {model} tells classes and no boxes, which coco has no place for; --format csv or jsonl.\n"
    )
    assert main([*arguments, "--format", "jsonl", "--iou", "0.5"]) == 2
    assert "--iou says nothing of them" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_published_network_on_a_folder_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty of twenty, from files to a file."""
    need_torch()
    monkeypatch.setattr("player.analysis.backends.threads.usable_cores", lambda: 1)
    folder = tmp_path / "pictures"
    folder.mkdir()
    for path in need_data("foolbox_samples").glob("cifar10_*.png"):
        (folder / path.name).symlink_to(path)
    weights, out = need_model("cifar10_resnet/resnet20-12fca82f.th"), tmp_path / "out.jsonl"
    assert main(["analyze", str(folder), "--model", str(weights), "-o", str(out), "--device", "cpu"]) == 0
    pictures = lines(out)[1:-1]
    told = [each["classes"][0]["class_id"] for each in pictures]
    assert told == [int(Path(each["file"]).stem.rsplit("_")[-1]) for each in pictures]
    assert len(told) == 20


def test_what_is_known_of_a_classifier_is_told(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "info", model]) == 0
    said = capsys.readouterr().out
    assert "the five likeliest classes" in said
    assert "160x120, the picture stretched, gray from 0 to 1" in said
    assert "boxes" not in said
