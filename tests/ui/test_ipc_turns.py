"""How long the window is away with its clients at a time: counted, not timed, so that no machine is too busy for it."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QTimer

from player.ipc.budget import SAVED_S, SHARE, TURN_S
from player.ipc.client import Client
from player.ipc.unix_socket import UnixSocket
from tests.helpers.fake_time import FakeTime
from tests.ui.fake_player import FakePlayer
from tests.ui.test_ipc_on_screen import View
from tests.ui.window_kit import wait_until
from ui.bridge import Bridge
from ui.controller import Controller
from ui.ipc_server import IpcServer

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from player.player import Player
    from player.records import MediaInfo
    from ui.video.view import VideoView

COMMAND_S = TURN_S / 5.0
OTHER_WORK_S = 0.0002
"""What passes besides in a pass of the event loop."""
LINES = 1200


class OpenPlayer(FakePlayer):
    @property
    def info(self) -> MediaInfo | None:
        return self.state.info


@pytest.mark.parametrize(
    "line",
    [b'{"command":["get_property",\n', b'{"command":["seek",1,"absolute+exact"]}\n', b"\n", b"no such command\n"],
    ids=["malformed", "seeks", "empty", "text"],
)
@pytest.mark.parametrize("clients", [1, 3])
def test_a_pass_of_the_event_loop_holds_one_short_turn(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, clients: int
) -> None:
    """Whatever they send: a picture that falls due waits for one turn at most, and three quarters of the time stay."""
    time = FakeTime(0.0)
    spent: list[float] = [0.0]  # in each pass
    take = Client.take

    def take_up(client: Client, text: bytes) -> None:
        time.advance(COMMAND_S)
        spent[-1] += COMMAND_S
        take(client, text)

    def next_pass() -> None:
        time.advance(OTHER_WORK_S)
        spent.append(0.0)

    monkeypatch.setattr(Client, "take", take_up)
    path = tmp_path / "socket"
    player, view = OpenPlayer(), View()
    player.become_open()
    controller = Controller(player)
    bridge = Bridge(player, cast("VideoView", view), now=time, nap=time.advance)
    server = IpcServer(
        UnixSocket(str(path)), cast("Player", player), controller, bridge, cast("VideoView", view), view,
        now=time, parent=view,
    )  # fmt: skip
    passes = QTimer()
    passes.timeout.connect(next_pass)
    passes.start(0)
    done_s = LINES * COMMAND_S
    try:
        with ExitStack() as held:
            for _ in range(clients):
                client = held.enter_context(socket.socket(socket.AF_UNIX))
                client.connect(str(path))
                client.setblocking(False)
                assert client.send(line * (LINES // clients)) == len(line) * (LINES // clients)
            wait_until(lambda: sum(spent) > done_s - COMMAND_S / 2, "every line", deadline_ms=30_000)
    finally:
        passes.stop()
        server.close()
        for each in (bridge, controller, view):
            each.deleteLater()
    assert max(spent) < TURN_S + 1.5 * COMMAND_S
    assert sum(spent) <= (SAVED_S + time() * SHARE) * 1.02
