"""A thread for what the GUI thread must not wait for: statistics, thumbnails. Only the newest of a kind is done."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from player.errors import StreamError, ThreadStuckError

JOIN_S = 2.0
Job = Callable[[], object]


class Background(QObject):
    """Owned by a panel or the like, whose name its thread bears. That begins with the first job."""

    finished = Signal()  # `take` has something

    def __init__(self, parent: QObject | None = None, *, name: str = "inspector") -> None:
        super().__init__(parent)
        self._name = name
        self._cond = threading.Condition()
        self._jobs: dict[str, Job] = {}  # guarded by _cond
        self._results: dict[str, object] = {}  # guarded by _cond
        self._stopping = False  # guarded by _cond
        self._thread: threading.Thread | None = None  # GUI thread only

    def ask(self, kind: str, job: Job) -> None:
        """Do this soon, and not what was asked for before of this kind, if it has not begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name)
            self._thread.start()
        with self._cond:
            self._jobs[kind] = job
            self._cond.notify()

    def take(self) -> dict[str, object]:
        """The newest result of each kind since the last time. Pictures that cannot be read give none."""
        with self._cond:
            results, self._results = self._results, {}
            return results

    def stop(self) -> None:
        """Raises ThreadStuckError when a job takes over 2 s to end."""
        thread, self._thread = self._thread, None
        with self._cond:
            self._stopping = True
            self._jobs.clear()
            self._cond.notify()
        if thread is not None:
            thread.join(JOIN_S)
            if thread.is_alive():
                raise ThreadStuckError(thread.name)

    def _run(self) -> None:
        while True:
            with self._cond:
                self._cond.wait_for(lambda: self._jobs or self._stopping)
                if self._stopping:
                    return
                kind = next(iter(self._jobs))
                job = self._jobs.pop(kind)
            try:
                result = job()
            except StreamError:
                continue
            with self._cond:
                self._results[kind] = result
            self.finished.emit()
