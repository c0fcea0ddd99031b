"""The whole picture in small, with the part in sight framed. A click or drag in it looks there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.controls.time_label import tabular
from ui.video.geometry import fit
from ui.zoom import zoom_text

if TYPE_CHECKING:
    from player.media.raster import RasterImage
    from ui.video.geometry import Placement

LARGEST = (168, 132)
SHARE = 0.3
"""Of the stage's width and height that the picture in it may take."""
PADDING = 6
CAPTION = 20
MARGIN = 16
GROUND = QColor(12, 14, 18)
TEXT = QColor("#f4f6f8")
ACCENT = QColor(theme.DARK.accent)  # it lies over a picture, whose ground is black in every theme
SHADE = QColor(0, 0, 0, 90)


class Minimap(QWidget):
    """At the top right of the stage while part of the picture is out of sight."""

    looked_at = Signal(object)  # a point of the upright picture, 0 to 1

    def __init__(self, stage: QWidget) -> None:
        super().__init__(stage)
        self._stage = stage
        self.setAccessibleName("Overview of the picture")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(tabular(self.font()))
        self._placement: Placement | None = None
        self._image: RasterImage | None = None
        self._grabbed: QPointF | None = None
        """Where in the frame it was taken hold of, from its middle, 0 to 1 of the picture."""
        self.hide()

    def show_placement(self, placement: Placement) -> None:
        """Take the size and the corner for it."""
        self._placement = placement
        size = self._picture_size()
        whole = QSize(size[0] + 2 * PADDING, size[1] + 2 * PADDING + CAPTION)
        if self.size() != whole:
            self.resize(whole)
        self.update()

    def show_image(self, image: RasterImage | None) -> None:
        self._image = image
        self.update()

    def image_size(self) -> tuple[int, int]:
        """Of the thumbnail, in device pixels."""
        width, height = self._picture_size()
        ratio = self.devicePixelRatioF()
        return max(1, round(width * ratio)), max(1, round(height * ratio))

    def _picture_size(self) -> tuple[int, int]:
        assert self._placement is not None
        room = self._stage.size() * SHARE
        return fit(self._placement.display_size, (min(LARGEST[0], room.width()), min(LARGEST[1], room.height()))).size

    def _picture_rect(self) -> QRectF:
        width, height = self._picture_size()
        return QRectF(PADDING, PADDING, width, height)

    def _frame(self) -> QRectF:
        """The part in sight, on the thumbnail."""
        placement = self._placement
        assert placement is not None
        part, whole = placement.visible, self._picture_rect()
        left, top = placement.to_upright((part.x, part.y))
        right, bottom = placement.to_upright((part.x + part.width, part.y + part.height))
        corner = QPointF(whole.x() + left * whole.width(), whole.y() + top * whole.height())
        frame = QRectF(corner.x(), corner.y(), (right - left) * whole.width(), (bottom - top) * whole.height())
        if frame.width() < 6:
            frame.adjust(frame.width() / 2 - 3, 0, 3 - frame.width() / 2, 0)
        if frame.height() < 6:
            frame.adjust(0, frame.height() / 2 - 3, 0, 3 - frame.height() / 2)
        return frame

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._placement is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(self.rect(), 8, 8)
        whole, image = self._picture_rect(), self._image
        if image is not None:
            picture = QImage(image.data, image.width, image.height, image.stride, QImage.Format.Format_RGB32)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(whole, picture)
        frame = self._frame()
        outside = QPainterPath()
        outside.addRect(whole)
        inside = QPainterPath()
        inside.addRect(frame)
        painter.fillPath(outside - inside, SHADE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(GROUND, 4))
        painter.drawRect(frame)
        painter.setPen(QPen(ACCENT, 2))
        painter.drawRect(frame)
        painter.setPen(TEXT)
        caption = QRectF(0, whole.bottom() + 2, self.width(), CAPTION + PADDING - 4)
        painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, zoom_text(self._placement.zoom))
        painter.end()

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._placement is None:
            return
        frame = self._frame()
        held = frame.contains(event.position())
        self._grabbed = event.position() - frame.center() if held else QPointF(0, 0)
        self._look(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._look(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()  # or the stage would take it for full screen

    def _look(self, position: QPointF) -> None:
        whole = self._picture_rect()
        point = position - (self._grabbed or QPointF(0, 0)) - whole.topLeft()
        self.looked_at.emit((point.x() / whole.width(), point.y() / whole.height()))
