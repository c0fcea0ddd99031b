"""The facts of the picture on screen, for the Frame panel and for scripts. Looks things up only when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.errors import ThreadStuckError

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.media.frame_details import FrameDetails
    from player.media.frame_facts import Facts
    from player.media.frame_index import FrameIndex
    from player.options import Input
    from player.records import Picture, Snapshot, Track


class FrameFacts(QObject):
    """GUI thread only. `index` gives what is known of the playing track's numbers, `file_input` how it was opened."""

    details_came = Signal()  # of a picture that was asked about
    _woken = Signal()

    def __init__(
        self, index: Callable[[], FrameIndex | None], file_input: Callable[[], Input], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._index = index
        self._file_input = file_input
        self._details: FrameDetails | None = None
        self._of: tuple[str, int] | None = None  # path and stream of `_details`
        self._former: list[FrameDetails] = []
        self._woken.connect(self.details_came, Qt.ConnectionType.QueuedConnection)

    def facts(self, picture: Picture, snapshot: Snapshot) -> Facts:
        """Everything that is known now; what the file alone tells is None before `look_up` has found it."""
        from player.media.frame_facts import facts_of, place_of

        details = None if self._details is None or self._where(snapshot) != self._of else self._details.get(picture)
        return facts_of(picture, place_of(picture, self._index()), details)

    def look_up(self, picture: Picture, snapshot: Snapshot) -> None:
        """Find out what the file tells of the picture; `details_came` follows if it is new."""
        where = self._where(snapshot)
        if where is None:
            return
        if where != self._of:
            self._let_go()
            self._details = self._start(snapshot)
            self._of = where
        if self._details is not None:
            self._details.want(picture)

    def _start(self, snapshot: Snapshot) -> FrameDetails | None:
        from player.media.frame_details import FrameDetails

        track = _playing(snapshot)
        if snapshot.info is None or track is None:
            return None
        return FrameDetails(snapshot.info.path, track, self._file_input(), self._woken.emit)

    @staticmethod
    def _where(snapshot: Snapshot) -> tuple[str, int] | None:
        track = _playing(snapshot)
        return None if snapshot.info is None or track is None else (snapshot.info.path, track.index)

    @Slot()
    def forget(self) -> None:
        """The file is another one, or none."""
        self._let_go()

    def _let_go(self) -> None:
        if self._details is not None:
            self._details.ask_to_close()
            self._former.append(self._details)
        self._details, self._of = None, None

    def shutdown(self) -> None:
        """Ends the threads; one that hangs in a dead disk is left to the end of the process."""
        self._let_go()
        for each in self._former:
            try:
                each.join()
            except ThreadStuckError:
                continue
        self._former = []


def _playing(snapshot: Snapshot) -> Track | None:
    tracks = snapshot.info.of_kind("video") if snapshot.info is not None else ()
    return next((track for track in tracks if track.number == snapshot.vid), None)
