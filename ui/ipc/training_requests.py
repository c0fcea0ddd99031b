"""What scripts are told of the training."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.training_seat import TrainingSeat


class TrainingRequests:
    """Implements `player.ipc.training.TrainingState`. GUI thread only."""

    def __init__(self, seat: TrainingSeat) -> None:
        self._seat = seat

    def state(self) -> dict[str, object]:
        training = self._seat.made
        if training is None:
            return {"running": False}
        started, step = training.started, training.step
        return {
            "running": training.is_running,
            "state": training.state,
            "run": training.run or None,
            "name": None if started is None else started.name,
            "epochs": None if started is None else started.epochs,
            "steps": None if started is None else started.steps,
            "epoch": None if step is None else step.epoch,
            "step": None if step is None else step.step,
            "loss": None if step is None else step.loss,
            "left_s": None if step is None or not training.is_running else step.left_s,
            "problem": training.problem or None,
        }

    def stop(self) -> bool:
        training = self._seat.made
        if training is None or not training.is_running:
            return False
        if training.state != "stopping":  # a person may press twice; a script that does has not seen the first
            training.stop()
        return True
