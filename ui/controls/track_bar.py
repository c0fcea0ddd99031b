"""What the seek slider and the volume slider share: a thin groove with a round handle, and the pointer arithmetic."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from ui.theme import DARK, Colours

GROOVE = 4
"""Height of the groove, in logical pixels."""
HANDLE = 14
"""Diameter of the handle; the groove keeps half of it free at both ends."""


def fraction_at(x: float, width: int) -> float:
    """Where on the groove `x` lies, 0.0 to 1.0; outside it, the nearer end."""
    room = width - HANDLE
    if room <= 0:
        return 0.0
    return min(max((x - HANDLE / 2) / room, 0.0), 1.0)


def x_of(fraction: float, width: int) -> float:
    """The middle of the handle for a fraction."""
    return HANDLE / 2 + fraction * max(0, width - HANDLE)


class TrackBar(QSlider):
    """A horizontal slider that jumps to the pointer. A QSlider underneath, so that screen readers know it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._colours = DARK
        self._hovered = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setFixedHeight(24)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def fraction(self) -> float:
        span = self.maximum() - self.minimum()
        return (self.value() - self.minimum()) / span if span > 0 else 0.0

    def value_at(self, x: float) -> int:
        span = self.maximum() - self.minimum()
        return self.minimum() + round(fraction_at(x, self.width()) * span)

    def ticks(self) -> list[float]:
        """Fractions to mark on the groove."""
        return []

    def section(self) -> list[float]:
        """Fractions of one point or two, to mark them and what is between."""
        return []

    def marks(self) -> list[float]:
        """Fractions to point at from above the groove."""
        return []

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.isEnabled():
            self.setSliderDown(True)
            self.setSliderPosition(self.value_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self.value_at(event.position().x()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel means the same all over the window

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, width, middle = self._colours, self.width(), self.height() / 2
        top = middle - GROOVE / 2
        left, right = x_of(0.0, width), x_of(1.0, width)
        here = x_of(self.fraction(), width)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.groove if self.isEnabled() else colours.line))
        painter.drawRoundedRect(QRectF(left - 2, top, right - left + 4, GROOVE), 2, 2)
        if not self.isEnabled():
            painter.end()
            return
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(QRectF(left - 2, top, here - left + 2, GROOVE), 2, 2)
        painter.setBrush(QColor(colours.text))
        for tick in self.ticks():
            painter.drawRect(QRectF(round(x_of(tick, width)) - 1, top - 3, 2, GROOVE + 6))
        for mark in self.marks():
            x = x_of(mark, width)
            painter.drawPolygon(QPolygonF([QPointF(x - 4, top - 9), QPointF(x + 4, top - 9), QPointF(x, top - 3)]))
        self._paint_section(painter, top)
        radius = HANDLE / 2 - (0 if self._hovered or self.isSliderDown() or self.hasFocus() else 1.5)
        painter.setBrush(QColor(colours.accent))
        painter.drawEllipse(QPointF(here, middle), radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawEllipse(QPointF(here, middle), radius - 1, radius - 1)
        painter.end()

    def _paint_section(self, painter: QPainter, top: float) -> None:
        """A bracket around it, which leaves the groove as it is."""
        places = [x_of(fraction, self.width()) for fraction in self.section()]
        if not places:
            return
        painter.setPen(QPen(QColor(self._colours.text), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        foot, head = top - 2, top - 6
        for place, inwards in zip(places, (1, -1), strict=False):
            painter.drawPolyline([QPointF(place + 4 * inwards, head), QPointF(place, head), QPointF(place, foot)])
        if len(places) == 2:
            painter.drawLine(QPointF(places[0], head), QPointF(places[1], head))
        painter.setPen(Qt.PenStyle.NoPen)
