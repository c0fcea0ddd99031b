"""The training over the IPC: read and ended, never begun."""

from __future__ import annotations

import pytest

from player.ipc import properties
from player.ipc.commands import Commands
from player.ipc.errors import IpcError
from player.ipc.table import build
from tests.player.ipc_host import FakeHost


def test_the_property_is_read_only_and_the_command_reaches_the_window() -> None:
    host, table = FakeHost(), build()
    commands = Commands(host, table)
    assert properties.read(table, host, "overplay/training/running") is False
    with pytest.raises(IpcError):
        properties.write(table, host, "overplay/training", {"running": True})
    with pytest.raises(IpcError):
        commands.run(("overplay/training-stop",))
    host.training.running = True
    commands.run(("overplay/training-stop",))
    assert host.calls == [("training-stop",)]


def test_no_command_begins_one() -> None:
    names = [each["name"] for each in Commands(FakeHost(), build())._list()]
    assert [name for name in names if "train" in str(name)] == ["overplay/training-stop"]
