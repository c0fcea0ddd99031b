"""Brings in what looks closely at pictures when it is first asked for, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from player.records import Picture
    from ui.docks import Docks
    from ui.inspector.inspector import Inspector
    from ui.stage import Stage
    from ui.zoom import Zoom


class Inspection(QObject):
    """The main window's inspector, or nothing yet."""

    def __init__(self, zoom: Zoom, stage: Stage) -> None:
        super().__init__(stage)
        self._zoom = zoom
        self._stage = stage
        self._inspector: Inspector | None = None
        stage.explore = self._takes
        zoom.changed.connect(self._on_asked)
        zoom.selection_changed.connect(self._on_asked)

    def offer(self, docks: Docks) -> None:
        def panel() -> QWidget:
            from ui.inspector.panel import InspectorPanel

            return InspectorPanel(self.inspector())

        docks.offer("inspector", "Inspector", panel)

    def inspector(self) -> Inspector:
        if self._inspector is None:
            from ui.inspector.inspector import Inspector

            self._inspector = Inspector(self._zoom, self._stage)
        return self._inspector

    def note_picture(self, picture: Picture | None) -> None:
        """The view shows this from now on."""
        self._zoom.note_picture(picture)
        if self._inspector is not None:
            self._inspector.note_picture(picture)

    def shutdown(self) -> None:
        if self._inspector is not None:
            self._inspector.shutdown()

    @Slot()
    def _on_asked(self) -> None:
        if self._zoom.placement is not None:
            self.inspector()

    def _takes(self, event: QEvent) -> bool:
        """Whether a mouse event over the picture is for looking closely at it."""
        if self._inspector is None and (self._zoom.placement is None or not _asks(event)):
            return False
        return self.inspector().mouse.takes(event)


def _asks(event: QEvent) -> bool:
    """Whether this event is the first of a zoom or a selection."""
    if isinstance(event, QWheelEvent):
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if isinstance(event, QNativeGestureEvent):
        return event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
    shift = Qt.KeyboardModifier.ShiftModifier
    press = event.type() == QEvent.Type.MouseButtonPress
    return press and isinstance(event, QMouseEvent) and bool(event.modifiers() & shift)
