"""Raw pictures in the window: it asks what they are, shows what would come of the answer, and opens them so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from player.errors import OpenError, RawFormatNeededError
from player.events import OpenFailed
from player.media.frame_md5 import plane_bytes
from player.media.raw_preview import first_picture
from player.options import Input, OpenOptions
from tests.helpers.numbered import draw_frame, read_number_from_luma
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.raw_dialog import (
    FORMATS,
    RATES,
    RawDialog,
    describe_choice,
    first_choice,
    read_choice,
    write_choice,
)
from ui.settings import WindowSettings, load, save

SIZE = (160, 120)
CHOICE = Input("rawvideo", SIZE, "yuv420p", Fraction(25))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "holiday.yuv"
    path.write_bytes(b"".join(b"".join(plane_bytes(draw_frame(number, *SIZE))) for number in range(1, 5)))
    return path


@contextmanager
def asked(qapp: QApplication, raw: Path, **kit: object) -> Iterator[tuple[Desk, RawDialog]]:
    """The window, after a file that needs a format was opened."""
    with a_window(qapp, **kit) as desk:  # type: ignore[arg-type]
        desk.controller.open_paths([str(raw)])
        desk.controller.on_event(OpenFailed(RawFormatNeededError(str(raw))))
        dialog = desk.window.asking.raw
        assert dialog is not None
        try:
            yield desk, dialog
        finally:
            if desk.window.asking.raw is not None:
                desk.window.asking.raw.reject()


# What it says


@pytest.mark.parametrize(
    ("choice", "size", "words", "good"),
    [
        (CHOICE, 28800 * 50, "50 whole pictures of 28,800 bytes, nothing left over; 2.00 seconds.", True),
        (CHOICE, 28800, "1 whole picture of 28,800 bytes", True),
        (CHOICE, 28801, "1 whole picture of 28,800 bytes, and 1 bytes left over", False),
        (CHOICE, 100, "The file has 100 bytes; one picture takes 28,800.", False),
        (replace(CHOICE, size=(32768, 32768), pix_fmt="rgba64le"), 1, "There are no such pictures.", False),
        (None, 1, "The rate is not a number", False),
    ],
)
def test_what_would_come_of_it_is_said(choice: Input | None, size: int, words: str, good: bool) -> None:
    text, is_good = describe_choice(choice, size)
    assert text.startswith(words)
    assert is_good == good


def test_it_begins_with_what_is_known() -> None:
    """The name first, then the last choice where it fits, then a usual size that fits."""
    each = 352 * 288 * 3 // 2
    named = first_choice("/a/x_64x64_nv12_50fps.yuv", each, Input(), "")
    assert named == Input("rawvideo", (64, 64), "nv12", Fraction(50))
    given = first_choice("/a/x_64x64.yuv", each, Input(size=(32, 32), pix_fmt="gray"), "")
    assert (given.size, given.pix_fmt) == ((32, 32), "gray")
    last = write_choice(replace(CHOICE, rate=Fraction(30000, 1001)))
    assert first_choice("/a/x.yuv", 28800 * 7, Input(), last) == replace(CHOICE, rate=Fraction(30000, 1001))
    assert first_choice("/a/x.yuv", each * 7, Input(), last).size == (352, 288)
    assert first_choice("/a/x.yuv", 1, Input(), "").size == (1920, 1080)
    assert first_choice("/a/x.yuv", 28801, Input(), last).size == SIZE


@pytest.mark.parametrize("text", ["", "nonsense", "0x0 yuv420p 25", "9x9 nope 25", "9x9 gray 0", "99999x9 gray 25"])
def test_a_garbled_last_choice_is_none(text: str) -> None:
    assert read_choice(text) is None
    assert read_choice(write_choice(CHOICE)) == CHOICE


def test_the_usual_formats_and_rates_exist() -> None:
    from player.media.raw_name import exact_rate
    from player.media.raw_video import pixel_formats

    assert set(FORMATS) <= set(pixel_formats())
    assert all(exact_rate(rate) for rate in RATES)
    assert exact_rate(RATES[0]) == Fraction(24000, 1001)


def test_a_preview_is_the_first_picture(raw: Path) -> None:
    pixels = first_picture(str(raw), CHOICE, (80, 80))
    assert pixels.shape == (60, 80, 3)
    assert read_number_from_luma(pixels[..., 1]) == 1
    with pytest.raises(OpenError):
        first_picture(str(raw), replace(CHOICE, size=(5000, 5000)), (80, 80))


# The dialog


def test_a_file_that_does_not_say_what_it_is_is_asked_about(qapp: QApplication, raw: Path) -> None:
    with asked(qapp, raw) as (desk, dialog):
        assert desk.complaints == []
        assert desk.page() != "error"
        dialog.width_box.setValue(SIZE[0])
        dialog.height_box.setValue(SIZE[1])
        assert dialog.hint.text().startswith("4 whole pictures")
        dialog.rate.setEditText("50")
        wait_until(lambda: not dialog.preview.pixmap().isNull(), "the preview")
        image = dialog.preview.pixmap().toImage()
        luma = np.array([[image.pixelColor(x, y).green() for x in range(image.width())] for y in range(image.height())])
        assert read_number_from_luma(luma) == 1
        dialog.accept()
        chosen = replace(CHOICE, rate=Fraction(50))
        assert desk.player.calls[-1] == ("open", str(raw), OpenOptions(input=chosen))
        assert desk.window.settings.raw_choice == "160x120 yuv420p 50"
        assert desk.window.asking.raw is None


def test_without_an_answer_it_cannot_be_opened(qapp: QApplication, raw: Path) -> None:
    with asked(qapp, raw) as (desk, dialog):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert desk.page() == "error"
        assert desk.complaints == [str(RawFormatNeededError(str(raw)))]


def test_only_what_can_be_opened_can_be_accepted(qapp: QApplication, raw: Path) -> None:
    with asked(qapp, raw) as (desk, dialog):
        before = list(desk.player.calls)
        for width, height, rate in ((5000, 5000, "25"), (160, 120, "fast"), (160, 120, "0")):
            dialog.width_box.setValue(width)
            dialog.height_box.setValue(height)
            dialog.rate.setEditText(rate)
            dialog.accept()
            assert dialog.isVisible()
        assert desk.player.calls == before


def test_a_usual_size_fills_both_sides(qapp: QApplication, raw: Path) -> None:
    with asked(qapp, raw) as (_, dialog):
        place = dialog.preset.findText("CIF", Qt.MatchFlag.MatchStartsWith)
        dialog.preset.setCurrentIndex(place)
        dialog.preset.activated.emit(place)
        assert (dialog.width_box.value(), dialog.height_box.value()) == (352, 288)
        dialog.width_box.setValue(353)
        assert dialog.preset.currentIndex() == 0


def test_with_autoexit_nobody_is_asked(qapp: QApplication, raw: Path) -> None:
    with a_window(qapp, autoexit=True) as desk:
        desk.controller.adopt([str(raw)])
        desk.controller.on_event(OpenFailed(RawFormatNeededError(str(raw))))
        assert desk.window.asking.raw is None
        assert desk.quits == [2]


def test_a_wrong_guess_can_be_put_right_while_it_plays(qapp: QApplication, raw: Path) -> None:
    with a_window(qapp) as desk:
        desk.controller.open_paths([str(raw)])
        desk.play()
        desk.window.actions_by_name["raw-format"].trigger()
        dialog = desk.window.asking.raw
        assert dialog is not None
        dialog.reject()
        assert desk.page() != "error"
        assert desk.complaints == []


def test_the_command_lines_format_is_for_its_own_files(qapp: QApplication) -> None:
    given = Input("rawvideo", (64, 48))
    with a_window(qapp, options=OpenOptions(input=given)) as desk:
        desk.controller.adopt(["/a.bin", "/b.bin"])
        desk.controller.playlist_by(1)
        assert desk.player.calls[-1] == ("open", "/b.bin", OpenOptions(input=given))
        desk.controller.open_paths(["/film.mp4"])
        assert desk.player.calls[-1] == ("open", "/film.mp4", OpenOptions())


def test_an_image_becomes_a_sequence(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.controller.open_paths(["/shots/shot_0001.png"])
        desk.play()
        desk.window.actions_by_name["as-sequence"].trigger()
        assert desk.player.calls[-1] == ("open", "/shots/shot_0001.png", OpenOptions(input=Input(sequence=True)))
        desk.controller.open_paths(["/film.mp4"])
        before = list(desk.player.calls)
        desk.window.actions_by_name["as-sequence"].trigger()
        assert desk.player.calls == before
        assert desk.messages[-1] == "Only numbered images make a sequence"


def test_the_choice_and_the_folder_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    kept = WindowSettings(raw_choice="64x48 nv12 30000/1001", still_folder="/somewhere, else")
    assert save(file, kept)
    assert load(file) == kept
