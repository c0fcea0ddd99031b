"""The slider along the file: click jumps there, dragging scrubs, hovering tells the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal

from player.timebase import format_time
from ui.controls.track_bar import TrackBar, fraction_at

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QWidget

    from player.records import Chapter

MAX_MS = 2**31 - 1
SHORT_S = 60.0


class SeekSlider(TrackBar):
    """Counts in milliseconds from the container's start; its signals are in seconds."""

    scrubbed = Signal(float)  # dragged over this position
    released = Signal(float)  # let go at this position
    hovered = Signal(float, float)  # position in seconds, x in the slider's pixels
    unhovered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Position", parent)
        self._duration_s: float | None = None
        self._chapters: tuple[Chapter, ...] = ()
        self._section: tuple[float | None, float | None] = (None, None)
        self._marks_s: tuple[float, ...] = ()
        self._sent_ms: int | None = None
        self.setEnabled(False)

    def set_duration(self, duration_s: float | None) -> None:
        """None where it is not known: then the slider is dead."""
        if duration_s == self._duration_s:
            return
        self._duration_s = duration_s if duration_s is not None and duration_s > 0 else None
        self.setRange(0, 0 if self._duration_s is None else min(round(self._duration_s * 1000), MAX_MS))
        self.update()

    def set_chapters(self, chapters: tuple[Chapter, ...]) -> None:
        if chapters != self._chapters:
            self._chapters = chapters
            self.update()

    def set_section(self, section: tuple[float | None, float | None]) -> None:
        """What is played again and again, or the one point that was set."""
        if section != self._section:
            self._section = section
            self.update()

    def section(self) -> list[float]:
        """Fractions of its points, in order; the ends of what is played again, or where it will begin."""
        duration_s = self._duration_s
        if duration_s is None:
            return []
        return sorted(min(1.0, point / duration_s) for point in self._section if point is not None)

    def set_marks(self, positions_s: tuple[float, ...]) -> None:
        """Where bookmarks are, in seconds from the container's start."""
        if positions_s != self._marks_s:
            self._marks_s = positions_s
            self.update()

    def set_position(self, position_s: float | None) -> None:
        """Where playback is; while the user drags, the handle stays with the pointer."""
        if not self.isSliderDown():
            self.setValue(0 if position_s is None else min(round(position_s * 1000), MAX_MS))

    def position_at(self, x: float) -> float:
        """Seconds at `x` pixels from the slider's left edge."""
        return fraction_at(x, self.width()) * (self._duration_s or 0.0)

    def chapter_at(self, position_s: float) -> Chapter | None:
        found = None
        for chapter in self._chapters:
            if chapter.start_s <= position_s:
                found = chapter
        return found

    def hover_text(self, position_s: float) -> str:
        """The time as the label over the slider shows it, finer in a short file."""
        is_short = self._duration_s is not None and self._duration_s < SHORT_S
        return format_time(position_s, milliseconds=is_short)

    def ticks(self) -> list[float]:
        if self._duration_s is None:
            return []
        duration_s = self._duration_s
        return [chapter.start_s / duration_s for chapter in self._chapters if 0.0 < chapter.start_s < duration_s]

    def marks(self) -> list[float]:
        if self._duration_s is None:
            return []
        return [min(position_s / self._duration_s, 1.0) for position_s in self._marks_s]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._sent_ms = None
        self._send()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._send()
        if self._duration_s is not None:
            x = event.position().x()
            self.hovered.emit(self.position_at(x), min(max(x, 0.0), float(self.width())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.released.emit(self.sliderPosition() / 1000.0)
        super().mouseReleaseEvent(event)

    def _send(self) -> None:
        if self.isSliderDown() and self.sliderPosition() != self._sent_ms:
            self._sent_ms = self.sliderPosition()
            self.scrubbed.emit(self._sent_ms / 1000.0)

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self.unhovered.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange and not self.isEnabled():
            self.unhovered.emit()
