"""What classifiers take the picture for, over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.controls.osd import MARGIN
from ui.detections.class_sheet import MOST_HEIGHT, Block, Sheet, blocks
from ui.detections.picture_area import picture_area

if TYPE_CHECKING:
    from ui.detections.detecting import Detecting
    from ui.stage import Stage
    from ui.video.view import VideoView


class ClassLegend(QWidget):
    """At the upper right of the picture."""

    def __init__(self, detecting: Detecting, stage: Stage, view: VideoView) -> None:
        super().__init__(stage)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._detecting, self._stage, self._view = detecting, stage, view
        self._blocks: list[Block] = []
        self._sheet = Sheet(self.font())
        self.stackUnder(stage.bar)
        self.hide()
        view.placement_changed.connect(self._place_soon)
        stage.view.installEventFilter(self)
        self.refresh()

    @property
    def blocks(self) -> list[Block]:
        return self._blocks

    @Slot()
    def refresh(self) -> None:
        detecting = self._detecting
        found = blocks(detecting.views, detecting.stale) if detecting.is_on else []
        area = picture_area(self._stage.view, self._view)
        found = self._sheet.fitted(found, area.height() * MOST_HEIGHT)
        seen = bool(found) and self._stage.view.isVisibleTo(self._stage)
        if found != self._blocks:
            self._blocks = found
            self.update()
        if seen:
            width, height = self._sheet.size(found)
            size = QSize(round(width), round(height))
            self.setGeometry(area.right() + 1 - MARGIN - size.width(), area.top() + MARGIN, size.width(), size.height())
        if seen == self.isHidden():
            self.setVisible(seen)

    @Slot()
    def _place_soon(self) -> None:
        QTimer.singleShot(0, self, self.refresh)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._sheet.draw(painter, self._blocks)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide):
            self._place_soon()
        return False
