"""File work one job after the other on a thread of its own, with the answers on the GUI thread."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.errors import ThreadStuckError, UsageError
from player.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable


class Jobs(QObject):
    """GUI thread only. The thread starts with the first job and ends with `finish`, after the last."""

    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cond = threading.Condition()
        self._queue: deque[tuple[Callable[[], object], Callable[[object], None]]] = deque()  # guarded by _cond
        self._closed = False  # guarded by _cond
        self._worker: Worker | None = None
        self._done.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def do(self, job: Callable[[], object], then: Callable[[object], None]) -> None:
        """`then` gets what `job` returns, or the UsageError that it raises."""
        with self._cond:
            if self._closed:
                return
            self._queue.append((job, then))
            self._cond.notify()
        if self._worker is None:
            self._worker = Worker("bookmarks", self._run, lambda _error: None)
            self._worker.start()

    def finish(self) -> None:
        """Does what was asked for and ends; a disk that does not answer is left behind after 2 s."""
        with self._cond:
            self._closed = True
            self._cond.notify()
        if self._worker is not None:
            try:
                self._worker.join()
            except ThreadStuckError:
                return

    def _run(self) -> None:
        while True:
            with self._cond:
                self._cond.wait_for(lambda: self._queue or self._closed)
                if not self._queue:
                    return
                job, then = self._queue.popleft()
            try:
                answer: object = job()
            except UsageError as error:
                answer = error
            self._done.emit(then, answer)

    @Slot(object, object)
    def _answer(self, then: Callable[[object], None], answer: object) -> None:
        then(answer)
