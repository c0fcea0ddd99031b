"""Docks beside the picture: made late, fed while seen, remembered; the window grows for them and shrinks again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QToolButton, QWidget

from player.records import UPRIGHT
from tests.player.ipc_host import a_picture
from tests.ui.window_kit import Desk, StillView, a_window, wait_until
from ui import settings as settings_module
from ui.docks import LEAST_STAGE
from ui.settings import WindowSettings

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from player.records import Picture, Snapshot
    from ui.theme import Colours


class Panel(QWidget):
    """Writes down what it is told."""

    def __init__(self, width: int = 200, height: int = 150) -> None:
        super().__init__()
        self.setMinimumWidth(width)
        self._height = height
        self.pictures: list[Picture | None] = []
        self.snapshots: list[Snapshot] = []
        self.colours: list[Colours] = []
        self.shut = 0

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's
        return QSize(self.minimumWidth(), self._height)

    def show_picture(self, picture: Picture | None) -> None:
        self.pictures.append(picture)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)

    def set_colours(self, colours: Colours) -> None:
        self.colours.append(colours)

    def shutdown(self) -> None:
        self.shut += 1


def offered(desk: Desk, *heights: int) -> list[Panel]:
    """Panels offered as `one`, `two` ...; made ones appear in the list."""
    made: list[Panel] = []

    def make(height: int) -> Panel:
        made.append(Panel(height=height))
        return made[-1]

    for name, height in zip(("one", "two", "three"), heights, strict=False):
        desk.window.docks.offer(name, name.capitalize(), partial(make, height))
    return made


def stage_width(desk: Desk) -> int:
    return desk.window.stage.width()


def the_dock(desk: Desk, name: str) -> QDockWidget:
    dock = desk.window.findChild(QDockWidget, name)
    assert isinstance(dock, QDockWidget)
    return dock


def painted(desk: Desk) -> None:
    view = desk.window.stage.view
    assert isinstance(view, StillView)
    view.painted.emit()


def test_a_dock_is_made_when_it_is_first_opened_and_once(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        made = offered(desk, 150)
        assert not made
        assert not desk.window.findChildren(QDockWidget)
        for _ in range(4):
            desk.controller.dock_wanted.emit("one")
        assert len(made) == 1
        assert not desk.window.docks.is_open("one")


def test_the_window_grows_for_a_dock_and_gives_it_back(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.window.resize(400, 300)
        offered(desk, 150)
        window, stage = desk.window.size(), stage_width(desk)
        desk.window.docks.open("one")
        wait_until(lambda: stage_width(desk) == stage, "the stage to be as wide as before")
        assert desk.window.width() >= window.width() + 200
        desk.window.docks.close("one")
        wait_until(lambda: desk.window.size() == window, "the window to be as large as before")
        assert stage_width(desk) == stage


def test_where_the_screen_ends_the_stage_keeps_a_least_size(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        area = desk.window.screen().availableGeometry()
        desk.window.setGeometry(area)
        offered(desk, 150)
        desk.window.docks.open("one")
        assert desk.window.width() <= area.width()
        assert stage_width(desk) < area.width()
        desk.window.resize(10, 10)
        assert stage_width(desk) >= LEAST_STAGE[0]
        desk.window.docks.close("one")
        desk.window.resize(10, 10)
        assert desk.window.width() < LEAST_STAGE[0] + 240, "without docks it may be small again"


def test_where_the_window_is_not_to_grow_nothing_overlaps(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.window.resize(430, 300)
        made = offered(desk, 150)
        desk.window.docks.open("one", grow=False)
        qapp.processEvents()
        left = made[0].mapTo(desk.window, made[0].rect().topLeft()).x()
        assert stage_width(desk) >= LEAST_STAGE[0]
        assert left >= desk.window.stage.geometry().right()
        assert left + made[0].width() <= desk.window.width()


def test_a_window_of_original_size_counts_the_docks_out(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        offered(desk, 150)
        desk.window.note_picture(replace(a_picture(), orientation=UPRIGHT))
        plain = desk.window.size_for_picture(0.45)  # the screen of the tests is not large
        desk.window.docks.open("one")
        desk.window.set_scale(0.45)
        wait_until(lambda: stage_width(desk) == plain.width(), "the stage in the picture's size")


def test_pictures_reach_a_panel_while_it_is_seen_and_when_they_are_painted(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        made = offered(desk, 150)
        one, two = a_picture(), replace(a_picture(), pts=2)
        desk.play()
        desk.window.note_picture(one)
        desk.window.docks.open("one")
        panel = made[0]
        wait_until(lambda: panel.pictures == [one], "the picture that is there already")
        desk.window.note_picture(two)
        qapp.processEvents()
        assert panel.pictures == [one], "not painted yet"
        painted(desk)
        assert panel.pictures == [one], "not within the paint"
        wait_until(lambda: panel.pictures == [one, two], "the painted picture")
        desk.window.docks.close("one")
        desk.window.note_picture(one)
        painted(desk)
        told = len(panel.snapshots)
        desk.tell()
        qapp.processEvents()
        assert panel.pictures == [one, two]
        assert len(panel.snapshots) == told
        desk.window.docks.open("one")
        wait_until(lambda: panel.pictures == [one, two, one], "the newest when it is opened again")
        assert panel.snapshots[-1] is desk.player.state


def test_high_docks_become_tabs_and_the_one_behind_is_not_fed(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        made = offered(desk, 400, 400)
        desk.window.docks.open("one")
        desk.window.docks.open("two")
        wait_until(lambda: made[1].visibleRegion().isEmpty() is False, "the second in front")
        wait_until(lambda: made[0].visibleRegion().isEmpty(), "the first behind it")
        fed = len(made[0].pictures)
        desk.window.note_picture(a_picture())
        painted(desk)
        wait_until(lambda: len(made[1].pictures) > 0 and made[1].pictures[-1] is not None, "the one in front fed")
        assert len(made[0].pictures) == fed
        desk.window.docks.toggle("one")
        wait_until(lambda: not made[0].visibleRegion().isEmpty(), "its key brings it to the front")
        assert desk.window.docks.is_open("two")


def test_low_docks_stand_one_above_the_other(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        made = offered(desk, 100, 100)
        desk.window.docks.open("one")
        desk.window.docks.open("two")
        wait_until(lambda: not any(panel.visibleRegion().isEmpty() for panel in made), "both seen")


def test_full_screen_hides_docks_and_brings_them_back(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        offered(desk, 150, 100)
        docks = desk.window.docks
        docks.open("one")
        desk.window.set_full_screen(True)
        assert not docks.is_open("one")
        assert docks.remembered()[0] == ("one",), "closing the program in full screen forgets nothing"
        docks.toggle("two")
        assert docks.is_open("two"), "asked for, it is there"
        desk.window.set_full_screen(False)
        assert docks.is_open("one")
        assert docks.is_open("two")


def test_the_close_button_closes_and_the_keys_stay_the_windows(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        offered(desk, 150)
        desk.window.docks.open("one")
        button = the_dock(desk, "one").titleBarWidget().findChild(QToolButton)
        assert isinstance(button, QToolButton)
        assert desk.window.focusWidget() is desk.window.stage
        button.setFocus()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert not desk.window.docks.is_open("one")
        assert desk.window.focusWidget() is desk.window.stage


def test_what_was_open_comes_back_where_it_was(qapp: QApplication, tmp_path: Path) -> None:
    with a_window(qapp) as desk:
        offered(desk, 150, 150)
        desk.window.docks.open("two")
        dock = the_dock(desk, "two")
        desk.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        assert settings_module.save(tmp_path / "settings.ini", desk.window.closing_settings())
    remembered = settings_module.load(tmp_path / "settings.ini")
    assert remembered.docks == ("two",)
    with a_window(qapp, settings=remembered) as desk:
        desk.window.resize(430, 300)
        width = desk.window.width()
        made = offered(desk, 150, 150)
        assert not made, "nothing before it is asked for"
        assert desk.window.closing_settings().docks == ("two",), "closed before they came back, they are not lost"
        stage = stage_width(desk)
        desk.window.docks.restore(grow=True)
        assert len(made) == 1
        dock = the_dock(desk, "two")
        assert desk.window.dockWidgetArea(dock) is Qt.DockWidgetArea.LeftDockWidgetArea
        wait_until(lambda: stage_width(desk) == stage, "the window grown")
        assert desk.window.closing_settings().width == width, "the remembered width is the one without docks"


def test_a_dock_that_comes_back_is_told_what_there_is_to_see(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        offered(desk, 150)
        desk.window.docks.open("one")
        remembered = desk.window.closing_settings()
    with a_window(qapp, settings=remembered) as desk:
        made, picture = offered(desk, 150), a_picture()
        desk.window.note_picture(picture)
        desk.window.docks.restore(grow=True)
        wait_until(lambda: made[0].pictures == [picture], "the picture")


def test_garbled_memories_do_no_harm(qapp: QApplication) -> None:
    for layout in ("", "!!", "AAAA/wAAAAD9AAAAAQ==", "x" * 500):
        with a_window(qapp, settings=WindowSettings(docks=("gone", "one"), dock_layout=layout)) as desk:
            made = offered(desk, 150)
            desk.window.docks.restore(grow=False)
            assert len(made) == 1
            assert desk.window.docks.is_open("one")


def test_panels_are_dressed_and_shut_down(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        made = offered(desk, 150)
        desk.window.docks.open("one")
        first = made[0].colours[-1]
        desk.theme.set_appearance("light" if first.window == "#16181c" else "dark")
        assert made[0].colours[-1] is not first
        desk.window.docks.shutdown()
        assert made[0].shut == 1
