"""The events of mpv's protocol, made of what bridge, controller and view say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from player.events import EndReached, Event, Failed, FirstPicture, Opened, OpenFailed, TracksChanged, Warned
from player.ipc.messages import event
from player.records import State

if TYPE_CHECKING:
    from ui.controller import Controller
    from ui.ipc.on_screen import OnScreen
    from ui.ipc.window_host import WindowHost


class Announcer(QObject):
    """`announced` carries a message for every client, in order. Must hear of an event before the controller acts."""

    announced = Signal(object)
    logged = Signal(str, str)  # level, text

    def __init__(
        self, host: WindowHost, controller: Controller, on_screen: OnScreen, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._host = host
        self._controller = controller
        self._on_screen = on_screen
        self._entry: int | None = None  # the playlist entry that was started and has not ended
        self._ended = False
        self._restarted = False  # the entry's first picture has been on screen
        self._seek_told = False
        self._restart_due = False
        self._idle_told = False
        controller.file_started.connect(self._on_started)
        controller.file_closed.connect(self._on_closed)
        on_screen.changed.connect(self._on_picture)

    @Slot(str)
    def _on_started(self, _path: str) -> None:
        self._finish("eof" if self._ended else "stop")
        self._on_screen.forget()
        playlist = self._controller.playlist
        self._entry = playlist.entries[playlist.place].number
        self._idle_told = False
        self.announced.emit(event("start-file", playlist_entry_id=self._entry))

    @Slot()
    def _on_closed(self) -> None:
        self._finish("stop")
        self._on_screen.forget()
        self.look()

    @Slot(object)
    def on_event(self, happened: Event) -> None:
        match happened:
            case Opened():
                self.announced.emit(event("file-loaded"))
            case OpenFailed(error=error) | Failed(error=error):
                self.logged.emit("error", str(error))
                self._finish("error", file_error="loading failed")
            case EndReached():
                self._ended = True
            case Warned(text=text):
                self.logged.emit("warn", text)
            case TracksChanged() if self._host.snapshot().vid is None:
                self._on_screen.forget()
            case FirstPicture():
                self._restart_due = True
                self._restart_if_seen()

    @Slot()
    def look(self) -> None:
        """After every wake-up: a seek that somebody asked for, or that nothing is open any more."""
        self._ended = False  # whoever follows an end by itself has followed it by now
        snapshot = self._host.snapshot()
        if snapshot.state in (State.IDLE, State.FAILED):
            if not self._idle_told and self._entry is None:
                self._idle_told = True
                self.announced.emit(event("idle"))
        elif snapshot.seeking and self._restarted and not self._restart_due:
            self._tell_seek()

    @Slot()
    def _on_picture(self) -> None:
        if self._restart_due:
            self._restart_if_seen()

    def _restart_if_seen(self) -> None:
        """The first picture was handed to the view before we heard of it: it is on screen when nothing waits."""
        if not self._on_screen.settled:
            return
        if self._restarted:
            self._tell_seek()  # one that was over before anybody looked
        self._restart_due = self._seek_told = False
        self._restarted = True
        self.announced.emit(event("playback-restart"))

    def _tell_seek(self) -> None:
        if not self._seek_told:
            self._seek_told = True
            self.announced.emit(event("seek"))

    def _finish(self, reason: str, **details: object) -> None:
        entry, self._entry = self._entry, None
        self._ended = self._restarted = self._seek_told = self._restart_due = False
        if entry is not None:
            self.announced.emit(event("end-file", reason=reason, playlist_entry_id=entry, **details))

    def close(self) -> None:
        """The program ends."""
        self._finish("quit")
        self.announced.emit(event("shutdown"))
