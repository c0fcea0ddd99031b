"""What a script is told of a training, by the requests that the window answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.training_kit import begin, take_fake, until_epoch, until_over
from ui.ipc.training_requests import TrainingRequests
from ui.training_seat import TrainingSeat

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def test_a_script_is_told_how_far_it_is_and_ends_it(qapp: QApplication) -> None:
    seat = TrainingSeat()
    requests = TrainingRequests(seat)
    assert requests.state() == {"running": False}
    assert seat.made is None, "asking makes nothing"
    assert not requests.stop()
    training = seat.get()
    take_fake(training, "waits")
    begin(training)
    until_epoch(training, 2)
    assert requests.state() == {
        "running": True, "state": "running", "run": "/runs/tiny-1", "name": "tiny", "epochs": 3, "steps": 4,
        "epoch": 2, "step": 1, "loss": 0.4, "left_s": 55.0, "problem": None,
    }  # fmt: skip
    assert requests.stop()
    assert requests.stop(), "asking twice kills nothing"
    until_over(training)
    assert training.end is not None
    assert training.end.reason == "stopped"
    assert requests.state()["running"] is False
    seat.shutdown()
