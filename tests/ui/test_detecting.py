"""The window's detection choices: models opened, closed, trusted or not, thresholds, selected boxes, what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from player.errors import PlayerError, UntrustedModelError
from tests.ui.compare_child import numbered
from tests.ui.fake_analysis import FakeAnalysis, names, with_fakes
from tests.ui.fake_player import FakePlayer
from tests.ui.window_kit import wait_until
from ui.detections.detecting import Detecting
from ui.detections.opening import Opening, Wish
from ui.detections.pointed import Spot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

PERSON = (10.0, 10.0, 50.0, 90.0, 0.9, 0)
CAR = (60.0, 20.0, 120.0, 60.0, 0.5, 2)
FAINT = (0.0, 0.0, 9.0, 9.0, 0.1, 3)


class Bench:
    """A Detecting on a fake player, with models that see what the test says."""

    def __init__(self) -> None:
        self.player = FakePlayer()
        self.player.become_open(paused=True)
        self.complaints: list[str] = []
        self.detecting = Detecting(self.player, self.complaints.append)
        self.made = with_fakes(self.detecting)
        self.messages: list[str] = []
        self.detecting.message.connect(self.messages.append)
        self.changes = 0
        self.detecting.changed.connect(self._count)

    def _count(self) -> None:
        self.changes += 1

    @property
    def analysis(self) -> FakeAnalysis:
        return self.made[0]

    def open(self, name: str = "/models/net.onnx", **how: object) -> None:
        many = len(self.detecting.seats)
        self.detecting.open_model(name, **how)  # type: ignore[arg-type]  # the callers know
        wait_until(lambda: not self.detecting.opening, f"{name} is open")
        assert len(self.detecting.seats) >= min(many, 1)

    def see(self, *found: tuple[float, float, float, float, float, int], slot: int = 0) -> None:
        self.analysis.ready(slot, *found)
        QTest.qWait(0)

    def paths(self) -> list[str]:
        return [seat.path for seat in self.detecting.seats]

    def recent(self) -> tuple[str, ...]:
        return self.detecting.kept.recent

    def seen(self) -> list[str]:
        return names(self.detecting.views)


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    made = Bench()
    yield made
    made.detecting.shutdown()


def test_nothing_is_made_before_a_model_is_asked_for(bench: Bench) -> None:
    detecting = bench.detecting
    detecting.before_picture(numbered(1))
    detecting.on_snapshot(bench.player.state)
    detecting.manner.set_policy("sync")
    detecting.manner.set_region((0, 0, 10, 10))
    assert bench.made == []
    assert detecting.views == ()
    bench.open()
    assert ("policy", "sync") in bench.analysis.calls
    assert ("region", (0, 0, 10, 10)) in bench.analysis.calls


def test_the_first_wish_for_boxes_opens_the_model_in_the_box(bench: Bench) -> None:
    bench.detecting.toggle()
    wait_until(lambda: bool(bench.detecting.seats), "the model in the box")
    assert bench.paths() == ["text"]
    bench.detecting.close_models()
    bench.open("/b.onnx", by_hand=True)
    bench.detecting.close_models()
    bench.detecting.toggle()
    assert [each.name for each in bench.detecting.opening] == ["/b.onnx"], "what was picked last comes first"


def test_a_model_sees_the_picture_on_screen(bench: Bench) -> None:
    bench.detecting.before_picture(numbered(7))
    bench.open()
    assert bench.player.watch is not None
    assert ("shown", 7, True) in bench.analysis.calls
    bench.see(PERSON, CAR, FAINT)
    assert bench.seen() == ["person", "car"]
    bench.player.state = replace(bench.player.state, paused=False)
    bench.detecting.before_picture(numbered(8))
    assert bench.analysis.calls[-1] == ("shown", 8, False)
    bench.player.state = replace(bench.player.state, paused=True)
    bench.detecting.on_snapshot(bench.player.state)
    assert bench.analysis.calls[-1] == ("shown", 8, True), "at rest it must become exact"


def test_a_threshold_acts_at_once(bench: Bench) -> None:
    bench.detecting.before_picture(numbered(1))
    bench.open()
    bench.see(PERSON, CAR, FAINT)
    selection = bench.detecting.selection(0)
    assert selection is not None
    before = bench.changes
    bench.detecting.set_selection(0, replace(selection, low=0.05))
    assert bench.seen() == ["person", "car", "dog"]
    bench.detecting.set_selection(0, replace(selection, low=0.6))
    assert bench.seen() == ["person"]
    bench.detecting.set_selection(0, replace(selection, hidden=frozenset({0})))
    assert bench.seen() == ["car"]
    assert bench.changes == before + 3


def test_a_selected_box_stays_while_others_go_and_not_with_another_picture(bench: Bench) -> None:
    detecting = bench.detecting
    detecting.before_picture(numbered(1))
    bench.open()
    bench.see(PERSON, CAR)
    told: list[tuple[int, object]] = []
    detecting.pointed.selected_changed.connect(lambda slot, index: told.append((slot, index)))
    detecting.pointed.select(0, 1)
    selection = detecting.selection(0)
    assert selection is not None
    detecting.set_selection(0, replace(selection, hidden=frozenset({0})))
    assert detecting.selected == Spot(0, 0), "the car is the first now"
    bench.see((61.0, 20.0, 121.0, 60.0, 0.5, 2))
    assert told == [(0, 1), (0, 0), (0, None)]


def test_what_was_said_of_a_model_counts_once_its_labels_are_known(bench: Bench) -> None:
    wish = Wish(low=0.05, classes=("dog", "car"), device="cpu")
    heard: list[PlayerError | None] = []
    bench.detecting.before_picture(numbered(1))
    bench.open(wish=wish, done=heard.append)
    assert len(heard) == 0
    bench.see(PERSON, CAR, FAINT)
    wait_until(lambda: bench.seen() == ["car", "dog"], "the classes asked for")
    selection = bench.detecting.selection(0)
    assert selection is not None
    assert (selection.low, selection.iou) == (0.05, 0.6), "what was not said is the card's"
    assert heard == [None]
    assert ("add", "/models/net.onnx", "cpu") in bench.analysis.calls


def test_two_models_and_which_one_a_third_is_instead_of(bench: Bench) -> None:
    bench.open("/a.onnx")
    bench.open("/b.onnx", place=1)
    assert bench.paths() == ["/a.onnx", "/b.onnx"]
    bench.open("/c.onnx", place=0)
    assert bench.paths() == ["/c.onnx", "/b.onnx"]
    bench.open("/d.onnx", place=1)
    assert bench.paths() == ["/c.onnx", "/d.onnx"]
    assert len(bench.analysis.models) == 2
    bench.open("/e.onnx")
    assert bench.paths() == ["/e.onnx"]
    bench.detecting.close_place(0)
    assert bench.paths() == []
    assert bench.player.watch is None, "playback pays for no model any more"


def test_a_file_that_is_none_leaves_the_open_model_alone(bench: Bench) -> None:
    bench.open("/a.onnx")
    heard: list[PlayerError | None] = []
    bench.open("/no-such.onnx", done=heard.append)
    assert [seat.path for seat in bench.detecting.seats] == ["/a.onnx"]
    assert bench.detecting.problem == bench.messages[-1] == bench.complaints[-1] == "There is no file /no-such.onnx."
    assert isinstance(heard[0], PlayerError)


def test_a_model_that_fails_is_told_of_once(bench: Bench) -> None:
    heard: list[PlayerError | None] = []
    bench.open(done=heard.append)
    bench.analysis.fail(0, "The card names no labels.")
    QTest.qWait(0)
    bench.analysis.wakeup()
    QTest.qWait(0)
    assert bench.complaints == ["The card names no labels."]
    assert [str(each) for each in heard] == ["The card names no labels."]


def test_a_program_waits_for_an_answer_and_only_of_a_person(bench: Bench) -> None:
    detecting = bench.detecting
    asked: list[Opening] = []
    detecting.arrivals.trust_wanted.connect(asked.append)
    heard: list[PlayerError | None] = []
    bench.open("/a.pt2", done=heard.append)
    assert isinstance(heard[0], UntrustedModelError)
    assert asked == []
    detecting.open_model("/a.pt2", by_hand=True)
    wait_until(lambda: bool(asked), "somebody is asked")
    detecting.arrivals.answer_trust(asked[0], False)
    assert detecting.seats == []
    assert bench.recent() == ()
    detecting.open_model("/a.pt2", by_hand=True)
    wait_until(lambda: len(asked) == 2, "somebody is asked again")
    detecting.arrivals.answer_trust(asked[1], True)
    wait_until(lambda: bool(detecting.seats), "the program is open")
    assert bench.recent() == ("/a.pt2",)
    bench.open("/a.pt2")
    assert len(asked) == 2, "the answer is remembered"


def test_the_last_model_comes_back_with_one_key_and_as_it_was_turned(bench: Bench) -> None:
    detecting = bench.detecting
    detecting.before_picture(numbered(1))
    bench.open("/a.onnx", by_hand=True)
    bench.see(PERSON)
    selection = detecting.selection(0)
    assert selection is not None
    detecting.set_selection(0, replace(selection, low=0.77))
    detecting.close_models()
    assert detecting.views == ()
    detecting.toggle()
    wait_until(lambda: bool(detecting.seats), "the model of before")
    turned = detecting.selection(0)
    assert turned is not None
    assert turned.low == 0.77
    detecting.toggle()
    assert bench.analysis.calls[-1] == ("on", False)
    assert detecting.seats, "it stays open"
