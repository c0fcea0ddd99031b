"""Single pictures in the window: presses and held keys, the number beside the time, the way to any picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from player.records import Snapshot, State
from tests.ui.window_kit import a_window
from ui.controls.frame_label import frame_text
from ui.go_to import GoToDialog

if TYPE_CHECKING:
    from tests.ui.window_kit import Desk

Key, Modifier = Qt.Key, Qt.KeyboardModifier
OPEN = Snapshot(state=State.READY)


def key_event(desk: Desk, kind: QEvent.Type, *, repeated: bool) -> None:
    event = QKeyEvent(kind, Key.Key_Comma, Modifier.NoModifier, ",", repeated)
    QCoreApplication.sendEvent(desk.window.stage, event)


def held_down(desk: Desk, name: str = "step-back", *, repeats: int) -> None:
    """A key goes down and stays down while the keyboard repeats it."""
    for n in range(repeats + 1):
        key_event(desk, QEvent.Type.ShortcutOverride, repeated=n > 0)
        desk.window.actions_by_name[name].trigger()


def test_presses_are_steps(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        for _ in range(3):
            QTest.keyClick(desk.window, Key.Key_Comma)
        QTest.keyClick(desk.window, Key.Key_Period)
        assert desk.player.calls == [("step", -1)] * 3 + [("step", 1)]


def test_a_held_key_is_one_step_and_then_a_run_until_it_is_let_go(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        held_down(desk, repeats=5)
        assert desk.player.calls == [("step", -1), ("run", -1)]
        key_event(desk, QEvent.Type.KeyRelease, repeated=True)  # X11 tells of these while the key is down
        assert desk.player.calls[-1] == ("run", -1)
        key_event(desk, QEvent.Type.KeyRelease, repeated=False)
        assert desk.player.calls[-1] == ("run", 0)
        held_down(desk, "step", repeats=1)
        key_event(desk, QEvent.Type.KeyRelease, repeated=False)
        assert desk.player.calls[3:] == [("step", 1), ("run", 1), ("run", 0)]


def test_a_window_that_loses_the_keyboard_ends_the_run(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        held_down(desk, repeats=2)
        QCoreApplication.sendEvent(desk.window, QEvent(QEvent.Type.WindowDeactivate))
        assert desk.player.calls == [("step", -1), ("run", -1), ("run", 0)]


def test_clicks_on_the_buttons_are_steps_however_fast(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        held_down(desk, repeats=0)
        for _ in range(4):
            QTest.mouseClick(desk.window.stage.bar.step_back, Qt.MouseButton.LeftButton)
        assert desk.player.calls == [("step", -1)] * 5


@pytest.mark.parametrize(
    ("key", "modifier", "call"),
    [
        (Key.Key_Right, Modifier.ControlModifier, ("step_key", 1)),
        (Key.Key_Left, Modifier.ControlModifier, ("step_key", -1)),
        (Key.Key_Backspace, Modifier.ShiftModifier, ("jump_back",)),
    ],
)
def test_keys_that_jump(
    qapp: QApplication, key: Qt.Key, modifier: Qt.KeyboardModifier, call: tuple[object, ...]
) -> None:
    with a_window(qapp) as desk:
        desk.play()
        desk.player.jumped = True
        QTest.keyClick(desk.window, key, modifier)
        assert desk.player.calls == [call]
        assert desk.messages == []


def test_with_no_jump_made_there_is_none_to_go_back_from(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        desk.controller.frames.jump_back()
        assert desk.messages == ["There is no jump to go back from"]


@pytest.mark.parametrize(
    ("typed", "calls"),
    [
        ("1234", [("go_to_frame", 1234)]),
        (" frame 7 ", [("go_to_frame", 7)]),
        ("pts 12345", [("go_to_pts", 12345)]),
        ("pts=-40", [("go_to_pts", -40)]),
        ("1:23.456", [("pause",), ("seek", 83.456)]),
        ("5s", [("pause",), ("seek", 5.0)]),
    ],
)
def test_where_to_go_can_be_written_in_three_ways(
    qapp: QApplication, typed: str, calls: list[tuple[object, ...]]
) -> None:
    with a_window(qapp) as desk:
        desk.play()
        assert desk.controller.frames.go_to(typed) == ""
        assert desk.player.calls == calls


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "needed"), ("soon", "needed"), ("-1", "counted from 0; the last is 1499"), ("1500", "the last is 1499"),
        ("pts 1.5", "whole number"), ("pts", "whole number"), ("1:99", "no time"), ("9:00:00", "no such time"),
        ("99999999999999999999", "needed"),
    ],
)  # fmt: skip
def test_what_cannot_be_gone_to_is_said_in_a_sentence(qapp: QApplication, typed: str, complaint: str) -> None:
    with a_window(qapp) as desk:
        desk.play(frame=3, frame_count=1500, frame_final=True)
        said = desk.controller.frames.go_to(typed)
        assert complaint in said
        assert said.endswith(".")
        assert desk.player.calls == []


def test_the_small_window_stays_until_it_has_understood(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(frame=3, frame_count=1500, frame_final=True)
        desk.tell()
        QTest.keyClick(desk.window, Key.Key_G, Modifier.ControlModifier)
        dialog = desk.window.findChild(GoToDialog)
        assert dialog is not None
        assert dialog.field.selectedText() == "3"
        QTest.keyClicks(dialog.field, "4000")
        QTest.keyClick(dialog.field, Key.Key_Return)
        assert "the last is 1499" in dialog.complaint.text()
        QTest.keyClicks(dialog.field, "400")
        assert dialog.complaint.text().strip() == ""
        assert dialog.isVisible()
        next(button for button in dialog.findChildren(QPushButton) if button.text() == "Go").click()
        assert not dialog.isVisible()
        assert desk.player.calls == [("go_to_frame", 400)]


def test_numbers_say_how_sure_they_are() -> None:
    assert frame_text(OPEN) == ""
    assert frame_text(replace(OPEN, frame=12, frame_count=50, frame_final=True)) == "frame 12 / 50"
    assert frame_text(replace(OPEN, frame=12, frame_count=50)) == "frame ≈12 / ≈50"
    assert frame_text(replace(OPEN, frame=12)) == "frame ≈12 / …"
    assert frame_text(replace(OPEN, frame_count=50, frame_final=True)) == "frame … / 50"


def test_the_number_stands_beside_the_time_where_there_is_room(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.window.resize(900, 500)
        desk.play(frame=12, frame_count=1500, frame_final=True)
        label = desk.window.stage.bar.frame
        assert label.isVisible()
        assert label.text() == "frame 12 / 1500"
        width = label.width()
        desk.play(frame=1234, frame_count=1500, frame_final=True)
        assert label.width() == width, "it must not tremble while numbers run"
        assert label.fontMetrics().horizontalAdvance(label.text()) < width
        desk.window.resize(desk.window.minimumWidth(), 500)
        QApplication.processEvents()
        bar = desk.window.stage.bar
        assert label.isHidden() or label.geometry().right() < bar.volume.geometry().left()
        desk.play()
        assert label.isHidden()
