"""The mouse over the picture: the wheel with Ctrl (or two fingers) zooms, a drag moves it, with Shift it selects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QWidget

    from ui.video.geometry import Placement, Point
    from ui.zoom import Region, Zoom

NOTCH = 120


class Mouse(QObject):
    """Is shown the stage's mouse events first. `takes` says whether one was for it and nobody else."""

    moved = Signal()  # `place` is another one

    def __init__(self, zoom: Zoom, stage: QWidget, view: QWidget) -> None:
        super().__init__(stage)
        self._zoom = zoom
        self._stage = stage
        self._view = view
        self._dragging: Literal["", "pan", "select"] = ""
        self._last: Point = (0.0, 0.0)
        self._corner: tuple[int, int] = (0, 0)
        self._turned = 0.0  # of the wheel, in notches, that no step was made for yet
        self.place: Point | None = None
        """The pointer over the view, in its device pixels; None elsewhere."""

    def takes(self, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QNativeGestureEvent):
            return self._pinch(event)
        if isinstance(event, QMouseEvent):
            point = self._device_point(event.position())
            if kind == QEvent.Type.MouseButtonPress:
                return self._press(event, point)
            if kind == QEvent.Type.MouseMove:
                return self._move(point)
            if kind == QEvent.Type.MouseButtonRelease:
                return self._release()
        elif kind == QEvent.Type.Leave:
            self._note(None)
        return False

    def leave_for(self, widget: QWidget) -> None:
        """Over this widget, which lies on the stage too, the pointer is not over the picture."""
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter:
            self._note(None)
        return False

    def _device_point(self, position: QPointF) -> Point:
        ratio = self._view.devicePixelRatioF()
        return (position.x() - self._view.x()) * ratio, (position.y() - self._view.y()) * ratio

    def _wheel(self, event: QWheelEvent) -> bool:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        point = self._device_point(event.position())
        self._turned += event.angleDelta().y() / NOTCH
        steps = int(self._turned)
        self._turned -= steps
        if steps:
            self._zoom.step(steps, point)
        self._note(point)
        event.accept()
        return True

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._zoom.scale(1 + event.value(), self._device_point(event.position()))
        event.accept()
        return True

    def _press(self, event: QMouseEvent, point: Point) -> bool:
        left, middle = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        placement = self._zoom.placement
        if placement is None or event.button() not in (left, middle):
            return False
        if event.button() == left and shift:
            self._dragging, self._corner = "select", nearest_pixel(placement, point)
            self._zoom.clear_selection()
            self._stage.setCursor(Qt.CursorShape.CrossCursor)
        elif self._zoom.can_pan:
            self._dragging, self._last = "pan", point
            self._stage.setCursor(Qt.CursorShape.ClosedHandCursor)
        return bool(self._dragging)

    def _move(self, point: Point) -> bool:
        placement = self._zoom.placement
        if placement is not None and self._dragging == "pan":
            self._zoom.pan(point[0] - self._last[0], point[1] - self._last[1])
            self._last = point
        elif placement is not None and self._dragging == "select":
            self._zoom.select(spanned(self._corner, nearest_pixel(placement, point)))
        self._note(point)
        return bool(self._dragging)

    def _release(self) -> bool:
        was_dragging, self._dragging = bool(self._dragging), ""
        if was_dragging:
            self._stage.unsetCursor()
        return was_dragging

    def _note(self, place: Point | None) -> None:
        if place is not None:
            ratio = self._view.devicePixelRatioF()
            inside = 0 <= place[0] < self._view.width() * ratio and 0 <= place[1] < self._view.height() * ratio
            place = place if inside else None
        if place != self.place:
            self.place = place
            self.moved.emit()


def nearest_pixel(placement: Placement, point: Point) -> tuple[int, int]:
    """The coded pixel under a point of the widget, or the nearest to it of those in sight."""
    part = placement.visible
    x = min(max(point[0], part.x + 0.5), part.x + part.width - 0.5)
    y = min(max(point[1], part.y + 0.5), part.y + part.height - 0.5)
    return placement.pixel_at((x, y)) or (0, 0)


def spanned(one: tuple[int, int], other: tuple[int, int]) -> Region:
    (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return left, top, right - left + 1, bottom - top + 1
