"""A classifier in the window: its bars, the legend over the picture, the heat map's switch and whose it is; scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from player.analysis.classes import TOP, Classes, Heat, likeliest
from player.ipc.errors import FAILED, INVALID_PARAMETER, IpcError
from tests.ui.detection_cases import make_classes, make_view
from tests.ui.fake_analysis import LABELS
from tests.ui.test_detection_panel import PERSON, Room
from tests.ui.test_detection_requests import Script
from tests.ui.window_kit import a_window, wait_until
from ui.detections.asking import take_models
from ui.detections.class_bars import score_text
from ui.detections.class_sheet import Sheet, blocks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SCORES = (0.05, 0.1, 0.7, 0.15)
ONNX = "No heat map: an ONNX file has no gradients."


def classes(scores: tuple[float, ...] = SCORES, heat: int | None = None) -> Classes:
    map_ = None if heat is None else Heat(np.ones((2, 2), np.float32), (0, 0, 8, 8), (0, 0, 8, 8), heat)
    return likeliest(np.array(scores, np.float32), map_)


@pytest.fixture
def room(qapp: QApplication) -> Iterator[Room]:
    with a_window(qapp) as desk:
        yield Room(desk)


def tell(room: Room, slot: int = 0, *, heat: int | None = None, **changes: object) -> None:
    room.analysis.ready(slot, classes=classes(heat=heat), **changes)
    room.settle()


def open_classifier(room: Room) -> None:
    room.open("/models/resnet.pth")
    tell(room)


def heat_shown(room: Room) -> int | None:
    shown = room.detecting.views[0].classes
    return None if shown is None or shown.heat is None else shown.heat.class_id


def last_call(room: Room) -> tuple[object, ...]:
    return room.analysis.calls[-1]


def rows(room: Room) -> list[tuple[str, str]]:
    return [row.words for row in room.panel.bars.rows if row.isVisible()]


def test_the_likeliest_stand_in_the_panel(room: Room) -> None:
    open_classifier(room)
    assert rows(room) == [("car", "70.0%"), ("dog", "15.0%"), ("bicycle", "10.0%"), ("person", "5.0%")]
    panel = room.panel
    assert panel.bars.said.text() == "Of 4 classes"
    assert panel.bars.isVisible()
    assert not panel.thresholds.isVisible()
    assert [chip.text() for chip in panel.chips if chip.isVisible()] == ["Classes", "Options"]
    QTest.mouseClick(panel.bars.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines()[:2] == ["class\tprobability", "car\t0.7000"]
    QTest.mouseClick(panel.chips[2], Qt.MouseButton.LeftButton)
    assert panel.options.isVisible()
    assert not panel.options.top_k.isVisible()
    assert panel.options.draw.isVisible(), "a region is for classifiers too"


def test_what_is_not_of_this_picture_is_dim(room: Room) -> None:
    open_classifier(room)
    assert room.panel.bars.rows[0].isEnabled()
    room.analysis.models[0].state, room.analysis.models[0].age_frames = "stale", 2
    room.analysis.wakeup()
    room.settle()
    assert not room.panel.bars.rows[0].isEnabled()
    assert room.panel.bars.said.text() == "Of 4 classes, 2 pictures ago"
    room.analysis.models[0].state = "pending"
    room.analysis.wakeup()
    room.settle()
    assert rows(room)[0] == ("car", "70.0%"), "it stays, and does not flicker"
    assert not room.panel.bars.rows[0].isEnabled()
    assert room.panel.bars.said.text() == "Waiting for classes"


def test_a_detector_has_its_boxes_back(room: Room) -> None:
    open_classifier(room)
    room.open("/models/net.onnx", PERSON)
    assert room.panel.thresholds.isVisible()
    assert room.panel.classes.isVisible()
    assert all(chip.isVisible() for chip in room.panel.chips)
    assert not room.panel.bars.isVisible()


def test_a_detector_and_a_classifier_at_once(room: Room) -> None:
    open_classifier(room)
    room.open("/models/net.onnx", PERSON, place=1)
    assert room.panel.bars.isVisible(), "the first is read"
    QTest.mouseClick(room.panel.turns[1], Qt.MouseButton.LeftButton)
    assert room.panel.thresholds.isVisible()
    assert [len(view.detections) for view in room.detecting.views] == [0, 1]
    found = blocks(room.detecting.views, "dim")
    assert [(block.heading, block.rows[0][0]) for block in found] == [("M1  resnet", "car")]


def test_the_heat_map_is_switched_and_turned(room: Room) -> None:
    open_classifier(room)
    bars, heat = room.panel.bars, room.detecting.heat
    assert not bars.opacity.isEnabled()
    bars.heat.click()
    assert last_call(room) == ("heat", 0, TOP)
    assert bars.opacity.isEnabled()
    assert bars.why.text() == "Of the likeliest class. Click another for its own."
    tell(room, heat=2)
    assert heat_shown(room) == 2
    QTest.mouseClick(bars.rows[1], Qt.MouseButton.LeftButton)
    assert last_call(room) == ("heat", 0, 3)
    assert heat_shown(room) is None, "that of another class is not shown"
    assert [row.isChecked() for row in bars.rows[:4]] == [False, True, False, False]
    assert bars.why.text().startswith("Of dog, in every picture.")
    QTest.mouseClick(bars.rows[1], Qt.MouseButton.LeftButton)
    assert last_call(room) == ("heat", 0, TOP)
    bars.opacity.moved.emit(0.0, 0.3)
    assert heat.opacity == 0.3
    heat.toggle()
    assert last_call(room) == ("heat", 0, None)
    assert not bars.heat.isChecked()
    assert room.desk.messages[-1] == "No heat map"


def test_a_click_on_a_class_turns_the_heat_map_on(room: Room) -> None:
    open_classifier(room)
    QTest.keyClick(room.panel.bars.rows[2], Qt.Key.Key_Space)
    assert room.detecting.heat.is_on
    assert last_call(room) == ("heat", 0, 1)
    room.detecting.close_models()
    room.open("/models/other.pth")
    assert last_call(room) == ("heat", 0, TOP), "another model has other classes"


def test_why_there_is_no_heat_map_is_said(room: Room) -> None:
    room.open("/models/mnist.onnx")
    tell(room, no_heat=ONNX)
    bars = room.panel.bars
    assert bars.why.text() == ONNX
    assert not bars.heat.isEnabled()
    before = len(room.analysis.calls)
    QTest.mouseClick(bars.rows[1], Qt.MouseButton.LeftButton)
    assert len(room.analysis.calls) == before
    room.desk.window.actions_by_name["detect-heat"].trigger()
    assert room.desk.messages[-1] == ONNX


def test_the_menu_keeps_its_mark(room: Room) -> None:
    action = room.desk.window.actions_by_name["detect-heat"]
    action.trigger()
    assert action.isChecked()
    assert room.desk.messages[-1] == "A heat map is shown once a model that tells classes is open"
    room.detecting.heat.set_on(False)
    assert not action.isChecked()


def test_weights_of_any_ending_can_be_dropped(room: Room) -> None:
    assert take_models(["/a/resnet20-12fca82f.th", "/a/net.ckpt", "/a/film.mkv"], room.detecting) == ["/a/film.mkv"]
    wait_until(lambda: len(room.detecting.seats) == 2, "both are open")


def test_names_from_a_file_are_shown_as_they_are(room: Room) -> None:
    room.open("/models/evil.pth")
    tell(room, labels=("<b>bold</b>\n", "b" * 300, "\u202ecar", "&amp"))
    assert rows(room)[0][0] == "car"
    assert {name for name, _ in rows(room)} >= {"&amp", "b" * 300}
    room.panel.bars.grab()


# The legend.


def test_the_legend_is_small_and_says_what_it_is_of() -> None:
    (block,) = blocks([make_classes((0.9, 0.001, 0.002, 0.097))], "dim")
    assert [name for name, _ in block.rows] == ["person", "dog"], "what is unlikely has no line"
    assert not block.is_old
    (unsure,) = blocks([make_classes([0.001] * 4)], "dim")
    assert len(unsure.rows) == 1
    stale = make_classes(state="stale", age_frames=1)
    assert [each.is_old for each in blocks([stale], "dim")] == [True]
    assert blocks([stale], "hide") == []
    assert blocks([make_classes(state="pending", classes=None)], "dim") == []
    both = blocks([make_view([(0, 0, 8, 8)]), make_classes(slot=1)], "dim")
    assert [each.heading for each in both] == ["M2  Teller"]


def test_the_legend_leaves_room_for_the_picture(qapp: QApplication) -> None:
    sheet = Sheet(QGuiApplication.font())
    given = blocks([make_classes()], "dim")
    assert sheet.fitted(given, 1000) == given
    small = sheet.fitted(given, 50)
    assert 0 < len(small[0].rows) < 4
    assert sheet.size(small)[1] <= 50
    assert len(sheet.fitted(given, 1)[0].rows) == 1


def test_only_what_is_certain_is_called_so() -> None:
    assert [score_text(each) for each in (1.0, 0.99999, 0.4567, 0.0)] == ["100%", "99.9%", "45.7%", "0.0%"]


# Scripts.


@pytest.fixture
def script(qapp: QApplication) -> Iterator[Script]:
    made = Script()
    yield made
    made.bench.detecting.shutdown()
    made._view.deleteLater()


def test_scripts_are_told_the_classes_and_turn_the_heat_map(script: Script) -> None:
    requests, bench = script.requests, script.bench
    script.show(1)
    nothing: dict[str, object] = {"model": None, "state": "off", "age_frames": None, "classes": [], "heat_class": None}
    assert requests.classes() == nothing
    bench.open("/models/net.onnx")
    bench.analysis.ready(0, *(PERSON,))
    assert requests.classes() == nothing, "a detector tells none"
    bench.open("/models/resnet.pth", place=1)
    bench.analysis.ready(1, classes=classes())
    wait_until(lambda: requests.classes()["state"] == "exact", "it is ready")
    told = requests.classes()
    assert told["classes"] == [
        {"class_id": place, "class_name": LABELS[place], "score": pytest.approx(SCORES[place])}
        for place in (2, 3, 1, 0)
    ]
    wait_until(lambda: [view.task for view in bench.detecting.views] == ["detect", "classify"], "their views")
    requests.change({"heat": True, "heat_opacity": 0.25, "heat_class": "dog"}, 1)
    assert bench.analysis.models[1].heat == 3
    options = requests.options()
    assert (options["heat"], options["heat_opacity"]) == (True, 0.25)
    assert options["models"][1] == {"heat_class": "dog", "no_heat": ""}  # type: ignore[index]
    bench.analysis.ready(1, classes=classes(heat=3))
    assert requests.classes()["heat_class"] == "dog"
    requests.change({"heat_class": None}, 1)
    assert bench.analysis.models[1].heat == TOP
    for changes, place, error in (({"heat_class": "cow"}, 1, INVALID_PARAMETER), ({"heat_class": "dog"}, 0, FAILED)):
        with pytest.raises(IpcError) as caught:
            requests.change(dict(changes), place)
        assert str(caught.value) == str(IpcError(error))
