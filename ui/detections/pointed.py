"""The boxes that the user points at: the one under the mouse, and the one that was selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from player.analysis.view import View


@dataclass(frozen=True, slots=True)
class Spot:
    """One box of the picture on screen."""

    slot: int
    index: int
    """Its place in the view's `detections`."""


class Pointed(QObject):
    """GUI thread only."""

    selected_changed = Signal(int, object)  # slot, and the box's place in its view or None
    hovered_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hovered: Spot | None = None
        self.selected: Spot | None = None

    def select(self, slot: int, index: int | None) -> None:
        """A box of the picture on screen, or none."""
        spot = None if index is None else Spot(slot, index)
        if spot != self.selected:
            self.selected = spot
            self.selected_changed.emit(slot, index)

    def hover(self, spot: Spot | None) -> None:
        if spot != self.hovered:
            self.hovered = spot
            self.hovered_changed.emit()

    def follow(self, former: tuple[View, ...], now: tuple[View, ...]) -> None:
        """The same box stays selected when others come or go; that of another picture does not."""
        self.hover(None)
        spot = self.selected
        if spot is None:
            return
        before, after = (next((view for view in views if view.slot == spot.slot), None) for views in (former, now))
        index = None if before is None or after is None else _same_box(before, after, spot.index)
        if index != spot.index:
            self.select(spot.slot, index)


def _same_box(before: View, now: View, index: int) -> int | None:
    """Where the box is now, when both are of one picture."""
    import numpy as np

    if index >= len(before.detections) or before.state != "exact" or now.state != "exact":
        return None
    old, new = before.detections, now.detections
    same = (new.xyxy == old.xyxy[index]).all(axis=1) & (new.class_id == old.class_id[index])
    same &= new.confidence == old.confidence[index]
    found = np.flatnonzero(same)
    return int(found[0]) if len(found) else None
