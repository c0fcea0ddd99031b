"""What YOLO's exporters write into their files is read as a card, and what somebody else writes is not."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

from player.analysis.card_file import make_card
from player.analysis.exporter_metadata import metadata_of_torchscript, table_of
from player.analysis.model_file import kind_of
from tests.helpers.model_files import ULTRALYTICS


def test_ultralytics_metadata_are_a_card_but_for_the_decoder() -> None:
    table = table_of(ULTRALYTICS | {"imgsz": "[384, 640]"})
    assert table["task"] == "detect"
    assert table["labels"] == ["cat", "dog"]
    assert table["input"] == {
        "fit": "letterbox", "place": "centre", "fill": 114, "order": "rgb", "scale": 1 / 255, "multiple": 32,
        "size": [640, 384],
    }  # fmt: skip
    assert table["licence"] == ULTRALYTICS["license"]


def test_a_classifiers_export_wants_the_middle_of_the_picture() -> None:
    table = table_of(ULTRALYTICS | {"task": "classify", "stride": "1"})
    assert table["input"] == {"fit": "crop", "order": "rgb", "scale": 1 / 255, "size": [64, 64]}
    card = make_card([table], name="net", told_by="net.onnx")
    assert (card.task, card.decoder, card.labels) == ("classify", "classify", ("cat", "dog"))


def test_yolov5_writes_names_and_stride_alone() -> None:
    table = table_of({"names": "['cat', 'dog']", "stride": "32"})
    assert (table["task"], table["labels"], "size" in table["input"]) == ("detect", ["cat", "dog"], False)


@pytest.mark.parametrize("shape", ["[1, 3, 384, 640]", "(1, 3, 384, 640)"])
def test_yolov5_writes_its_size_as_a_whole_shape(shape: str) -> None:
    assert table_of({"names": "['cat']", "stride": "32", "shape": shape})["input"]["size"] == [640, 384]


@pytest.mark.parametrize("size", ["[0, 640]", "[640]", "640", "['a', 'b']", "[640.0, 640]"])
def test_a_size_that_is_none_is_left_out(size: str) -> None:
    assert "size" not in table_of(ULTRALYTICS | {"imgsz": size})["input"]


def test_a_label_that_is_left_out_is_called_by_its_number() -> None:
    assert table_of({"names": "{0: 'a', 2: 'c'}", "stride": "32"})["labels"] == ["a", "1", "c"]


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"names": "{0: 'a'}"},
        {"names": "__import__('os').system('true')", "stride": "32"},
        {"names": "{0: 'a'", "stride": "32"},
        {"names": "{-1: 'a'}", "stride": "32"},
        {"names": "{1000000000: 'a'}", "stride": "32"},
        {"names": "{'x': 'a'}", "stride": "32"},
        {"names": "(" * 5000, "stride": "32"},
        {"names": "{0: 'a'}", "stride": "1e300"},
        {"names": "{0: 'a'}", "stride": "[32]"},
    ],
)
def test_other_peoples_metadata_say_nothing(metadata: dict[str, str]) -> None:
    assert table_of(metadata) == {}


def torchscript_with(config: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("net/data.pkl", b"never read")
        archive.writestr("net/extra/config.txt", config)
    return out.getvalue()


def test_torchscript_keeps_them_in_an_extra_file() -> None:
    config: dict[str, Any] = {"names": {"0": "cat", "1": "dog"}, "stride": 32, "imgsz": [64, 96], "task": "detect"}
    table = table_of(metadata_of_torchscript(torchscript_with(json.dumps(config).encode())))
    assert (table["labels"], table["input"]["size"]) == (["cat", "dog"], [96, 64])


@pytest.mark.parametrize("config", [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_extra_file_says_nothing(config: bytes) -> None:
    assert metadata_of_torchscript(torchscript_with(config)) == {}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_says_nothing_and_never_crashes(compression: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("net/constants.pkl", b"never read")
        archive.writestr("net/extra/config.txt", json.dumps({"names": {"0": "a"}, "stride": 32}))
    whole, random, silent = out.getvalue(), np.random.default_rng(2), 0
    for _ in range(400):
        data = bytearray(whole)
        for at in random.integers(0, len(whole), 2):
            data[at] = random.integers(0, 256)
        if kind_of(bytes(data)) == "torchscript":
            silent += not table_of(metadata_of_torchscript(bytes(data)))
    assert table_of(metadata_of_torchscript(whole))["labels"] == ["a"]
    assert silent > 20
