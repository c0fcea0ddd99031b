"""Pictures saved because a client asked for it: answered once the file is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Deferred, ShotKind
from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from player.records import Picture
    from ui.stills import Stills


@dataclass(frozen=True, slots=True)
class Shot:
    """What is to be saved of a picture, and where; without a path under a free name."""

    path: str | None
    kind: ShotKind
    side_file: bool
    replace: bool


class Shots(QObject):
    """GUI thread only. `fetch` gives pictures by their ordinals, on whatever thread."""

    _fetched = Signal(object, object, object)  # the shot, its answer, the picture or None

    def __init__(
        self,
        stills: Stills,
        fetch: Callable[[int, Callable[[Picture | None], None]], None],
        answer_first: Callable[[], AbstractContextManager[None]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._stills = stills
        self._fetch = fetch
        self._answer_first = answer_first
        self._fetched.connect(self._on_fetched, Qt.ConnectionType.QueuedConnection)

    def save(self, shot: Shot, picture: Picture | None) -> Deferred:
        """Raises IpcError when there is no picture, or too many are being saved."""
        answer = Deferred()
        if not self._begin(shot, picture, answer):
            raise IpcError(FAILED)
        return answer

    def save_by_number(self, shot: Shot, ordinal: int) -> Deferred:
        """Nothing waits: the answer comes once the picture was read and written."""
        answer = Deferred()
        self._fetch(ordinal, lambda picture: self._fetched.emit(shot, answer, picture))
        return answer

    @Slot(object, object, object)
    def _on_fetched(self, shot: Shot, answer: Deferred, picture: Picture | None) -> None:
        if not self._begin(shot, picture, answer):
            self._tell(answer, IpcError(FAILED))

    def _begin(self, shot: Shot, picture: Picture | None, answer: Deferred) -> bool:
        from player.media.look import PLAIN

        stills = self._stills
        looked_at = stills.look is not None and stills.look()[0] != PLAIN
        displayed = shot.kind == "displayed" or (shot.kind == "shown" and looked_at)
        still = None if picture is None else stills.still("displayed" if displayed else "picture", picture)
        if still is None or (shot.kind == "window" and stills.grab is None):
            return False

        def done(result: str | Exception) -> None:
            self._tell(answer, {"filename": result} if isinstance(result, str) else IpcError(FAILED))

        return stills.save(
            stills.grab() if shot.kind == "window" and stills.grab is not None else still,
            stills.suggest(still) if shot.path is None else os.path.abspath(shot.path),
            side_file=shot.side_file,
            replace=shot.replace,
            find_name=shot.path is None,
            done=done,
        )

    def _tell(self, answer: Deferred, what: object) -> None:
        with self._answer_first():
            answer.settle(what)
