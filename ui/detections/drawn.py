"""Boxes on a picture that is saved: as they were when that was asked for, on the picture that they were found in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QFont, QImage, QPainter

from ui.detections.class_sheet import class_rows, draw_on_still
from ui.detections.heat import OPACITY
from ui.detections.heat_painter import HeatPainter
from ui.detections.painter import BoxPainter, Shown
from ui.detections.sheet import class_name
from ui.video.geometry import place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from player.analysis.view import View
    from player.records import Picture
    from ui.detections.manner import Stale
    from ui.detections.pointed import Spot

USUAL_LINES = 900
"""In pictures with a multiple of these lines everything is drawn so many times larger."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Implements `player.media.still_file.Drawing` and the painter's `Shown`."""

    picture: Picture
    views: tuple[View, ...]
    is_on: bool = True
    stale: Stale = "hide"
    hovered: Spot | None = None
    selected: Spot | None = None
    opacity: float = OPACITY
    """Of heat maps."""

    def over(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        ratio = max(1.0, round(min(width, height) / USUAL_LINES))
        size = width, height
        placement = place(self.picture.coded_size, size, self.picture.orientation, size)
        image.setDevicePixelRatio(ratio)
        with QPainter(image) as painter:
            painter.scale(1 / ratio, 1 / ratio)
            HeatPainter(self, lambda: self.picture, lambda: self.opacity).paint(painter, placement)
            BoxPainter(self, lambda: self.picture).paint(painter, placement)
        draw_on_still(image, self.views, QFont(), ratio)
        image = image.convertToFormat(QImage.Format.Format_RGB888)
        lines = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
        return lines[:, : 3 * width].reshape(height, width, 3).copy()

    def facts(self) -> dict[str, Any]:
        return {"models": [_facts(view) for view in self.views]}


def boxes_of(shown: Shown, opacity: float = OPACITY) -> Drawn | None:
    """What was found in the picture on screen itself; None when that is nothing."""
    exact = tuple(view for view in shown.views if view.state == "exact" and view.found_something)
    return Drawn(shown.picture, exact, opacity=opacity) if exact and shown.picture is not None else None


def _facts(view: View) -> dict[str, Any]:
    found = view.detections
    if view.classes is not None:
        return {"model": view.model, "classes": class_rows(view)}
    return {
        "model": view.model,
        "boxes": [
            {
                "class": class_name(view.labels, class_id),
                "confidence": round(sure, 4),
                "xyxy": [round(v, 2) for v in box],
            }
            for class_id, sure, box in zip(
                found.class_id.tolist(), found.confidence.tolist(), found.xyxy.tolist(), strict=True
            )
        ],
    }
