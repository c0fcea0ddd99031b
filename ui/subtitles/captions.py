"""Which cues lie over the picture on screen, and whether they are to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.records import Cue, Picture, Snapshot
    from ui.player_face import PlayerFace
    from ui.subtitles.painter import SubtitlePainter
    from ui.video.overlay import Overlay


class Captions(QObject):
    """Asks the player with every picture, so that words come and go with the pictures they belong to. GUI thread only.

    The painter is made with the first cue: most files have none.
    """

    changed = Signal()
    message = Signal(str)

    def __init__(self, player: PlayerFace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.make_overlay: Callable[[], Overlay] | None = None
        """The window's; None where there is no picture to draw on."""
        self._painter: SubtitlePainter | None = None
        self._overlay: Overlay | None = None
        self._playing = False
        self.visible = True

    def note_picture(self, picture: Picture | None) -> None:
        """The view shows this from now on."""
        if self._playing or picture is None:
            self._show(() if picture is None else self._player.cues())

    @Slot(object)
    def on_snapshot(self, snapshot: Snapshot) -> None:
        self._playing = snapshot.sid is not None
        self._show(snapshot.cues)

    def toggle(self) -> None:
        self.set_visible(not self.visible)
        self.message.emit("Subtitles shown" if self.visible else "Subtitles hidden")

    def set_visible(self, visible: bool) -> None:
        if visible == self.visible:
            return
        self.visible = visible
        if self._painter is not None and self._overlay is not None:
            self._painter.visible = visible
            self._overlay.refresh()
        self.changed.emit()

    def _show(self, cues: tuple[Cue, ...]) -> None:
        if self._painter is None:
            if not cues or self.make_overlay is None:
                return
            from ui.subtitles.painter import SubtitlePainter

            self._painter = SubtitlePainter()
            self._painter.visible = self.visible
            self._overlay = self.make_overlay()
            self._overlay.add(self._painter)
        if self._painter.set_cues(cues) and self._overlay is not None:
            self._overlay.refresh()
