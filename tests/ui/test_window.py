"""The main window on a fake player: pages, files, drops, playlist, failures, full screen, settings."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from player.cli.options import Geometry
from player.errors import OpenError, PlayerError
from player.events import EndReached, Failed, FirstPicture, OpenFailed, TracksChanged, Warned
from player.options import OpenOptions
from player.records import Picture, Snapshot, State
from tests.ui.fake_player import media_info
from tests.ui.window_kit import Desk, a_window, wait_until
from ui import settings as settings_module
from ui.dialogs import about_dialog, shortcuts_dialog
from ui.panels.audio_panel import sound_details
from ui.settings import MAX_RECENT, WindowSettings
from ui.stage import HIDE_MS

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


def opened(desk: Desk) -> list[str]:
    return [str(call[1]) for call in desk.player.calls if call[0] == "open"]


def a_picture(width: int, height: int) -> Picture:
    frame = av.VideoFrame(width, height, "yuv420p")
    return Picture(
        frame=frame, pts=0, time_base=Fraction(1, 25), time_s=0.0, duration_s=0.04, serial=1, key=True, pict_type="I"
    )


def refusal(path: str) -> OpenFailed:
    return OpenFailed(OpenError(path, "it is empty"))


class TestPages:
    def test_welcome_offers_recent_files(self, qapp: QApplication) -> None:
        with a_window(qapp, settings=WindowSettings(recent=("/a/one.mp4", "/b/two & <b>.mkv"))) as desk:
            stage = desk.window.stage
            assert desk.page() == "welcome"
            assert [button.whole_text() for button in stage.welcome.recent_buttons] == ["one.mp4", "two & <b>.mkv"]
            QTest.mouseClick(stage.welcome.recent_buttons[1], Qt.MouseButton.LeftButton)
            assert opened(desk) == ["/b/two & <b>.mkv"]
            assert desk.page() == "picture"

    def test_a_film_shows_the_view_and_its_name(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.open_paths(["/films/A film.mkv"])
            assert desk.window.windowTitle() == "A film.mkv — Overplay"
            desk.play()
            assert desk.page() == "picture"
            assert desk.window.stage.bar.play.icon_name == "pause"
            desk.player.state = replace(desk.player.state, paused=True)
            desk.tell()
            assert desk.window.stage.bar.play.icon_name == "play"

    def test_sound_alone_shows_what_it_is(self, qapp: QApplication) -> None:
        info = media_info("/music/<i>song.flac", tracks=media_info().tracks[1:], title="<b>Title</b>")
        with a_window(qapp) as desk:
            desk.play(info)
            panel = desk.window.stage.audio
            assert desk.page() == "audio"
            assert panel.title.text() == "<b>Title</b>"
            assert panel.name.text() == "<i>song.flac"
            assert panel.details.text() == "aac 48 kHz stereo"
            assert panel.details.textFormat() is Qt.TextFormat.PlainText

    def test_sound_details_follow_the_track(self) -> None:
        assert sound_details(media_info(), 2) == "aac 48 kHz mono"
        assert sound_details(media_info(tracks=()), None) == ""

    def test_closing_goes_back_to_welcome(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            desk.controller.close_file()
            desk.tell()
            assert desk.page() == "welcome"
            assert desk.window.windowTitle() == "Overplay"
            assert not desk.window.actions_by_name["play-pause"].isEnabled()

    def test_a_low_page_drops_its_ornaments_and_gets_them_back(self, qapp: QApplication) -> None:
        with a_window(qapp, settings=WindowSettings(recent=("/a/one.mp4", "/a/two.mp4"))) as desk:
            welcome = desk.window.stage.welcome
            desk.window.resize(700, 700)
            assert welcome.ornaments_shown() == 2
            desk.window.resize(700, 400)
            assert welcome.ornaments_shown() == 1
            desk.window.resize(700, 250)
            assert welcome.ornaments_shown() == 0
            desk.window.resize(700, 700)
            assert welcome.ornaments_shown() == 2

    def test_the_hover_label_goes_with_the_bar(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            bar = desk.window.stage.bar
            bar.seek.hovered.emit(30.0, 100.0)
            assert bar.hover_text() == "0:30"
            desk.controller.toggle_full_screen()
            assert bar.hover_text() == ""

    def test_every_label_for_a_person_is_plain_text_or_ours(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play(media_info("/x/<b>n</b>.mp4", title="<h1>t</h1>"))
            desk.controller.message.emit("<b>words</b>")
            for label in desk.window.findChildren(QLabel):
                if "<" in label.text():
                    assert label.textFormat() is Qt.TextFormat.PlainText


class TestFailures:
    def test_the_only_file_of_the_command_line_ends_the_program_with_2(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.adopt(["/a.mp4"])
            desk.controller.on_event(refusal("/a.mp4"))
            assert desk.quits == [2]
            assert desk.complaints == ["Cannot open /a.mp4: it is empty."]

    def test_a_file_opened_inside_shows_the_panel_and_the_window_stays(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.open_paths(["/a.mp4"])
            desk.controller.on_event(refusal("/a.mp4"))
            assert desk.quits == []
            assert desk.page() == "error"
            assert desk.window.stage.error.sentence.text() == desk.complaints[0]

    def test_a_bad_file_of_several_gives_way_to_the_next(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.adopt(["/a.mp4", "/b.mp4"])
            desk.controller.on_event(refusal("/a.mp4"))
            assert opened(desk) == ["/b.mp4"]
            desk.controller.on_event(refusal("/b.mp4"))
            assert desk.quits == [2]

    def test_the_next_file_after_a_failure_shows_its_picture(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.open_paths(["/a.mp4"])
            desk.controller.on_event(refusal("/a.mp4"))
            desk.controller.open_paths(["/b.mp4"])
            desk.play()
            assert desk.page() == "picture"

    @pytest.mark.parametrize(
        ("error", "code"), [(OpenError("/a.mp4", "it is damaged"), 2), (PlayerError("Playback stopped."), 1)]
    )
    def test_a_failure_under_way_with_autoexit(self, qapp: QApplication, error: PlayerError, code: int) -> None:
        with a_window(qapp, autoexit=True) as desk:
            desk.controller.adopt(["/a.mp4"])
            desk.play()
            desk.controller.on_event(Failed(error))
            assert desk.quits == [code]

    def test_a_failure_under_way_shows_the_panel(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.adopt(["/a.mp4"])
            desk.play()
            desk.controller.on_event(FirstPicture(1))
            desk.controller.on_event(Failed(PlayerError("Playback stopped.")))
            assert desk.quits == []
            assert desk.page() == "error"


class TestPlaylist:
    def test_buttons_are_there_only_with_several_files(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            bar = desk.window.stage.bar
            desk.controller.open_paths(["/a.mp4"])
            assert bar.next.isHidden()
            desk.controller.open_paths(["/a.mp4", "/b.mp4", "/c.mp4"])
            assert not bar.next.isHidden()
            assert bar.next.isEnabled()
            assert not bar.previous.isEnabled()
            QTest.mouseClick(bar.next, Qt.MouseButton.LeftButton)
            QTest.mouseClick(bar.next, Qt.MouseButton.LeftButton)
            QTest.mouseClick(bar.previous, Qt.MouseButton.LeftButton)
            assert opened(desk) == ["/a.mp4", "/a.mp4", "/b.mp4", "/c.mp4", "/b.mp4"]

    def test_the_end_of_a_file_begins_the_next(self, qapp: QApplication) -> None:
        with a_window(qapp, autoexit=True, options=OpenOptions(start_s=3.0, loop=2)) as desk:
            desk.controller.adopt(["/a.mp4", "/b.mp4"])
            desk.controller.on_event(EndReached())
            assert desk.player.calls == [("open", "/b.mp4", OpenOptions(start_s=3.0, loop=2))]
            desk.controller.on_event(EndReached())
            assert desk.quits == [0]

    def test_without_autoexit_the_last_picture_stays(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.adopt(["/a.mp4"])
            desk.controller.on_event(EndReached())
            assert desk.quits == []
            assert opened(desk) == []

    def test_the_command_lines_start_and_pause_are_not_for_later_files(self, qapp: QApplication) -> None:
        with a_window(qapp, options=OpenOptions(start_s=3.0, length_s=2.0, paused=True, loop=0)) as desk:
            desk.controller.open_paths(["/other.mp4"])
            assert desk.player.calls == [("open", "/other.mp4", OpenOptions(loop=0))]


class TestDrop:
    def drop(self, desk: Desk, urls: list[QUrl]) -> None:
        mime = QMimeData()
        mime.setUrls(urls)
        buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, buttons, modifiers)
        enter.ignore()
        desk.window.dragEnterEvent(enter)
        if enter.isAccepted():
            desk.window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, buttons, modifiers))

    def test_files_and_folders(self, qapp: QApplication, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        for name in ("clip10.mp4", "clip2.mp4", "notes.txt"):
            (folder / name).write_bytes(b"")
        single = tmp_path / "single.bin"
        single.write_bytes(b"")
        with a_window(qapp) as desk:
            self.drop(desk, [QUrl.fromLocalFile(str(single)), QUrl.fromLocalFile(str(folder))])
            wait_until(lambda: opened(desk) == [str(single)], "the first file")
            assert len(desk.controller.playlist) == 3
            desk.controller.playlist_by(1)
            assert opened(desk)[-1] == str(folder / "clip2.mp4")

    def test_a_folder_without_media_says_so_and_disturbs_nothing(self, qapp: QApplication, tmp_path: Path) -> None:
        with a_window(qapp) as desk:
            desk.play()
            self.drop(desk, [QUrl.fromLocalFile(str(tmp_path))])
            wait_until(lambda: bool(desk.messages), "the sentence")
            assert str(tmp_path) in desk.messages[0]
            assert opened(desk) == []
            assert desk.page() == "picture"

    def test_links_from_the_web_are_refused(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            self.drop(desk, [QUrl("https://example.org/clip.mp4")])
            assert desk.player.calls == []


class TestTracks:
    def test_the_menu_lists_the_tracks_and_picks_one(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            entries = desk.window.menus.tracks["audio"].actions()
            assert [entry.text() for entry in entries] == [
                "1  en, aac 48 kHz stereo", "2  Commentary, de, aac 48 kHz mono", "Off",
            ]  # fmt: skip
            assert [entry.isChecked() for entry in entries] == [True, False, False]
            entries[1].trigger()
            entries[2].trigger()
            assert desk.player.calls == [("select", "audio", 2), ("select", "audio", None)]
            assert not desk.window.menus.tracks["subtitle"].isEnabled()

    def test_a_change_is_told_once_it_happened(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            desk.controller.cycle("audio")
            assert desk.messages == []
            desk.player.state = replace(desk.player.state, aid=2)
            desk.controller.on_event(TracksChanged())
            assert desk.messages == ["Audio: 2  Commentary, de, aac 48 kHz mono"]
            desk.controller.cycle("subtitle")
            assert desk.messages[-1] == "No subtitle track"


class TestOnScreenWords:
    def test_they_come_and_go(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            osd = desk.window.stage.osd
            assert osd.isHidden()
            desk.controller.volume_by(2)
            assert osd.isVisible()
            assert osd.text() == "Volume 102 %"
            wait_until(osd.isHidden, "the words to go")

    def test_a_warning_is_shown_and_fits(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.on_event(Warned("The sound device went away. " * 20))
            osd = desk.window.stage.osd
            assert osd.geometry().right() < desk.window.stage.width()


class TestFullScreen:
    def test_the_bar_goes_and_comes_back_with_the_mouse(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            stage = desk.window.stage
            QTest.mouseDClick(stage.view, Qt.MouseButton.LeftButton)
            assert desk.window.isFullScreen()
            assert desk.window.menuBar().isHidden()
            QTest.mouseMove(stage.view, QPoint(20, 20))
            wait_until(lambda: stage.bar_hidden, "the bar to go", HIDE_MS * 4)
            assert stage.cursor().shape() is Qt.CursorShape.BlankCursor
            assert stage.view.geometry() == stage.rect()
            QTest.mouseMove(stage.view, QPoint(90, 90))
            wait_until(lambda: not stage.bar_hidden, "the bar to come back")
            assert stage.cursor().shape() is not Qt.CursorShape.BlankCursor
            QTest.keyClick(desk.window, Qt.Key.Key_Escape)
            assert not desk.window.isFullScreen()
            assert not desk.window.menuBar().isHidden()
            assert stage.view.geometry().bottom() < stage.bar.geometry().top() + 1


class TestWheel:
    def test_it_is_the_volume_and_sideways_it_seeks(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            desk.window.stage.volume_scrolled.emit(-1.0)
            desk.window.stage.seek_scrolled.emit(1.0)
            assert desk.player.calls == [("set_volume", 98.0), ("seek_by", 5.0)]


class TestSize:
    def test_the_window_takes_the_first_pictures_size(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            screen = desk.window.screen().availableGeometry()
            desk.window.note_picture(a_picture(480, 480))
            assert desk.window.stage.view.width() == desk.window.stage.view.height() == min(480, screen.width())
            desk.window.note_picture(a_picture(640, 360))
            assert desk.window.stage.view.width() == 480, "later files take the window as it is"

    def test_a_tall_picture_fits_the_screen(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.window.note_picture(a_picture(1080, 1920))
            size, screen = desk.window.size(), desk.window.screen().availableGeometry()
            assert size.height() <= screen.height() * 0.9

    def test_geometry_comes_first(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.window.hide()
            desk.window.note_picture(a_picture(640, 360))
            desk.window.show_first(Geometry(500, 400, 10, 20), False)
            assert (desk.window.width(), desk.window.height()) == (500, 400)
            assert (desk.window.x(), desk.window.y()) == (10, 20)

    def test_nothing_is_cut_at_the_smallest_size(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.open_paths(["/a.mp4", "/b.mp4"])
            desk.play(media_info(duration_s=36_000.0))
            desk.window.resize(desk.window.minimumSize())
            bar = desk.window.stage.bar
            shown = [
                bar.previous, bar.play, bar.step, bar.next, bar.time, bar.volume, bar.full_screen,
            ]  # fmt: skip

            def fits() -> bool:
                edges = [(each.geometry().left(), each.geometry().right()) for each in shown if each.isVisible()]
                return all(one[1] < other[0] for one, other in pairwise([*edges, (bar.width() - 7, 0)]))

            wait_until(fits, "the buttons side by side")
            assert desk.window.minimumWidth() >= desk.window.menuBar().sizeHint().width()


class TestSettings:
    def test_they_survive(self, tmp_path: Path) -> None:
        file = tmp_path / "home" / "settings.ini"
        kept = WindowSettings(
            volume=64.0, muted=True, appearance="light", width=900, height=600, recent=("/a, b.mp4", "/ü/%20 & 'x'.mkv")
        )
        assert settings_module.save(file, kept)
        assert settings_module.load(file) == kept

    def test_rubbish_is_the_default(self, tmp_path: Path) -> None:
        file = tmp_path / "settings.ini"
        file.write_text("[sound]\nvolume=nan\nmuted=perhaps\n[window]\nwidth=-4\nappearance=pink\n")
        assert settings_module.load(file) == WindowSettings()

    def test_no_file_keeps_nothing(self, tmp_path: Path) -> None:
        assert settings_module.load(None) == WindowSettings()
        assert settings_module.load(tmp_path / "none.ini") == WindowSettings()
        assert settings_module.save(None, WindowSettings())
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_cannot_be_made_is_no_crash(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        assert not settings_module.save(tmp_path / "file" / "settings.ini", WindowSettings())

    def test_recent_files_are_few_and_each_once(self) -> None:
        kept = WindowSettings()
        for number in [*range(MAX_RECENT + 3), 5]:
            kept = kept.with_recent(f"/{number}.mp4")
        assert len(kept.recent) == MAX_RECENT
        assert kept.recent[:2] == ("/5.mp4", f"/{MAX_RECENT + 2}.mp4")

    def test_the_window_hands_them_back(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.controller.open_paths(["clip.mp4"])
            desk.play(media_info("/x/clip.mp4"))
            desk.controller.set_volume(30)
            desk.controller.toggle_mute()
            kept = desk.window.closing_settings()
            assert (kept.volume, kept.muted, kept.recent) == (30.0, True, ("/x/clip.mp4",))


class TestTheme:
    def test_it_changes_live(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.theme.set_appearance("light")
            light = desk.window.palette().window().color().lightness()
            desk.theme.set_appearance("dark")
            dark = desk.window.palette().window().color().lightness()
            assert light > 200 > 60 > dark


class TestAccessibility:
    def test_every_control_has_a_name_and_a_tooltip(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            bar = desk.window.stage.bar
            for widget in (bar.play, bar.step, bar.next, bar.previous, bar.open, bar.full_screen, bar.volume.button):
                assert widget.accessibleName()
                assert "(" in widget.toolTip(), "the key is part of the tooltip"
            assert bar.seek.accessibleName() == "Position"
            assert bar.volume.slider.accessibleName() == "Volume"

    def test_tab_goes_through_the_bar_from_left_to_right(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            bar = desk.window.stage.bar
            bar.seek.setFocus(Qt.FocusReason.TabFocusReason)
            order: list[QWidget] = [bar.seek]
            for _ in range(8):
                QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
                order.append(desk.window.focusWidget())
            assert order == [
                bar.seek,
                bar.play,
                bar.step_back,
                bar.step,
                bar.time,
                bar.volume.button,
                bar.volume.slider,
                bar.open,
                bar.full_screen,
            ]


def test_help_windows(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        for dialog in (shortcuts_dialog(desk.window), about_dialog(desk.window)):
            dialog.show()
            assert "Overplay" in dialog.windowTitle()
            dialog.close()


def test_nothing_to_pause_while_idle(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.controller.play_pause()
        assert desk.player.calls == []
        desk.player.state = Snapshot(state=State.ENDED)
        desk.controller.play_pause()
        assert desk.player.calls == [("toggle_pause",)]
