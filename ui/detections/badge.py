"""What is said of boxes that are not those of the picture on screen: how old they are, that they are awaited, or why
there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QLabel, QWidget

from player.errors import plain
from ui.controls.osd import MARGIN
from ui.detections.picture_area import picture_area
from ui.detections.tags import mark_text

if TYPE_CHECKING:
    from player.analysis.view import View
    from ui.detections.detecting import Detecting
    from ui.stage import Stage
    from ui.video.view import VideoView

LATE_MS = 150
"""Boxes that are there after so long need no word about it."""
STAYS_MS = 800
"""While boxes are old time and again, the badge stays and says how old: it does not flicker."""
WIDEST = 0.6
"""Of the stage's width."""


def words(view: View, stale: str) -> str:
    """Of one model; '' where nothing is to be said."""
    match view.state:
        case "loading":
            return f"Loading {plain(view.model)}…"
        case "failed":
            return plain(view.sentence)
        case "pending":
            return "Looking…"
        case "stale" if stale == "hide":
            return "Boxes are awaited" if view.classes is None else "Classes are awaited"
        case "stale":
            return age_text(view.age_frames or 0)
    return ""


def age_text(frames: int) -> str:
    return "1 frame old" if frames == 1 else f"{frames} frames old"


class Badge(QObject):
    """The words at the upper right of the picture."""

    def __init__(self, detecting: Detecting, stage: Stage, view: VideoView) -> None:
        super().__init__(stage)
        self._detecting, self._stage, self._view = detecting, stage, view
        self.label = QLabel(stage)
        self.label.setObjectName("badge")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.stackUnder(stage.bar)
        self.label.hide()
        self._late = self._timer(LATE_MS, self._on_late)
        self._stays = self._timer(STAYS_MS, self._on_stayed)
        stage.view.installEventFilter(self)
        self.refresh()

    def _timer(self, interval_ms: int, act: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(act)
        return timer

    @Slot()
    def refresh(self) -> None:
        lines = self._lines()
        if not self._detecting.is_on or not self._detecting.views:
            self._late.stop()
            self._stays.stop()
            self._show("")
        elif any(view.state in ("loading", "failed") for view in self._detecting.views):
            self._show("\n".join(lines))
        elif lines:
            self._stays.start()
            if not self.label.isHidden():
                self._show("\n".join(lines))
            elif not self._late.isActive():
                self._late.start()
        else:
            self._late.stop()
            if self._stays.isActive() and not self.label.isHidden():
                self._show(age_text(0))
            else:
                self._show("")

    def _lines(self) -> list[str]:
        views = self._detecting.views
        said = [(rank, words(view, self._detecting.manner.stale)) for rank, view in enumerate(views)]
        return [f"{mark_text(rank)}  {text}" if len(views) > 1 else text for rank, text in said if text]

    @Slot()
    def _on_late(self) -> None:
        self._show("\n".join(self._lines()))

    @Slot()
    def _on_stayed(self) -> None:
        self._show("\n".join(self._lines()))

    def _show(self, text: str) -> None:
        seen = bool(text) and self._stage.view.isVisibleTo(self._stage)
        if seen and text != self.label.text():
            self.label.setWordWrap(False)
            self.label.setText(text)
            self.label.setMinimumWidth(0)
        if seen:
            self.place()
        if seen == self.label.isHidden():
            self.label.setVisible(seen)

    @Slot()
    def place_soon(self) -> None:
        """Once everybody else has taken a place."""
        if not self.label.isHidden():
            QTimer.singleShot(0, self, self.place)

    @Slot()
    def place(self) -> None:
        """At the upper right of the picture, below what has that corner already."""
        area, widest = picture_area(self._stage.view, self._view), int(self._stage.width() * WIDEST)
        size = self.label.sizeHint()
        if size.width() > widest:
            self.label.setWordWrap(True)
            size.setWidth(widest)
            size.setHeight(self.label.heightForWidth(widest))
        self.label.resize(size)
        x, y = max(MARGIN, area.right() + 1 - MARGIN - size.width()), area.top() + MARGIN
        for other in self._stage.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            small = other.height() < self._stage.height() // 2 and other.width() < self._stage.width() // 2
            if small and other not in (self.label, self._stage.osd) and not other.isHidden():
                taken = other.geometry()
                if taken.top() < y + size.height() and taken.right() >= x and taken.top() <= area.top() + 2 * MARGIN:
                    y = max(y, taken.bottom() + 1 + MARGIN // 2)
        self.label.move(x, y)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.place()
        elif event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.refresh()
        return False
