"""One scope: a dark screen with the trace, its graticule over it, and what is under the pointer in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.controls.time_label import tabular
from ui.scopes.layers import Marks, marks_of, paint_marks
from ui.scopes.readout import readout
from ui.theme import DARK

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from player.scopes.measure import Scope
    from ui.scopes.drawing import Drawn

NAMES: dict[Scope, str] = {
    "histogram": "Histogram", "waveform": "Luma waveform", "overlay": "RGB waveform", "parade": "RGB parade",
    "vectorscope": "Vectorscope",
}  # fmt: skip
HEADER = 20
EDGE = 6
FOOT = 14
"""Under a histogram, for its codes."""
WIDE = 210
"""From this width on, codes stand beside the waveform as well as per cent."""
LEAST = QSize(150, 110)
SMALL_FONT = 10.5
"""Pixels."""
ROUND = 6.0
GROUND = QColor(13, 15, 18)


class ScopeView(QWidget):
    """Dark in both themes. Paints what it was last given, stretched until the trace for its new size is there."""

    resized = Signal()

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope
        self.sentence = ""
        """Shown in place of a trace."""
        self.drawn: Drawn | None = None
        self.images: list[QImage] = []
        self._pointer: QPointF | None = None
        self._layer: QPixmap | None = None
        self._layer_of: tuple[Marks, QSize, float] | None = None
        self.setAccessibleName(NAMES[scope])
        self.setMouseTracking(True)
        self.setMinimumSize(LEAST)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)

    # -- where things are

    def font_small(self) -> QFont:
        font = tabular(QFont(self.font()))
        font.setPixelSize(round(SMALL_FONT))
        return font

    def plot(self) -> QRect:
        """The trace's place, in logical pixels."""
        whole = self.rect().adjusted(EDGE, HEADER, -EDGE, -EDGE)
        if self.scope == "vectorscope":
            side = max(1, min(whole.width(), whole.height()))
            left = whole.left() + (whole.width() - side) // 2
            return QRect(left, whole.top() + (whole.height() - side) // 2, side, side)
        if self.scope == "histogram":
            return whole.adjusted(0, 0, 0, -FOOT)
        return whole.adjusted(22, 4, -30 if self.width() >= WIDE else 0, -4)

    def trace_size(self) -> tuple[int, int]:
        """In device pixels."""
        ratio, plot = self.devicePixelRatioF(), self.plot()
        return max(3, round(plot.width() * ratio)), max(3, round(plot.height() * ratio))

    # -- what it shows

    def show_drawn(self, drawn: Drawn | None, sentence: str = "") -> None:
        self.drawn = drawn
        self.sentence = sentence
        traces = [] if drawn is None else drawn.traces.get(self.scope, [])
        # The image shares the array's memory, which `drawn` keeps.
        self.images = [
            QImage(each.data, each.shape[1], each.shape[0], each.strides[0], QImage.Format.Format_RGB32)
            for each in traces
        ]
        self.update()

    @property
    def lanes(self) -> list[QRectF]:
        """A histogram's components one above the other; else the whole plot."""
        plot = QRectF(self.plot())
        many = max(1, len(self.images))
        height = plot.height() / many
        return [QRectF(plot.left(), plot.top() + at * height, plot.width(), height) for at in range(many)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), ROUND, ROUND)
        lanes = self.lanes
        exact = self.images and (self.images[0].width(), self.images[0].height()) == self.trace_size()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact and self.scope != "histogram")
        for image, lane in zip(self.images, lanes, strict=False):
            painter.drawImage(lane, image)
        marks = None if self.drawn is None or not self.images else marks_of(self.scope, self.drawn)
        if marks is not None:
            painter.drawPixmap(0, 0, self._layer_for(marks, lanes))
        painter.setFont(self.font_small())
        self._paint_header(painter, lanes)

    def _layer_for(self, marks: Marks, lanes: list[QRectF]) -> QPixmap:
        """Lines and their labels; drawn anew only when they change."""
        key = (marks, self.size(), self.devicePixelRatioF())
        if self._layer is None or self._layer_of != key:
            self._layer_of = key
            ratio = self.devicePixelRatioF()
            layer = QPixmap(self.size() * ratio)
            layer.setDevicePixelRatio(ratio)
            layer.fill(Qt.GlobalColor.transparent)
            painter = QPainter(layer)
            painter.setFont(self.font_small())
            paint_marks(painter, marks, QRectF(self.plot()), lanes, with_codes=self.width() >= WIDE)
            painter.end()
            self._layer = layer
        return self._layer

    def _paint_header(self, painter: QPainter, lanes: list[QRectF]) -> None:
        header = QRectF(self.rect()).adjusted(EDGE + 2, 0, -EDGE - 2, 0)
        header.setHeight(HEADER)
        read = None
        if self._pointer is not None and self.drawn is not None and self.images:
            read = readout(self.scope, self.drawn, lanes, self._pointer)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        room = header.width()
        if read is not None:
            painter.setPen(QColor(DARK.text))
            painter.drawText(header, right, read.text)
            room -= painter.fontMetrics().horizontalAdvance(read.text) + 10
            painter.setPen(QPen(QColor(255, 255, 255, 90), 1))
            for line in read.lines:
                painter.drawLine(line)
        painter.setPen(QColor(DARK.dim))
        if painter.fontMetrics().horizontalAdvance(NAMES[self.scope]) <= room:
            painter.drawText(header, left, NAMES[self.scope])
        if self.sentence:
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(12, HEADER, -12, -EDGE), int(wrapped), self.sentence)

    # -- the pointer and the size

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._pointer = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
