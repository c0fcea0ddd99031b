"""The sound as a picture in the window: when it is shown, what it shows, and that it rests when nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from player.audio.sink import Samples
from player.audio.sound_picture import SoundMode
from player.audio.tap import Tap
from player.cli.options import parse_play
from player.errors import UsageError
from player.records import MediaInfo, State, Track
from ui.panels.sound_view import SPEED, SoundView, ramp
from ui.sound_painter import SoundPainter, Wish
from ui.theme import DARK, LIGHT

from .fake_player import TRACKS, media_info
from .window_kit import Desk, a_window, wait_until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

RATE = 48000
COVER = Track(kind="video", index=9, number=1, codec="png", attached=True)
SOUND_ALONE = media_info(tracks=TRACKS[1:], title="A song")
WITH_COVER = media_info(tracks=(COVER, *TRACKS[1:]))


class Source:
    """A tap and a moment that is heard."""

    def __init__(self) -> None:
        self.tap = Tap()
        self.heard: float | None = 2.0

    def heard_s(self) -> float | None:
        return self.heard

    def click_at(self, time_s: float, end_s: float) -> None:
        """Silence from 0 to `end_s` with one loud sample, put in as soon as the tap is wanted."""
        sound = np.zeros((round(end_s * RATE), 1), np.float32)
        sound[round(time_s * RATE) : round((time_s + 0.02) * RATE)] = 0.9
        self.tap.put(Samples.of(sound), RATE, 0.0, end_s)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def desk(qapp: QApplication, source: Source) -> Iterator[Desk]:
    with a_window(qapp) as made:
        made.window.stage.listen(source.tap, source.heard_s)
        yield made
        made.window.stage.shutdown()


def view_of(desk: Desk) -> SoundView:
    return desk.window.stage.sound


def bright_columns(view: SoundView) -> list[int]:
    """Where something else than the ground is, counted from the right edge."""
    image = view.grab().toImage()
    row, ground = image.height() // 2 - 8, image.pixel(image.width() - 1, image.height() - 1)
    return [image.width() - 1 - x for x in range(image.width()) if image.pixel(x, row) != ground]


@pytest.mark.parametrize(
    ("info", "modes"),
    [
        (SOUND_ALONE, ["sound", "sound", "audio", "sound"]),  # waveform, spectrum, its name, waveform
        (WITH_COVER, ["picture", "sound", "sound", "picture"]),
        (media_info(), ["picture", "picture", "picture", "picture"]),
    ],
)
def test_the_key_goes_through_cover_waveform_and_spectrum(desk: Desk, info: MediaInfo, modes: list[str]) -> None:
    desk.play(info)
    pages = [desk.page()]
    for _ in range(3):
        QTest.keyClick(desk.window, Qt.Key.Key_W)
        pages.append(desk.page())
    assert pages == modes


def test_the_choice_holds_for_the_next_file(desk: Desk) -> None:
    desk.controller.show_mode = "spectrum"
    desk.play(WITH_COVER)
    assert desk.page() == "sound"
    assert view_of(desk).mode == "spectrum"
    desk.play(media_info())
    assert desk.page() == "picture"
    desk.play(replace(SOUND_ALONE, title="<b>Another</b>"))
    assert view_of(desk).title.text() == "<b>Another</b>"
    assert view_of(desk).title.textFormat() is Qt.TextFormat.PlainText


def test_a_file_whose_sound_is_off_shows_its_name(desk: Desk) -> None:
    desk.play(SOUND_ALONE, aid=None)
    assert desk.page() == "audio"


def test_sound_is_kept_only_while_it_is_drawn(desk: Desk, source: Source) -> None:
    wanted = []
    for info in (media_info(), SOUND_ALONE, media_info()):
        desk.play(info)
        wanted.append(source.tap.wanted)
    assert wanted == [False, True, False]


def test_it_rests_while_nothing_moves(desk: Desk) -> None:
    moving = []
    for changes in ({}, {"paused": True}, {}, {"state": State.ENDED}, {}):
        desk.play(SOUND_ALONE, **changes)
        moving.append(view_of(desk).moving)
    desk.window.hide()
    moving.append(view_of(desk).moving)
    assert moving == [True, False, True, False, True, False]


@pytest.mark.parametrize("mode", ["waves", "spectrum"])
def test_what_is_heard_now_is_at_the_right_edge(desk: Desk, source: Source, mode: SoundMode) -> None:
    desk.controller.show_mode = mode
    desk.play(SOUND_ALONE)
    source.click_at(1.0, 3.0)
    view = view_of(desk)

    def click_is_at(age_s: float) -> bool:
        columns = bright_columns(view)
        return bool(columns) and abs(float(np.mean(columns)) - age_s * SPEED) < 2.0

    for heard in (1.5, 1.6, 2.0):
        source.heard = heard
        view.look()
        wait_until(lambda: click_is_at((source.heard or 0.0) - 1.01), "the click in its place")
    source.heard = 0.9
    view.look()
    wait_until(lambda: not [x for x in bright_columns(view) if x > 8], "the click is not heard yet")


def test_a_new_size_is_drawn_anew(desk: Desk, source: Source) -> None:
    desk.play(SOUND_ALONE)
    source.click_at(1.0, 3.0)
    view = view_of(desk)
    for width in (700, 500):
        desk.window.resize(width, 500)
        wait_until(lambda: len(bright_columns(view)) in (1, 2, 3), "the click")
        assert view.grab().width() == round(width * view.devicePixelRatioF())


def test_colours_follow_the_theme(desk: Desk, source: Source) -> None:
    desk.play(SOUND_ALONE)
    source.click_at(1.0, 3.0)
    view = view_of(desk)
    view.look()
    for colours in (LIGHT, DARK):
        view.set_colours(colours)
        wait_until(lambda: bool(bright_columns(view)), "the click")
        image = view.grab().toImage()
        assert image.pixelColor(image.width() - 1, image.height() - 1).name() == colours.window
        assert f"#{int(ramp(colours, 'waves')[255]) & 0xFFFFFF:06x}" == colours.accent


def test_no_column_is_drawn_twice() -> None:
    tap = Tap()
    tap.want(True)
    tap.put(Samples.of(np.full((5 * RATE, 1), 0.5, np.float32)), RATE, 0.0, 5.0)
    painter = SoundPainter(tap)

    def drawn(heard_s: float, **changes: object) -> tuple[int, bool] | None:
        wish = replace(Wish("waves", 300, 50, 100.0, heard_s), **changes)  # type: ignore[arg-type]  # checked by replace
        strip = painter.paint(wish)
        return None if strip is None else (strip.levels.shape[1], strip.anew)

    assert drawn(3.0) == (300, True)
    assert drawn(3.0) is None
    assert drawn(3.04) == (4, False)
    assert drawn(2.0) == (300, True), "back: after a seek"
    assert drawn(4.9, mode="spectrum") == (300, True)
    assert drawn(4.95, mode="spectrum", width=301) == (301, True)
    tap.put(Samples.of(np.full((RATE, 1), 0.5, np.float32)), RATE, 60.0, 61.0)
    assert drawn(4.96, mode="spectrum", width=301) == (301, True), "another place in the file"


@pytest.mark.parametrize(
    ("line", "mode"),
    [("", None), ("--show-mode waves", "waves"), ("-showmode rdft", "spectrum"), ("--show-mode=cover", "cover")],
)
def test_the_mode_on_the_command_line(line: str, mode: str | None) -> None:
    assert parse_play(line.split()).show_mode == mode


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(UsageError, match="none of cover, waves, spectrum"):
        parse_play(["--show-mode", "disco"])
