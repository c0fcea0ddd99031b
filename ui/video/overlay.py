"""A sheet over the picture that painters draw on, the same for both kinds of view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from ui.video.geometry import Placement
    from ui.video.view import VideoView


class OverlayPainter(Protocol):
    """Draws on the overlay when it is told to."""

    @property
    def active(self) -> bool:
        """False while there is nothing to draw; an overlay without active painters is hidden and costs nothing."""

    def paint(self, painter: QPainter, placement: Placement) -> None:
        """`painter` counts in the view's device pixels, as `placement` does."""


class Overlay(QWidget):
    """Lies exactly over the view and lets the mouse through. Painters draw in the order in which they were added."""

    def __init__(self, view: VideoView, widget: QWidget, stage: QWidget) -> None:
        super().__init__(stage)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._view = view
        self._widget = widget
        self._painters: list[OverlayPainter] = []
        view.placement_changed.connect(self.refresh)
        self.hide()

    def add(self, painter: OverlayPainter) -> None:
        self._painters.append(painter)
        self.refresh()

    @Slot()
    def refresh(self, part: QRect | None = None) -> None:
        """Something that a painter draws is another one, or there is more or less to draw.

        `part` is all that changes, in the overlay's own coordinates.
        """
        wanted = self._widget.isVisible() and any(painter.active for painter in self._painters)
        if wanted and self.geometry() != self._widget.geometry():
            self.setGeometry(self._widget.geometry())
        if wanted == self.isHidden():
            self.setVisible(wanted)
        if wanted and part is not None:
            self.update(part)
        elif wanted:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        placement = self._view.placement
        if placement is None or placement.rect.empty:
            return
        painter = QPainter(self)
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        for each in self._painters:
            if each.active:
                painter.save()
                each.paint(painter, placement)
                painter.restore()
        painter.end()
