"""Position and duration in digits of one width. A click turns the duration into what is left."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPushButton, QWidget

from player.timebase import format_time


def time_text(position_s: float | None, duration_s: float | None, *, remaining: bool) -> str:
    """`1:02 / 3:45`, or `1:02 / -2:43` with `remaining`. Position and duration count from the container's start."""
    if duration_s is None:
        return f"{format_time(position_s)} / --:--"
    shown_s = min(max(position_s or 0.0, 0.0), duration_s)
    if not remaining:
        return f"{format_time(shown_s)} / {format_time(duration_s)}"
    left = format_time(int(duration_s) - int(shown_s))  # whole seconds each, so that both tick together
    return f"{format_time(shown_s)} / -{left}"


def tabular(font: QFont) -> QFont:
    """`font` with digits of one width, so that a running clock does not tremble."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


class TimeLabel(QPushButton):
    """A flat button, so that the keyboard and screen readers reach it too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._position_s: float | None = None
        self._duration_s: float | None = None
        self._remaining = False
        self.setObjectName("time")
        self.setFlat(True)
        self.setFixedHeight(28)
        self.setFont(tabular(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Position and duration; click for the time left")
        self.clicked.connect(self._toggle)
        self._show()

    def set_times(self, position_s: float | None, duration_s: float | None) -> None:
        self._position_s, self._duration_s = position_s, duration_s
        self._show()

    @Slot()
    def _toggle(self) -> None:
        self._remaining = not self._remaining
        self._show()

    def _show(self) -> None:
        text = time_text(self._position_s, self._duration_s, remaining=self._remaining)
        if text == self.text():
            return
        self.setText(text)
        self.setAccessibleName(f"Time {text}")
        widest = time_text(self._duration_s, self._duration_s, remaining=self._remaining)
        digits = "".join("0" if ch.isdigit() else ch for ch in widest)
        self.setFixedWidth(max(self.fontMetrics().horizontalAdvance(digits), 72) + 12)
