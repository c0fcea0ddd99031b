"""Looking closely with mouse and keys in a real window: zoom, pan, selection, minimap, printed values, the panel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QGuiApplication,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from player.media.displayed import displayed_rgb
from player.media.pixels import native_values, region_statistics
from tests.ui.video_child import pixels_of
from tests.ui.video_frames import Case, make_picture
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.inspector.inspector import Inspector
from ui.inspector.minimap import Minimap
from ui.inspector.panel import InspectorPanel
from ui.video.geometry import FIT, Viewport
from ui.video.raster_view import RasterView

if TYPE_CHECKING:
    from player.records import Picture

FIRST = make_picture(Case("", "yuv420p", size=(320, 200)))
SECOND = make_picture(Case("", "yuv420p", size=(320, 200), colorspace=5, full=True))
CLOSE = Viewport(64.0, (0.5, 0.5))


class Bench:
    """A window with a picture on screen."""

    def __init__(self, desk: Desk, view: RasterView) -> None:
        self.desk, self.view = desk, view
        self.window, self.zoom, self.stage = desk.window, desk.controller.zoom, desk.window.stage

    def show(self, picture: Picture) -> Picture:
        shown = replace(picture, prepared=self.view.prepare(picture))
        self.view.show_picture(shown)
        self.window.note_picture(shown)
        QApplication.processEvents()
        return shown

    def settle(self) -> None:
        """Until what is seen is what was asked for."""
        view = self.view
        wait_until(lambda: bool(view._made and view._wanted and view._made.serves(view._wanted)), "the close-up")
        assert view.placement == self.zoom.placement

    def inspector(self) -> Inspector:
        return self.window.inspection.inspector()

    def centre(self, pixel: tuple[int, int]) -> QPoint:
        """Where on the stage the middle of a coded pixel is."""
        placement = self.view.placement
        assert placement is not None
        x, y = placement.to_widget((pixel[0] + 0.5, pixel[1] + 0.5))
        return QPoint(round(x), round(y)) + self.view.pos()

    def wheel(self, at: QPoint, notches: float, *, control: bool = True) -> None:
        keys = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(
            QPointF(at), QPointF(self.stage.mapToGlobal(at)), QPoint(), QPoint(0, round(120 * notches)),
            Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.stage, event)

    def move(self, at: QPoint, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, QPointF(at), QPointF(self.stage.mapToGlobal(at)), Qt.MouseButton.NoButton, held,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(self.stage, event)

    def drag(self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        left = Qt.MouseButton.LeftButton
        QTest.mousePress(self.stage, left, keys, start)
        self.move((start + end) / 2, left)
        self.move(end, left)
        QTest.mouseRelease(self.stage, left, keys, end)


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    view = RasterView()
    with a_window(qapp, view=view) as desk:
        desk.play()
        desk.window.stage.show_page("picture")
        made = Bench(desk, view)
        made.show(FIRST)
        yield made


# -- zoom and pan


def test_nothing_is_made_before_it_is_asked_for(bench: Bench) -> None:
    bench.move(bench.centre((10, 10)))
    bench.drag(bench.centre((10, 10)), bench.centre((60, 10)))
    bench.wheel(bench.centre((10, 10)), 1, control=False)
    bench.show(SECOND)
    assert bench.window.inspection._inspector is None


def test_the_wheel_zooms_about_the_cursor(bench: Bench) -> None:
    at = bench.centre((80, 120))
    for _ in range(30):
        bench.wheel(at, 1)
    assert bench.zoom.viewport.zoom == 64
    bench.settle()
    assert bench.inspector().pixel == (80, 120)
    bench.wheel(at, -30)
    assert bench.zoom.viewport == FIT
    assert bench.desk.messages[-1] == "Whole picture"


def test_small_turns_of_the_wheel_add_up(bench: Bench) -> None:
    at = bench.centre((80, 120))
    bench.wheel(at, 0.5)
    assert bench.zoom.viewport == FIT
    bench.wheel(at, 0.5)
    assert bench.zoom.viewport.zoom is not None


def test_two_fingers_zoom_about_where_they_are(bench: Bench) -> None:
    bench.zoom.set_viewport(Viewport(2.0, (0.3, 0.5)))
    bench.settle()
    at = bench.centre((80, 120))
    pad = QPointingDevice.primaryPointingDevice()
    for _ in range(20):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, pad, 2, QPointF(at), QPointF(at),
            QPointF(bench.stage.mapToGlobal(at)), 0.1, QPointF(),
        )  # fmt: skip
        QApplication.sendEvent(bench.stage, event)
    placement = bench.zoom.placement
    assert placement is not None
    assert placement.zoom == pytest.approx(2 * 1.1**20)
    on_view = at - bench.view.pos()
    where = placement.to_picture((on_view.x(), on_view.y()))
    assert where == pytest.approx((80.5, 120.5), abs=1)


def test_without_control_it_is_the_volume(bench: Bench) -> None:
    volume = bench.desk.controller.volume
    bench.wheel(bench.centre((80, 120)), -1, control=False)
    assert bench.desk.controller.volume == volume - 2
    assert bench.zoom.viewport == FIT


def test_a_drag_moves_a_zoomed_picture(bench: Bench) -> None:
    bench.zoom.set_viewport(Viewport(16.0, (0.5, 0.5)))
    bench.settle()
    at = bench.centre((160, 100))
    bench.drag(at, at + QPoint(64, -32))
    bench.settle()
    assert bench.centre((160, 100)) == at + QPoint(64, -32)
    middle, none = Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(bench.stage, middle, none, at)
    bench.move(at - QPoint(16, 16), middle)
    QTest.mouseRelease(bench.stage, middle, none, at)
    bench.settle()
    assert bench.centre((160, 100)) == at + QPoint(48, -48)
    before = bench.zoom.viewport
    QTest.mouseClick(bench.stage, Qt.MouseButton.LeftButton, pos=at)
    assert bench.zoom.viewport == before


def test_keys(bench: Bench) -> None:
    window, alt = bench.window, Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_Z)
    assert bench.zoom.viewport.zoom == 1
    QTest.keyClick(window, Qt.Key.Key_Plus, alt)
    QTest.keyClick(window, Qt.Key.Key_Equal, alt)
    QTest.keyClick(window, Qt.Key.Key_Plus, alt)
    assert bench.zoom.viewport.zoom == 4
    QTest.keyClick(window, Qt.Key.Key_Minus, alt)
    assert bench.zoom.viewport.zoom == 3
    centre = bench.zoom.viewport.centre
    QTest.keyClick(window, Qt.Key.Key_Right, alt)
    QTest.keyClick(window, Qt.Key.Key_Down, alt)
    assert bench.zoom.viewport.centre[0] > centre[0]
    assert bench.zoom.viewport.centre[1] > centre[1]
    QTest.keyClick(window, Qt.Key.Key_Backspace, alt)
    assert bench.zoom.viewport == FIT


# -- the selection


def test_a_drag_with_shift_selects_whole_pixels_and_esc_lets_go(bench: Bench) -> None:
    bench.zoom.set_viewport(CLOSE)
    bench.settle()
    start, end = bench.centre((163, 102)), bench.centre((158, 99))
    bench.drag(start, end, Qt.KeyboardModifier.ShiftModifier)
    assert bench.zoom.selection == (158, 99, 6, 4)
    QTest.keyClick(bench.window, Qt.Key.Key_Escape)
    assert bench.zoom.selection != (158, 99, 6, 4)
    assert not bench.desk.quits
    QTest.keyClick(bench.window, Qt.Key.Key_Escape)
    assert bench.desk.quits == [0]


def test_a_selection_ends_at_the_pictures_border(bench: Bench) -> None:
    start = bench.centre((300, 190))
    bench.drag(start, start + QPoint(2000, 2000), Qt.KeyboardModifier.ShiftModifier)
    assert bench.zoom.selection == (300, 190, 20, 10)


# -- what is drawn


def minimap(bench: Bench) -> Minimap | None:
    return bench.stage.findChild(Minimap)


def test_the_minimap_is_there_while_part_is_out_of_sight(bench: Bench) -> None:
    bench.zoom.set_viewport(Viewport(8.0, (0.5, 0.5)))
    bench.settle()
    small = minimap(bench)
    assert small is not None
    assert small.isVisible()
    wait_until(lambda: small._image is not None, "the thumbnail")
    QTest.mousePress(small, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    QTest.mouseRelease(small, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    placement = bench.zoom.placement
    assert placement is not None
    assert (placement.rect.x, placement.rect.y) == (0, 0)
    bench.zoom.fit()
    bench.settle()
    assert not small.isVisible()


def test_dragging_its_frame_moves_from_where_it_was_taken(bench: Bench) -> None:
    bench.zoom.set_viewport(Viewport(8.0, (0.5, 0.5)))
    bench.settle()
    small = minimap(bench)
    assert small is not None
    frame = small._frame()
    hold = (frame.center() + QPointF(5, 3)).toPoint()
    QTest.mousePress(small, Qt.MouseButton.LeftButton, pos=hold)
    u, v = bench.zoom.viewport.centre
    assert (u, v) == pytest.approx((0.5, 0.5), abs=0.01)
    QTest.mouseRelease(small, Qt.MouseButton.LeftButton, pos=hold)


def shown(bench: Bench) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """What the window shows where the picture is."""
    image = bench.stage.grab(bench.view.geometry()).toImage()
    return pixels_of(image).astype(np.int64)


def test_values_are_printed_from_about_32_to_1(bench: Bench) -> None:
    bench.zoom.set_viewport(Viewport(24.0, (0.5, 0.5)))
    bench.settle()
    plain = pixels_of(bench.view.grab().toImage()).astype(np.int64)
    left = slice(None), slice(0, 300)  # beside the minimap
    assert np.array_equal(shown(bench)[left], plain[left])
    bench.zoom.set_viewport(Viewport(32.0, (0.5, 0.5)))
    bench.settle()
    plain = pixels_of(bench.view.grab().toImage()).astype(np.int64)
    printed = np.abs(shown(bench)[left] - plain[left]).max(axis=-1) > 60
    assert 0.03 < printed.mean() < 0.5
    bench.zoom.toggle_hexadecimal()
    other = np.abs(shown(bench)[left] - plain[left]).max(axis=-1) > 60
    assert not np.array_equal(printed, other)


def test_text_stands_out_from_its_pixel(bench: Bench) -> None:
    bench.zoom.set_viewport(CLOSE)
    bench.settle()
    placement, picture = bench.view.placement, bench.inspector().picture
    assert placement is not None
    assert picture is not None
    seen = shown(bench)
    for pixel in ((157, 99), (159, 101)):
        middle = bench.centre(pixel) - bench.view.pos()
        cell = seen[middle.y() - 24 : middle.y() + 24, middle.x() - 24 : middle.x() + 24]
        ground = displayed_rgb(picture, region=(*pixel, 1, 1))[0, 0].astype(int)
        luma = ground @ (0.2126, 0.7152, 0.0722)
        text = cell.reshape(-1, 3)[np.abs(cell - ground).sum(axis=-1).argmax()]
        assert abs(text @ (0.2126, 0.7152, 0.0722) - luma) > 90


def test_the_selections_frame_is_just_outside(bench: Bench) -> None:
    bench.zoom.set_viewport(Viewport(16.0, (0.5, 0.5)))
    bench.settle()
    plain = shown(bench)
    bench.zoom.select((150, 100, 4, 3))
    QApplication.processEvents()
    changed = np.abs(shown(bench) - plain).max(axis=-1) > 0
    corner = bench.centre((150, 100)) - bench.view.pos() - QPoint(8, 8)
    x, y = corner.x(), corner.y()
    assert not changed[y : y + 48, x : x + 64].any()
    assert changed[y - 1, x : x + 64].all()
    assert changed[y : y + 48, x - 1].all()
    assert changed[y + 48, x : x + 64].all()
    assert changed[y : y + 48, x + 64].all()


# -- the panel


@pytest.fixture
def panel(bench: Bench) -> InspectorPanel:
    QTest.keyClick(bench.window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    found = bench.window.docks.panel("inspector")
    assert isinstance(found, InspectorPanel)
    assert found.isVisible()
    QApplication.processEvents()
    return found


def test_the_panel_reads_the_pixel_under_the_pointer(bench: Bench, panel: InspectorPanel) -> None:
    assert "Point at the picture" in panel.place.text()
    bench.move(bench.centre((33, 21)))
    samples = native_values(FIRST, 33, 21)
    assert panel.place.text() == "x 33, y 21"
    assert panel.samples.texts() == [
        [each.name, str(each.value), "8", str(each.plane), f"{each.x}, {each.y}"] for each in samples
    ]
    assert panel.samples.texts()[1][4] == "16, 10"
    rgb = displayed_rgb(FIRST, region=(33, 21, 1, 1))[0, 0]
    assert panel.swatch.rgb == tuple(rgb)
    bench.zoom.toggle_hexadecimal()
    assert panel.samples.texts()[0][1] == f"{samples[0].value:02X}"


def test_it_follows_the_picture_while_the_pointer_rests(bench: Bench, panel: InspectorPanel) -> None:
    bench.move(bench.centre((33, 21)))
    before = panel.samples.texts()
    bench.show(SECOND)
    wanted = [str(each.value) for each in native_values(SECOND, 33, 21)]
    wait_until(lambda: [row[1] for row in panel.samples.texts()] == wanted, "the next picture's values")
    assert panel.samples.texts() != before


def test_displayed_is_what_the_look_makes_of_it(bench: Bench, panel: InspectorPanel) -> None:
    bench.move(bench.centre((33, 21)))
    bench.desk.controller.looks.change({"channel": "cb"})
    chroma = native_values(FIRST, 33, 21)[1].value
    assert panel.swatch.rgb == pytest.approx((chroma,) * 3, abs=1)
    assert panel.samples.texts()[1][1] == str(chroma)
    bench.desk.controller.looks.reset()
    assert panel.swatch.rgb == tuple(displayed_rgb(FIRST, region=(33, 21, 1, 1))[0, 0])


def test_over_the_bar_no_pixel_is_pointed_at(bench: Bench) -> None:
    bench.zoom.set_viewport(CLOSE)
    bench.settle()
    bench.move(bench.centre((160, 100)))
    pixels = [bench.inspector().pixel]
    QApplication.sendEvent(bench.stage.bar, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    pixels.append(bench.inspector().pixel)
    assert pixels == [(160, 100), None]


def test_the_last_pixel_stays_when_the_pointer_leaves(bench: Bench, panel: InspectorPanel) -> None:
    bench.move(bench.centre((33, 21)))
    bench.move(QPoint(5, 5) + bench.stage.rect().bottomLeft() - QPoint(0, 30))
    assert panel.place.text() == "x 33, y 21"


def test_statistics_of_the_selection(bench: Bench, panel: InspectorPanel) -> None:
    bench.zoom.select((10, 20, 31, 41))
    wanted = [
        [each.name, f"{each.mean:.2f}", str(each.minimum), str(each.maximum), f"{each.deviation:.2f}"]
        for each in region_statistics(FIRST, (10, 20, 31, 41))
    ]
    wait_until(lambda: panel.statistics.texts() == wanted, "the statistics")
    assert panel.region.text() == "31 × 41 at 10, 20"
    bench.zoom.clear_selection()
    assert "Shift" in panel.region.text()


def test_copies(bench: Bench, panel: InspectorPanel) -> None:
    bench.move(bench.centre((33, 21)))
    bench.zoom.select((10, 20, 31, 41))
    wait_until(lambda: len(panel.statistics.texts()) == 3, "the statistics")
    panel.copy_json.click()
    copied = json.loads(QGuiApplication.clipboard().text())
    assert (copied["pixel"]["x"], copied["pixel"]["y"]) == (33, 21)
    assert [each["value"] for each in copied["pixel"]["native"]] == [
        each.value for each in native_values(FIRST, 33, 21)
    ]
    assert copied["selection"]["statistics"][2]["component"] == "Cr"
    panel.copy_text.click()
    text = QGuiApplication.clipboard().text()
    assert "Pixel 33, 21" in text
    assert "Selection 31×41 at 10, 20" in text


def test_no_picture(bench: Bench, panel: InspectorPanel) -> None:
    bench.move(bench.centre((33, 21)))
    bench.view.show_picture(None)
    bench.window.note_picture(None)
    assert panel.place.text() == "There is no picture on screen."
    assert not panel.copy_text.isEnabled()


def test_pictures_are_followed_only_while_somebody_looks_closely(bench: Bench, panel: InspectorPanel) -> None:
    inspector = bench.inspector()
    assert inspector.picture is not None
    QTest.keyClick(bench.window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    seen = [inspector.picture]
    bench.show(SECOND)
    seen.append(inspector.picture)
    assert seen == [None, None]
    bench.zoom.set_viewport(CLOSE)
    followed = inspector.picture
    assert followed is not None
    assert followed.frame is SECOND.frame
