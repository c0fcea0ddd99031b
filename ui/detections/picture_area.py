"""Where on the stage the picture is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.video.view import VideoView


def picture_area(widget: QWidget, view: VideoView) -> QRect:
    """What a view shows of its picture, beside `widget`, which it is; all of that without a picture. Whole points."""
    placement = view.placement
    if placement is None or placement.visible.empty:
        return widget.geometry()
    part, ratio = placement.visible, widget.devicePixelRatioF()
    place = QRectF(part.x / ratio, part.y / ratio, part.width / ratio, part.height / ratio)
    return place.toAlignedRect().translated(widget.pos())
