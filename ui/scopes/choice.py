"""Which scopes are shown, as remembered, and what they are to be of. Draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from player.scopes.measure import Scope

ALL: tuple[Scope, ...] = ("histogram", "waveform", "overlay", "parade", "vectorscope")
FIRST: tuple[Scope, ...] = ("histogram", "waveform", "vectorscope")


class ScopeChoice(QObject):
    """GUI thread only."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: tuple[Scope, ...] = FIRST

    @property
    def text(self) -> str:
        """For the settings."""
        return " ".join(self.shown)

    def restore(self, text: str) -> None:
        """As `text` was in the last run."""
        names = text.split()
        self.shown = tuple(scope for scope in ALL if scope in names) or FIRST

    def toggle(self, scope: Scope) -> None:
        """Show it, or no longer; the last one stays."""
        shown = tuple(each for each in ALL if (each in self.shown) != (each == scope))
        self.shown = shown or self.shown
        self.changed.emit()
