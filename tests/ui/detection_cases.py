"""Made-up views for what draws and lists boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from player.analysis.classes import Heat, likeliest
from player.analysis.detections import Detections
from player.analysis.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = ("person", "bicycle", "car", "dog", "cat", "bus", "train", "boat")


def make_view(boxes: Sequence[Sequence[float]], **changes: Any) -> View:
    """Boxes of classes 0, 1, 2 ... and confidence 0.95, 0.9 ...; `landmarks` and `masks` go with them."""
    count = len(boxes)
    confidence = np.maximum(0.95 - 0.05 * np.arange(count), 0.3).astype(np.float32)
    detections = Detections(
        np.array(boxes, np.float32).reshape(-1, 4), confidence, np.arange(count, dtype=np.int32),
        landmarks=changes.pop("landmarks", None), masks=changes.pop("masks", None),
    )  # fmt: skip
    values: dict[str, Any] = {
        "slot": 0, "model": "Tester", "labels": LABELS, "state": "exact", "age_frames": 0, "detections": detections,
    }  # fmt: skip
    return View(**{**values, **changes})


def many(count: int, size: tuple[int, int], seed: int = 1) -> list[list[float]]:
    """Boxes of all sizes all over a picture."""
    random = np.random.default_rng(seed)
    wide = random.uniform(20, 260, (count, 2))
    corner = random.uniform(0, 1, (count, 2)) * (np.array(size) - wide)
    found: list[list[float]] = np.hstack([corner, corner + wide]).tolist()
    return found


def make_classes(scores: Sequence[float] = (0.05, 0.1, 0.7, 0.15), heat: Heat | None = None, **changes: Any) -> View:
    """A classifier's view; `scores` are those of the first of LABELS."""
    classes = likeliest(np.array(scores, np.float32), heat)
    values: dict[str, Any] = {
        "slot": 0, "model": "Teller", "labels": LABELS, "state": "exact", "age_frames": 0, "task": "classify",
        "classes": classes,
    }  # fmt: skip
    return View(**{**values, **changes})


def spot_heat(size: tuple[int, int], column: int, row: int, class_id: int = 2) -> Heat:
    """Of a picture of this size: 8 x 6 places, one of them hot."""
    values = np.zeros((6, 8), np.float32)
    values[row, column] = 1
    whole = (0.0, 0.0, float(size[0]), float(size[1]))
    return Heat(values, whole, whole, class_id)
