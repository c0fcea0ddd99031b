"""The table of commands: complete, free of conflicts, and each key reaches the right call on the player."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from tests.ui.fake_player import chapters, media_info
from tests.ui.window_kit import a_window
from ui.actions import ARROWS, COMMANDS, MENUS, key_text, plain_text, tooltip
from ui.menus import GROUPS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

Key, Modifier = Qt.Key, Qt.KeyboardModifier
NOT_IN_README = {"about"}


def test_every_command_has_a_name_a_place_and_keys_of_its_own() -> None:
    assert max(Counter(command.name for command in COMMANDS).values()) == 1
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert "" not in keys, "Qt does not know one of the keys"
    assert max(Counter(keys).values()) == 1
    for command in COMMANDS:
        assert command.keys, f"{command.name} has no key"
        assert command.menu.partition("/")[0] in MENUS
        assert plain_text(command).strip()


def test_no_two_entries_of_a_menu_share_a_letter() -> None:
    for menu in {command.menu for command in COMMANDS}:
        letters = [
            command.text[command.text.index("&") + 1].lower()
            for command in COMMANDS
            if command.menu == menu and "&" in command.text
        ]
        assert len(letters) == len(set(letters)), f"{menu}: {letters}"


@pytest.mark.parametrize("menu", GROUPS)
def test_the_menus_of_many_parts_have_a_place_for_every_command(menu: str) -> None:
    entries = {
        command.name if command.menu == menu else command.menu
        for command in COMMANDS
        if command.menu.partition("/")[0] == menu
    }
    assert entries == {name for group in GROUPS[menu] for name in group}


def test_the_readme_names_every_key() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("## Keys and mouse") : readme.index("## Measured")]
    named = {unescape(key) for key in re.findall("<kbd>(.+?)</kbd>", table)}
    named |= {f"Alt+{arrow}" for arrow in ARROWS.values()} | {f"Ctrl+{number}" for number in range(1, 9)}
    named |= {f"Ctrl+Alt+{key}" for key in (*ARROWS.values(), ",", ".")}
    left_out = [
        command.name
        for command in COMMANDS
        if not {key_text(key) for key in command.keys} & named and command.name not in NOT_IN_README
    ]
    assert left_out == []


def test_arrow_keys_are_written_as_arrows() -> None:
    assert key_text("Left") == "←"
    assert key_text("Shift+Right") == "Shift+→"
    assert tooltip(next(command for command in COMMANDS if command.name == "step")) == "Step one picture (.)"


@pytest.mark.parametrize(
    ("key", "modifier", "call"),
    [
        (Key.Key_Space, Modifier.NoModifier, ("toggle_pause",)),
        (Key.Key_P, Modifier.NoModifier, ("toggle_pause",)),
        (Key.Key_Period, Modifier.NoModifier, ("step", 1)),
        (Key.Key_S, Modifier.NoModifier, ("step", 1)),
        (Key.Key_Comma, Modifier.NoModifier, ("step", -1)),
        (Key.Key_Left, Modifier.NoModifier, ("seek_by", -5)),
        (Key.Key_Right, Modifier.NoModifier, ("seek_by", 5)),
        (Key.Key_Left, Modifier.ShiftModifier, ("seek_by", -1)),
        (Key.Key_Right, Modifier.ShiftModifier, ("seek_by", 1)),
        (Key.Key_Up, Modifier.NoModifier, ("seek_by", 60)),
        (Key.Key_Down, Modifier.NoModifier, ("seek_by", -60)),
        (Key.Key_PageUp, Modifier.NoModifier, ("seek_by", 600)),
        (Key.Key_PageDown, Modifier.NoModifier, ("seek_by", -600)),
        (Key.Key_Home, Modifier.NoModifier, ("seek", 0.0)),
        (Key.Key_End, Modifier.NoModifier, ("seek", 99.0)),
        (Key.Key_9, Modifier.NoModifier, ("set_volume", 98.0)),
        (Key.Key_0, Modifier.NoModifier, ("set_volume", 102.0)),
        (Key.Key_Slash, Modifier.NoModifier, ("set_volume", 98.0)),
        (Key.Key_M, Modifier.NoModifier, ("set_muted", True)),
        (Key.Key_BracketRight, Modifier.NoModifier, ("set_speed", 1.1)),
        (Key.Key_BracketLeft, Modifier.NoModifier, ("set_speed", 1 / 1.1)),
        (Key.Key_Backspace, Modifier.NoModifier, ("set_speed", 1.0)),
        (Key.Key_A, Modifier.NoModifier, ("cycle", "audio")),
        (Key.Key_W, Modifier.ControlModifier, ("close",)),
    ],
)
def test_a_key_reaches_the_player(
    qapp: QApplication, key: Qt.Key, modifier: Qt.KeyboardModifier, call: tuple[object, ...]
) -> None:
    with a_window(qapp) as desk:
        desk.play()
        QTest.keyClick(desk.window, key, modifier)
        assert desk.player.calls == [call]


def test_typed_characters_work_whatever_key_they_are_on(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        for text in ("*", "#", "{", "}"):
            action = next(a for a in desk.window.actions() if QKeySequence(text) in a.shortcuts())
            action.trigger()
        assert desk.player.calls == [
            ("set_volume", 102.0), ("cycle", "audio"), ("set_speed", 0.5), ("set_speed", 1.0),
        ]  # fmt: skip


def test_commands_that_need_a_file_rest_while_there_is_none(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        for key in (Key.Key_Space, Key.Key_Right, Key.Key_Period, Key.Key_PageUp):
            QTest.keyClick(desk.window, key)
        assert desk.player.calls == []
        assert not desk.window.stage.bar.play.isEnabled()


def test_page_keys_go_by_chapters(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(media_info(chapters=chapters(0.0, 20.0, 60.0)), position_s=22.0)
        QTest.keyClick(desk.window, Key.Key_PageUp)
        QTest.keyClick(desk.window, Key.Key_PageDown)
        desk.play(desk.player.state.info, position_s=40.0)
        QTest.keyClick(desk.window, Key.Key_PageDown)  # far into a chapter: its own beginning first
        assert desk.player.calls == [("seek", 60.0), ("seek", 0.0), ("seek", 20.0)]
        assert desk.messages[0] == "Chapter 3: Part 3"


def test_a_held_arrow_key_seeks_once_at_a_time_and_arrives(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(position_s=10.0)
        QTest.keyClick(desk.window, Key.Key_Right)
        desk.player.state = replace(desk.player.state, seeking=True, position_s=15.0)
        for _ in range(4):
            QTest.keyClick(desk.window, Key.Key_Right)
        assert desk.player.calls == [("seek_by", 5)]
        assert desk.messages[-1] == "0:35 / 1:40"
        desk.player.state = replace(desk.player.state, seeking=False)
        desk.tell()
        assert desk.player.calls == [("seek_by", 5), ("seek", 35.0)]


def test_escape_leaves_full_screen_and_then_quits(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        QTest.keyClick(desk.window, Key.Key_F)
        assert desk.full_screen()
        QTest.keyClick(desk.window, Key.Key_Escape)
        assert not desk.full_screen()
        assert desk.quits == []
        QTest.keyClick(desk.window, Key.Key_Escape)
        assert desk.quits == [0]


@pytest.mark.parametrize("chord", ["Q", "Ctrl+Q"])
def test_quit_keys(qapp: QApplication, chord: str) -> None:
    with a_window(qapp) as desk:
        modifier = Modifier.ControlModifier if "+" in chord else Modifier.NoModifier
        QTest.keyClick(desk.window, Key.Key_Q, modifier)
        assert desk.quits == [0]


def test_speed_snaps_to_normal_and_stays_in_range(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.controller.speed_times(1.1)
        desk.controller.speed_times(1 / 1.1)
        assert desk.controller.speed == 1.0
        for _ in range(5):
            desk.controller.speed_times(2.0)
        assert desk.controller.speed == 4.0
        assert desk.messages[-1] == "Speed 4.00×"
