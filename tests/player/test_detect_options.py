"""The options of the detection overlay."""

from __future__ import annotations

import pytest

from player.cli.detect_options import DetectOptions
from player.cli.options import parse_play
from player.errors import UsageError


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", DetectOptions()),
        ("--model a.onnx", DetectOptions(models=("a.onnx",))),
        ("--model a.onnx --model yolox_nano", DetectOptions(models=("a.onnx", "yolox_nano"))),
        ("--conf 0.4", DetectOptions(low=0.4)),
        ("--conf 0.2:0.6", DetectOptions(low=0.2, high=0.6)),
        ("--conf :0.6", DetectOptions(low=0.0, high=0.6)),
        ("--conf 0.2:", DetectOptions(low=0.2)),
        ("--conf 1:1", DetectOptions(low=1.0, high=1.0)),
        ("--iou 0.65 --device CUDA:1", DetectOptions(iou=0.65, device="cuda:1")),
        ("--device xpu", DetectOptions(device="xpu")),
        ("--precision bf16", DetectOptions(precision="bf16")),
        ("--classes person,car,person", DetectOptions(classes=("person", "car"))),
        ("--overlay sync --trust-model", DetectOptions(policy="sync", trust=True)),
    ],
)
def test_what_they_become(line: str, options: DetectOptions) -> None:
    assert parse_play(line.split()).detect == options


def test_names_of_classes_may_have_spaces() -> None:
    assert parse_play(["--classes", "traffic light, stop sign"]).detect.classes == ("traffic light", "stop sign")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--model a --model b --model c", "There can be 2 models at once, not 3."),
        ("--conf 1.2", "--conf: '1.2' is not a number from 0 to 1"),
        ("--conf 0.6:0.2", "--conf: '0.6:0.2' ends before it begins"),
        ("--conf a:b", "'a' is not a number"),
        ("--conf=", "'' is not a number"),
        ("--conf nan", "'nan' is not a number"),
        ("--iou -1", "--iou"),
        ("--iou 2", "--iou: '2' is not a number from 0 to 1"),
        ("--device tpu", "'tpu' is none of auto, cpu, cuda, cuda:N, mps, xpu"),
        ("--device cpu:1", "'cpu:1' is none of"),
        ("--precision fp8", "--precision"),
        ("--classes person,,car", "'person,,car' has an empty name in it"),
        ("--overlay slow", "--overlay"),
    ],
)
def test_a_mistake_is_one_sentence(line: str, sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_play(line.split())
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
