"""A run's figures for TensorBoard. tensorboardX is imported when the first writer is made."""

from __future__ import annotations

from pathlib import Path

from player.training.events import Epoch, Event, Step


class TensorBoard:
    """Writes what is told into files in `folder`."""

    def __init__(self, folder: Path, steps: int, every: int, first: int) -> None:
        """An epoch has `steps`, of which each `every`th is written; `first` is how many were done before: what an
        earlier process wrote beyond is not shown. Raises ImportError."""
        from tensorboardX import SummaryWriter

        self._steps = steps
        self._every = every
        self._writer = SummaryWriter(str(folder), purge_step=first + 1 if first else None)

    def close(self) -> None:
        self._writer.close()

    def listen(self, event: Event) -> None:
        if isinstance(event, Step) and event.step % self._every == 0:
            at = (event.epoch - 1) * self._steps + event.step
            self._writer.add_scalar("train/loss", event.loss, at)
            self._writer.add_scalar("train/lr", event.lr, at)
        elif isinstance(event, Epoch):
            for name, value in event.valid.items():
                self._writer.add_scalar(f"valid/{name}", value, event.epoch * self._steps)
