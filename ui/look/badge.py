"""What is said over the picture while it is not shown as it is: a few words, and the legend of false colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui.controls.osd import MARGIN

if TYPE_CHECKING:
    from ui.look.looks import Looks
    from ui.stage import Stage

GROUND = QColor(12, 14, 18, 205)
TEXT = QColor("#f4f6f8")
RAMP = (176, 10)
"""Width and height of the legend's ramp."""
ENDS = 14
"""Width of the legend's fields for what is beyond black and white."""
PAD = 10


class Badge(QObject):
    """The words at the lower left of the picture, the legend at its lower right. Made when first needed."""

    def __init__(self, looks: Looks, stage: Stage) -> None:
        super().__init__(stage)
        self._looks, self._stage = looks, stage
        self.label = QLabel(stage)
        self.label.setObjectName("badge")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.legend = Legend(stage)
        self._stack()
        self.label.hide()
        self.legend.hide()
        stage.view.installEventFilter(self)
        stage.installEventFilter(self)
        looks.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        lines = self._looks.words()
        shown = bool(lines) and self._stage.view.isVisibleTo(self._stage)
        self.label.setText("\n".join(lines))
        self.label.setVisible(shown)
        look = self._looks.look
        self.legend.setVisible(shown and look.false_color and look.channel == "all" and look.against != "difference")
        self._place()

    def _place(self) -> None:
        area = self._stage.view.geometry()
        bottom = min(area.bottom(), self._stage.height() - self._stage.extra_height()) - MARGIN
        self.label.adjustSize()
        self.label.move(area.left() + MARGIN, bottom - self.label.height())
        self.legend.resize(self.legend.sizeHint())
        right = area.right() - MARGIN - self.legend.width()
        above = self.label.height() + MARGIN // 2 if self.label.geometry().right() + MARGIN > right else 0
        self.legend.move(max(area.left() + MARGIN, right), bottom - self.legend.height() - above)

    def _stack(self) -> None:
        """Above whatever else lies over the picture."""
        self.label.stackUnder(self._stage.bar)
        self.legend.stackUnder(self._stage.bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._stage:
            if event.type() == QEvent.Type.ChildAdded:
                QTimer.singleShot(0, self, self._stack)  # it takes its own place first
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        elif event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.refresh()
        return False


class Legend(QWidget):
    """The ramp of false colours with the luma they stand for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        self.setFont(font)
        import numpy as np  # here, so that the words of other looks do not wait for it

        from player.media.marks import false_colors

        colours = false_colors(np.linspace(0, 1, RAMP[0]))
        rgbx = np.dstack([colours[None], np.full((1, RAMP[0], 1), 255, np.uint8)])
        self._ramp = QImage(rgbx.tobytes(), RAMP[0], 1, QImage.Format.Format_RGBX8888).copy()

    def sizeHint(self) -> QSize:
        return QSize(2 * PAD + 2 * ENDS + 8 + RAMP[0], 2 * PAD + RAMP[1] + 4 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        left, top = PAD + ENDS + 4, PAD
        painter.drawImage(QRectF(left, top, *RAMP), self._ramp)
        painter.setPen(QColor(255, 255, 255, 90))
        painter.setBrush(QColor("black"))
        painter.drawRect(QRectF(PAD + 0.5, top + 0.5, ENDS - 1, RAMP[1] - 1))
        painter.setBrush(QColor("white"))
        painter.drawRect(QRectF(left + RAMP[0] + 4.5, top + 0.5, ENDS - 1, RAMP[1] - 1))
        painter.setPen(TEXT)
        metrics = self.fontMetrics()
        base = top + RAMP[1] + 3 + metrics.ascent()
        for percent in (0, 25, 50, 75, 100):
            text = f"{percent} %" if percent == 100 else str(percent)
            x = left + RAMP[0] * percent / 100 - metrics.horizontalAdvance(str(percent)) / 2
            painter.drawText(QPointF(x, base), text)
        painter.end()
