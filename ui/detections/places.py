"""Where the boxes of a coded picture lie in the view. Pure; device pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ui.video.geometry import Placement, Point, Rect

BEYOND = 64
"""What lies further outside the view than this is cut off: Qt's painter knows no places far away."""


def points_in_view(placement: Placement, points: NDArray[np.float32]) -> NDArray[np.float64]:
    """(..., 2) coded pixels to the view's device pixels, as `Placement.to_widget` does for one point."""
    width, height = placement.coded_size
    u, v = points[..., 0].astype(np.float64) / width, points[..., 1].astype(np.float64) / height
    if placement.orientation.mirrored:
        u = 1 - u
    for _ in range(placement.orientation.turns_cw):
        u, v = 1 - v, u
    rect = placement.rect
    return np.stack([rect.x + u * rect.width, rect.y + v * rect.height], axis=-1)


def boxes_in_view(placement: Placement, xyxy: NDArray[np.float32]) -> NDArray[np.int32]:
    """(n, 4) left, top, right, bottom: the device pixels' borders nearest to those of the boxes, within the picture."""
    corners = points_in_view(placement, xyxy.reshape(-1, 2, 2))
    (width, height), rect = placement.area, placement.rect
    least = max(rect.x, -BEYOND), max(rect.y, -BEYOND)
    most = min(rect.x + rect.width, width + BEYOND), min(rect.y + rect.height, height + BEYOND)
    corners = np.clip(np.rint(corners), least, most)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=-1).astype(np.int32)


def in_sight(boxes: NDArray[np.int32], visible: Rect) -> NDArray[np.bool_]:
    """Which of them have something within the part of the picture that the view shows."""
    left, top, right, bottom = boxes.T
    across = (left < visible.x + visible.width) & (right > visible.x)
    sight: NDArray[np.bool_] = across & (top < visible.y + visible.height) & (bottom > visible.y)
    return sight


def box_at(boxes: NDArray[np.int32], point: Point, reach: float) -> int | None:
    """The smallest box under a point, whose borders count `reach` further out; None where there is none."""
    x, y = point
    left, top, right, bottom = boxes.T
    under = (left - reach <= x) & (x < right + reach) & (top - reach <= y) & (y < bottom + reach)
    if not under.any():
        return None
    areas = (right - left).astype(np.int64) * (bottom - top)
    return int(np.flatnonzero(under)[areas[under].argmin()])
