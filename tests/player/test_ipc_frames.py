"""Pictures by number over the IPC: our own commands and properties, on a fake host."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from player.ipc.commands import Commands
from player.ipc.errors import IpcError
from player.ipc.table import build
from player.media.frame_index import FrameIndex
from tests.player.ipc_host import FakeHost


def an_index(count: int = 10, *, final: bool = True) -> FrameIndex:
    pts = np.arange(count, dtype=np.int64) * 40
    return FrameIndex(pts, np.ones(count, np.uint8), Fraction(1, 1000), final=final, complete=final)


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.mark.parametrize(
    ("command", "call"),
    [
        (("overplay/go-to-frame", 7), ("go_to_frame", 7)),
        (("overplay/go-to-pts", -40), ("go_to_pts", -40)),
        (("overplay/step-key",), ("step_key", 1)),
        (("overplay/step-key", "back"), ("step_key", -1)),
        (("overplay/run", "back"), ("run", -1)),
        (("overplay/run", "stop"), ("run", 0)),
        (("overplay/jump-back",), ("revert_seek", False)),
    ],
)
def test_a_command_reaches_the_player(host: FakeHost, command: tuple[object, ...], call: tuple[object, ...]) -> None:
    Commands(host, build()).run(command)
    assert host.calls == [call]


@pytest.mark.parametrize(
    "command",
    [
        ("overplay/go-to-frame",), ("overplay/go-to-frame", -1), ("overplay/go-to-frame", 10),
        ("overplay/go-to-frame", "x"), ("overplay/step-key", "sideways"), ("overplay/run",),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(host: FakeHost, command: tuple[object, ...]) -> None:
    host.index = an_index(10)
    with pytest.raises(IpcError, match="invalid parameter"):
        Commands(host, build()).run(command)
    assert host.calls == []


def test_a_number_that_may_still_be_found_is_waited_for(host: FakeHost) -> None:
    host.index = an_index(10, final=False)
    Commands(host, build()).run(("overplay/go-to-frame", 500))
    assert host.calls == [("go_to_frame", 500)]


@pytest.mark.parametrize("name", ["go-to-frame", "step-key", "jump-back"])
def test_with_nothing_open_there_are_no_pictures(host: FakeHost, name: str) -> None:
    host.become_idle()
    with pytest.raises(IpcError, match="error running command"):
        Commands(host, build()).run((f"overplay/{name}", *([3] if name == "go-to-frame" else [])))


def test_numbers_are_the_index_s_where_it_is_known(host: FakeHost) -> None:
    table = Commands(host, build()).table
    with pytest.raises(IpcError, match="property unavailable"):
        table["overplay/index"].read(host)
    assert table["estimated-frame-number"].read(host) == 250
    assert host.shown is not None
    host.index = an_index(10)
    host.shown = replace(host.shown, index=6)
    host.now = replace(host.now, frame=6, frame_count=10, frame_final=True)
    assert table["overplay/index"].read(host) == {"count": 10, "final": True, "complete": True, "damaged": False}
    assert table["estimated-frame-number"].read(host) == 6
    assert table["estimated-frame-count"].read(host) == 10
    frame = table["overplay/frame"].read(host)
    assert isinstance(frame, dict)
    assert (frame["index"], frame["final"]) == (6, True)
