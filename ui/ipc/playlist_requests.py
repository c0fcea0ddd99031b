"""What scripts do with the playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from player.errors import ThreadStuckError
from player.ipc.errors import FAILED, IpcError
from player.ipc.host import Deferred, Entry, LoadFlag
from player.records import State
from ui.folder_reader import FolderReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from player.options import Input
    from player.player import Player
    from ui.controller import Controller

READER_JOIN_S = 0.5


class PlaylistRequests(QObject):
    """Requests become calls of the controller; what cannot be done raises IpcError."""

    closed = Signal()  # no file is open any more

    def __init__(
        self,
        player: Player,
        controller: Controller,
        answer_first: Callable[[], AbstractContextManager[None]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._controller = controller
        self._answer_first = answer_first
        self._readers: list[FolderReader] = []

    def close(self) -> None:
        """Raises ThreadStuckError."""
        for reader in self._readers:
            reader.join(READER_JOIN_S)

    @property
    def place(self) -> int | None:
        """The entry that plays; None while nothing does."""
        idle = self._player.snapshot().state in (State.IDLE, State.FAILED)
        return None if idle or not len(self._controller.playlist) else self._controller.playlist.place

    def load(self, path: str, flag: LoadFlag, index: int, given: Input | None) -> Deferred:
        if given is not None:
            self._controller.inputs.remember(path, given)
        answer = Deferred()
        reader = FolderReader(self)  # folders and playlists are read off this thread
        self._readers.append(reader)

        def found(paths: list[str]) -> None:
            done()
            with self._answer_first():
                answer.settle({"playlist_entry_id": self._take_up(paths, flag, index).number})

        def refused(_error: object) -> None:
            done()
            answer.settle(IpcError(FAILED))

        def done() -> None:
            self._readers.remove(reader)
            reader.deleteLater()

        reader.found.connect(found)
        reader.refused.connect(refused)
        reader.read([path])
        return answer

    def _take_up(self, paths: list[str], flag: LoadFlag, index: int) -> Entry:
        controller, playlist = self._controller, self._controller.playlist
        if flag == "replace":
            controller.open_paths(paths, paused=self._player.paused)
            return playlist.entries[0]
        at = len(playlist)
        if flag.startswith("insert-next") and at:
            at = playlist.place + 1
        elif flag.startswith("insert-at") and index >= 0:
            at = min(index, at)
        entry = playlist.insert(paths, at)
        if flag.endswith("-play") and self.place is None:
            controller.play_place(at)
        else:
            controller.playlist_changed.emit()
        return entry

    def play_neighbour(self, by: int, *, force: bool) -> None:
        playlist = self._controller.playlist
        if playlist.can_move(by):
            self._controller.play_place(playlist.place + by)
        elif force and by > 0 and self.place is not None:
            self.stop()
        else:
            raise IpcError(FAILED)

    def remove(self, place: int | None) -> None:
        playlist, here = self._controller.playlist, self.place
        place = here if place is None else place
        if place is None or place >= len(playlist):
            raise IpcError(FAILED)
        playlist.remove(place)
        if place != here:
            self._controller.playlist_changed.emit()
        elif place < len(playlist):
            self._controller.play_place(place)
        else:
            self.stop()

    def clear(self) -> None:
        if self.place is None:
            self._controller.playlist.replace([])
        else:
            self._controller.playlist.keep_current()
        self._controller.playlist_changed.emit()

    def stop(self) -> None:
        try:
            self._controller.close_file()
        except ThreadStuckError:
            raise IpcError(FAILED) from None
        self.closed.emit()
