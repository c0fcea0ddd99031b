"""Looks into dropped folders without holding up the window."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from ui.playlist import expand

if TYPE_CHECKING:
    from collections.abc import Sequence


class FolderReader(QObject):
    """`read` returns at once; `found` brings the paths on the GUI thread. Of two reads at once the later one counts."""

    found = Signal(list)
    _done = Signal(int, list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = 0
        self._thread: threading.Thread | None = None
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def read(self, paths: Sequence[str]) -> None:
        self._latest += 1
        self._thread = threading.Thread(target=self._run, args=(self._latest, list(paths)), name="folder-reader")
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for the latest read to end; False when it is stuck."""
        if self._thread is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        return True

    def _run(self, number: int, paths: list[str]) -> None:
        self._done.emit(number, expand(paths))

    @Slot(int, list)
    def _on_done(self, number: int, paths: list[str]) -> None:
        if number == self._latest:
            self.found.emit(paths)
