"""A model for tests: it reads the number that a picture carries, as slowly as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.analysis.card import InputSpec, ModelCard
from player.analysis.classes import TOP, Classes, Heat
from player.analysis.detections import Detections
from player.records import Picture
from tests.helpers.fake_time import FakeTime
from tests.helpers.numbered import MAX_NUMBER, read_number_from_luma

LIMIT_S = 10.0


def boxes_saying(number: int, count: int = 1) -> Detections:
    """Boxes that name a picture three times over: by class, by left border, and by how many there are below."""
    corners = np.tile(np.array([number, 0, number + 10, 10], np.float32), (count, 1))
    return Detections(corners, np.full(count, 0.9, np.float32), np.full(count, number, np.int32))


def number_said(found: Detections) -> int:
    """The number that boxes name."""
    (number,) = {int(each) for each in found.class_id}
    assert found.xyxy[0, 0] == number
    return number


def luma_of(picture: Picture) -> NDArray[np.uint8]:
    """Of an 8-bit planar picture, without a converter: a frame has one of its own, and that is not for two threads."""
    plane = picture.frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: picture.frame.height, : picture.frame.width]


class Delays:
    """How long runs take, by a clock that only the test moves: `delay()` for each, in its seconds."""

    def __init__(self, clock: FakeTime, delay: Callable[[], float]) -> None:
        self._clock = clock
        self._delay = delay
        self._cond = threading.Condition()
        self._until: float | None = None  # the run under way ends then
        self._ended = False

    def advance(self, seconds: float) -> bool:
        """In place of the clock's own: at most to where the run under way ends; whether that is where it is now."""
        with self._cond:
            end = self._until
            self._clock.advance_to(self._clock() + seconds if end is None else min(self._clock() + seconds, end))
            self._cond.notify_all()
            return end is not None and self._clock() >= end

    def end(self) -> None:
        """Nothing takes any time from now on."""
        with self._cond:
            self._ended = True
            self._cond.notify_all()

    def spend(self) -> None:
        """On the model's thread: one run."""
        with self._cond:
            self._until = self._clock() + self._delay()
            self._cond.notify_all()
            over = self._cond.wait_for(lambda: self._ended or self._clock() >= (self._until or 0.0), LIMIT_S)
            self._until = None
            assert over, "the test moved no time"

    def let_begin(self, patience_s: float) -> bool:
        """Until a run is under way that takes longer than now, or nobody seems to have anything to do."""
        with self._cond:
            return self._cond.wait_for(lambda: self._until is not None and self._until > self._clock(), patience_s)


class Holding:
    """For `ReadingModel.wait`: a run that has `begun` lasts until it is told to `go_on`."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        assert self.go_on.wait(LIMIT_S)


class ReadingModel:
    """Stands in for `player.analysis.detector.Detector`."""

    def __init__(
        self, wait: Callable[[], None] = lambda: None, *, name: str = "reader", overlaps: bool = False
    ) -> None:
        self.card = ModelCard(name, "detect", InputSpec(), "none", conf=0.5, iou=0.6)
        self.labels: tuple[str, ...] = ()
        self.engine = "reading"
        self.device = "cpu"
        self.overlaps = overlaps
        self.precision, self.remark = "fp32", ""
        self.model_id = "0123456789ab"
        self.suppress = False
        self.no_heat = ""
        self.wait = wait
        self.closed = False
        self.runs = 0

    def infer(
        self,
        pictures: Sequence[Picture],
        *,
        region: tuple[float, float, float, float] | None = None,
        tile: int | None = None,
        heat: int | None = None,
    ) -> list[Detections]:
        self.runs += 1
        said = [boxes_saying(read_number_from_luma(luma_of(picture))) for picture in pictures]
        self.wait()
        return said

    def begin(self, pictures: Sequence[Picture], **how: Any) -> Callable[[], list[Detections]]:
        if not self.overlaps:
            found = self.infer(pictures, **how)
            return lambda: found
        self.runs += 1
        said = [boxes_saying(read_number_from_luma(luma_of(picture))) for picture in pictures]

        def finish() -> list[Detections]:
            self.wait()  # the device has one picture after the other
            return said

        return finish

    def warm_up(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class ReadingClassifier(ReadingModel):
    """Takes a picture for its number, and says it three times over: by class, by probability and by heat map."""

    def __init__(self, wait: Callable[[], None] = lambda: None) -> None:
        super().__init__(wait)
        self.card = replace(self.card, task="classify")
        self.labels = tuple(f"picture {number}" for number in range(MAX_NUMBER + 1))

    def infer(  # type: ignore[override]  # as a Classifier does
        self,
        pictures: Sequence[Picture],
        *,
        region: tuple[float, float, float, float] | None = None,
        tile: int | None = None,
        heat: int | None = None,
    ) -> list[Classes]:
        self.runs += 1
        numbers = [read_number_from_luma(luma_of(picture)) for picture in pictures]
        self.wait()
        return [classes_saying(number, heat) for number in numbers]


def classes_saying(number: int, heat: int | None = None) -> Classes:
    score = np.float32(number / MAX_NUMBER)
    of = number if heat == TOP else heat
    seen = (
        None
        if of is None
        else Heat(np.full((2, 2), score), (float(number), 0.0, 64.0, 48.0), (0.0, 0.0, 64.0, 48.0), of)
    )
    return Classes(np.array([number, MAX_NUMBER], np.int32), np.array([score, 0], np.float32), seen)


def number_of_classes(found: Classes) -> int:
    """The number that a classifier names; that of its heat map is the same."""
    number = found.top
    assert found.scores[0] == np.float32(number / MAX_NUMBER)
    if found.heat is not None:
        assert (found.heat.values == found.scores[0]).all()
        assert found.heat.xyxy[0] == number
    return number


def loads(model: ReadingModel) -> Callable[..., ReadingModel]:
    """For `Analysis(load=)`."""

    def load(_path: str | Path, **_options: object) -> ReadingModel:
        return model

    return load
