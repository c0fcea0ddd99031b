"""Position and duration in digits of one width. A click turns the duration into what is left."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
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
    """A flat button, so that the keyboard and screen readers reach it too. In its short form, the first time alone."""

    width_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._position_s: float | None = None
        self._duration_s: float | None = None
        self._remaining = False
        self._short = False
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

    def set_short(self, is_short: bool) -> None:
        """Show the position, or what is left, without the duration."""
        if is_short != self._short:
            self._short = is_short
            self._show()

    def width_in_form(self, *, short: bool) -> int:
        """Logical pixels it takes for this file."""
        widest = self._text(self._duration_s, short=short)
        digits = "".join("0" if ch.isdigit() else ch for ch in widest)
        return max(self.fontMetrics().horizontalAdvance(digits) + 12, 48)

    def _text(self, position_s: float | None, *, short: bool) -> str:
        text = time_text(position_s, self._duration_s, remaining=self._remaining)
        first, _, second = text.partition(" / ")
        return text if not short else second if self._remaining and self._duration_s is not None else first

    @Slot()
    def _toggle(self) -> None:
        self._remaining = not self._remaining
        self._show()

    def _show(self) -> None:
        text = self._text(self._position_s, short=self._short)
        if text == self.text():
            return
        self.setText(text)
        self.setAccessibleName(f"Time {text}")
        width = self.width_in_form(short=self._short)
        if width != self.width():
            self.setFixedWidth(width)
            self.width_changed.emit()
