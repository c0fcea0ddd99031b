"""Going from picture to picture in the window: a press is a step, a held key a run, and the way to any picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent

from player.records import State
from player.timebase import parse_time

if TYPE_CHECKING:
    from player.records import Snapshot
    from ui.player_face import PlayerFace

ENDS_OF_A_HOLD = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.ApplicationDeactivate, QEvent.Type.WindowDeactivate}
)


class Frames(QObject):
    """The window's decisions about single pictures. GUI thread only."""

    message = Signal(str)
    go_to_wanted = Signal()  # ask where to

    def __init__(self, player: PlayerFace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._watching = False  # a step's key may still be down: events are looked at
        self._repeats = False  # the newest key press is the keyboard repeating
        self._running = 0

    # -- steps

    def step(self, count: int) -> None:
        """A press of the key; the keyboard's own repeating makes a run of it, which lasts until the key is let go."""
        if self._running:
            return
        if self._watching and self._repeats:
            self._running = 1 if count > 0 else -1
            self._player.run(self._running)
            return
        self._player.step(count)
        self._watch()

    def _watch(self) -> None:
        application = QCoreApplication.instance()
        if not self._watching and application is not None:
            self._watching, self._repeats = True, False
            application.installEventFilter(self)

    def _release(self) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._watching = self._repeats = False
        if self._running:
            self._running = 0
            self._player.run(0)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.isAutoRepeat():
                self._repeats = True
            else:
                self._release()
        elif kind in ENDS_OF_A_HOLD or (
            kind is QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat()
        ):
            self._release()
        return False

    # -- jumps

    def step_key(self, direction: int) -> None:
        if self._has_pictures():
            self._player.step_key(direction)

    def jump_back(self) -> None:
        if not self._player.jump_back():
            self.message.emit("There is no jump to go back from")

    def ask(self) -> None:
        if self._has_pictures():
            self.go_to_wanted.emit()

    def go_to(self, text: str) -> str:
        """To a picture by what a person types: `1234`, `1:23.456`, `pts 12345`. A sentence where that cannot be."""
        words = text.strip().lower()
        snapshot = self._player.snapshot()
        if snapshot.state not in (State.READY, State.ENDED):
            return "No file is open."
        if words.startswith("pts"):
            number = _whole(words.removeprefix("pts").strip(" :="))
            if number is None:
                return "After “pts” a whole number is needed, in the file's own units of time."
            self._player.go_to_pts(number)
            return ""
        if ":" in words or "." in words or words.endswith("s"):
            return self._go_to_time(words.removesuffix("s").strip(), snapshot)
        number = _whole(words.removeprefix("frame").strip())
        if number is None:
            return "A frame number, a time like 1:23.456, or “pts” and a number is needed."
        if number < 0 or (snapshot.frame_count is not None and number >= snapshot.frame_count):
            return f"Frames are counted from 0{_to_last(snapshot)}."
        self._player.go_to_frame(number)
        return ""

    def _go_to_time(self, text: str, snapshot: Snapshot) -> str:
        try:
            time_s = parse_time(text)
        except ValueError:
            return "That is no time. Write 83.456, 1:23.456 or 1:02:03."
        if time_s < 0 or (snapshot.duration_s is not None and time_s > snapshot.duration_s):
            return "The file has no such time."
        self._player.pause()
        self._player.seek(time_s)
        return ""

    def _has_pictures(self) -> bool:
        """Says so where there are none to choose among."""
        snapshot = self._player.snapshot()
        if snapshot.info is None or snapshot.state not in (State.READY, State.ENDED):
            return False
        tracks = snapshot.info.of_kind("video")
        if not any(track.number == snapshot.vid and not track.attached for track in tracks):
            self.message.emit("There are no pictures to step through")
            return False
        if not snapshot.info.seekable:
            self.message.emit("This file cannot be searched")
        return snapshot.info.seekable


def _whole(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def _to_last(snapshot: Snapshot) -> str:
    return "" if snapshot.frame_count is None else f"; the last is {snapshot.frame_count - 1}"
