"""Detection over the IPC: what may be asked for, and answers that come when a model is ready."""

from __future__ import annotations

import pytest

from player.ipc import properties
from player.ipc.client import Client
from player.ipc.commands import Commands
from player.ipc.detections import checked
from player.ipc.errors import FAILED, IpcError
from player.ipc.table import build
from tests.player.ipc_host import FakeHost


@pytest.mark.parametrize(
    ("given", "found", "place"),
    [
        ({}, {}, 0), ({"on": False, "policy": "sync"}, {"on": False, "policy": "sync"}, 0),
        ({"stale": "hide"}, {"stale": "hide"}, 0),
        ({"conf": 0.5}, {"conf": (0.5, 1.0)}, 0), ({"conf": [0.2, 0.8], "place": 1}, {"conf": (0.2, 0.8)}, 1),
        ({"iou": 0, "top_k": 1000, "agnostic": True}, {"iou": 0.0, "top_k": 1000, "agnostic": True}, 0),
        ({"region": [0, 1, 20, 30], "tile": 0}, {"region": (0.0, 1.0, 20.0, 30.0), "tile": 0}, 0),
        ({"region": None, "tile": None, "classes": None}, {"region": None, "tile": None, "classes": None}, 0),
        ({"classes": ["person", "dog"]}, {"classes": ("person", "dog")}, 0),
    ],
)  # fmt: skip
def test_sound_changes_pass(given: dict[str, object], found: dict[str, object], place: int) -> None:
    assert checked(given) == (found, place)


@pytest.mark.parametrize(
    "given",
    [
        {"on": 1}, {"policy": "wait"}, {"stale": None}, {"place": 2}, {"place": True}, {"conf": [0.8, 0.2]},
        {"conf": [0.1]}, {"conf": 1.5}, {"conf": "0.5"}, {"conf": [0.1, float("nan")]}, {"iou": True}, {"iou": -1},
        {"top_k": 0}, {"top_k": 1001}, {"top_k": 2.5}, {"tile": -1}, {"region": [0, 0, 0, 5]}, {"region": [1, 2, 3]},
        {"region": [-1, 0, 5, 5]}, {"classes": "person"}, {"classes": [1]}, {"trust": True}, {"agnostic": "yes"},
    ],
)  # fmt: skip
def test_others_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(IpcError):
        checked(given)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("/nets/a.onnx", ("/nets/a.onnx", "auto", "auto")), ("", (None, "auto", "auto")),
        (None, (None, "auto", "auto")), ({"path": None}, (None, "auto", "auto")),
        ({"path": "a.onnx", "device": "cpu"}, ("a.onnx", "cpu", "auto")),
        ('{"name": "yolox-nano", "precision": "bf16"}', ("yolox-nano", "auto", "bf16")),
    ],
)  # fmt: skip
def test_a_model_is_a_path_a_name_or_nothing(given: object, asked: tuple[object, ...]) -> None:
    host = FakeHost()
    properties.write(build(), host, "overplay/model", given)
    assert host.calls == [("set_model", *asked)]


@pytest.mark.parametrize(
    "given",
    [
        7,
        True,
        ["a"],
        {"path": "a", "name": "b"},
        {},
        {"path": 7},
        {"path": "a", "trust": True},
        "a\0b",
        "{",
        {"path": "a", "precision": "fp8"},
        {"path": "a", "precision": 16},
    ],
)
def test_what_is_no_model_is_refused(given: object) -> None:
    host = FakeHost()
    with pytest.raises(IpcError):
        properties.write(build(), host, "overplay/model", given)
    assert host.calls == []


def test_setting_a_model_is_answered_when_it_is_ready() -> None:
    host = FakeHost()
    sent: list[bytes] = []
    client = Client("one", Commands(host, build()), sent.append)
    client.take(b'{"command": ["set_property", "overplay/model", "a.onnx"], "request_id": 1}')
    assert sent == []
    assert client.busy, "what follows waits for it"
    host.answer.settle(IpcError(FAILED))
    assert [FAILED.encode() in line for line in sent] == [True]
    client.take(b'{"command": ["set_property", "overplay/model", null], "request_id": 2}')
    assert b'"error":"success"' in sent[-1].replace(b" ", b"")


def test_commands_and_properties_reach_the_window() -> None:
    host = FakeHost()
    table = build()
    commands = Commands(host, table)
    assert properties.read(table, host, "overplay/detections/state") == "exact"
    assert properties.read(table, host, "overplay/models/0/name") == "net"
    properties.write(table, host, "overplay/detection-options", {"iou": 0.5, "place": 1})
    commands.run(("overplay/model-add", "b.onnx", "cpu"))
    commands.run(("overplay/model-add", "c.pth", "cuda", "fp16"))
    commands.run(("overplay/model-remove", 1))
    commands.run(("overplay/model-remove",))
    assert host.calls == [
        ("detection", {"iou": 0.5}, 1), ("add_model", "b.onnx", "cpu", "auto"), ("add_model", "c.pth", "cuda", "fp16"),
        ("remove_model", 1), ("remove_model", None),
    ]  # fmt: skip
