"""What a run tells, as lines and back."""

from __future__ import annotations

import io
import json
import math

from player.training.events import End, Epoch, Event, Failure, Start, Step, read_line, to_line, writes_lines

EVENTS: tuple[Event, ...] = (
    Start("/runs/a", "lenet", "classify", 3, 10, 1, "cpu", 44426, ("0", "1"), 600, 100),
    Step(1, 4, 2.25, 0.1, 900.0, 12.5),
    Epoch(1, {"loss": 2.0}, {"loss": 1.5, "accuracy": 0.5}, True, 3.25, 0.1),
    End("early-stop", {"epoch": 1, "accuracy": 0.5}, "/runs/a/lenet.safetensors", None),
    Failure("The loss is not finite."),
)


def test_an_event_is_one_line_and_comes_back_from_it() -> None:
    for event in EVENTS:
        line = to_line(event)
        assert "\n" not in line
        assert read_line(line) == event
    assert [json.loads(to_line(event))["event"] for event in EVENTS] == ["start", "step", "epoch", "end", "error"]


def test_a_loss_that_is_not_finite_is_valid_json() -> None:
    line = to_line(Step(1, 4, math.nan, 0.1, math.inf, 0.0))
    assert json.loads(line)["loss"] is None
    read = read_line(line)
    assert isinstance(read, Step)
    assert math.isnan(read.loss)


def test_what_is_no_event_is_none() -> None:
    for line in ("", '{"event":"st', "3", "[]", '{"event":"later"}', '{"event":"step"}', '{"event":[]}', "null"):
        assert read_line(line) is None


def test_a_later_version_may_say_more() -> None:
    told = json.loads(to_line(EVENTS[1])) | {"weather": "fine"}
    assert read_line(json.dumps(told)) == EVENTS[1]


def test_lines_are_there_at_once() -> None:
    stream = io.StringIO()
    listen = writes_lines(stream)
    for event in EVENTS:
        listen(event)
    assert [read_line(line) for line in stream.getvalue().splitlines()] == list(EVENTS)
