"""Boxes over the picture of a real window: hover, click, region, badge; and that nothing is made too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.detection_cases import make_classes, make_view
from tests.ui.video_frames import Case, make_picture
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.detections.badge import age_text, words
from ui.detections.colours import COLOURS, DIM_COLOURS
from ui.detections.over_picture import OverPicture
from ui.detections.pointed import Spot
from ui.inspector.minimap import Minimap
from ui.video.geometry import Viewport
from ui.video.raster_view import RasterView

if TYPE_CHECKING:
    from player.analysis.view import View
    from player.records import Picture

PICTURE = make_picture(Case("", "yuv420p", size=(320, 200)))
BOXES = [(20, 80, 220, 190), (40, 100, 80, 140)]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Bench:
    """A window with a picture on screen, and whatever a model is made to say of it."""

    def __init__(self, desk: Desk, view: Counting) -> None:
        self.desk, self.view = desk, view
        self.window, self.stage = desk.window, desk.window.stage
        self.detecting = desk.controller.detecting

    @property
    def over(self) -> OverPicture:
        made = self.window.over_picture.made
        assert made is not None
        return made

    def show(self, picture: Picture = PICTURE) -> Picture:
        shown = replace(picture, prepared=self.view.prepare(picture))
        self.detecting.before_picture(shown)
        self.view.show_picture(shown)
        self.window.note_picture(shown)
        QApplication.processEvents()
        return shown

    def say(self, *views: View) -> None:
        self.detecting.views = views
        self.detecting.changed.emit()
        QApplication.processEvents()

    def at(self, x: float, y: float) -> QPoint:
        """Where on the stage a coded point is."""
        placement = self.view.placement
        assert placement is not None
        u, v = placement.to_widget((x, y))
        return QPoint(round(u), round(v)) + self.view.pos()

    def move(self, to: QPoint, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, QPointF(to), QPointF(self.stage.mapToGlobal(to)), Qt.MouseButton.NoButton, held,
            NONE,
        )  # fmt: skip
        QApplication.sendEvent(self.stage, event)

    def drag(self, start: QPoint, end: QPoint) -> None:
        QTest.mousePress(self.stage, LEFT, NONE, start)
        self.move((start + end) / 2, LEFT)
        self.move(end, LEFT)
        QTest.mouseRelease(self.stage, LEFT, NONE, end)


class Counting(RasterView):
    """Notes what of it was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[QRect] = []

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self.parts.append(event.rect())
        super().paintEvent(event)

    def is_quiet(self) -> bool:
        """Nothing was painted since this was asked last."""
        painted, self.parts = self.parts, []
        return not painted


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    view = Counting()
    with a_window(qapp, view=view) as desk:
        desk.play()
        desk.window.stage.show_page("picture")
        made = Bench(desk, view)
        made.show()
        yield made


def test_nothing_is_made_while_no_model_looks(bench: Bench) -> None:
    bench.move(bench.at(10, 10))
    bench.show()
    assert bench.window.over_picture.made is None


def test_boxes_lie_on_the_picture_of_the_window(bench: Bench) -> None:
    bench.say(make_view(BOXES))
    image = bench.stage.grab().toImage()
    for x, y in ((20, 150), (220, 150), (180, 190)):
        assert image.pixelColor(bench.at(x, y)) == COLOURS[0]
    assert image.pixelColor(bench.at(60, 140)) == COLOURS[1]
    bench.say(make_view(BOXES, state="stale", age_frames=3))
    assert bench.stage.grab().toImage().pixelColor(bench.at(180, 190)) != COLOURS[0]


def test_a_box_is_never_strong_over_another_picture(bench: Bench) -> None:
    """The view is still busy with the picture before: until it paints the one that was looked at, its boxes are dim."""
    bench.say(make_view(BOXES))
    following = replace(PICTURE, pts=1)
    bench.view._ask_worker = lambda *_wanted: None  # type: ignore[method-assign]
    bench.detecting.before_picture(following)
    bench.view.show_picture(following)
    assert bench.view.painting is not following
    image = bench.stage.grab().toImage()
    row = [image.pixelColor(bench.at(x, 190)) for x in range(150, 210)]
    assert COLOURS[0] not in row
    assert DIM_COLOURS[0] in row


def test_off_costs_nothing(bench: Bench) -> None:
    bench.say(make_view(BOXES))
    hidden = [bench.over.overlay.isHidden()]
    bench.detecting.is_on = False
    for view in (make_view(BOXES), make_view([])):
        bench.say(view)
        hidden.append(bench.over.overlay.isHidden())
        bench.detecting.is_on = True
    bench.say(make_view(BOXES))
    assert [*hidden, bench.over.overlay.isHidden()] == [False, True, True, False]


def test_hovering_tells_of_the_smallest_box(bench: Bench) -> None:
    bench.say(make_view(BOXES))
    found = []
    for x, y in ((60, 120), (150, 120), (300, 20), (150, 120)):
        bench.move(bench.at(x, y))
        found.append(bench.detecting.hovered)
    assert found == [Spot(0, 1), Spot(0, 0), None, Spot(0, 0)]
    QApplication.sendEvent(bench.stage, QEvent(QEvent.Type.Leave))
    assert bench.detecting.hovered is None


def test_the_box_under_a_resting_pointer_is_told_of_picture_after_picture(bench: Bench) -> None:
    bench.say(make_view(BOXES))
    bench.move(bench.at(60, 120))
    found = []
    for box in ((50, 110, 70, 130), (200, 110, 230, 130)):
        bench.say(make_view([box]))
        found.append(bench.detecting.hovered)
    assert found == [Spot(0, 0), None]


def test_hovering_paints_only_what_it_changes(bench: Bench) -> None:
    bench.say(make_view([(10, 10, 30, 30), (200, 150, 230, 180)]))
    wait_until(bench.view.is_quiet, "the window's own painting")
    bench.move(bench.at(215, 165))
    QApplication.processEvents()
    (part,) = bench.view.parts
    whole = bench.view.rect()
    assert part.width() * part.height() < 0.3 * whole.width() * whole.height()


def test_a_click_selects_and_another_lets_go(bench: Bench) -> None:
    told: list[tuple[int, Any]] = []
    bench.detecting.pointed.selected_changed.connect(lambda slot, index: told.append((slot, index)))
    bench.say(make_view(BOXES))
    QTest.mouseClick(bench.stage, LEFT, NONE, bench.at(60, 120))
    QTest.mouseClick(bench.stage, LEFT, NONE, bench.at(150, 120))
    QTest.mouseClick(bench.stage, LEFT, NONE, bench.at(300, 20))
    assert told == [(0, 1), (0, 0), (0, None)]
    QTest.mouseClick(bench.stage, Qt.MouseButton.RightButton, NONE, bench.at(60, 120))
    bench.drag(bench.at(60, 120), bench.at(75, 135))
    assert bench.detecting.selected is None


def test_boxes_follow_the_zoom(bench: Bench) -> None:
    bench.say(make_view(BOXES))
    bench.desk.controller.zoom.set_viewport(Viewport(8.0, (0.2, 0.6)))
    wait_until(lambda: bench.view.placement == bench.desk.controller.zoom.placement, "the close-up")
    image = bench.stage.grab().toImage()
    side = [image.pixelColor(bench.at(40, y)) for y in range(110, 136)]
    assert side.count(COLOURS[1]) > len(side) / 2
    bench.move(bench.at(60, 120))
    assert bench.detecting.hovered == Spot(0, 1)


# -- the region


def region_of(bench: Bench) -> tuple[float, float, float, float] | None:
    return bench.detecting.manner.region


def test_a_region_is_drawn_shown_and_taken_back(bench: Bench) -> None:
    QTest.keyClick(bench.window, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert bench.stage.cursor().shape() is Qt.CursorShape.CrossCursor
    bench.drag(bench.at(20.5, 30.5), bench.at(120.5, 90.5))
    assert region_of(bench) == (20, 30, 121, 91)
    assert not bench.detecting.manner.is_drawing
    assert bench.stage.cursor().shape() is not Qt.CursorShape.CrossCursor
    framed = [bench.over.region.active]
    QTest.keyClick(bench.window, Qt.Key.Key_Escape)
    assert region_of(bench) is None
    assert [*framed, bench.over.region.active] == [True, False]
    assert bench.desk.quits == []
    QTest.keyClick(bench.window, Qt.Key.Key_Escape)
    assert bench.desk.quits == [0]


def test_drawing_it_may_be_called_off(bench: Bench) -> None:
    QTest.keyClick(bench.window, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    QTest.mousePress(bench.stage, LEFT, NONE, bench.at(20, 30))
    bench.move(bench.at(100, 100), LEFT)
    framed = [bench.over.region.active]
    QTest.keyClick(bench.window, Qt.Key.Key_Escape)
    assert [*framed, bench.over.region.active] == [True, False]
    QTest.mouseRelease(bench.stage, LEFT, NONE, bench.at(100, 100))
    assert region_of(bench) is None
    assert bench.desk.quits == []


def test_a_click_is_no_region(bench: Bench) -> None:
    bench.detecting.manner.draw_region()
    QTest.mouseClick(bench.stage, LEFT, NONE, bench.at(60, 120))
    assert region_of(bench) is None
    assert not bench.detecting.manner.is_drawing


def test_what_is_selected_becomes_the_region(bench: Bench) -> None:
    bench.desk.controller.zoom.select((10, 20, 100, 50))
    bench.detecting.manner.draw_region()
    assert region_of(bench) == (10, 20, 110, 70)
    assert not bench.desk.controller.zoom.clear_selection()


# -- the badge


def badge(bench: Bench) -> str:
    label = bench.over.badge.label
    return "" if label.isHidden() else label.text()


def test_the_badge_says_how_old_boxes_are_and_does_not_flicker(bench: Bench) -> None:
    bench.say(make_view(BOXES))
    late, stays = bench.over.badge._late, bench.over.badge._stays
    for timer in (late, stays):
        timer.setInterval(60_000)  # here they run out when the test says so
    bench.say(make_view(BOXES, state="stale", age_frames=2))
    said = [badge(bench)]  # boxes that come at once need no word
    late.timeout.emit()
    said.append(badge(bench))
    for view in (make_view(BOXES, state="stale", age_frames=1), make_view(BOXES)):
        bench.say(view)
        said.append(badge(bench))
    stays.timeout.emit()
    assert [*said, badge(bench)] == ["", "2 frames old", "1 frame old", "0 frames old", ""]


def test_boxes_that_come_soon_need_no_badge(bench: Bench) -> None:
    bench.say(make_view(BOXES))
    bench.over.badge._late.setInterval(60_000)
    bench.say(make_view(BOXES, state="pending", age_frames=None))
    assert bench.over.badge._late.isActive()
    bench.say(make_view(BOXES))
    assert not bench.over.badge._late.isActive()
    assert badge(bench) == ""


def test_it_speaks_of_loading_and_failing_at_once_and_of_two_models_by_name(bench: Bench) -> None:
    bench.say(make_view([], state="loading", model="yolox_nano.onnx"))
    assert badge(bench) == "Loading yolox_nano.onnx…"
    sentence = "The model yolox_nano.onnx ran out of memory on cuda:0; detection is off until it is opened again."
    bench.say(make_view(BOXES), make_view([], slot=1, state="failed", sentence=sentence))
    assert badge(bench) == f"M2  {sentence}"
    label = bench.over.badge.label
    assert bench.stage.rect().contains(label.geometry())
    assert label.width() <= 0.6 * bench.stage.width() + 1
    bench.say()
    assert badge(bench) == ""


@pytest.mark.parametrize(
    ("state", "stale", "said"),
    [
        ("exact", "dim", ""),
        ("off", "dim", ""),
        ("pending", "dim", "Looking…"),
        ("stale", "dim", "4 frames old"),
        ("stale", "hide", "Boxes are awaited"),
    ],
)
def test_words(state: str, stale: str, said: str) -> None:
    assert words(make_view(BOXES, state=state, age_frames=4), stale) == said


def test_one_frame_is_no_plural() -> None:
    assert [age_text(each) for each in (0, 1, 2)] == ["0 frames old", "1 frame old", "2 frames old"]


def test_the_badge_lies_on_the_picture_below_the_overview(bench: Bench) -> None:
    bench.window.resize(700, 700)  # bars above and below the picture
    bench.say(make_view([], state="loading"))
    placement, label = bench.view.placement, bench.over.badge.label
    assert placement is not None
    picture = QRect(*(bench.view.pos() + QPoint(placement.rect.x, placement.rect.y)).toTuple(), *placement.rect.size)
    assert picture.contains(label.geometry())
    assert placement.rect.y > 50
    bench.desk.controller.zoom.set_viewport(Viewport(8.0, (0.2, 0.6)))
    wait_until(lambda: bench.view.placement == bench.desk.controller.zoom.placement, "the close-up")
    overview = bench.stage.findChild(Minimap)
    assert isinstance(overview, Minimap)
    wait_until(lambda: not overview.geometry().intersects(label.geometry()), "the badge below the overview")


def test_a_classifiers_legend_has_the_corner_and_the_badge_goes_below(bench: Bench) -> None:
    bench.say(make_classes())
    legend = bench.over.legend
    assert legend.isVisible()
    area = bench.stage.view.geometry()
    assert area.contains(legend.geometry())
    assert legend.geometry().right() > area.center().x()
    bench.say(make_classes(state="stale", age_frames=3))
    wait_until(bench.over.badge.label.isVisible, "how old it is")
    assert bench.over.badge.label.geometry().top() > legend.geometry().bottom()
    bench.say(make_classes(state="pending", classes=None))
    assert legend.isHidden()
    bench.say(make_classes())
    bench.detecting.set_on(False)
    bench.say(make_classes())
    assert legend.isHidden()
