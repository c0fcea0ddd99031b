"""A training as the window sees its process: what it says, in whatever pieces, and every way it can end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from tests.ui.training_kit import a_training, begin, take_fake, until_epoch, until_over
from tests.ui.window_kit import wait_until
from ui.training.curves import Curves, Line
from ui.training.plan import Plan, arguments, read_plan, write_plan
from ui.training.wire import LONGEST_LINE, Lines, read_event

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.training.training import Training

pytestmark = pytest.mark.usefixtures("qapp")


def process_id(training: Training) -> int:
    assert training._process is not None
    return training._process.processId()


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_training_is_followed_to_its_end() -> None:
    with a_training() as training:
        heard: list[str] = []
        training.message.connect(heard.append)
        states: list[str] = []
        training.changed.connect(lambda: states.append(training.state))
        begin(training)
        until_over(training)
        assert states == ["starting", "running", "idle"]
        assert training.problem == ""
        assert training.end is not None
        assert training.end.reason == "done"
        assert training.run == "/runs/tiny-1"
        curves = training.curves
        assert curves.valid_loss.at == [1.0, 2.0, 3.0]
        assert curves.metrics["accuracy"].values == pytest.approx([0.6, 0.7, 0.8])
        assert curves.loss.at[:2] == [0.25, 0.5]
        assert len(curves.loss.at) == 12
        assert curves.best is not None
        assert curves.best.epoch == 3
        assert heard == ["Trained tiny"]


def test_stop_keeps_a_checkpoint_and_is_no_error() -> None:
    with a_training("waits") as training:
        begin(training)
        until_epoch(training, 2)
        assert training.is_running
        training.stop()
        assert training.state == "stopping"
        until_over(training)
        assert training.end is not None
        assert training.end.reason == "stopped"
        assert training.problem == ""


def test_one_that_does_not_listen_is_killed_when_asked_twice() -> None:
    with a_training("deaf") as training:
        begin(training)
        until_epoch(training, 2)
        training.stop()
        QCoreApplication.processEvents()
        assert training.is_running
        training.stop()
        until_over(training)
        assert training.problem == "", "it was asked for"


@pytest.mark.parametrize(
    ("mode", "problem"),
    [
        ("error", "The data folder /none holds <b>no</b> pictures."),
        ("traceback", "Something went wrong."),
        ("dies", "The training's process was ended from outside (SIGKILL)."),
        ("mute", "The training's process ended without a result (exit code 3)."),
        ("halves", "in two halves"),
    ],
)
def test_every_bad_end_is_one_sentence(mode: str, problem: str) -> None:
    with a_training(mode) as training:
        heard: list[str] = []
        training.message.connect(heard.append)
        begin(training)
        until_over(training)
        assert training.problem == problem
        assert heard == [problem]


def test_a_program_that_is_not_there_is_one_sentence() -> None:
    with a_training() as training:
        training.program = "/no/such/python"
        begin(training)
        until_over(training)
        assert training.problem.startswith("The training's process cannot be started")


def test_garbage_is_written_down_and_what_follows_is_read() -> None:
    with a_training("garbage") as training:
        begin(training)
        until_over(training)
        assert training.problem == ""
        assert training.curves.valid_loss.at == [1.0, 2.0, 3.0]
        assert all(len(line) <= 400 and line.isprintable() for line in training.log)
        assert any("no text" in line for line in training.log)


def test_a_silent_one_can_be_stopped() -> None:
    with a_training("silent") as training:
        begin(training)
        number = process_id(training)
        wait_until(lambda: is_alive(number), "the process")
        assert training.state == "starting"
        training.stop()
        until_over(training)
        assert training.problem == ""
        assert training.end is None


@pytest.mark.parametrize("mode", ["waits", "silent"])
def test_it_ends_with_the_program(mode: str) -> None:
    with a_training(mode) as training:
        begin(training)
        if mode == "waits":
            until_epoch(training, 2)
        number = process_id(training)
        training.shutdown()
        assert not is_alive(number)
        assert not training.is_running


def test_the_next_one_begins_with_nothing_of_the_last(qapp: QApplication) -> None:
    with a_training("error") as training:
        begin(training)
        until_over(training)
        take_fake(training, "waits")
        begin(training, "/runs/tiny-2")
        assert training.problem == ""
        training.start(Plan("other", out="/runs/other"))
        assert training.plan.recipe == "tiny", "one at a time"
        until_epoch(training, 2)
        training.stop()
        until_over(training)
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert training.children() == [], "its processes are gone"


def test_a_resumed_run_goes_on_from_what_it_had_told() -> None:
    with a_training() as training:
        begin(training)
        until_over(training)
        told = training.curves
        take_fake(training, "resumed")
        training.start(Plan("tiny", out="/runs/tiny-1", resume=True), told)
        until_epoch(training, 3)
        assert training.curves.valid_loss.at == [1.0, 2.0], "the third epoch is told anew"
        assert training.curves.loss.at[-2:] == [2.0, 2.25]
        assert training.curves.metrics["accuracy"].at == [1.0, 2.0]
        training.stop()
        until_over(training)


def test_lines_come_whole_from_any_pieces() -> None:
    text = '{"a": "ä"}\r\nsecond\n\nlast'.encode()
    for size in (1, 2, 3, 100):
        lines = Lines()
        found = [line for at in range(0, len(text), size) for line in lines.feed(text[at : at + size])]
        assert found == ['{"a": "ä"}', "second", ""]
        assert lines.end() == ["last"]
        assert lines.end() == []


def test_a_line_without_an_end_takes_no_more_than_its_share() -> None:
    lines = Lines()
    for _ in range(5):
        assert lines.feed(b"x" * LONGEST_LINE) == []
    assert lines.feed(b"\nnext\n")[1] == "next"
    assert len(lines._rest) == 0


@pytest.mark.parametrize(
    "line",
    ["", "text", "[]", '{"event": 1}', '{"event": "step"}', '{"event": "step", "epoch": true, "step": 1, "loss": 1, '
     '"lr": 1, "rate": 1, "left_s": 1}', '{"event": "step", "epoch": 1e400}', '{"event": "end", "reason": "bored"}',
     '{"event": "epoch", "epoch": 1, "train": [1], "valid": {}, "best": false, "seconds": 1}',
     '{"event": "error", "sentence": ["x"]}', '{"event":' + '{"a":' * 50_000],
)  # fmt: skip
def test_what_is_no_event_is_none(line: str) -> None:
    assert read_event(line) is None


def test_a_loss_that_is_not_finite_leaves_a_gap() -> None:
    curves = Curves()
    for number, loss in enumerate(("1.5", "null", "NaN", "1e999", "0.5"), start=1):
        line = f'{{"event": "step", "epoch": 1, "step": {number}, "loss": {loss}, "lr": 0.1, "rate": 1, "left_s": 1}}'
        event = read_event(line)
        if event is not None:
            curves.take(event)
    assert curves.loss.values == [1.5, 0.5]


def test_long_lines_are_thinned_and_keep_their_end() -> None:
    line = Line()
    for at in range(10_000):
        line.add(float(at), float(at))
    assert len(line.at) <= 2000
    assert line.at[-1] == 9999.0
    assert line.at == sorted(line.at)
    assert line.near(-5.0) == line.values[0]
    assert line.near(20_000.0) == 9999.0


def test_the_command_of_a_plan() -> None:
    plan = Plan("lenet", data="/data", out="/out", device="cuda:0", epochs=5)
    assert arguments(plan, 3) == [
        "-m", "player.cli", "train", "lenet", "--data", "/data", "--out", "/out", "--device", "cuda:0",
        "--epochs", "5", "--threads", "3", "--events",
    ]  # fmt: skip
    assert arguments(Plan("lenet", out="/out", resume=True), 1) == [
        "-m", "player.cli", "train", "--resume", "--out", "/out", "--events",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "{", "[]", '{"epochs": -1, "recipe": 3, "data": null}', '{"epochs": true}'])
def test_a_remembered_choice_that_cannot_be_read_is_none(text: str) -> None:
    assert read_plan(text) == Plan()


def test_a_choice_is_remembered_but_for_where_it_goes() -> None:
    plan = Plan("lenet", data="/data", out="/out", device="cpu", epochs=5, resume=True)
    assert read_plan(write_plan(plan)) == Plan("lenet", data="/data", device="cpu", epochs=5)
