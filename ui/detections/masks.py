"""The masks of things, as a veil of their class's colour over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from player.analysis.input_map import turned_upright
from ui.detections.colours import COLOURS, colour_number
from ui.detections.places import points_in_view

if TYPE_CHECKING:
    from ui.detections.sheet import Sheet
    from ui.video.geometry import Placement

VEIL = 0.4
"""How much of the colour covers the picture."""


def draw_masks(painter: QPainter, sheet: Sheet, placement: Placement) -> None:
    masks = sheet.view.detections.masks
    assert masks is not None
    corners = points_in_view(placement, sheet.view.detections.xyxy[sheet.indices].reshape(-1, 2, 2))
    least, most = corners.min(axis=1), corners.max(axis=1)
    part = placement.visible
    near, far = np.array([part.x, part.y]), np.array([part.x + part.width, part.y + part.height])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for at, index in enumerate(sheet.indices.tolist()):
        size = most[at] - least[at]
        if size.min() <= 0:
            continue
        image = _image(turned_upright(masks[index], placement.orientation), colour_number(sheet.class_ids[at]))
        start, end = np.maximum(least[at], near), np.minimum(most[at], far)
        scale = np.array([image.width(), image.height()]) / size
        painter.drawImage(_rect(start, end), image, _rect((start - least[at]) * scale, (end - least[at]) * scale))
    painter.restore()


def _rect(start: NDArray[np.float64], end: NDArray[np.float64]) -> QRectF:
    (left, top), (right, bottom) = start.tolist(), end.tolist()
    return QRectF(left, top, right - left, bottom - top)


def _image(mask: NDArray[np.bool_], number: int) -> QImage:
    colour = COLOURS[number]
    veil = (np.array([colour.blue(), colour.green(), colour.red(), 255]) * VEIL + 0.5).astype(np.uint8)
    pixels = np.where(mask[..., None], veil, np.uint8(0))
    height, width = mask.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
