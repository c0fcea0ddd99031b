"""Over the picture: the line of the split, which is dragged, and which side is A and which is B."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from ui.controls.osd import MARGIN

if TYPE_CHECKING:
    from player.records import Picture
    from ui.compare.compare import Compare
    from ui.look.looks import Looks
    from ui.stage import Stage
    from ui.video.view import VideoView

REACH = 7
"""So far beside the line the mouse still takes hold of it."""
KNOB = (10.0, 34.0)
GAP = 10


class SplitLine(QWidget):
    """As high as the picture; its middle column is the line."""

    def __init__(self, marks: CompareMarks, stage: Stage) -> None:
        super().__init__(stage)
        self._marks = marks
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName("Split")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._marks.compare.set_split(0.5)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._marks.drag_to(self.mapToParent(event.position().toPoint()).x())
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = self.width() / 2, self.height() / 2
        for colour, width in ((QColor(12, 14, 18, 160), 3.0), (QColor("#f4f6f8"), 1.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(QColor(12, 14, 18, 160), 1))
        painter.setBrush(QColor("#f4f6f8"))
        painter.drawRoundedRect(QRectF(x - KNOB[0] / 2, middle - KNOB[1] / 2, *KNOB), KNOB[0] / 2, KNOB[0] / 2)
        painter.end()


class CompareMarks(QObject):
    """Made when pictures are first compared; follows the view and the choices."""

    def __init__(self, compare: Compare, looks: Looks, stage: Stage, view: VideoView) -> None:
        super().__init__(stage)
        self.compare = compare
        self._looks = looks
        self._stage = stage
        self._view = view
        self.line = SplitLine(self, stage)
        self.a, self.b = (self._badge() for _ in "AB")
        for widget in (self.line, self.a, self.b):
            widget.stackUnder(stage.bar)
            widget.hide()
        compare.changed.connect(self.refresh)
        looks.changed.connect(self.refresh)
        view.placement_changed.connect(self.refresh)
        view.painted.connect(self._on_painted)
        stage.view.installEventFilter(self)
        self.refresh()

    def _badge(self) -> QLabel:
        label = QLabel(self._stage)
        label.setObjectName("badge")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return label

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide):
            self.refresh()
        return False

    @Slot()
    def _on_painted(self) -> None:
        if self.compare.is_on:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        pair, how, look = self.compare.pair, self.compare.how, self._looks.look
        placement = self._view.placement
        seen = (
            pair is not None
            and placement is not None
            and not placement.visible.empty
            and look.against == how
            and self._stage.view.isVisibleTo(self._stage)
        )
        if not seen or pair is None or placement is None:
            for widget in (self.line, self.a, self.b):
                widget.hide()
            return
        ratio = self._stage.view.devicePixelRatioF()
        origin, area = self._stage.view.pos(), placement.visible
        left, right = origin.x() + area.x / ratio, origin.x() + (area.x + area.width) / ratio
        top, bottom = origin.y() + area.y / ratio, origin.y() + (area.y + area.height) / ratio
        split_x = origin.x() + (placement.rect.x + look.split * placement.rect.width) / ratio
        self._name(self.a, "A", pair.picture, self.compare.number_of(pair.picture))
        self._name(self.b, "B", pair.reference, pair.reference.index)
        at_y = round(top) + MARGIN
        in_sight = left - 0.5 <= split_x <= right + 0.5
        if how == "split":
            split_x = min(max(split_x, left), right)
            self.line.setGeometry(round(split_x) - REACH, round(top), 2 * REACH + 1, round(bottom) - round(top))
            self.a.move(round(split_x) - GAP - self.a.width(), at_y)
            self.b.move(round(split_x) + GAP, at_y)
        else:
            for badge in (self.a, self.b):
                badge.move(round(right) - MARGIN - badge.width(), at_y)
        self.line.setVisible(how == "split" and in_sight)
        self.a.setVisible(self.a.x() >= left if how == "split" else how == "flicker" and not look.flicker_on)
        self.b.setVisible(
            self.b.geometry().right() <= right if how == "split" else how == "flicker" and look.flicker_on
        )

    @staticmethod
    def _name(badge: QLabel, letter: str, picture: Picture, number: int | None) -> None:
        text = letter if number is None else f"{letter}  {number}"
        if badge.text() != text:
            badge.setText(text)
        badge.adjustSize()

    def drag_to(self, x: int) -> None:
        """The pointer holds the line at this place of the stage."""
        placement = self._view.placement
        if placement is not None and not placement.rect.empty:
            ratio = self._stage.view.devicePixelRatioF()
            device_x = (x - self._stage.view.x()) * ratio
            self.compare.set_split((device_x - placement.rect.x) / placement.rect.width)
