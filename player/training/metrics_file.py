"""A run's figures as JSON lines, for programs and for the curves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from player.errors import TrainingError
from player.training.events import Event, Start, Step, read_line, to_line

try:
    import fcntl
except ImportError:  # Windows: nobody keeps a second process away
    fcntl = None  # type: ignore[assignment]


class MetricsFile:
    """Appends every event but the live steps. Holds the run's folder against a second process while it is open.

    The file tells of the training's course alone: a run that was resumed has the same lines as one that was not, but
    for what was measured with a clock.
    """

    def __init__(self, path: Path, every: int) -> None:
        """Of the steps, each `every`th is kept. Raises TrainingError."""
        self._every = every
        self._file = _open(path)

    def close(self) -> None:
        self._file.close()

    def listen(self, event: Event) -> None:
        if isinstance(event, Step) and event.step % self._every:
            return
        if isinstance(event, Start) and self._file.tell():
            return
        self._file.write(f"{to_line(event)}\n".encode())
        self._file.flush()

    def settle(self) -> int:
        """How long the file is, all of it being on the disk."""
        os.fsync(self._file.fileno())
        return self._file.tell()

    def cut(self, size: int) -> None:
        """Back to what it was at `settle`, or to nothing."""
        if size > self._file.tell():
            raise TrainingError(f"Cannot go on: {self._file.name} is shorter than when the checkpoint was written.")
        self._file.truncate(size)
        self._file.seek(0, os.SEEK_END)


def read_metrics(path: Path) -> Iterator[Event]:
    """The events of a run so far. Raises OSError."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            event = read_line(line)
            if event is not None:
                yield event


def _open(path: Path) -> BinaryIO:
    file = path.open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise TrainingError(f"Another process is training in {path.parent}.") from error
    return file
