"""What is played again: keys, menu marks, the slider, and the playlist's end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from player.events import EndReached
from player.options import OpenOptions
from tests.ui.ipc_kit import running
from tests.ui.window_kit import a_window

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from tests.helpers.clips import Clips


def test_the_key_sets_both_points_and_takes_them_away(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(position_s=20.0)
        slider, mark = desk.window.stage.bar.seek, desk.window.actions_by_name["loop-section"]
        assert (slider.section(), mark.isChecked()) == ([], False)
        seen = []
        for position_s in (60.0, 20.0, 30.0):
            desk.player.state = replace(desk.player.state, position_s=position_s)
            QTest.keyClick(desk.window, Qt.Key.Key_L)
            desk.tell()
            seen.append((desk.player.state.section, mark.isChecked()))
        assert seen == [((60.0, None), True), ((60.0, 20.0), True), ((None, None), False)]
        assert desk.messages == ["Loop from 1:00", "Loop 0:20 – 1:00", "Loop off"]


def test_the_slider_shows_the_section(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(position_s=20.0)
        slider = desk.window.stage.bar.seek
        plain = slider.grab().toImage()
        desk.player.set_section(60.0, None)
        desk.tell()
        assert slider.section() == [pytest.approx(0.6)]
        point = slider.grab().toImage()
        desk.player.set_section(60.0, 20.0)
        desk.tell()
        assert slider.section() == [pytest.approx(0.2), pytest.approx(0.6)]
        both = slider.grab().toImage()
        assert plain != point != both != plain
        desk.player.set_section(None, None)
        desk.tell()
        assert slider.grab().toImage() == plain


def test_the_file_is_repeated_and_the_next_ones_too(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        mark = desk.window.actions_by_name["loop-file"]
        QTest.keyClick(desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
        assert ("set_plays", 0) in desk.player.calls
        assert mark.isChecked()
        desk.controller.open_paths(["/films/next.mp4"])
        assert ("open", "/films/next.mp4", OpenOptions(loop=0)) in desk.player.calls
        desk.player.become_open(rounds_left=None)
        desk.tell()
        mark.trigger()
        assert desk.player.calls[-1] == ("set_plays", 1)
        assert not mark.isChecked()
        assert desk.messages[-1] == "Play the file once"


def test_the_playlist_begins_again_so_often(qapp: QApplication) -> None:
    with a_window(qapp, autoexit=True) as desk:
        desk.controller.open_paths(["/a.mp4", "/b.mp4"])
        desk.controller.loops.set_playlist_rounds(1)
        played = []
        for _ in range(4):
            played.append(desk.controller.playlist.current)
            desk.play()
            desk.controller.on_event(EndReached())
        assert played == ["/a.mp4", "/b.mp4", "/a.mp4", "/b.mp4"]
        assert desk.quits == [0]
        assert not desk.window.actions_by_name["loop-playlist"].isChecked()


def test_over_the_ipc_a_section_is_exact(clips: Clips, tmp_path: Path) -> None:
    """Every picture on screen is one of the section's, round after round."""
    clip = clips("long_gop")
    with running(tmp_path, clip, "--pause") as player, player.connect() as client:
        client.until_shown()
        client.do("seek", 1.0, "absolute+exact")
        client.until("playback-restart")
        client.do("set_property", "ab-loop-a", 1.0)
        client.do("set_property", "ab-loop-b", 1.4)
        client.do("observe_property", 1, "time-pos")
        client.until_change("time-pos")
        client.do("set_property", "pause", False)
        seen = [client.until_change("time-pos") for _ in range(60)]
        assert 1.0 <= min(seen) < 1.02
        assert 1.36 < max(seen) < 1.4
        assert sum(later < earlier for earlier, later in pairwise(seen)) >= 2
        client.do("ab-loop")
        assert (client.get("ab-loop-a"), client.get("loop-file")) == ("no", False)
