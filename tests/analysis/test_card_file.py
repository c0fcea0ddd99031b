"""Cards: what a TOML file may say, what is missing from it is named, and what comes before what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from player.analysis.card import InputSpec, ModelCard
from player.analysis.card_file import card_to_toml, make_card, read_card, read_table
from player.errors import ModelError
from tests.helpers.model_files import CARD

WHOLE = ModelCard(
    name='A "model" of \\ odd \x7f\x01 names ü',
    task="detect",
    input=InputSpec(
        width=640, height=352, fit="letterbox", place="top-left", fill=114.0, order="bgr", scale=1 / 255,
        mean=(1.5, 2.0, 1e-9), std=(0.1, 58.395, 1.0), multiple=32, name="images",
    ),
    decoder="yolov5",
    parameters=MappingProxyType({"anchors": [[10, 13], [16.5, 30]], "flag": True, "layout": "grid"}),
    labels=("person", 'the "other" one'),
    conf=0.3,
    iou=0.65,
    licence="MIT",
    source="https://example.org/model",
    sha256="ab" * 32,
)  # fmt: skip


@pytest.mark.parametrize(
    "card",
    [
        WHOLE,
        replace(WHOLE, parameters=MappingProxyType({}), input=InputSpec(fit="stretch")),
        replace(WHOLE, task="faces", labels=("face",)),
        replace(WHOLE, task="classify", input=InputSpec(224, 224, "crop", crop=0.875, mean=(1.5, 2.0, 3.0))),
        replace(WHOLE, input=InputSpec(28, 28, order="gray", mean=(0.1307,) * 3, std=(0.3081,) * 3)),
    ],
)
def test_a_card_comes_back_as_it_was_written(tmp_path: Path, card: ModelCard) -> None:
    path = tmp_path / "card.toml"
    path.write_text(card_to_toml(card), encoding="utf-8")
    assert read_card(path) == card


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(ModelError) as caught:
        make_card([{"labels": ["a"]}], name="net", told_by="net.onnx")
    assert str(caught.value) == (
        "Nothing says task, output.decoder, input.fit, input.order, input.scale of net.onnx: "
        "a card beside it (net.toml) has to."
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('lables = ["a"]', "has a key that is not known: lables"),
        ('input.ordr = "rgb"', "has a key that is not known: input.ordr"),
        ('task = "obb"', "has 'obb' for task, which is one of detect"),
        ('input.order = "yuv"', "has 'yuv' for input.order, which is one of rgb, bgr"),
        ("input.scale = '1/255'", "has '1/255' for input.scale, which is a number"),
        ("input.mean = [0.5]", r"has \[0.5\] for input.mean, which is a list of 3 numbers"),
        ("input.std = [1, 0, 1]", "for input.std, which is a number above 0"),
        ("input.size = [0, 64]", "for input.size, which is a width and a height"),
        ("input.size = [64.5, 64]", "for input.size, which is a width and a height"),
        ("input.multiple = 1.5", "for input.multiple, which is a whole number"),
        ("input.fill = true", "for input.fill, which is a number"),
        ("input.scale = inf", "for input.scale, which is a number"),
        ("input.fill = nan", "for input.fill, which is a number"),
        ("input.crop = 0", "for input.crop, which is a share from 0 to 1"),
        ("input.crop = 1.5", "for input.crop, which is a share from 0 to 1"),
        ("labels = [1, 2]", "for labels, which is a list of names"),
        ("output = 'yolox'", "for output, which is a table"),
        ("output.decoder = 5", "for output.decoder, which is a decoder's name"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "net.toml"
    path.write_text(line + "\n", encoding="utf-8")
    base: dict[str, Any] = {
        "task": "detect", "labels": ["a"], "input": {"fit": "stretch", "order": "rgb", "scale": 1},
        "output": {"decoder": "yolox"},
    }  # fmt: skip
    with pytest.raises(ModelError, match=sentence):
        make_card([read_table(path), base], name="net", told_by="net.toml")


def test_a_letterbox_has_to_say_where_and_in_which_grey(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(CARD.replace("stretch", "letterbox"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"input\.place, input\.fill"):
        read_card(path)


def test_labels_may_lie_in_a_file_beside_the_card(tmp_path: Path) -> None:
    (tmp_path / "coco.names").write_text("person\n\nbicycle\n", encoding="utf-8")
    path = tmp_path / "net.toml"
    path.write_text(CARD.replace('["cat", "dog"]', '"coco.names"'), encoding="utf-8")
    assert read_card(path).labels == ("person", "bicycle")
    path.write_text(CARD.replace('["cat", "dog"]', '"../coco.names"'), encoding="utf-8")
    with pytest.raises(ModelError, match="labels outside its folder"):
        read_card(path)


def test_no_toml_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_bytes(b"task = \xff")
    with pytest.raises(ModelError, match=r"^The card net\.toml is no TOML"):
        read_table(path)


def test_who_comes_first_wins_key_by_key() -> None:
    card = make_card(
        [
            {"conf": 0.7, "input": {"order": "bgr"}},
            {
                "task": "detect", "labels": ["a"], "conf": 0.1, "output": {"decoder": "ssd", "background": True},
                "input": {"order": "rgb", "fit": "stretch", "scale": 1},
            },
        ],
        name="net",
        told_by="net.onnx",
    )  # fmt: skip
    assert (card.conf, card.input.order, card.decoder, card.parameters) == (0.7, "bgr", "ssd", {"background": True})


def test_parameters_of_another_decoder_are_not_taken_over() -> None:
    tables: list[dict[str, Any]] = [
        {"output": {"decoder": "yolox"}},
        {
            "task": "detect", "labels": ["a"], "output": {"decoder": "ssd", "background": True},
            "input": {"order": "rgb", "fit": "stretch", "scale": 1},
        },
    ]  # fmt: skip
    card = make_card(tables, name="net", told_by="net.onnx")
    assert (card.decoder, card.parameters) == ("yolox", {})


def test_size_and_decoder_are_told_from_the_shapes_where_nobody_says_them() -> None:
    table = {"task": "detect", "labels": ["a", "b"], "input": {"fit": "stretch", "order": "rgb", "scale": 1}}
    asked = []

    def guess(labels: tuple[str, ...], size: tuple[int | None, int | None]) -> tuple[str, dict[str, object]]:
        asked.append((labels, size))
        return "yolov8", {"classes": 2}

    card = make_card([table], name="net", told_by="net.onnx", size=(320, 192), guess=guess)
    assert (card.input.width, card.input.height) == (320, 192)
    assert (card.decoder, card.parameters) == ("yolov8", {"classes": 2})
    assert asked == [(("a", "b"), (320, 192))]
    assert card.guessed == ("input.size", "output.decoder")


def test_a_card_may_not_contradict_the_models_own_size() -> None:
    table = {
        "task": "detect", "labels": ["a"], "output": {"decoder": "yolox"},
        "input": {"fit": "stretch", "order": "rgb", "scale": 1, "size": [640, 640]},
    }  # fmt: skip
    with pytest.raises(ModelError, match=r"for input\.size, which is 320 x 192, as the model itself has it"):
        make_card([table], name="net", told_by="net.onnx", size=(320, 192))
