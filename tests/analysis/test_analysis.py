"""The models' life beside a player: loading, failing, forgetting, ending; and what is told of the picture on screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from player.analysis.analysis import Analysis
from player.analysis.classes import TOP
from player.analysis.runner import PATIENCE_S
from player.analysis.selection import Selection
from player.analysis.trust import Trust
from player.analysis.view import View
from player.errors import ModelError, ThreadStuckError, UntrustedModelError, UsageError
from player.records import Picture
from tests.helpers.fake_time import FakeTime
from tests.helpers.numbered import draw_frame
from tests.helpers.reading_model import Holding, ReadingClassifier, ReadingModel, loads, number_said

LIMIT_S = 10.0
TRUST = Trust(None)
NO_MEMORY = "reader was switched off: there is not enough memory for it."


def numbered(number: int, *, serial: int = 1) -> Picture:
    return Picture(
        draw_frame(number, 64, 48), number * 10, Fraction(1, 250), number / 25, 0.04, serial, True, "I", order=number
    )


class Looking:
    """An `Analysis` with an owner that waits for what it has to say."""

    def __init__(self, load: Callable[..., Any], now: Callable[[], float] = time.monotonic) -> None:
        self._woken = threading.Event()
        self.wakes = 0
        self.analysis = Analysis(now=now, wakeup=self._wake, load=load)
        self.analysis.listen(self._wake)

    def _wake(self) -> None:
        self.wakes += 1
        self._woken.set()

    def add(self) -> int:
        slot = self.analysis.add("reader.onnx", trust=TRUST)
        self.until(lambda: all(view.state != "loading" for view in self.analysis.look(None)))
        return slot

    def until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LIMIT_S
        while not done():
            assert self._woken.wait(deadline - time.monotonic()), self.analysis.look(None)
            self._woken.clear()

    def rest(self, picture: Picture) -> View:
        """The first model's view of a picture at rest, when it is there."""
        self.analysis.shown(picture, resting=True)
        self.until(lambda: self.analysis.look(picture)[0].state in ("exact", "failed"))
        return self.analysis.look(picture)[0]


@pytest.fixture
def reader() -> ReadingModel:
    return ReadingModel()


@pytest.fixture
def looking(reader: ReadingModel) -> Iterator[Looking]:
    made = Looking(loads(reader))
    yield made
    made.analysis.close()


def test_a_picture_at_rest_becomes_exact(looking: Looking) -> None:
    looking.add()
    view = looking.rest(numbered(7))
    assert (view.state, view.age_frames, view.model, view.engine, view.device) == (
        "exact",
        0,
        "reader",
        "reading",
        "cpu",
    )
    assert number_said(view.detections) == 7
    assert view.raw_count == 1
    assert view.infer_ms is not None


def test_what_was_seen_is_there_at_once(looking: Looking, reader: ReadingModel) -> None:
    looking.add()
    pictures = [numbered(number) for number in range(5)]
    for picture in pictures:
        looking.rest(picture)
    for picture in reversed(pictures):
        looking.analysis.shown(picture, resting=True)
        assert looking.analysis.look(picture)[0].state == "exact"
    assert reader.runs == 5


def test_a_heat_map_comes_to_what_is_known_and_takes_nothing_away() -> None:
    held = Holding()
    model = ReadingClassifier()
    looking = Looking(loads(model))
    slot, picture = looking.add(), numbered(7)
    looking.analysis.look(None)
    before = looking.rest(picture).classes
    assert before is not None
    assert before.heat is None
    model.wait = held
    looking.analysis.set_heat(slot, TOP)
    assert held.begun.wait(LIMIT_S)
    (view,) = looking.analysis.look(picture)
    assert (view.state, view.classes) == ("exact", before), "it says what it said meanwhile"
    held.go_on.set()
    looking.until(lambda: _heat_class(looking, picture) == 7)
    assert model.runs == 2
    looking.analysis.set_heat(slot, 3)
    looking.until(lambda: _heat_class(looking, picture) == 3)
    looking.analysis.set_heat(slot, None)
    assert _heat_class(looking, picture) is None
    looking.analysis.set_heat(slot, 3)
    assert _heat_class(looking, picture) == 3, "it is still known"
    assert model.runs == 3
    looking.analysis.close()


def test_a_model_that_gives_no_heat_map_is_asked_for_none() -> None:
    model = ReadingClassifier()
    model.no_heat = "No heat map."
    looking = Looking(loads(model))
    slot = looking.add()
    looking.analysis.set_heat(slot, TOP)
    assert looking.rest(numbered(1)).no_heat == "No heat map."
    looking.rest(numbered(2))
    assert _heat_class(looking, numbered(1)) is None
    looking.analysis.close()
    assert model.runs == 2


def _heat_class(looking: Looking, picture: Picture) -> int | None:
    classes = looking.analysis.look(picture)[0].classes
    return None if classes is None or classes.heat is None else classes.heat.class_id


def test_the_card_says_what_is_shown_until_somebody_else_does(looking: Looking) -> None:
    slot = looking.add()
    looking.analysis.look(None)
    assert looking.analysis.selection(slot) == Selection(low=0.5, iou=0.6)
    own = Selection(low=0.1)
    looking.analysis.set_selection(slot, own)
    looking.rest(numbered(1))
    assert looking.analysis.selection(slot) == own


def test_another_selection_needs_no_other_run(looking: Looking, reader: ReadingModel) -> None:
    slot = looking.add()
    picture = numbered(3)
    before = looking.rest(picture)
    assert looking.analysis.look(picture)[0] is before, "nothing has changed"
    looking.analysis.set_selection(slot, Selection(low=0.95))
    after = looking.analysis.look(picture)[0]
    assert (len(before.detections), len(after.detections), after.raw_count, after.state) == (1, 0, 1, "exact")
    assert reader.runs == 1


def test_another_region_makes_everything_be_looked_at_again(looking: Looking, reader: ReadingModel) -> None:
    looking.add()
    first, second = numbered(1), numbered(2)
    looking.rest(first)
    looking.rest(second)
    looking.analysis.set_region((0.0, 0.0, 32.0, 24.0))
    looking.until(lambda: looking.analysis.look(second)[0].state == "exact")
    assert looking.analysis.look(first)[0].state == "pending"
    assert reader.runs == 3
    looking.analysis.set_region((0.0, 0.0, 32.0, 24.0))
    assert looking.analysis.look(second)[0].state == "exact", "it is the same"


def test_a_run_of_before_does_not_count(looking: Looking, reader: ReadingModel) -> None:
    looking.add()
    held = reader.wait = Holding()
    picture = numbered(1)
    looking.analysis.shown(picture, resting=True)
    assert held.begun.wait(LIMIT_S)
    reader.wait = lambda: None
    looking.analysis.forget()
    held.go_on.set()
    looking.until(lambda: looking.analysis.look(picture)[0].state == "exact")
    assert reader.runs == 2


def test_pictures_of_another_file_are_none_of_this_ones(looking: Looking) -> None:
    looking.add()
    old, new = numbered(1, serial=1), numbered(1, serial=1_000_001)
    looking.rest(old)
    looking.analysis.since(1_000_001)
    assert looking.analysis.look(old)[0].state == "pending"
    looking.rest(new)
    assert looking.analysis.look(old)[0].state == "pending"
    looking.analysis.shown(old, resting=True)
    looking.analysis.since(1)
    assert looking.analysis.look(new)[0].state == "exact", "serials only rise"


def test_switched_off_it_says_nothing_and_looks_at_nothing(looking: Looking, reader: ReadingModel) -> None:
    looking.add()
    picture, other = numbered(1), numbered(2)
    looking.rest(picture)
    looking.analysis.set_on(False)
    looking.analysis.shown(other, resting=True)
    view = looking.analysis.look(other)[0]
    assert (view.state, len(view.detections), view.age_frames) == ("off", 0, None)
    assert looking.analysis.look(picture)[0].state == "off"
    assert reader.runs == 1
    looking.analysis.set_on(True)
    looking.until(lambda: looking.analysis.look(other)[0].state == "exact")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 20 MiB"), NO_MEMORY),
        (MemoryError(), NO_MEMORY),
        (ValueError("bad shape\nand more"), "reader was switched off: bad shape."),
        (ModelError("The model gave no boxes."), "The model gave no boxes."),
    ],
)  # fmt: skip
def test_a_model_that_fails_says_so_once_and_is_gone(
    looking: Looking, reader: ReadingModel, error: Exception, sentence: str
) -> None:
    def fail() -> None:
        raise error

    looking.add()
    good, bad = numbered(1), numbered(2)
    looking.rest(good)
    reader.wait = fail
    view = looking.rest(bad)
    assert (view.state, view.sentence, len(view.detections)) == ("failed", sentence, 0)
    looking.analysis.set_policy("sync")
    assert looking.analysis.is_ready(numbered(3)), "playback goes on"
    runs = reader.runs
    looking.analysis.coming(numbered(3))
    looking.analysis.shown(numbered(3), resting=True)
    looking.until(lambda: reader.closed)
    assert reader.runs == runs
    assert view.error is not None
    assert view.error.__traceback__ is None, "it would keep the picture"


def test_why_it_cannot_be_loaded_is_told_as_it_is() -> None:
    def refuse(_path: object, **_options: object) -> ReadingModel:
        raise UntrustedModelError("model.pt2", "0123")

    looking = Looking(refuse)
    looking.add()
    (view,) = looking.analysis.look(None)
    assert view.state == "failed"
    assert isinstance(view.error, UntrustedModelError)
    assert view.sentence == str(view.error)
    looking.analysis.close()


def test_two_models_at_once_and_not_three() -> None:
    models = iter([ReadingModel(name="one"), ReadingModel(name="two"), ReadingModel(name="three")])
    looking = Looking(lambda *_arguments, **_options: next(models))
    assert [looking.add(), looking.add()] == [0, 1]
    with pytest.raises(UsageError):
        looking.analysis.add("third", trust=TRUST)
    picture = numbered(9)
    looking.rest(picture)
    looking.until(lambda: all(view.state == "exact" for view in looking.analysis.look(picture)))
    report = looking.analysis.report()
    second = report["second"]
    assert isinstance(second, dict)
    assert {report["model"], second["model"]} == {"one", "two"}
    looking.analysis.remove(0)
    assert [view.slot for view in looking.analysis.look(picture)] == [1]
    assert looking.add() == 0
    looking.analysis.close()


def test_a_model_that_comes_later_looks_at_what_is_on_screen(looking: Looking) -> None:
    picture = numbered(4)
    looking.analysis.shown(picture, resting=True)
    looking.add()
    looking.until(lambda: looking.analysis.look(picture)[0].state == "exact")


def test_closing_does_not_wait_for_a_run_for_ever(reader: ReadingModel) -> None:
    held = reader.wait = Holding()
    looking = Looking(loads(reader))
    looking.add()
    looking.analysis.shown(numbered(1), resting=True)
    assert held.begun.wait(LIMIT_S)
    with pytest.raises(ThreadStuckError, match="analysis-0"):
        looking.analysis.close(deadline_s=0.05)
    held.go_on.set()
    for thread in threading.enumerate():
        if thread.name == "analysis-0":
            thread.join(LIMIT_S)
    assert reader.closed


def test_a_model_let_go_in_a_run_ends_after_it(looking: Looking, reader: ReadingModel) -> None:
    held = reader.wait = Holding()
    slot = looking.add()
    looking.analysis.shown(numbered(1), resting=True)
    assert held.begun.wait(LIMIT_S)
    looking.analysis.remove(slot)
    assert looking.analysis.look(None) == ()
    held.go_on.set()
    looking.analysis.close()
    assert reader.closed


def test_playback_is_not_held_for_ever() -> None:
    clock = FakeTime()
    held = Holding()
    reader = ReadingModel(held)
    looking = Looking(loads(reader), now=clock)
    looking.add()
    looking.analysis.set_policy("sync")
    picture = numbered(1)
    assert not looking.analysis.is_ready(picture)
    looking.analysis.wait_for(picture)
    assert held.begun.wait(LIMIT_S)
    clock.advance(PATIENCE_S * 0.9)
    assert not looking.analysis.is_ready(picture)
    looking.analysis.wait_for(picture)
    clock.advance(PATIENCE_S * 0.2)
    assert looking.analysis.is_ready(picture)
    looking.analysis.shown(picture, resting=False)
    assert looking.analysis.is_ready(numbered(2)), "not until there is an answer"
    reader.wait = lambda: None
    held.go_on.set()
    looking.until(lambda: looking.analysis.look(picture)[0].state == "exact")
    assert not looking.analysis.is_ready(numbered(3)), "and now it is waited for again"
    looking.analysis.close()


def test_an_old_box_says_how_old_it_is_and_never_at_rest(looking: Looking, reader: ReadingModel) -> None:
    looking.add()
    first = numbered(1)
    looking.analysis.coming(first)
    looking.analysis.shown(first, resting=False)
    looking.until(lambda: looking.analysis.look(first)[0].state == "exact")
    later = numbered(6)
    looking.analysis.set_on(False)  # so that nothing newer comes between
    looking.analysis.shown(later, resting=False)
    looking.analysis.set_on(True)
    view = looking.analysis.look(later)[0]
    assert (view.state, view.age_frames, number_said(view.detections)) == ("stale", 5, 1)
    elsewhere = numbered(7, serial=2)
    assert looking.analysis.look(elsewhere)[0].state == "pending", "a seek is between"
    reader.wait = lambda: None
    looking.analysis.shown(later, resting=True)
    assert looking.analysis.look(later)[0].state in ("pending", "exact")


def test_what_changes_nothing_on_screen_wakes_nobody(looking: Looking, reader: ReadingModel) -> None:
    looking.add()
    picture = numbered(1)
    looking.rest(picture)
    wakes = looking.wakes
    ahead = numbered(2)
    looking.analysis.coming(ahead)
    deadline = time.monotonic() + LIMIT_S
    while looking.analysis.look(ahead)[0].state != "exact":
        assert time.monotonic() < deadline
        threading.Event().wait(0.001)
    assert looking.wakes == wakes
    assert reader.runs == 2


def test_the_report_says_what_ran_and_how_old_boxes_were(looking: Looking) -> None:
    assert looking.analysis.report() == {}
    looking.add()
    looking.rest(numbered(0))
    looking.analysis.shown(numbered(0), resting=False)
    report = looking.analysis.report()
    assert (report["model"], report["device"], report["engine"], report["ran"]) == ("reader", "cpu", "reading", 1)
    infer_ms, ages = report["infer_ms"], report["age_frames"]
    assert isinstance(infer_ms, dict)
    assert isinstance(ages, dict)
    assert {"mean", "p50", "p95", "max"} <= set(infer_ms)
    assert (ages["p50"], ages["max"]) == (0.0, 0.0)
