"""The number of the picture on screen, in digits of one width. A click asks where to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ui.controls.time_label import tabular

if TYPE_CHECKING:
    from player.records import Snapshot


def frame_text(snapshot: Snapshot) -> str:
    """`frame 1234 / 5678`; what may still change is marked ≈, what is not known is …; '' where there is no number."""
    if snapshot.frame is None and snapshot.frame_count is None:
        return ""
    about = "" if snapshot.frame_final else "≈"
    here = "…" if snapshot.frame is None else f"{about}{snapshot.frame}"
    count = "…" if snapshot.frame_count is None else f"{about}{snapshot.frame_count}"
    return f"frame {here} / {count}"


class FrameLabel(QPushButton):
    """A flat button. It keeps its width while numbers run, so that nothing beside it trembles."""

    width_changed = Signal()

    def __init__(self, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("time")
        self.setFlat(True)
        self.setFixedHeight(28)
        self.setFont(tabular(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tooltip)
        self.hide()
        self.room = 0
        """The logical pixels it takes; 0 where there is nothing to show."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        text = frame_text(snapshot)
        if text == self.text():
            return
        self.setText(text)
        self.setAccessibleName(text)
        room = self._room(snapshot, text)
        if room != self.room:
            self.room = room
            if room:
                self.setFixedWidth(room)
            self.width_changed.emit()

    def _room(self, snapshot: Snapshot, text: str) -> int:
        if not text:
            return 0
        digits = "0" * len(str(max(snapshot.frame or 0, snapshot.frame_count or 0)))
        widest = f"frame ≈{digits} / ≈{digits}"
        return self.fontMetrics().horizontalAdvance(widest) + 12
