"""The order of mpv's events, on a fake player and a view that paints when the test says so."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, cast

import pytest

from player.errors import OpenError
from player.events import EndReached, FirstPicture, Opened, OpenFailed, Warned
from tests.player.ipc_host import a_picture
from tests.ui.fake_player import FakePlayer, media_info
from tests.ui.test_ipc_on_screen import View
from ui.controller import Controller
from ui.ipc.announcer import Announcer
from ui.ipc.on_screen import OnScreen
from ui.ipc.window_host import WindowHost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from player.events import Event
    from player.player import Player
    from ui.video.view import VideoView


class Desk:
    def __init__(self) -> None:
        self.player = FakePlayer()
        self.controller = Controller(self.player)
        self.view = View()
        self.on_screen = OnScreen(cast("VideoView", self.view), self.view, self.view)
        host = WindowHost(
            cast("Player", self.player), self.controller, self.on_screen, nullcontext, now=lambda: 0.0, parent=self.view
        )
        self.announcer = Announcer(host, self.controller, self.on_screen, self.view)
        self.told: list[str] = []
        self.announcer.announced.connect(self._hear)
        self.logged: list[tuple[str, str]] = []
        self.announcer.logged.connect(lambda level, text: self.logged.append((level, text)))

    def _hear(self, message: dict[str, object]) -> None:
        details = [str(value) for name, value in message.items() if name != "event"]
        self.told.append(" ".join([str(message["event"]), *details]))

    def heard(self) -> list[str]:
        told, self.told = self.told, []
        return told

    def happen(self, *events: Event) -> None:
        """As the bridge hands them out: the announcer first, then the controller, then the look."""
        for event in events:
            self.announcer.on_event(event)
            self.controller.on_event(event)
        self.announcer.look()

    def play(self, *paths: str) -> None:
        self.controller.open_paths(list(paths))
        self.player.become_open(media_info(paths[0]))
        self.happen(Opened(media_info(paths[0])))
        self.paint()
        self.happen(FirstPicture(1))
        self.heard()

    def paint(self) -> None:
        self.on_screen.note(a_picture())
        self.view.painted.emit()


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    desk = Desk()
    desk.view.show()
    yield desk
    desk.on_screen.forget()
    desk.view.hide()
    desk.view.deleteLater()
    desk.controller.deleteLater()


def test_a_restart_is_told_when_its_picture_was_painted(desk: Desk) -> None:
    desk.controller.open_paths(["/a.mp4"])
    desk.player.become_open()
    desk.happen(Opened(media_info()))
    assert desk.heard() == ["start-file 1", "file-loaded"]
    desk.on_screen.note(a_picture())
    desk.happen(FirstPicture(1))
    assert desk.heard() == []
    desk.view.painted.emit()
    assert desk.heard() == ["playback-restart"]


def test_anybodys_seek_is_told_once(desk: Desk) -> None:
    desk.play("/a.mp4")
    desk.player.become_open(seeking=True)
    desk.announcer.look()
    desk.announcer.look()
    assert desk.heard() == ["seek"]
    desk.player.become_open()
    desk.paint()
    desk.happen(FirstPicture(2))
    assert desk.heard() == ["playback-restart"]


def test_a_seek_that_was_over_before_anybody_looked_is_told_too(desk: Desk) -> None:
    desk.play("/a.mp4")
    desk.paint()
    desk.happen(FirstPicture(2))
    assert desk.heard() == ["seek", "playback-restart"]


def test_the_next_file_follows_the_end_of_the_one_before(desk: Desk) -> None:
    desk.play("/a.mp4", "/b.mp4")
    desk.happen(EndReached())
    assert desk.heard() == ["end-file eof 1", "start-file 2"]


def test_an_end_with_nothing_behind_it_is_not_the_end_of_the_file(desk: Desk) -> None:
    desk.play("/a.mp4")
    desk.happen(EndReached())
    assert desk.heard() == []
    desk.controller.open_paths(["/b.mp4"])
    assert desk.heard() == ["end-file stop 1", "start-file 2"], "it was replaced, as with mpv's keep-open"


def test_what_cannot_be_opened_ends_with_an_error_and_idles(desk: Desk) -> None:
    desk.play("/a.mp4")
    desk.controller.open_paths(["/none.mp4"])
    desk.player.close()
    desk.happen(OpenFailed(OpenError("/none.mp4", "there is no such file")))
    desk.announcer.look()
    assert desk.heard() == ["end-file stop 1", "start-file 2", "end-file error 2 loading failed", "idle"]
    assert desk.logged == [("error", "Cannot open /none.mp4: there is no such file.")]


def test_stopping_and_leaving(desk: Desk) -> None:
    desk.play("/a.mp4")
    desk.controller.close_file()
    assert desk.heard() == ["end-file stop 1", "idle"]
    desk.play("/b.mp4")
    desk.happen(Warned("careful"))
    desk.announcer.close()
    assert desk.heard() == ["end-file quit 2", "shutdown"]
    assert desk.logged == [("warn", "careful")]
