"""Looks into folders and playlists that were dropped or picked, without holding up the window."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.errors import OpenError
from player.media.playlist import expand

if TYPE_CHECKING:
    from collections.abc import Sequence


class FolderReader(QObject):
    """`read` returns at once; `found` or `refused` follows on the GUI thread. Of two reads at once the later counts."""

    found = Signal(list)  # the paths to play
    refused = Signal(object)  # an OpenError
    _done = Signal(int, object)

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
        try:
            result: list[str] | OpenError = expand(paths)
        except OpenError as error:
            result = error
        self._done.emit(number, result)

    @Slot(int, object)
    def _on_done(self, number: int, result: list[str] | OpenError) -> None:
        if number != self._latest:
            return
        if isinstance(result, OpenError):
            self.refused.emit(result)
        else:
            self.found.emit(result)
