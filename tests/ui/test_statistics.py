"""The statistics page: toggled by key and menu, quiet while hidden, right in what it says, never cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest

from tests.ui.fake_player import figures_of_a_film, media_info
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.controls.osd import MARGIN
from ui.panels.graph import PLACES, nice_limit, points, scale_text
from ui.panels.statistics_text import lines, milliseconds, number, size_text, those_that_fit

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from player.figures import Figures
    from player.records import Snapshot
    from ui.panels.statistics import StatisticsPanel


def press_i(desk: Desk) -> None:
    QTest.keyClick(desk.window, Qt.Key.Key_I)


def panel_of(desk: Desk) -> StatisticsPanel:
    panel = desk.window.stage.statistics
    assert panel is not None
    return panel


def rests(panel: StatisticsPanel) -> bool:
    return not panel.looking


def said(snapshot: Snapshot, figures: Figures, cpu_share: float | None = 0.43) -> dict[str, str]:
    return {line.label: line.value for line in lines(snapshot, figures, "raster", cpu_share)}


class TestPanel:
    def test_the_key_brings_it_and_takes_it_away(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            action = desk.window.actions_by_name["statistics"]
            assert desk.window.stage.statistics is None
            press_i(desk)
            assert panel_of(desk).isVisible()
            assert action.isChecked()
            press_i(desk)
            assert desk.window.stage.statistics is None
            assert not action.isChecked()

    def test_the_menu_does_the_same(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            action = desk.window.actions_by_name["statistics"]
            action.trigger()
            assert panel_of(desk).isVisible()
            assert action.isChecked()
            action.trigger()
            assert desk.window.stage.statistics is None
            assert not action.isChecked()

    def test_it_leaves_mouse_and_focus_alone(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            focused = desk.window.focusWidget()
            press_i(desk)
            panel = panel_of(desk)
            assert panel.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            assert panel.focusPolicy() is Qt.FocusPolicy.NoFocus
            assert desk.window.focusWidget() is focused

    def test_nothing_is_read_while_it_is_hidden(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            assert desk.player.figures_read == 0
            press_i(desk)
            panel = panel_of(desk)
            assert not rests(panel)
            desk.controller.close_file()
            assert panel.isHidden()
            assert rests(panel)
            read = desk.player.figures_read
            desk.tell()
            assert desk.player.figures_read == read

    def test_it_comes_back_with_the_next_file(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            press_i(desk)
            desk.controller.close_file()
            desk.controller.open_paths(["/films/next.mp4"])
            desk.play(media_info("/films/next.mp4"))
            assert panel_of(desk).isVisible()
            wait_until(lambda: "next.mp4" in [line.value for line in panel_of(desk).shown_lines], "the new name")

    def test_it_looks_again_while_it_plays_and_rests_in_a_pause(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            press_i(desk)
            read = desk.player.figures_read
            wait_until(lambda: desk.player.figures_read > read, "another look")
            desk.player.state = replace(desk.player.state, paused=True)
            desk.tell()
            wait_until(lambda: rests(panel_of(desk)), "rest")
            read = desk.player.figures_read
            desk.player.state = replace(desk.player.state, position_s=11.0)
            desk.tell()
            assert desk.player.figures_read == read + 1, "a step is looked at once"
            desk.player.state = replace(desk.player.state, position_s=12.0)
            desk.tell()
            assert desk.player.figures_read == read + 1, "and the next one only after a while"
            wait_until(lambda: desk.player.figures_read == read + 2, "the last step")

    def test_the_share_of_the_cpu_is_since_the_last_look(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            press_i(desk)
            desk.player.in_figures = figures_of_a_film(at_s=102.0, cpu_s=11.0)
            wait_until(
                lambda: "CPU 50 % of a core, 151 MB" in [line.value for line in panel_of(desk).shown_lines], "50 %"
            )

    def test_a_small_window_gets_fewer_lines_and_none_cut(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            desk.window.resize(1280, 900)
            press_i(desk)
            panel = panel_of(desk)
            all_lines, graphs = len(panel.shown_lines), len(panel.shown_graphs)
            assert graphs == 3
            desk.window.resize(480, 320)
            stage = desk.window.stage
            assert stage.rect().contains(panel.geometry())
            assert panel.geometry().bottom() < stage.bar.geometry().top()
            assert 4 <= len(panel.shown_lines) < all_lines
            assert panel.shown_lines[0].label == "File"
            desk.window.resize(1280, 900)
            assert len(panel.shown_lines) == all_lines
            assert len(panel.shown_graphs) == graphs

    def test_words_over_the_picture_stand_beside_it(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            desk.window.resize(1280, 900)
            press_i(desk)
            desk.controller.message.emit("Volume 50 %")
            assert not desk.window.stage.osd.geometry().intersects(panel_of(desk).geometry())
            press_i(desk)
            desk.controller.message.emit("Volume 52 %")
            assert desk.window.stage.osd.x() == MARGIN

    def test_it_is_drawn_in_the_colours_of_the_theme(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            press_i(desk)
            panel = panel_of(desk)
            desk.theme.set_appearance("dark")
            dark = panel.grab().toImage()
            desk.theme.set_appearance("light")
            light = panel.grab().toImage()
            place = panel.rect().center().x(), 5
            assert dark.pixelColor(*place).lightness() < 60
            assert light.pixelColor(*place).lightness() > 190


class TestWords:
    def test_of_a_film(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play(av_diff_s=-0.0012, audio_device="Speakers")
            words = said(desk.player.state, figures_of_a_film())
        assert words == {
            "File": "clip.mp4",
            "Video": "h264 1920×1080, yuv420p",
            "Colour": "BT.709, limited range",
            "Decoder": "software, 2 threads",
            "Renderer": "raster",
            "Pictures": "1500 shown, dropped 2 early, 1 late",
            "Lateness": "mean 0.05, 95 % 0.12, max 3.50 ms",
            "Interval": "40.00 ± 0.02, max 3.50 ms",
            "Video−sound": "mean −1.50 ± 0.02, max 3.50 ms, now −1.20",
            "Each picture": "decode 0.1, convert 1.2, upload –, paint 0.1 ms",
            "Sound": "aac 48 kHz stereo",
            "Device": "Speakers, 1 underrun",
            "Video queue": "120 packets, 812 KB, 2.10 s",
            "Sound queue": "1 packet, 5.0 MB, 0.50 s",
            "Speed": "1.00×",
            "Process": "CPU 43 % of a core, 151 MB",
        }

    def test_hardware_that_was_refused_says_why(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play()
            refused = figures_of_a_film(hwdec_reason="vaapi is not there", threads=1)
            assert said(desk.player.state, refused)["Decoder"] == "software, 1 thread (vaapi is not there)"
            used = replace(desk.player.state, hwdec="vaapi")
            assert said(used, figures_of_a_film())["Decoder"] == "vaapi"

    def test_control_characters_of_a_file_do_not_get_through(self, qapp: QApplication) -> None:
        with a_window(qapp) as desk:
            desk.play(media_info("/films/<b>a\x1b[31m\nb.mp4"), audio_device="x\ny")
            for value in said(desk.player.state, figures_of_a_film()).values():
                assert value.isprintable()

    def test_nothing_measured_is_a_dash(self) -> None:
        assert milliseconds({}, (("mean", "mean"),)) == "–"
        assert number(None) == "–"

    @pytest.mark.parametrize(("value", "text"), [(1.25, "1.2"), (-3.0, "−3.0"), (-0.04, "0.0"), (0.0, "0.0")])
    def test_numbers(self, value: float, text: str) -> None:
        assert number(value) == text

    def test_sizes(self) -> None:
        assert (size_text(0), size_text(2048), size_text(3 * 1024 * 1024)) == ("0 KB", "2 KB", "3.0 MB")


class TestRoom:
    def test_the_highest_rank_goes_first_and_the_last_of_equals(self) -> None:
        sizes = [(0, 10), (5, 10), (5, 10), (2, 10)]
        assert those_that_fit(sizes, 40) == [True] * 4
        assert those_that_fit(sizes, 39) == [True, True, False, True]
        assert those_that_fit(sizes, 20) == [True, False, False, True]
        assert those_that_fit(sizes, -5) == [False] * 4


class TestGraph:
    @pytest.mark.parametrize(
        ("values", "limit"),
        [([], 1.0), ([0.2], 1.0), ([1.0], 1.0), ([1.5], 2.0), ([-17.0, 3.0], 20.0), ([50.0], 50.0), ([510.0], 1000.0)],
    )  # fmt: skip
    def test_the_scale_is_a_round_number(self, values: list[float], limit: float) -> None:
        assert nice_limit(values) == limit

    def test_the_scale_is_said(self) -> None:
        assert scale_text([12.0], signed=False) == "0 to 20 ms"
        assert scale_text([-0.3], signed=True) == "±1 ms"

    def test_the_newest_is_at_the_right_and_zero_where_it_belongs(self) -> None:
        box = QRectF(10, 20, 239, 40)
        upward = points([0.0, 2.0], box, signed=False)
        assert [(p.x(), p.y()) for p in upward] == [(248.0, 60.0), (249.0, 20.0)]
        around = points([0.0, -2.0, 2.0], box, signed=True)
        assert [p.y() for p in around] == [40.0, 60.0, 20.0]
        assert len(points([1.0] * (PLACES + 50), box, signed=False)) == PLACES
