"""Comparing over the IPC: what may be asked for."""

from __future__ import annotations

import pytest

from player.cli.options import parse_play
from player.ipc import properties
from player.ipc.commands import Commands
from player.ipc.compare import checked
from player.ipc.errors import IpcError
from player.ipc.table import build
from tests.player.ipc_host import FakeHost


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"against": "previous"}, {"file": "/films/b.mkv", "mode": "difference", "gain": 64},
        {"against": "file", "file": "b.mkv"}, {"offset_frames": -3, "offset_s": 0.5, "split": 0, "rate": 20},
    ],
)  # fmt: skip
def test_sound_changes_pass(changes: dict[str, object]) -> None:
    assert checked(changes) == changes


@pytest.mark.parametrize(
    "changes",
    [
        {"against": "next"}, {"against": ["off"]}, {"mode": None}, {"gain": 65}, {"gain": float("nan")}, {"gain": True},
        {"split": -0.1}, {"rate": 0}, {"offset_frames": 0.5}, {"offset_frames": True}, {"offset_frames": 10**9},
        {"file": ""}, {"file": 7}, {"file": "a\0b"}, {"against": "time", "file": "b.mkv"}, {"split_at": 0.5},
    ],
)  # fmt: skip
def test_others_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(IpcError):
        checked(changes)


def test_the_property_and_the_command_reach_the_window() -> None:
    host = FakeHost()
    table = build()
    commands = Commands(host, table)
    assert properties.read(table, host, "overplay/compare/against") == "off"
    properties.write(table, host, "overplay/compare", '{"gain": 8}')
    commands.run(("overplay/pin",))
    assert host.calls == [("compare", {"gain": 8.0}), ("pin",)]
    host.become_idle()
    with pytest.raises(IpcError):
        commands.run(("overplay/pin",))


def test_the_other_file_on_the_command_line() -> None:
    assert parse_play(["--compare", "b.mkv", "a.mp4"]).compare == "b.mkv"
    assert parse_play(["a.mp4"]).compare is None
