"""From coded pixels to those of the picture as it is shown: mirrored and turned, not stretched."""

from __future__ import annotations

import numpy as np

from player.analysis.detections import Detections
from player.analysis.input_map import turned_upright
from player.records import Orientation


def upright_size(coded_size: tuple[int, int], orientation: Orientation) -> tuple[int, int]:
    """Width and height of the upright picture."""
    width, height = coded_size
    return (height, width) if orientation.swaps_axes else (width, height)


def upright(found: Detections, coded_size: tuple[int, int], orientation: Orientation) -> Detections:
    """The same boxes, landmarks and masks where they are in the upright picture."""
    width, height = coded_size
    if not (orientation.mirrored or orientation.turns_cw):
        return found
    x, y = found.xyxy[:, 0::2], found.xyxy[:, 1::2]
    points = found.landmarks
    if orientation.mirrored:
        x = width - x
        if points is not None:
            points = np.stack((width - points[..., 0], points[..., 1]), axis=-1)
    for _ in range(orientation.turns_cw):  # a point (x, y) goes to (height - y, x)
        x, y = height - y, x
        if points is not None:
            points = np.stack((height - points[..., 1], points[..., 0]), axis=-1)
        width, height = height, width
    corners = np.stack((x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)), axis=1)
    return Detections(
        np.ascontiguousarray(corners, np.float32),
        found.confidence,
        found.class_id,
        found.tracker_id,
        None if points is None else np.ascontiguousarray(points, np.float32),
        None if found.masks is None else np.ascontiguousarray(turned_upright(found.masks, orientation)),
    )
