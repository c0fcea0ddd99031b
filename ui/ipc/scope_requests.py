"""The picture's histograms for scripts: counted on a thread of their own, answered when they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from player.errors import StreamError
from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Deferred

if TYPE_CHECKING:
    from player.media.look import ColorOverride
    from player.records import Picture
    from ui.inspector.background import Background


class ScopeRequests(QObject):
    """GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background: Background | None = None
        self._waiting: dict[str, Deferred] = {}
        self._number = 0

    def ask(self, picture: Picture | None, override: ColorOverride) -> Deferred:
        """Raises IpcError where there is no picture."""
        if picture is None:
            raise IpcError(FAILED)
        if self._background is None:
            from ui.inspector.background import Background

            self._background = Background(self, name="scope-requests")
            self._background.finished.connect(self._take)
        answer = Deferred()
        self._number += 1
        self._waiting[str(self._number)] = answer
        self._background.ask(str(self._number), lambda: _counted(picture, override))
        return answer

    @Slot()
    def _take(self) -> None:
        found = {} if self._background is None else self._background.take()
        for number, result in found.items():
            self._waiting.pop(number).settle(IpcError(FAILED) if result is None else result)

    def close(self) -> None:
        if self._background is not None:
            self._background.stop()
        for answer in self._waiting.values():
            answer.settle(IpcError(FAILED))
        self._waiting.clear()


def _counted(picture: Picture, override: ColorOverride) -> dict[str, Any] | None:
    """None for pictures that have no scopes. On the background's thread, which loads what counts."""
    from player.scopes.statistics import scope_statistics

    try:
        return scope_statistics(picture, override)
    except StreamError:
        return None
