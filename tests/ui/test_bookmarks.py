"""Bookmarks in the window: made, kept at once, listed, gone to, written into files, and all that over the IPC."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from player.bookmark_store import shelf_of
from player.bookmarks import Bookmark
from player.errors import UsageError
from player.media.frame_index import ENTRY, KEY, FrameIndex
from player.timebase import to_seconds
from tests.player.ipc_host import a_picture
from tests.ui.fake_player import media_info
from tests.ui.ipc_kit import Remote, running
from tests.ui.window_kit import Desk, StillView, a_window, wait_until
from ui.bookmarks.panel import BookmarkPanel
from ui.bookmarks.table import NOTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from player.records import Picture
    from tests.helpers.clips import Clips


def picture_at(time_s: float) -> Picture:
    return replace(a_picture(), pts=round(time_s * 1000), time_s=time_s)


@contextmanager
def a_film(qapp: QApplication, folder: Path, name: str = "film.mp4") -> Iterator[Desk]:
    """A window with an open file whose bookmarks are kept in `folder`, once they were read."""
    path = folder / name
    if not path.exists():
        path.write_bytes(b"a film")
    with a_window(qapp) as desk:
        desk.controller.bookmarks.keep_in(folder / "marks")
        desk.play(media_info(str(path)), paused=True)
        wait_until(lambda: desk.controller.bookmarks._loaded, "what was kept")
        yield desk


def show(desk: Desk, time_s: float) -> None:
    desk.window.note_picture(picture_at(time_s))
    view = desk.window.stage.view
    assert isinstance(view, StillView)
    view.painted.emit()


def kept(folder: Path, name: str = "film.mp4") -> list[float]:
    shelf = shelf_of(str(folder / name), folder / "marks")
    assert shelf is not None
    return [mark.time_s for mark in shelf.load()]


def the_panel(desk: Desk) -> BookmarkPanel:
    desk.window.docks.open("bookmarks")
    panel = desk.window.docks.panel("bookmarks")
    assert isinstance(panel, BookmarkPanel)
    return panel


def press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.window, key, modifier)


def test_b_marks_and_takes_back_and_both_are_on_disk_at_once(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        show(desk, 5.0)
        press(desk, Qt.Key.Key_B)
        wait_until(lambda: kept(tmp_path) == [5.0], "the mark on disk while the file is open")
        show(desk, 3.0)
        press(desk, Qt.Key.Key_B)
        assert desk.window.stage.bar.seek.marks() == [0.03, 0.05]
        wait_until(lambda: kept(tmp_path) == [3.0, 5.0], "both")
        press(desk, Qt.Key.Key_B)
        wait_until(lambda: kept(tmp_path) == [5.0], "one gone")
        assert desk.messages[-1] == "Bookmark removed"


def test_they_come_back_with_the_file_under_another_name(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        show(desk, 5.0)
        desk.controller.bookmarks.add("here <b>")
    (tmp_path / "film.mp4").rename(tmp_path / "renamed.mkv")
    with a_film(qapp, tmp_path, "renamed.mkv") as desk:
        assert [mark.note for mark in desk.controller.bookmarks.marks] == ["here <b>"]
        assert desk.window.stage.bar.seek.marks() == [0.05]
        desk.controller.close_file()
        assert desk.window.stage.bar.seek.marks() == []


def test_a_mark_made_before_the_kept_ones_are_known_joins_them(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        show(desk, 5.0)
        press(desk, Qt.Key.Key_B)
    with a_window(qapp) as desk:
        desk.controller.bookmarks.keep_in(tmp_path / "marks")
        desk.play(media_info(str(tmp_path / "film.mp4")))
        show(desk, 1.0)
        press(desk, Qt.Key.Key_B)
        assert not desk.controller.bookmarks._loaded
        wait_until(lambda: kept(tmp_path) == [1.0, 5.0], "both on disk")


def test_the_answer_for_a_former_file_is_not_taken_for_this_one(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        show(desk, 5.0)
        press(desk, Qt.Key.Key_B)
    (tmp_path / "other.mp4").write_bytes(b"another")
    with a_window(qapp) as desk:
        book = desk.controller.bookmarks
        book.keep_in(tmp_path / "marks")
        desk.play(media_info(str(tmp_path / "film.mp4")))
        book.open_file(media_info(str(tmp_path / "other.mp4")))
        wait_until(lambda: book._loaded, "the other's")
        assert book.marks == ()


def test_n_goes_through_them_and_says_when_there_is_none(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        press(desk, Qt.Key.Key_N)
        assert desk.messages[-1] == "No bookmarks"
        for time_s in (2.0, 4.0, 6.0):
            show(desk, time_s)
            press(desk, Qt.Key.Key_B)
        show(desk, 3.0)
        press(desk, Qt.Key.Key_N)
        assert desk.messages[-1] == "Bookmark 2 of 3"
        press(desk, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
        assert desk.messages[-1] == "Bookmark 1 of 3"
        assert [call[1] for call in desk.player.calls if call[0] == "seek"] == [4.0, 2.0]
        show(desk, 6.0)
        press(desk, Qt.Key.Key_N)
        assert desk.messages[-1] == "No bookmark after this"


def test_an_indexed_file_is_gone_through_by_timestamps(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        flags = np.full(3, KEY | ENTRY, np.uint8)
        desk.player.index = FrameIndex(np.array([0, 2000, 4000]), flags, Fraction(1, 1000))
        show(desk, 4.0)
        press(desk, Qt.Key.Key_B)
        assert desk.controller.bookmarks.marks[0].index == 2
        show(desk, 0.0)
        press(desk, Qt.Key.Key_N)
        assert desk.player.calls[-1] == ("go_to_pts", 4000)


def test_without_a_place_to_keep_them_they_last_as_long_as_the_file(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"a film")
    with a_window(qapp) as desk:
        desk.play(media_info(str(tmp_path / "film.mp4")))
        show(desk, 5.0)
        press(desk, Qt.Key.Key_B)
        assert len(desk.controller.bookmarks.marks) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_a_disk_that_refuses_is_said(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "marks").write_text("a file where the folder should be")
    with a_film(qapp, tmp_path) as desk:
        show(desk, 5.0)
        press(desk, Qt.Key.Key_B)
        wait_until(lambda: any("Cannot" in message for message in desk.messages), "the sentence")


def test_no_picture_no_bookmark(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        press(desk, Qt.Key.Key_B)
        assert desk.messages[-1] == "No picture to mark"
        desk.window.note_picture(replace(picture_at(0.0), attached=True))
        press(desk, Qt.Key.Key_B)
        assert desk.controller.bookmarks.marks == ()


class TestPanel:
    def test_rows_and_a_click(self, qapp: QApplication, tmp_path: Path) -> None:
        with a_film(qapp, tmp_path) as desk:
            panel = the_panel(desk)
            assert not panel.table.isVisible(), "a hint in place of an empty list"
            assert not panel.export.isEnabled()
            for time_s in (2.0, 62.5):
                show(desk, time_s)
                press(desk, Qt.Key.Key_B)
            model = panel.table.model_
            assert [[model.index(row, column).data() for column in range(3)] for row in range(2)] == [
                ["–", "0:02.000", ""], ["–", "1:02.500", ""],
            ]  # fmt: skip
            wait_until(panel.table.isVisible, "the list")
            at = panel.table.visualRect(model.index(0, 1)).center()
            QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
            assert desk.player.calls[-1] == ("seek", 2.0)
            show(desk, 62.5)
            wait_until(lambda: panel.table.selected() is desk.controller.bookmarks.marks[1], "the row of the picture")

    def test_a_note_is_written_and_esc_leaves_it_and_not_the_program(self, qapp: QApplication, tmp_path: Path) -> None:
        with a_film(qapp, tmp_path) as desk:
            panel = the_panel(desk)
            show(desk, 2.0)
            QTest.mouseClick(panel.add, Qt.MouseButton.LeftButton)
            editor = panel.table.findChild(QLineEdit, "note")
            assert isinstance(editor, QLineEdit)
            QTest.keyClicks(editor, "<b>q</b> & more")
            QTest.keyClick(editor, Qt.Key.Key_Return)
            book = desk.controller.bookmarks
            wait_until(lambda: book.marks[0].note == "<b>q</b> & more", "the note")
            panel.table.edit_note(book.marks[0])
            editor = next(each for each in panel.table.findChildren(QLineEdit) if each.isVisible())
            QTest.keyClicks(editor, "other")
            QTest.keyClick(editor, Qt.Key.Key_Escape)
            wait_until(lambda: not editor.isVisible(), "the editor gone")
            assert book.marks[0].note == "<b>q</b> & more"
            assert desk.quits == []
            tip = panel.table.model_.index(0, NOTE).data(Qt.ItemDataRole.ToolTipRole)
            assert "<b>" not in tip

    def test_keys_in_the_list_are_the_lists(self, qapp: QApplication, tmp_path: Path) -> None:
        with a_film(qapp, tmp_path) as desk:
            for time_s in (2.0, 4.0):
                show(desk, time_s)
                press(desk, Qt.Key.Key_B)
            panel = the_panel(desk)
            panel.table.setFocus()
            panel.table.selectRow(0)
            QTest.keyClick(panel.table, Qt.Key.Key_Down)
            QTest.keyClick(panel.table, Qt.Key.Key_Return)
            assert desk.player.calls[-1] == ("seek", 4.0)
            QTest.keyClick(panel.table, Qt.Key.Key_Delete)
            assert [mark.time_s for mark in desk.controller.bookmarks.marks] == [2.0]


def test_export_and_import(qapp: QApplication, tmp_path: Path) -> None:
    with a_film(qapp, tmp_path) as desk:
        book = desk.controller.bookmarks
        show(desk, 2.0)
        book.add("one")
        answers: list[UsageError | None] = []
        book.export(str(tmp_path / "out.csv"), answers.append)
        book.export(str(tmp_path / "out.csv"), answers.append)
        wait_until(lambda: len(answers) == 2, "both answers")
        assert answers[0] is None
        assert "exists" in str(answers[1])
        book.remove(book.marks[0])
        book.take_in(str(tmp_path / "out.csv"), answers.append)
        wait_until(lambda: len(answers) == 3, "the third")
        assert book.marks == (Bookmark(2000, None, 2.0, "one"),)
        wait_until(lambda: kept(tmp_path) == [2.0], "kept too")


def notes(remote: Remote) -> list[tuple[int, str, bool]]:
    return [(mark["pts"], mark["note"], mark.get("current", False)) for mark in remote.get("overplay/bookmarks")]


def test_scripts_mark_go_and_export(clips: Clips, tmp_path: Path) -> None:
    clip = clips("cfr")
    assert clip.pts is not None
    first, third = clip.pts[0], clip.pts[2]
    with running(tmp_path, clip, "--pause") as player, player.connect() as remote:
        remote.until_shown()
        remote.do("overplay/bookmark-add", "the first")
        assert notes(remote) == [(first, "the first", True)]
        remote.do("observe_property", 1, "overplay/frame/pts")
        for _ in range(2):
            remote.do("frame-step")
        remote.until_change("overplay/frame/pts", lambda data: data == third)
        remote.do("overplay/bookmark-add")
        assert notes(remote) == [(first, "the first", False), (third, "", True)]
        assert remote.get("overplay/bookmarks")[1]["time_s"] == to_seconds(third, clip.time_base)
        remote.do("overplay/bookmark-go", "previous")
        remote.until_change("overplay/frame/pts", lambda data: data == first)
        remote.do("overplay/bookmark-go", 1)
        remote.until_change("overplay/frame/pts", lambda data: data == third)
        remote.do("overplay/bookmarks-export", str(tmp_path / "out.json"))
        assert len(json.loads((tmp_path / "out.json").read_text())["bookmarks"]) == 2
        assert remote.ask("overplay/bookmarks-export", str(tmp_path / "out.json"))["error"] == "error running command"
        remote.do("overplay/bookmark-remove")
        remote.do("overplay/bookmark-remove", 0)
        assert notes(remote) == []
        for refused in (["remove"], ["remove", 0], ["go", "next"], ["go", 5], ["go", "up"]):
            assert remote.ask(f"overplay/bookmark-{refused[0]}", *refused[1:])["error"] != "success"
        remote.do("overplay/bookmarks-import", str(tmp_path / "out.json"))
        assert [note for _pts, note, _here in notes(remote)] == ["the first", ""]
        remote.do("quit")
        assert player.end() == 0
