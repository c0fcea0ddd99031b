"""Sliders, labels and buttons: the arithmetic, and what a person can do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest

from player.errors import OpenError
from tests.ui.fake_player import chapters, media_info
from tests.ui.window_kit import a_window, wait_until
from ui.controls.text import ElidedButton, WrappedText
from ui.controls.time_label import TimeLabel, time_text
from ui.controls.track_bar import HANDLE, fraction_at, x_of
from ui.icons import load_icon, svg_pixmap
from ui.scrubber import Scrubber
from ui.theme import DARK, LIGHT, Colours
from ui.window_size import SMALL_STAGE, stage_size

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.mark.parametrize("width", [100, 321, 1920])
def test_pointer_and_handle_agree(width: int) -> None:
    for percent in range(0, 101, 5):
        assert fraction_at(x_of(percent / 100, width), width) == pytest.approx(percent / 100)
    assert fraction_at(-50, width) == 0.0
    assert fraction_at(width + 50, width) == 1.0


def test_a_slider_without_room_is_at_its_beginning() -> None:
    assert fraction_at(3, HANDLE) == 0.0


@pytest.mark.parametrize(
    ("position_s", "duration_s", "remaining", "text"),
    [
        (None, None, False, "--:-- / --:--"),
        (12.9, None, False, "0:12 / --:--"),
        (62.0, 225.0, False, "1:02 / 3:45"),
        (62.0, 225.0, True, "1:02 / -2:43"),
        (62.9, 225.4, True, "1:02 / -2:43"),
        (3723.0, 7200.0, False, "1:02:03 / 2:00:00"),
        (-0.5, 10.0, False, "0:00 / 0:10"),
        (11.0, 10.0, True, "0:10 / -0:00"),
    ],
)
def test_time_text(position_s: float | None, duration_s: float | None, remaining: bool, text: str) -> None:
    assert time_text(position_s, duration_s, remaining=remaining) == text


def test_a_click_on_the_time_shows_what_is_left(qapp: QApplication) -> None:
    label = TimeLabel()
    label.set_times(62.0, 225.0)
    width = label.width()
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    assert label.text() == "1:02 / -2:43"
    label.set_times(63.0, 225.0)
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)
    assert label.text() == "1:03 / 3:45"
    assert label.width() == width, "the label trembles"


class TestScrubber:
    def test_one_seek_at_a_time_and_the_latest_position_is_kept(self) -> None:
        sought: list[float] = []
        scrubber = Scrubber(sought.append)
        for position_s in (1.0, 2.0, 3.0):
            scrubber.move(position_s)
        assert sought == [1.0]
        scrubber.settled()
        assert sought == [1.0, 3.0]
        scrubber.settled()
        scrubber.settled()
        assert sought == [1.0, 3.0]
        scrubber.move(4.0)
        assert sought == [1.0, 3.0, 4.0]

    def test_a_held_key_gathers_on_top_of_what_waits(self) -> None:
        sought: list[float] = []
        scrubber = Scrubber(sought.append)
        scrubber.began()
        assert [scrubber.move_by(5.0, 10.0), scrubber.move_by(5.0, 10.0), scrubber.move_by(-30.0, 10.0)] == [15, 20, 0]
        assert sought == []
        scrubber.settled()
        assert sought == [0.0]

    def test_letting_go_does_not_wait(self) -> None:
        sought: list[float] = []
        scrubber = Scrubber(sought.append)
        scrubber.move(1.0)
        scrubber.move(2.0)
        scrubber.release(2.5)
        scrubber.settled()
        assert sought == [1.0, 2.5]


def test_a_click_on_the_slider_jumps_there(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        seek = desk.window.stage.bar.seek
        at = QPoint(round(x_of(0.25, seek.width())), 12)
        QTest.mousePress(seek, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseRelease(seek, Qt.MouseButton.LeftButton, pos=at)
        sought = [call[1] for call in desk.player.calls if call[0] == "seek"]
        assert sought
        assert all(position_s == pytest.approx(25.0, abs=0.2) for position_s in sought)


def test_dragging_scrubs_and_the_handle_stays_with_the_pointer(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        seek = desk.window.stage.bar.seek
        places = [QPoint(round(x_of(part, seek.width())), 12) for part in (0.2, 0.4, 0.6, 0.8)]
        QTest.mousePress(seek, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(seek, place)
        held = seek.value()
        seek.set_position(1.0)
        assert seek.value() == held, "playback must not pull the handle away"
        QTest.mouseRelease(seek, Qt.MouseButton.LeftButton, pos=places[-1])
        sought = [float(str(call[1])) for call in desk.player.calls if call[0] == "seek"]
        assert sought[0] == pytest.approx(20.0, abs=0.3)
        assert sought[-1] == pytest.approx(80.0, abs=0.3)


def test_hovering_tells_time_and_chapter(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(media_info(chapters=chapters(0.0, 20.0, 60.0)))
        bar = desk.window.stage.bar
        assert bar.seek.ticks() == [pytest.approx(0.2), pytest.approx(0.6)]
        QTest.mouseMove(bar.seek, QPoint(round(x_of(0.7, bar.seek.width())), 12))
        wait_until(lambda: bar.hover_text().startswith("1:"), "the hover label")
        assert bar.hover_text().endswith("Part 3")


def test_a_file_without_a_duration_cannot_be_searched(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play(media_info(duration_s=None))
        assert not desk.window.stage.bar.seek.isEnabled()
        desk.play(media_info(seekable=False))
        assert not desk.window.stage.bar.seek.isEnabled()
        desk.controller.seek_by(5)
        assert desk.player.calls == []


def test_volume_slider_and_mute_button(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        volume = desk.window.stage.bar.volume
        volume.slider.setValue(40)
        assert desk.player.calls == [("set_volume", 40.0)]
        desk.tell()
        assert volume.button.icon_name == "volume-low"
        QTest.mouseClick(volume.button, Qt.MouseButton.LeftButton)
        desk.tell()
        assert desk.player.calls[-1] == ("set_muted", True)
        assert volume.button.icon_name == "volume-off"
        assert volume.slider.value() == 40


def test_a_click_leaves_the_keys_to_the_window_and_tab_gives_them_to_the_button(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        bar = desk.window.stage.bar
        QTest.mouseClick(bar.volume.button, Qt.MouseButton.LeftButton)
        QTest.keyClick(desk.window, Qt.Key.Key_Space)
        assert desk.player.calls == [("set_muted", True), ("toggle_pause",)]
        bar.step.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(bar.step, Qt.Key.Key_Space)
        wait_until(lambda: ("step", 1) in desk.player.calls, "the focused button's own press")
        assert desk.player.calls.count(("toggle_pause",)) == 1


HOSTILE = "<b>bold</b><img src=file:///etc/passwd>\n\x1b[31m\u202egnp.exe & \x00" + "x" * 400


def test_texts_from_files_stay_plain(qapp: QApplication) -> None:
    button, wrapped = ElidedButton(HOSTILE), WrappedText()
    wrapped.resize(300, 20)
    wrapped.set_text(HOSTILE)
    for text in (button.whole_text(), wrapped.text()):
        assert text.startswith("<b>bold</b><img")
        assert not set(text) & set("\n\x1b\x00\u202e")
    button.resize(200, 30)
    button.show()
    assert button.fontMetrics().horizontalAdvance(button.text()) <= 200
    assert "…" in button.text()
    button.close()
    wrapped.show()
    assert wrapped.height() > 5 * wrapped.fontMetrics().height(), "a long name must break"
    wrapped.close()


def test_the_error_panel_says_the_whole_sentence(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        sentence = str(OpenError("/films/" + HOSTILE, "there is no decoder for it"))
        panel = desk.window.stage.error
        panel.show_sentence(sentence)
        desk.window.stage.show_page("error")
        assert panel.sentence.text() == sentence
        QTest.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
        assert qapp.clipboard().text() == sentence
        assert panel.copy_button.text() == "Copied"


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_texts_stand_out_from_their_grounds(colours: Colours) -> None:
    for ground in (colours.window, colours.bar, colours.raised, colours.hover):
        assert _contrast(colours.text, ground) >= 7
    for ground in (colours.window, colours.bar, colours.raised):
        assert _contrast(colours.dim, ground) >= 4.5
    assert _contrast(colours.on_accent, colours.accent) >= 4.5
    for ground in (colours.window, colours.bar):
        assert _contrast(colours.accent, ground) >= 3
        assert _contrast(colours.warning, ground) >= 3


def test_icons_are_drawn_anew_for_every_scale(qapp: QApplication) -> None:
    for ratio in (1.0, 1.5, 2.0):
        icon = load_icon("play", "#ff0000", "#00ff00", ratio=ratio)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            drawn = icon.pixmap(QSize(20, 20), ratio, mode)
            assert (drawn.width(), drawn.devicePixelRatio()) == (20 * ratio, ratio)
    image = svg_pixmap("play", "#ff0000", 40).toImage()
    inside = image.pixelColor(18, 20)
    assert (inside.red(), inside.green(), inside.alpha()) == (255, 0, 255)


class TestStageSize:
    SCREEN = (1920, 1080)

    def test_a_picture_that_fits_is_one_to_one(self) -> None:
        assert stage_size((1280, 720), self.SCREEN, (0, 132), 1.0) == (1280, 720)

    def test_device_pixels_count(self) -> None:
        assert stage_size((1280, 720), self.SCREEN, (0, 132), 2.0) == (640, 360)

    def test_a_phone_picture_fits_and_keeps_its_shape(self) -> None:
        width, height = stage_size((1080, 1920), self.SCREEN, (0, 132), 1.0)
        assert height <= 1080 * 0.9 - 132
        assert width / height == pytest.approx(1080 / 1920, abs=0.002)

    def test_a_tiny_picture_still_gets_a_window(self) -> None:
        assert stage_size((1, 1), self.SCREEN, (0, 132), 1.0) == SMALL_STAGE

    def test_double_size_stops_at_the_screen(self) -> None:
        assert stage_size((640, 360), self.SCREEN, (0, 132), 1.0, 2.0) == (1280, 720)
        width, height = stage_size((1280, 720), self.SCREEN, (0, 132), 1.0, 2.0)
        assert height == 840
        assert width == pytest.approx(840 * 16 / 9, abs=1)
