"""What is to be drawn of one model's boxes in one picture as it lies in the view: places, colours, labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from player.errors import plain
from ui.detections.places import boxes_in_view, in_sight, points_in_view

if TYPE_CHECKING:
    from player.analysis.view import View
    from ui.detections.labels import Label
    from ui.video.geometry import Placement


LONGEST_NAME = 28
"""Of a class, on a label; the card beside the box has all of it."""


@dataclass(slots=True)
class Sheet:
    """Boxes are counted as they are in sight; `indices` says which each is in the view's detections."""

    view: View
    rank: int
    """The model's place among those that are open."""
    fresh: bool
    """The boxes are those of the very picture on screen."""
    indices: NDArray[np.intp]
    boxes: NDArray[np.int32]
    """(n, 4): left, top, right, bottom in device pixels."""
    class_ids: list[int]
    confidence: NDArray[np.float32]
    landmarks: NDArray[np.float64] | None
    """(n, k, 2) device pixels."""
    texts: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def place_of(self, index: int) -> int | None:
        """Where a box of the detections is among those in sight."""
        found = np.flatnonzero(self.indices == index)
        return int(found[0]) if len(found) else None


def lay_out(view: View, placement: Placement, *, rank: int, fresh: bool) -> Sheet:
    """Without labels."""
    detections = view.detections
    boxes = boxes_in_view(placement, detections.xyxy)
    indices = np.flatnonzero(in_sight(boxes, placement.visible))
    points = detections.landmarks
    sheet = Sheet(
        view, rank, fresh, indices, boxes[indices],
        detections.class_id[indices].tolist(), detections.confidence[indices],
        None if points is None else points_in_view(placement, points[indices]),
    )  # fmt: skip
    names = {each: _short(class_name(view.labels, each)) for each in set(sheet.class_ids)}
    sheet.texts = [
        f"{names[each]} {percent(share)}"
        for each, share in zip(sheet.class_ids, sheet.confidence.tolist(), strict=True)
    ]
    return sheet


def class_name(labels: tuple[str, ...], class_id: int) -> str:
    """What the model calls the class; its number where it has no name."""
    return plain(labels[class_id]) if 0 <= class_id < len(labels) else f"class {class_id}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def percent(confidence: float) -> str:
    """Never 100 of what is only nearly certain."""
    return f"{round(confidence * 100) if confidence >= 1 else min(99, round(confidence * 100))}%"
