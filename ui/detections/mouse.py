"""The mouse over boxes: it hovers, a click selects; once that was asked for, a drag draws the region for the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from ui.inspector.mouse import nearest_pixel, spanned

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QWidget

    from player.analysis.input_map import Rectangle
    from ui.detections.detecting import Detecting
    from ui.detections.pointed import Spot
    from ui.video.geometry import Point
    from ui.video.view import VideoView

STILL = 4.0
"""A press that moves no further, in device-independent pixels, is a click."""
LEAST = 8
"""Coded pixels that a region has each way; less was no drag."""


class BoxMouse(QObject):
    """Is shown the stage's mouse events before anybody else. Takes only those that draw a region."""

    region_drawn = Signal(object)  # a Rectangle while the button is held, None at the end

    def __init__(
        self,
        detecting: Detecting,
        view: VideoView,
        stage: QWidget,
        widget: QWidget,
        spot_at: Callable[[Point], Spot | None],
    ) -> None:
        super().__init__(stage)
        self._detecting, self._view, self._stage, self._widget = detecting, view, stage, widget
        self._spot_at = spot_at
        self._pressed: Point | None = None
        self._corner: tuple[int, int] | None = None
        self._drawn: Rectangle | None = None
        self.place: Point | None = None
        """The pointer over the view, in its device pixels; None elsewhere."""

    def follow_wish(self) -> None:
        """A region is to be drawn, or no longer."""
        self._corner = self._drawn = None
        if self._detecting.manner.is_drawing:
            self._stage.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._stage.unsetCursor()
        self.look_again()
        self.region_drawn.emit(None)

    def takes(self, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QMouseEvent):
            point = self._device_point(event.position())
            if kind == QEvent.Type.MouseButtonPress:
                return self._press(event, point)
            if kind == QEvent.Type.MouseMove:
                return self._move(event, point)
            if kind == QEvent.Type.MouseButtonRelease:
                return self._release(event, point)
        elif kind == QEvent.Type.Leave:
            self._note(None)
        return False

    def look_again(self) -> None:
        """Other boxes may be under the pointer."""
        self._note(self.place)

    def _device_point(self, position: QPointF) -> Point:
        ratio = self._widget.devicePixelRatioF()
        return (position.x() - self._widget.x()) * ratio, (position.y() - self._widget.y()) * ratio

    def _press(self, event: QMouseEvent, point: Point) -> bool:
        placement = self._view.placement
        is_left = event.button() is Qt.MouseButton.LeftButton
        plain = is_left and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._pressed = point if plain else None
        if not self._detecting.manner.is_drawing or not is_left or placement is None or placement.rect.empty:
            return False
        self._corner = nearest_pixel(placement, point)
        return True

    def _move(self, event: QMouseEvent, point: Point) -> bool:
        placement = self._view.placement
        if self._corner is not None and placement is not None and not placement.rect.empty:
            x, y, width, height = spanned(self._corner, nearest_pixel(placement, point))
            self._drawn = (x, y, x + width, y + height)
            self.region_drawn.emit(self._drawn)
            return True
        self._note(point if not event.buttons() else None)
        return False

    def _release(self, event: QMouseEvent, point: Point) -> bool:
        pressed, self._pressed = self._pressed, None
        if self._corner is not None:
            self._draw(self._drawn)
            return True
        if pressed is not None and event.button() is Qt.MouseButton.LeftButton and self._is_near(pressed, point):
            self._select(point)
        self._note(point)
        return False

    def _draw(self, region: Rectangle | None) -> None:
        """The button was let go: that is the region, where it is large enough to be one."""
        if region is not None and min(region[2] - region[0], region[3] - region[1]) >= LEAST:
            self._detecting.manner.set_region(region)
        self._detecting.manner.is_drawing = False
        self.follow_wish()

    def _is_near(self, one: Point, other: Point) -> bool:
        most = STILL * self._widget.devicePixelRatioF()
        return abs(one[0] - other[0]) <= most and abs(one[1] - other[1]) <= most

    def _select(self, point: Point) -> None:
        spot, selected = self._spot_at(point), self._detecting.selected
        if spot is not None:
            self._detecting.pointed.select(spot.slot, spot.index)
        elif selected is not None:
            self._detecting.pointed.select(selected.slot, None)

    def _note(self, point: Point | None) -> None:
        if point is not None:
            ratio = self._widget.devicePixelRatioF()
            inside = 0 <= point[0] < self._widget.width() * ratio and 0 <= point[1] < self._widget.height() * ratio
            point = point if inside else None
        self.place = point
        is_drawing = self._detecting.manner.is_drawing
        self._detecting.pointed.hover(None if point is None or is_drawing else self._spot_at(point))
