"""What is played again when it is over: a section of the file, the file, the playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from player.timebase import format_time

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from player.records import Snapshot
    from ui.player_face import PlayerFace


class Loops(QObject):
    """GUI thread only. Rounds are those still to come; None is for ever."""

    message = Signal(str)  # a few words to show for a moment
    changed = Signal()

    def __init__(self, player: PlayerFace, file_plays: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.file_plays = file_plays
        """How often the next files are played; 0 is for ever."""
        self.playlist_rounds: int | None = 0
        self._seen: object = None

    # -- the section between two points

    @property
    def section(self) -> tuple[float | None, float | None]:
        return self._player.snapshot().section

    def set_section(self, a_s: float | None, b_s: float | None) -> None:
        self._player.set_section(a_s, b_s)

    def next_point(self) -> None:
        """The first time it begins here, the second it ends here, the third it is no more."""
        snapshot = self._player.snapshot()
        (a_s, b_s), here_s = snapshot.section, snapshot.position_s
        if here_s is None or snapshot.info is None or not snapshot.info.seekable:
            return
        if a_s is None:
            self.set_section(here_s, b_s)
            self.message.emit(f"Loop from {format_time(here_s)}")
        elif b_s is None:
            self.set_section(a_s, here_s)
            self.message.emit(f"Loop {format_time(min(a_s, here_s))} – {format_time(max(a_s, here_s))}")
        else:
            self.set_section(None, None)
            self.message.emit("Loop off")

    # -- the file

    @property
    def file_rounds(self) -> int | None:
        """Of the file that is open, or else of the next."""
        snapshot = self._player.snapshot()
        if snapshot.info is not None:
            return snapshot.rounds_left
        return None if self.file_plays == 0 else self.file_plays - 1

    def set_file_rounds(self, rounds: int | None) -> None:
        self.file_plays = 0 if rounds is None else rounds + 1
        self._player.set_plays(self.file_plays)
        self.changed.emit()

    def toggle_file(self) -> None:
        again = self.file_rounds == 0
        self.set_file_rounds(None if again else 0)
        self.message.emit("Repeat the file" if again else "Play the file once")

    # -- the playlist

    def set_playlist_rounds(self, rounds: int | None) -> None:
        self.playlist_rounds = rounds
        self.changed.emit()

    def toggle_playlist(self) -> None:
        again = self.playlist_rounds == 0
        self.set_playlist_rounds(None if again else 0)
        self.message.emit("Repeat the playlist" if again else "Play the playlist once")

    def begin_playlist_again(self) -> bool:
        """At its end: whether there is another round, which is taken."""
        if self.playlist_rounds == 0:
            return False
        if self.playlist_rounds is not None:
            self.set_playlist_rounds(self.playlist_rounds - 1)
        return True

    # -- the window

    @Slot(object)
    def on_snapshot(self, snapshot: Snapshot) -> None:
        state = (snapshot.section, snapshot.rounds_left)
        if state != self._seen:
            self._seen = state
            self.changed.emit()

    def mark(self, actions: dict[str, QAction]) -> None:
        """Keeps the marks in the menu true."""

        def show() -> None:
            actions["loop-section"].setChecked(self.section[0] is not None)
            actions["loop-file"].setChecked(self.file_rounds != 0)
            actions["loop-playlist"].setChecked(self.playlist_rounds != 0)

        self.changed.connect(show)
        for name in ("loop-section", "loop-file", "loop-playlist"):
            actions[name].triggered.connect(show)  # a click turns the mark by itself
        show()
