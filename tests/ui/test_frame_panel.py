"""The Frame panel: what it says, when it looks, what it copies, and the same over the IPC."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel

from player.media.frame_facts import Facts, Place, facts_of
from player.media.frame_list import list_facts
from tests.player.ipc_host import a_picture
from tests.ui.ipc_kit import running
from tests.ui.window_kit import Desk, StillView, a_window, wait_until
from ui.panels.frame_panel import FramePanel
from ui.panels.frame_text import SECTIONS, as_text, rows

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from player.records import Picture
    from tests.helpers.clips import Clips


def facts(**changes: object) -> Facts:
    return facts_of(a_picture(), Place(7, 20, False, 5), None) | changes


def shown(panel: FramePanel, name: str) -> str:
    label = next(label for label in panel.findChildren(QLabel) if label.accessibleName() == name)
    return label.text()


def give(desk: Desk, picture: Picture | None) -> None:
    desk.window.note_picture(picture)
    view = desk.window.stage.view
    assert isinstance(view, StillView)
    view.painted.emit()


def the_panel(desk: Desk) -> FramePanel:
    panel = desk.window.docks.panel("frame")
    assert isinstance(panel, FramePanel)
    return panel


def test_every_row_has_a_place_and_every_place_a_row() -> None:
    assert sorted(rows(facts())) == sorted(name for _heading, names in SECTIONS for name in names)


@pytest.mark.parametrize(
    ("row", "changes", "expected"),
    [
        ("Frame", {}, "7 of 20  (provisional)"),
        ("Frame", {"final": True}, "7 of 20"),
        ("Frame", {"index": None}, "not known yet"),
        ("From key frame", {}, "2, which is 5"),
        ("Matrix", {}, "bt.601  (tagged)"),
        ("Primaries", {}, "not tagged"),
        ("Siting", {}, "left  (guessed)"),
        ("Shown size", {}, "576 × 1024, pixels 64:45, turned 90°"),
        ("Scan", {"interlaced": True, "top_field_first": False}, "interlaced, bottom field first"),
        ("State", {"corrupt": True}, "damaged: the decoder repaired it"),
        ("Packet size", {}, "–"),
        ("Packet size", {"side_data": []}, "unknown"),
        ("Position", {"side_data": [], "packet": {"position": 1234567, "size_bytes": 5}}, "byte 1\u202f234\u202f567"),
        ("Position", {"side_data": [], "packet": {"position": None, "size_bytes": 5}}, "unknown"),
        ("Side data", {"side_data": ["S12M_TIMECODE", "A53_CC"]}, "s12m timecode, a53 cc"),
        ("Timecode", {"timecode": "01:00:00:00", "timecode_from": "stream"}, "01:00:00:00  (stream)"),
        ("Timestamp", {"pts": None}, "none"),
    ],
)
def test_rows_in_words(row: str, changes: Facts, expected: str) -> None:
    assert rows(facts(**changes))[row] == expected


def test_hostile_names_stay_plain() -> None:
    said = rows(facts(pixel_format="<b>x\x1b[31m", timecode="<i>\n", timecode_from="stream"))
    assert "\x1b" not in said["Pixel format"]
    assert "\n" not in said["Timecode"]
    assert len(as_text(facts(timecode="a\nb", timecode_from="stream"), "t").splitlines()) == 1 + len(said)


def test_it_follows_every_picture_while_paused_and_few_while_playing(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(paused=True)
        desk.window.docks.open("frame")
        panel = the_panel(desk)
        assert not panel.copy_text.isVisible(), "nothing to copy yet"
        for pts in (1, 2, 3):
            give(desk, replace(a_picture(), pts=pts))
            wait_until(lambda pts=pts: shown(panel, "Timestamp") == str(pts), "the picture's row")  # type: ignore[misc]
        desk.player.state = replace(desk.player.state, paused=False)
        desk.tell()
        looked: list[str] = []
        for pts in range(10, 40):
            give(desk, replace(a_picture(), pts=pts))
            qapp.processEvents()
            looked.append(shown(panel, "Timestamp"))
        assert len(set(looked)) <= 3, "not every picture while they run"
        wait_until(lambda: shown(panel, "Timestamp") == "39", "but the newest before long")
        give(desk, None)
        wait_until(lambda: not panel.copy_text.isVisible(), "nothing to copy where there is no picture")


def test_values_are_plain_selectable_and_a_selection_stays(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(paused=True)
        desk.window.docks.open("frame")
        panel = the_panel(desk)
        give(desk, a_picture())
        wait_until(lambda: shown(panel, "Timestamp") == "1000", "the row")
        label = next(label for label in panel.findChildren(QLabel) if label.accessibleName() == "Pixel format")
        assert label.textFormat() is Qt.TextFormat.PlainText
        label.setSelection(0, 3)
        give(desk, replace(a_picture(), pts=1001))
        wait_until(lambda: shown(panel, "Timestamp") == "1001", "the next row")
        assert label.selectedText() == "yuv"


def test_text_and_json_go_to_the_clipboard(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(paused=True)
        desk.window.docks.open("frame")
        panel = the_panel(desk)
        give(desk, a_picture())
        wait_until(panel.copy_text.isVisible, "the buttons")
        QTest.mouseClick(panel.copy_text, Qt.MouseButton.LeftButton)
        lines = QGuiApplication.clipboard().text().splitlines()
        assert lines[0] == "clip.mp4"
        assert "Timestamp       1000" in lines
        QTest.mouseClick(panel.copy_json, Qt.MouseButton.LeftButton)
        told = json.loads(QGuiApplication.clipboard().text())
        assert (told["pts"], told["color"]["matrix"]) == (1000, {"value": "bt.601", "from": "tagged"})


def test_scripts_get_the_facts_that_probe_gives(clips: Clips, tmp_path: Path) -> None:
    clip = clips("bframes")
    listed = {facts["pts"]: facts for facts in list_facts(str(clip))}
    with running(tmp_path, clip, "--pause") as player, player.connect() as remote:
        remote.until_shown()
        remote.do("observe_property", 1, "overplay/frame-facts")
        for _ in range(3):
            told = remote.until_change(
                "overplay/frame-facts", lambda data: bool(data and data["side_data"] is not None)
            )
            truth = listed[told["pts"]]
            numbers = {"index", "count", "final", "key_index", "from_key"}  # known once the file is indexed
            assert {key: told[key] for key in truth if key not in numbers} == {
                key: truth[key] for key in truth if key not in numbers
            }
            remote.do("frame-step")
        remote.do("quit")
        assert player.end() == 0


def test_nothing_is_cut_at_the_least_width(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(paused=True)
        desk.window.docks.open("frame")
        panel = the_panel(desk)
        give(desk, a_picture())
        wait_until(panel.copy_text.isVisible, "the rows")
        dock = desk.window.findChild(QDockWidget, "frame")
        assert isinstance(dock, QDockWidget)
        desk.window.resizeDocks([dock], [10], Qt.Orientation.Horizontal)
        qapp.processEvents()
        viewport = panel.parentWidget()
        assert viewport is not None
        assert panel.width() <= viewport.width()
