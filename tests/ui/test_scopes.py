"""The Scopes panel: it follows the picture, keeps still when hidden, ends its thread, and says what it counted."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest

from player.records import Picture
from tests.ui.test_frame_panel import give
from tests.ui.window_kit import Desk, a_window, wait_until
from ui import settings as settings_module
from ui.scopes.choice import ALL, ScopeChoice
from ui.scopes.graticule import level_lines, vector_marks
from ui.scopes.panel import ScopesPanel, best_columns
from ui.scopes.readout import readout
from ui.settings import WindowSettings

pytest.importorskip("cv2", reason="the scopes count by OpenCV", exc_type=ImportError)

from player.media.color import Range
from player.scopes.samples import samples_of
from player.scopes.scale import Scale
from tests.helpers.patches import patch_picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


def grey_picture(level: int, name: str = "yuv420p", size: tuple[int, int] = (64, 48)) -> Picture:
    frame = av.VideoFrame(*size, name)
    for at, plane in enumerate(frame.planes):
        kind = np.uint16 if "10" in name else np.uint8
        value = level if at == 0 else 512 if "10" in name else 128
        plane.update(np.full(plane.buffer_size // np.dtype(kind).itemsize, value, kind).tobytes())
    frame.colorspace, frame.color_range = 1, 1
    return Picture(frame, 0, Fraction(1, 25), 0.0, 0.04, 1, True, "I")


@contextmanager
def scopes_of(qapp: QApplication, shown: str = "") -> Iterator[tuple[Desk, ScopesPanel]]:
    with a_window(qapp, settings=WindowSettings(scopes=shown)) as desk:
        desk.play(paused=True)
        desk.window.docks.open("scopes")
        panel = desk.window.docks.panel("scopes")
        assert isinstance(panel, ScopesPanel)
        try:
            yield desk, panel
        finally:
            desk.window.docks.shutdown()


def is_thread_there() -> bool:
    return any(thread.name == "scopes" for thread in threading.enumerate())


def brightest_row(panel: ScopesPanel) -> float:
    """Where in the luma waveform the trace lies, 0 at the bottom to 1."""
    image = panel.views["waveform"].images[0]
    column = [image.pixelColor(image.width() // 2, y).lightness() for y in range(image.height())]
    return 1 - (column.index(max(column)) + 0.5) / image.height()


def lies_at(panel: ScopesPanel, code: float) -> bool:
    drawn = panel.views["waveform"].drawn
    if drawn is None or not panel.views["waveform"].images:
        return False
    return abs(brightest_row(panel) - (code + 0.5) / (drawn.measured.scale.top + 1)) < 0.02


def test_the_trace_follows_the_picture(qapp: QApplication) -> None:
    with scopes_of(qapp, "waveform") as (desk, panel):
        assert panel.views["waveform"].sentence == "There is no picture on screen."
        for level in (40, 200, 120):
            give(desk, grey_picture(level))
            wait_until(lambda level=level: lies_at(panel, level), f"the trace at {level}")  # type: ignore[misc]
        assert panel.facts.text() == "8 bit, limited, BT.709"
        give(desk, grey_picture(700, "yuv422p10le"))
        wait_until(lambda: lies_at(panel, 700), "ten bits")
        assert panel.facts.text() == "10 bit, limited, BT.709"
        give(desk, None)
        wait_until(lambda: panel.views["waveform"].drawn is None, "nothing without a picture")


def test_a_picture_at_rest_is_counted_whole(qapp: QApplication) -> None:
    with scopes_of(qapp, "histogram") as (desk, panel):

        def step() -> int:
            drawn = panel.views["histogram"].drawn
            return 0 if drawn is None else drawn.measured.step

        large = grey_picture(100, size=(1920, 1080))
        panel._rest.setInterval(60_000)  # a busy machine takes longer from one picture to the next than the real one
        give(desk, large)
        wait_until(lambda: step() == 1, "the first, whole")
        given = 0

        def is_some_of_the_next() -> bool:
            nonlocal given
            given += 1
            give(desk, replace(large, pts=given))
            return step() == 4

        wait_until(is_some_of_the_next, "those that follow quickly, by some of their lines")
        assert "1 of 4 lines" in panel.facts.text()
        panel._rest.start(0)
        wait_until(lambda: step() == 1, "and whole when no other comes")
        drawn = panel.views["histogram"].drawn
        assert drawn is not None
        assert drawn.order.picture.pts == given, "the last one"
        assert drawn.measured.histograms["Y'"][100] == 1920 * 1080


def test_hidden_it_counts_nothing_and_keeps_no_picture(qapp: QApplication) -> None:
    with scopes_of(qapp) as (desk, panel):
        assert not is_thread_there(), "the thread begins with the first picture"
        give(desk, grey_picture(50))
        wait_until(lambda: panel.views["histogram"].drawn is not None, "the first scopes")
        desk.window.docks.close("scopes")
        assert panel.picture is None
        before = panel.views["histogram"].drawn
        give(desk, grey_picture(90))
        panel.refresh()
        QTest.qWait(50)
        assert panel.views["histogram"].drawn is before
        desk.window.docks.open("scopes")
        wait_until(lambda: panel.picture is not None, "the picture again")
        desk.window.docks.shutdown()
        assert not is_thread_there()


def test_the_selection_alone_and_then_all_again(qapp: QApplication) -> None:
    with scopes_of(qapp, "histogram") as (desk, panel):
        give(desk, grey_picture(50))
        desk.controller.zoom.select((4, 6, 10, 5))
        wait_until(lambda: "selection 10×5" in panel.facts.text(), "the selection")
        drawn = panel.views["histogram"].drawn
        assert drawn is not None
        assert drawn.measured.histograms["Y'"].sum() == 50
        desk.controller.zoom.select(None)
        wait_until(lambda: "selection" not in panel.facts.text(), "all of it")


def test_what_a_person_says_of_the_colours_counts(qapp: QApplication) -> None:
    with scopes_of(qapp, "waveform") as (desk, panel):
        desk.controller.looks.change({"override": {"matrix": "bt.601"}})
        give(desk, grey_picture(50))
        wait_until(lambda: panel.facts.text() == "8 bit, limited, BT.601", "as was said before")
        desk.controller.looks.change({"override": {"matrix": "bt.2020", "range": "full"}})
        wait_until(lambda: panel.facts.text() == "8 bit, full, BT.2020", "and as is said now")


def test_what_has_no_scopes_is_said(qapp: QApplication) -> None:
    with scopes_of(qapp, "waveform vectorscope") as (desk, panel):
        give(desk, replace(grey_picture(50), frame=av.VideoFrame(16, 16, "bayer_rggb8")))
        wait_until(lambda: "bayer_rggb8" in panel.views["waveform"].sentence, "why not")
        give(desk, grey_picture(50, "gray"))
        wait_until(lambda: "no colours" in panel.views["vectorscope"].sentence, "a word where there is no trace")
        assert panel.views["waveform"].images


def test_chips_pick_scopes_and_that_is_remembered(qapp: QApplication, tmp_path: Path) -> None:
    with scopes_of(qapp, "parade") as (desk, panel):
        give(desk, grey_picture(50))
        assert list(panel.views) == ["parade"]
        QTest.mouseClick(panel.buttons["vectorscope"], Qt.MouseButton.LeftButton)
        wait_until(lambda: bool(panel.views["vectorscope"].images), "the new one's trace, of the same picture")
        QTest.mouseClick(panel.buttons["parade"], Qt.MouseButton.LeftButton)
        QTest.mouseClick(panel.buttons["vectorscope"], Qt.MouseButton.LeftButton)
        assert list(panel.views) == ["vectorscope"], "the last one stays"
        assert panel.buttons["vectorscope"].isChecked()
        assert settings_module.save(tmp_path / "settings.ini", desk.window.closing_settings())
    assert settings_module.load(tmp_path / "settings.ini").scopes == "vectorscope"
    choice = ScopeChoice()
    choice.restore("nonsense")
    assert choice.shown


@pytest.mark.parametrize("scope", ALL)
def test_every_scope_draws_itself_at_the_size_it_has(qapp: QApplication, scope: str) -> None:
    with scopes_of(qapp, scope) as (desk, panel):
        give(desk, patch_picture(1, False, 10, "422"))
        view = next(iter(panel.views.values()))
        wait_until(lambda: bool(view.images), "the trace")
        width, height = view.trace_size()
        assert {image.width() for image in view.images} == {width}
        assert sum(image.height() for image in view.images) in range(height - 2, height + 1)
        shot = view.grab().toImage()
        shades = {shot.pixelColor(x, y).rgb() for x in range(0, shot.width(), 2) for y in range(0, shot.height(), 2)}
        assert len(shades) > 12
        for theme in ("light", "dark"):
            desk.theme.set_appearance(theme)
            assert view.grab().toImage().pixelColor(10, view.height() - 4).lightness() < 30, "dark in both themes"


def test_readouts(qapp: QApplication) -> None:
    with scopes_of(qapp, "waveform vectorscope histogram parade") as (desk, panel):
        give(desk, grey_picture(502, "yuv420p10le", (640, 480)))
        wait_until(lambda: all(view.images for view in panel.views.values()), "the traces")

        def read(scope: str, x: float, y: float) -> str:
            view = next(each for each in panel.views.values() if each.scope == scope)
            assert view.drawn is not None
            lane = view.lanes[0]
            place = QPointF(lane.left() + x * lane.width(), lane.bottom() - y * lane.height())
            found = readout(view.scope, view.drawn, view.lanes, place)
            return "" if found is None else found.text

        assert read("waveform", 0.5, 502.5 / 1024) == "x 320   502   50.0 %"
        assert read("vectorscope", 512.5 / 1024, 960.5 / 1024) == "Cb 512   Cr 960   90°"
        assert read("histogram", 502.5 / 1024, 0.5) == "Y′ 502   50.0 %   100.000 % of all"
        assert read("parade", 0.5, 502.5 / 1024).startswith("G′  x 3")
        assert read("waveform", 1.5, 0.5) == ""


def test_lines_lie_at_their_codes() -> None:
    lines = {line.per_cent: line for line in level_lines(Scale(10, Range.LIMITED), luma=True) if line.per_cent}
    assert [lines[each].code for each in ("0", "50", "100")] == ["64", "502", "940"]
    assert lines["100"].at == pytest.approx(940.5 / 1024)
    assert [line.code for line in level_lines(Scale(8, Range.FULL), luma=True)] == ["0", "64", "128", "191", "255"]
    color = samples_of(patch_picture(1, False, 8, "444")).coding
    marks = vector_marks(Scale(8, Range.LIMITED), color)
    red = next(target for target in marks.targets if target.name == "R")
    assert (round(256 * red.x - 0.5), round(256 * red.y - 0.5)) == (109, 212)


@pytest.mark.parametrize(
    ("many", "size", "columns"), [(3, (320, 480), 1), (4, (420, 400), 2), (4, (1400, 200), 4), (1, (100, 900), 1)]
)
def test_screens_are_as_large_as_can_be(many: int, size: tuple[int, int], columns: int) -> None:
    assert best_columns(many, *size) == columns


def test_screens_do_not_overlap(qapp: QApplication) -> None:
    with scopes_of(qapp, " ".join(ALL)) as (_desk, panel):
        places = [view.geometry() for view in panel.views.values()]
        assert all(not one.intersects(other) for one in places for other in places if one is not other)
        whole = QRect(0, 0, panel.width(), panel.height())
        assert all(whole.contains(place) for place in places)
