"""How models look: whether pictures wait for them, at what they look, and what becomes of boxes that have aged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from player.analysis.analysis import Analysis, Policy
    from player.analysis.input_map import Rectangle

Stale = Literal["dim", "hide"]
STALES: tuple[Stale, ...] = get_args(Stale)


class Manner(QObject):
    """GUI thread only. It holds for all models, whether or not there are any yet."""

    message = Signal(str)
    changed = Signal()  # models look otherwise
    stale_changed = Signal()
    region_wanted = Signal()  # the user is to draw what models look at, for `set_region`, or no longer: `is_drawing`

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._analysis: Analysis | None = None
        self.policy: Policy = "live"
        self.stale: Stale = "dim"
        """What becomes of boxes that belong to an earlier picture."""
        self.region: Rectangle | None = None
        """All that the models see, in coded pixels."""
        self.is_drawing = False
        """The next drag over the picture is for a region."""
        self.tile: int | None = None
        """Large pictures are looked at in pieces so wide; 0: as wide as the model's input."""

    def rule(self, analysis: Analysis | None) -> None:
        """`analysis` is to look so, from now on; None: nobody."""
        self._analysis = analysis
        if analysis is not None:
            analysis.set_policy(self.policy)
            analysis.set_region(self.region)
            analysis.set_tile(self.tile)

    def set_policy(self, policy: Policy) -> None:
        self.policy = policy
        if self._analysis is not None:
            self._analysis.set_policy(policy)
        self.changed.emit()

    def toggle_policy(self) -> None:
        self.set_policy("live" if self.policy == "sync" else "sync")
        self.message.emit(
            "Every picture waits for its boxes" if self.policy == "sync" else "Playback waits for no boxes"
        )

    def set_stale(self, stale: Stale) -> None:
        self.stale = stale
        self.stale_changed.emit()

    def toggle_stale(self) -> None:
        self.set_stale("hide" if self.stale == "dim" else "dim")
        self.message.emit("Boxes of earlier pictures are " + ("dim" if self.stale == "dim" else "hidden"))

    def set_region(self, region: Rectangle | None) -> None:
        self.region, self.is_drawing = region, False
        if self._analysis is not None:
            self._analysis.set_region(region)
        self.changed.emit()

    def draw_region(self) -> None:
        """The user is to draw one; with one in force, it goes."""
        if self.region is not None:
            self.set_region(None)
            self.message.emit("Models look at the whole picture")
        else:
            self.is_drawing = True
            self.region_wanted.emit()

    def let_go(self) -> bool:
        """Take back the region that is being drawn, or the one in force. False when there was none."""
        if self.is_drawing:
            self.is_drawing = False
            self.region_wanted.emit()
        elif self.region is not None:
            self.draw_region()
        else:
            return False
        return True

    def set_tile(self, tile: int | None) -> None:
        self.tile = tile
        if self._analysis is not None:
            self._analysis.set_tile(tile)
        self.changed.emit()

    def toggle_tiles(self) -> None:
        """In pieces as wide as the model's input, or as a whole."""
        self.set_tile(0 if self.tile is None else None)
        self.message.emit(
            "Pictures are looked at as a whole" if self.tile is None else "Pictures are looked at in pieces"
        )
