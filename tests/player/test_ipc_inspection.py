"""Zoom, pixels and the selection over the IPC: what is accepted, on a fake host."""

from __future__ import annotations

import pytest

from player.ipc import properties
from player.ipc.commands import Commands
from player.ipc.errors import IpcError
from player.ipc.table import build
from tests.player.ipc_host import FakeHost

TABLE = build()


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.mark.parametrize(
    ("given", "view"),
    [
        ({"zoom": 8, "center": [0.25, 1]}, (8.0, (0.25, 1.0))),
        ({"zoom": None}, (None, (0.5, 0.5))),
        ({"zoom": 0.5}, (0.5, (0.5, 0.5))),
        ({}, (None, (0.5, 0.5))),
    ],
)
def test_a_viewport_is_set_and_read(host: FakeHost, given: object, view: tuple[object, object]) -> None:
    properties.write(TABLE, host, "overplay/viewport", given)
    assert host.inspection.view == view
    found = properties.read(TABLE, host, "overplay/viewport")
    assert found == {"zoom": view[0], "center": list(view[1])}


@pytest.mark.parametrize(
    "given",
    [
        8, "fit", {"zoom": 65}, {"zoom": 0}, {"zoom": True}, {"zoom": "8"}, {"zoom": float("nan")},
        {"zoom": 8, "center": [0.5]}, {"zoom": 8, "center": [0.5, 1.5]}, {"zoom": 8, "centre": [0.5, 0.5]},
        {"zoom": 8, "center": {"x": 0.5}},
    ],
)  # fmt: skip
def test_no_viewport(host: FakeHost, given: object) -> None:
    with pytest.raises(IpcError):
        properties.write(TABLE, host, "overplay/viewport", given)
    assert host.inspection.view == (None, (0.5, 0.5))


@pytest.mark.parametrize("given", [[1, 2, 3, 4], {"x": 1, "y": 2, "width": 3, "height": 4}])
def test_a_selection_is_set_and_taken_back(host: FakeHost, given: object) -> None:
    properties.write(TABLE, host, "overplay/selection", given)
    assert properties.read(TABLE, host, "overplay/selection/width") == 3
    properties.write(TABLE, host, "overplay/selection", None)
    assert properties.read(TABLE, host, "overplay/selection") is None


@pytest.mark.parametrize(
    "given",
    [7, [1, 2, 3], [1, 2, 0, 4], [-1, 2, 3, 4], [1.5, 2, 3, 4], [True, 2, 3, 4], {"x": 1, "y": 2, "width": 3}],
)
def test_no_selection(host: FakeHost, given: object) -> None:
    with pytest.raises(IpcError):
        properties.write(TABLE, host, "overplay/selection", given)
    assert host.inspection.region is None


def test_a_pixel(host: FakeHost) -> None:
    commands = Commands(host, TABLE)
    assert commands.run(("overplay/pixel", 3, 4)) == {"x": 3, "y": 4}
    for wrong in ((16, 0), (-1, 0), (1,), ("a", 1)):
        with pytest.raises(IpcError, match="invalid parameter"):
            commands.run(("overplay/pixel", *wrong))


def test_statistics_are_answered_later(host: FakeHost) -> None:
    commands = Commands(host, TABLE)
    assert commands.run(("overplay/statistics", 0, 1, 2, 3)) is host.answer
    assert host.calls == [("statistics", (0, 1, 2, 3))]
    with pytest.raises(IpcError, match="invalid parameter"):
        commands.run(("overplay/statistics", 0, 1, 0, 3))


def test_without_a_picture(host: FakeHost) -> None:
    host.shown = None
    for command in (("overplay/pixel", 3, 4), ("overplay/statistics", 0, 1, 2, 3)):
        with pytest.raises(IpcError, match="error running command"):
            Commands(host, TABLE).run(command)
