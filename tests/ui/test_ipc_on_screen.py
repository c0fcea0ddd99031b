"""Which picture counts as being on screen, with a view that paints when the test says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from tests.player.ipc_host import a_picture
from tests.ui.window_kit import wait_until
from ui.ipc.on_screen import OnScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from player.records import Picture
    from ui.video.view import VideoView

ONE = a_picture()
TWO = replace(ONE, pts=2)


class View(QWidget):
    painted = Signal()


class Desk:
    def __init__(self) -> None:
        self.view = View()
        self.seen: list[Picture | None] = []
        self.on_screen = OnScreen(cast("VideoView", self.view), self.view, self.view)
        self.on_screen.changed.connect(lambda: self.seen.append(self.on_screen.picture))


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    desk = Desk()
    desk.view.show()
    yield desk
    desk.on_screen.forget()
    desk.view.hide()
    desk.view.deleteLater()


def test_a_picture_counts_when_it_was_painted(desk: Desk) -> None:
    desk.on_screen.note(ONE)
    assert (desk.on_screen.picture, desk.on_screen.settled) == (None, False)
    desk.view.painted.emit()
    assert (desk.on_screen.picture, desk.on_screen.settled) == (ONE, True)
    desk.view.painted.emit()
    assert desk.seen == [ONE]


def test_one_that_was_overtaken_was_never_seen(desk: Desk) -> None:
    desk.on_screen.note(ONE)
    desk.on_screen.note(TWO)
    desk.view.painted.emit()
    assert desk.seen == [TWO]


def test_a_hidden_view_counts_as_painting_at_once(desk: Desk) -> None:
    desk.view.hide()
    desk.on_screen.note(ONE)
    assert desk.seen == [ONE]


def test_a_view_that_does_not_paint_is_not_waited_for_twice(desk: Desk) -> None:
    desk.on_screen.note(ONE)
    wait_until(lambda: desk.seen == [ONE], "the view to be taken for unseen")
    desk.on_screen.note(TWO)
    assert desk.seen == [ONE, TWO]
    desk.on_screen.note(ONE)
    desk.view.painted.emit()
    desk.on_screen.note(TWO)
    assert desk.seen == [ONE, TWO, ONE], "it paints again, and is waited for"


def test_black_is_no_picture(desk: Desk) -> None:
    desk.on_screen.note(ONE)
    desk.view.painted.emit()
    desk.on_screen.note(TWO)
    desk.on_screen.note(None)
    desk.view.painted.emit()
    assert desk.seen == [ONE, None]
    desk.on_screen.forget()
    assert desk.seen == [ONE, None]
