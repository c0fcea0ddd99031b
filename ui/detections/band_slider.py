"""A slider between 0 and 1 with two handles, for from where to where something is to lie, or with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.detections.own_keys import OwnKeys
from ui.theme import DARK

if TYPE_CHECKING:
    from ui.theme import Colours

RADIUS = 6.0
GROOVE = 4.0
STEP, PAGE = 0.01, 0.1
STEPS: dict[int, float] = {
    Qt.Key.Key_Left: -STEP, Qt.Key.Key_Down: -STEP, Qt.Key.Key_Right: STEP, Qt.Key.Key_Up: STEP,
    Qt.Key.Key_PageDown: -PAGE, Qt.Key.Key_PageUp: PAGE, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0,
}  # fmt: skip


class BandSlider(QWidget):
    """Drag a handle, or what is between them. Keys move the handle that was touched last; Space takes the other.

    With `single` there is the upper handle alone.
    """

    moved = Signal(float, float)  # by the user; rounded to hundredths

    def __init__(self, name: str, *, single: bool = False) -> None:
        super().__init__()
        self._single = single
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._low, self._high = 0.0, 1.0
        self._active = 1 if single else 0  # 0 the lower handle, 1 the upper
        self._grip: tuple[float, float, float] | None = None  # where both were, and the pointer, as a drag began
        self._held: int | None = None  # which is dragged; 2 is both
        self._colours = DARK
        self._keys = OwnKeys(self, [Qt.Key(key) for key in STEPS] + ([] if single else [Qt.Key.Key_Space]))

    @property
    def band(self) -> tuple[float, float]:
        return self._low, self._high

    def set_band(self, low: float, high: float) -> None:
        if (low, high) != self.band:
            self._low, self._high = low, high
            self.update()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(140, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(70, 22)

    # -- places

    def _room(self) -> float:
        return max(1.0, self.width() - 2 * RADIUS - 4)

    def _x(self, value: float) -> float:
        return RADIUS + 2 + value * self._room()

    def _value(self, x: float) -> float:
        return (x - RADIUS - 2) / self._room()

    def _choose(self, x: float) -> int:
        """The handle that a press at `x` is for; 2 for what is between, well away from both."""
        if self._single:
            return 1
        low, high = self._x(self._low), self._x(self._high)
        if low + 2 * RADIUS < x < high - 2 * RADIUS and self.band != (0.0, 1.0):
            return 2
        if abs(x - low) == abs(x - high):
            return 0 if x < low else 1
        return 0 if abs(x - low) < abs(x - high) else 1

    # -- changes

    def _move(self, which: int, value: float) -> None:
        """Moves a handle, at most up to the other."""
        value = round(min(max(value, 0.0), 1.0), 2)
        self._tell(*((min(value, self._high), self._high) if which == 0 else (self._low, max(value, self._low))))

    def _tell(self, low: float, high: float) -> None:
        if (low, high) != self.band:
            self.set_band(low, high)
            self.moved.emit(low, high)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        self._held = self._choose(x)
        self._grip = (*self.band, self._value(x))
        if self._held < 2:
            self._active = self._held
            self._move(self._active, self._value(x))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None or self._grip is None:
            return
        value = self._value(event.position().x())
        if self._held < 2:
            self._move(self._held, value)
            return
        low, high, began = self._grip
        by = min(max(value - began, -low), 1.0 - high)
        self._tell(round(low + by, 2), round(high + by, 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = self._grip = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in STEPS:
            self._move(self._active, self.band[self._active] + STEPS[event.key()])
        elif event.key() == Qt.Key.Key_Space and not self._single:
            self._active = 1 - self._active
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, enabled = self._colours, self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, low, high = self.height() / 2, self._x(self._low), self._x(self._high)
        painter.setBrush(QColor(colours.groove))
        painter.drawRoundedRect(QRectF(self._x(0.0), middle - GROOVE / 2, self._room(), GROOVE), 2, 2)
        ink = QColor(colours.accent if enabled else colours.faint)
        painter.setBrush(ink)
        painter.drawRect(QRectF(low, middle - GROOVE / 2, high - low, GROOVE))
        for which, x in enumerate((low, high)):
            if self._single and which == 0:
                continue
            if self.hasFocus() and which == self._active:
                painter.setPen(QPen(QColor(colours.text), 2))
            else:
                painter.setPen(QPen(QColor(colours.window), 1.5))
            painter.drawEllipse(QPointF(x, middle), RADIUS, RADIUS)
        painter.end()
