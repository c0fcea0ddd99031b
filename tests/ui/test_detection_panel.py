"""The Detections panel and its menus: what it shows, what it asks for, and what is asked before a program runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from player.analysis.catalogue import Entry
from player.analysis.selection import Selection
from player.errors import ModelError
from tests.ui.compare_child import numbered
from tests.ui.fake_analysis import LABELS, FakeAnalysis, with_fakes
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.detections.band_slider import BandSlider
from ui.detections.detecting import Detecting
from ui.detections.keeping import read_selection, write_selection
from ui.detections.model_menu import ModelMenu
from ui.detections.panel import DetectionsPanel
from ui.detections.pointed import Spot
from ui.detections.wrapped_label import WrappedLabel
from ui.settings import WindowSettings, load, save

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

PERSON = (10.0, 10.0, 50.0, 90.0, 0.9, 0)
CAR = (60.0, 20.0, 120.0, 60.0, 0.5, 2)
SECOND_CAR = (5.0, 70.0, 95.0, 99.0, 0.7, 2)
Box = tuple[float, float, float, float, float, int]


class Room:
    """A window with its Detections panel open, and models that see what the test says."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.detecting: Detecting = desk.controller.detecting
        self.made = with_fakes(self.detecting)
        desk.play(paused=True)
        desk.window.docks.open("detections")
        panel = desk.window.docks.panel("detections")
        assert isinstance(panel, DetectionsPanel)
        self.panel = panel
        desk.window.docks.show_snapshot(desk.player.state)
        self.detecting.before_picture(numbered(1))

    @property
    def analysis(self) -> FakeAnalysis:
        return self.made[0]

    def open(self, name: str = "/models/net.onnx", *found: Box, place: int | None = None) -> None:
        many = 0 if place is None else len(self.detecting.seats)
        self.detecting.open_model(name, place=place, by_hand=True)
        wait_until(lambda: len(self.detecting.seats) > min(many, 1), f"{name} is open")
        self.see(*found, slot=self.detecting.seats[-1].slot)

    def see(self, *found: Box, slot: int = 0) -> None:
        self.analysis.ready(slot, *found)
        self.settle()

    def settle(self) -> None:
        QTest.qWait(0)
        wait_until(lambda: self.panel.is_told, "the panel shows what there is")

    def class_rows(self) -> list[tuple[str, str]]:
        self.settle()
        proxy = self.panel.classes.proxy
        return [
            tuple(str(proxy.index(row, column).data() or "") for column in (0, 1))  # type: ignore[misc]  # two of them
            for row in range(proxy.rowCount())
        ]

    def box_rows(self) -> list[list[str]]:
        self.settle()
        model = self.panel.boxes.model_
        return [[str(model.index(row, column).data()) for column in range(6)] for row in range(model.rowCount())]

    def selection(self, slot: int = 0) -> Selection:
        self.settle()
        found = self.detecting.selection(slot)
        assert found is not None
        return found


@pytest.fixture
def room(qapp: QApplication) -> Iterator[Room]:
    with a_window(qapp) as desk:
        yield Room(desk)


def test_without_a_model_it_says_what_to_do(room: Room) -> None:
    assert room.panel.hint.isVisible()
    assert not room.panel.thresholds.isVisible()
    assert room.panel.rows[0].choice.words == "Choose a model"


def test_it_shows_what_the_model_sees_and_where_it_runs(room: Room) -> None:
    room.open("/models/net.onnx", PERSON, CAR, SECOND_CAR)
    panel = room.panel
    assert panel.rows[0].choice.words == "net"
    assert panel.rows[0].state.text() == "onnxruntime 1.31 on the CPU"
    assert panel.said.text() == "3 boxes"
    assert room.class_rows() == [("person", "1"), ("car", "2"), ("bicycle", ""), ("dog", "")], "those seen come first"
    assert room.box_rows() == [
        ["person", "0.90", "10", "10", "40", "80"], ["car", "0.70", "5", "70", "90", "29"],
        ["car", "0.50", "60", "20", "60", "40"],
    ]  # fmt: skip
    room.see(CAR)
    assert room.class_rows()[:2] == [("person", ""), ("car", "1")], "a class that was seen stays where it is"


def test_what_it_computes_in_is_said_and_chosen_where_there_is_a_choice(room: Room) -> None:
    room.open("/models/net.onnx", PERSON)
    row = room.panel.rows[0]
    assert not row.precision.isVisible(), "its file has made it"
    room.analysis.ready(0, PERSON, precision="fp32")
    room.settle()
    assert (row.state.text(), row.precision.isVisible()) == ("torch 2.13 on the CPU in fp32", True)
    row.precision.setCurrentIndex(row.precision.findData("fp16"))
    row.precision.activated.emit(row.precision.currentIndex())
    wait_until(lambda: [seat.wish.precision for seat in room.detecting.seats] == ["fp16"], "it is opened anew")
    slot = room.detecting.seats[0].slot
    assert room.analysis.models[slot].wanted == "fp16"
    room.analysis.ready(slot, PERSON, precision="fp32", remark="not in fp16: its numbers are too large for it")
    room.settle()
    assert row.state.text() == "torch 2.13 on the CPU in fp32, not in fp16: its numbers are too large for it"
    assert row.precision.currentData() == "fp16", "what was asked for"
    wait_until(lambda: row.state.height() >= row.state.heightForWidth(row.state.width()), "no line of it is cut")


def test_failing_and_loading_are_said(room: Room) -> None:
    room.detecting.open_model("/models/net.onnx")
    wait_until(lambda: bool(room.detecting.seats), "it is loading")
    room.settle()
    assert room.panel.rows[0].state.text() == "Is being opened…"
    room.analysis.fail(0, "The file has the operator Foo, which nothing here can run.")
    wait_until(lambda: "Foo" in room.panel.rows[0].state.text(), "the reason")
    room.settle()
    assert not room.panel.thresholds.isVisible()
    assert room.desk.messages[-1] == "The file has the operator Foo, which nothing here can run."
    room.detecting.open_model("/models/no-file.onnx")
    wait_until(lambda: "no-file" in room.panel.notice.text(), "what became of the other")
    assert room.detecting.seats, "the former stays"


def test_thresholds_act_on_the_boxes(room: Room) -> None:
    room.open("/models/net.onnx", PERSON, CAR, SECOND_CAR)
    band = room.panel.thresholds.band
    band.moved.emit(0.6, 0.8)
    assert [row[:2] for row in room.box_rows()] == [["car", "0.70"]]
    assert (room.selection().low, room.selection().high) == (0.6, 0.8)
    assert room.panel.thresholds.low.value() == 0.6
    room.panel.thresholds.low.setValue(0.85)
    assert (room.selection().low, room.selection().high) == (0.85, 0.85), "the ends do not cross"
    room.panel.thresholds.iou_slider.moved.emit(0.0, 0.3)
    assert room.selection().iou == 0.3
    room.panel.options.top_k.setValue(1)
    room.panel.options.agnostic.click()
    assert (room.selection().top_k, room.selection().agnostic) == (1, True)


def test_classes_are_switched(room: Room) -> None:
    room.open("/models/net.onnx", PERSON, CAR)
    panel = room.panel
    index = panel.classes.proxy.index(1, 0)
    assert panel.classes.proxy.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert room.selection().hidden == {2}
    assert [row[0] for row in room.box_rows()] == ["person"]
    panel.classes.alone.emit(0)
    assert room.selection().hidden == {1, 2, 3}
    panel.classes.alone.emit(0)
    assert room.selection().hidden == frozenset(), "the second time all are back"
    panel.filter.setText("o")
    assert [name for name, _ in room.class_rows()] == ["person", "dog"]
    panel._show_none()
    assert room.selection().hidden == {0, 3}
    panel.filter.setText("")
    panel._invert()
    assert room.selection().hidden == {1, 2}
    panel._show_all()
    assert room.selection().hidden == frozenset()


def test_rows_and_boxes_are_selected_together(room: Room) -> None:
    room.open("/models/net.onnx", PERSON, CAR, SECOND_CAR)
    table = room.panel.boxes
    table.selectRow(1)
    assert room.detecting.selected == Spot(0, 1)
    room.detecting.pointed.select(0, 2)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [2]
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert [row[2] for row in room.box_rows()] == ["5", "10", "60"]
    assert [table.model_.box_at(index.row()) for index in table.selectionModel().selectedRows()] == [2]
    room.detecting.pointed.select(0, None)
    assert not table.selectionModel().hasSelection()


def test_boxes_are_copied(room: Room) -> None:
    room.open("/models/net.onnx", PERSON, CAR)
    room.panel.copy_csv.click()
    assert QGuiApplication.clipboard().text() == (
        "class,confidence,x,y,w,h\nperson,0.900,10.0,10.0,40.0,80.0\ncar,0.500,60.0,20.0,60.0,40.0\n"
    )
    room.panel.boxes.selectRow(1)
    QTest.keyClick(room.panel.boxes, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    assert text == "class\tconfidence\tx\ty\tw\th\ncar\t0.500\t60.0\t20.0\t60.0\t40.0\n"


def test_one_of_two_models_is_read_at_a_time(room: Room) -> None:
    room.open("/models/one.onnx", PERSON)
    room.open("/models/two.onnx", CAR, SECOND_CAR, place=1)
    panel = room.panel
    assert [chip.text() for chip in panel.turns] == ["M1 one", "M2 two"]
    assert [row[0] for row in room.box_rows()] == ["person"]
    panel.turns[1].click()
    assert [row[0] for row in room.box_rows()] == ["car", "car"]
    panel.thresholds.band.moved.emit(0.6, 1.0)
    assert (room.selection(0).low, room.selection(1).low) == (0.35, 0.6)
    room.detecting.pointed.select(0, 0)
    assert [row[0] for row in room.box_rows()] == ["person"], "a box of the other one was selected in the picture"
    room.detecting.close_place(0)
    room.settle()
    assert panel.rows[0].choice.words == "two"
    assert [row[0] for row in room.box_rows()] == ["car"]


def test_a_hundred_changes_while_it_plays_make_few_of_the_panel(room: Room) -> None:
    room.open("/models/net.onnx", PERSON)
    room.desk.play(paused=False)
    room.desk.window.docks.show_snapshot(room.desk.player.state)
    told: list[None] = []
    room.panel.boxes.model_.modelReset.connect(lambda: told.append(None))
    for count in range(101):
        room.analysis.ready(0, *(PERSON, CAR)[: 1 + (count + 1) % 2])
        QTest.qWait(0)
    wait_until(lambda: bool(told), "the newest is shown in the end")
    assert len(told) < 50
    assert len(room.box_rows()) == 2, "the newest"


def test_keys_in_the_panel_are_not_the_players(room: Room) -> None:
    room.open("/models/net.onnx", PERSON, CAR)
    panel = room.panel
    panel.classes.setFocus()
    panel.classes.selectRow(0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(panel.classes, key)
    assert room.selection().hidden == {2}
    panel.thresholds.band.setFocus()
    QTest.keyClick(panel.thresholds.band, Qt.Key.Key_Right)
    assert room.selection().low == 0.36
    panel.filter.setFocus()
    QTest.keyClicks(panel.filter, "dog")
    assert [name for name, _ in room.class_rows()] == ["dog"]
    QTest.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert len(room.class_rows()) == 4
    assert room.desk.player.calls == []
    assert room.desk.quits == []


# -- the slider


def test_the_band_slider_moves_by_mouse_and_keys(qapp: QApplication) -> None:
    slider = BandSlider("Confidence")
    slider.resize(216, 22)  # 200 pixels for the values
    slider.set_band(0.25, 0.75)
    heard: list[tuple[float, float]] = []
    slider.moved.connect(lambda low, high: heard.append((low, high)))
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=_point(slider, 0.25))
    QTest.mouseMove(slider, _point(slider, 0.4))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=_point(slider, 0.4))
    assert heard[-1] == pytest.approx((0.4, 0.75), abs=0.011)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=_point(slider, 0.575))
    QTest.mouseMove(slider, _point(slider, 0.675))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=_point(slider, 0.675))
    assert heard[-1] == pytest.approx((0.5, 0.85), abs=0.021), "both, as they are apart"
    slider.set_band(0.5, 0.6)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert heard[-1] == (0.6, 0.6), "the handles do not pass each other"
    QTest.keyClick(slider, Qt.Key.Key_Space)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert heard[-1] == (0.6, 1.0)
    slider.deleteLater()


def _point(slider: BandSlider, value: float) -> QPoint:
    return QPoint(round(slider._x(value)), slider.height() // 2)


# -- what is dropped, and programs


def test_a_model_dropped_on_the_window_is_no_film(room: Room) -> None:
    _drop(room.desk, "/nets/a.ONNX", "/films/b.mkv", "/nets/c.pth")
    wait_until(lambda: len(room.detecting.seats) == 2, "both models are open")
    assert [seat.path for seat in room.detecting.seats] == ["/nets/a.ONNX", "/nets/c.pth"]
    wait_until(lambda: bool(room.desk.player.calls), "the film is being opened")
    assert [call[:2] for call in room.desk.player.calls if call[0] == "open"] == [("open", "/films/b.mkv")]


def test_a_third_model_is_left_out_and_that_is_said(room: Room) -> None:
    _drop(room.desk, "/nets/a.onnx", "/nets/b.onnx", "/nets/c.onnx", "/nets/d.pth")
    wait_until(lambda: len(room.detecting.seats) == 2, "two models are open")
    assert [seat.path for seat in room.detecting.seats] == ["/nets/a.onnx", "/nets/b.onnx"]
    assert "2 models at once are the most: c.onnx, d.pth left out" in room.desk.messages


def _drop(desk: Desk, *paths: str) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    desk.window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, buttons, keys))


def test_a_program_is_asked_about_and_the_answer_at_hand_is_no(room: Room) -> None:
    room.detecting.choose("/nets/a.pt2", 0)
    asking = room.desk.window.model_asking
    wait_until(lambda: asking.trust is not None, "the question")
    dialog = asking.trust
    assert dialog is not None
    assert dialog.refuse.isDefault()
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "a.pt2" in words
    assert ("a" + "x" * 63)[:32] in words, "its sha256"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_until(lambda: not room.detecting.opening, "it is refused")
    assert room.desk.messages[-1] == "a.pt2 was not opened."
    room.detecting.choose("/nets/a.pt2", 0)
    wait_until(lambda: asking.trust is not None, "the question again")
    assert asking.trust is not None
    asking.trust.agree.click()
    wait_until(lambda: bool(room.detecting.seats), "the program is open")


# -- the library


ENTRY = Entry(
    name="net", title="A net & more", task="detect", licence="MIT", repository="a/b", commit="c", path="net.onnx",
    size=4_000_000, sha256="0" * 64,
)  # fmt: skip


def test_the_menu_offers_what_there_is_and_fetches_the_rest(room: Room, tmp_path: Path) -> None:
    library = room.detecting.arrivals.library()
    library.read = lambda: ((ENTRY,), ())
    menu = QMenu(room.desk.window)
    ModelMenu(menu, room.detecting, 0)
    menu.aboutToShow.emit()
    wait_until(lambda: library.entries is not None, "the catalogue")
    wait_until(lambda: len(menu.actions()) > 2, "its entries")
    assert menu.actions()[1].text() == "A net && more\tfetch 4.0 MB"
    path = tmp_path / "net.onnx"
    come = threading.Event()

    def install(entry: Entry, advance: Callable[[int], None]) -> Path:
        advance(1_000_000)
        assert come.wait(5)
        advance(3_000_000)
        return path

    library.install = install
    menu.actions()[1].trigger()
    wait_until(lambda: library.come_bytes == 1_000_000, "a quarter has come")
    wait_until(lambda: room.panel.notice.text() == "Fetches net: 25%…", "the panel says so, too")
    assert room.panel.give_up.isVisible()
    wait_until(lambda: any("25% is here" in each.text() for each in menu.actions()), "the share")
    come.set()
    wait_until(lambda: bool(room.detecting.seats), "it is opened when it is there")
    assert room.detecting.seats[0].path == str(path)
    menu.aboutToHide.emit()


def test_a_fetch_is_given_up_or_fails_with_a_sentence(room: Room) -> None:
    library = room.detecting.arrivals.library()
    library.read = lambda: ((ENTRY,), ())
    begun, go_on = threading.Event(), threading.Event()

    def install(entry: Entry, advance: Callable[[int], None]) -> Path:
        begun.set()
        assert go_on.wait(5)
        advance(1)
        raise ModelError("Cannot fetch net: there is no connection.")

    library.install = install
    room.detecting.arrivals.fetch(ENTRY, 0)
    room.settle()
    assert begun.wait(5)
    room.panel.give_up.click()
    go_on.set()
    wait_until(lambda: library.fetching is None, "it is given up")
    assert room.desk.messages[-1] == "net was not fetched"
    room.detecting.arrivals.fetch(ENTRY, 0)
    wait_until(lambda: library.fetching is None, "it has failed")
    assert room.detecting.problem == "Cannot fetch net: there is no connection."
    assert room.detecting.seats == []


# -- what is kept


def test_a_selection_survives_the_settings_file(tmp_path: Path) -> None:
    selection = Selection(0.125, 0.9, 0.65, 77, True, frozenset({3, 17}))
    settings = WindowSettings(models=("/a b.onnx", "/c.pth"), model_choices=(("abc", write_selection(selection)),))
    assert save(tmp_path / "s.ini", settings)
    loaded = load(tmp_path / "s.ini")
    assert loaded.models == settings.models
    assert read_selection(dict(loaded.model_choices)["abc"]) == selection
    assert read_selection(write_selection(Selection())) == Selection()


@pytest.mark.parametrize(
    "text", ["", "1 2 3", "0.5 0.2 0.4 300 no -", "a b c d e f", "0.2 1 0.4 0 no -", "nan 1 0 5 no -"]
)
def test_what_is_no_selection_is_none(text: str) -> None:
    assert read_selection(text) is None


def test_models_opened_by_hand_are_in_the_settings(room: Room) -> None:
    room.open("/models/net.onnx", PERSON)
    room.panel.thresholds.band.moved.emit(0.6, 1.0)
    room.detecting.manner.set_stale("hide")
    settings = room.desk.window.closing_settings()
    assert settings.models == ("/models/net.onnx",)
    assert settings.stale_boxes == "hide"
    model, choice = settings.model_choices[0]
    assert len(model) == 12
    found = read_selection(choice)
    assert found is not None
    assert found.low == 0.6


def test_many_labels_and_boxes_do_not_matter(room: Room) -> None:
    random = np.random.default_rng(5)
    rows = zip(random.uniform(0, 500, (1000, 2)), random.uniform(0.4, 1, 1000), range(1000), strict=True)
    found = [(x, y, x + 20, y + 20, sure, number % 80) for (x, y), sure, number in rows]
    room.open("/models/net.onnx")
    room.analysis.ready(0, *found, labels=tuple(f"class {each}" for each in range(80)))
    room.settle()
    assert len(LABELS) < len(room.class_rows()) == 80
    assert len(room.box_rows()) == 300, "top-k"


def test_a_long_sentence_is_as_high_as_it_must_be_at_its_width(room: Room) -> None:
    notice = room.panel.notice
    room.detecting.open_model("/models/no-" + "such " * 40 + ".onnx")
    wait_until(lambda: "There is no file" in notice.text(), "the sentence")
    for width in (320, 520, 330):
        room.panel.resize(width, 500)
        wait_until(lambda: abs(notice.height() - _lines_height(notice)) <= 2, "it has the height of its lines")


def _lines_height(label: QLabel) -> int:
    metrics, flags = label.fontMetrics(), Qt.TextFlag.TextWordWrap
    return metrics.boundingRect(0, 0, label.width(), 9999, flags, label.text()).height()


def test_wrapped_words_are_not_cut_when_their_font_comes_later(qapp: QApplication) -> None:
    """A theme's font does, where a panel is made before it is shown."""
    label = WrappedLabel()
    label.resize(150, 20)
    label.say("some words that take three lines at this width")
    font = label.font()
    font.setPixelSize(40)
    label.setFont(font)
    wait_until(lambda: label.height() >= label.heightForWidth(label.width()) > 100, "it has room for all its lines")
    label.close()
