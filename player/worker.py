"""A thread with a name, one owner, an end that is asked for, and a death that is heard."""

from __future__ import annotations

import threading
from collections.abc import Callable

from player.errors import ThreadStuckError

JOIN_DEADLINE_S = 2.0


class Worker:
    """Runs `body` once on its own thread. `on_error` gets whatever escapes it; a thread never dies silently."""

    def __init__(self, name: str, body: Callable[[], None], on_error: Callable[[BaseException], None]) -> None:
        self.name = name
        self._body = body
        self._on_error = on_error
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, deadline_s: float = JOIN_DEADLINE_S) -> None:
        """Waits for the end; the owner has asked for it before. Raises ThreadStuckError at the deadline."""
        if self._thread.ident is None:
            return
        self._thread.join(deadline_s)
        if self._thread.is_alive():
            raise ThreadStuckError(self.name)

    def _run(self) -> None:
        try:
            self._body()
        except Exception as error:  # the last line of defence: it becomes an event
            self._on_error(error)


class SideJobs:
    """Runs jobs beside their owner, each on a thread of its own. The owner starts none before the last has ended."""

    def __init__(self, name: str, on_error: Callable[[BaseException], None]) -> None:
        self._name = name
        self._on_error = on_error
        self._worker: Worker | None = None

    def __call__(self, job: Callable[[], None]) -> None:
        self._worker = Worker(self._name, job, self._on_error)
        self._worker.start()

    def join(self) -> None:
        """Waits for the last job. Raises ThreadStuckError at the deadline."""
        if self._worker is not None:
            self._worker.join()
