"""The boxes of one picture, and the record that ties them to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.analysis.classes import Classes
from player.analysis.keys import PictureKey

RAW_FLOOR = 0.01
"""Boxes below this confidence are never kept."""
RAW_LIMIT = 1000
"""So many boxes of a picture are kept at most, the best."""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """n boxes of one picture, in its coded pixels: before rotation and sample aspect. The arrays are read-only."""

    xyxy: NDArray[np.float32]
    """(n, 4): left, top, right, bottom; pixel borders, so that a whole picture is 0, 0, width, height."""
    confidence: NDArray[np.float32]
    """(n,): 0 to 1."""
    class_id: NDArray[np.int32]
    """(n,): place in the model's labels."""
    tracker_id: NDArray[np.int32] | None = None
    """(n,): the same thing in several pictures."""
    landmarks: NDArray[np.float32] | None = None
    """(n, k, 2): points x, y in coded pixels."""
    masks: NDArray[np.bool_] | None = None
    """(n, h, w): of any size; each covers its box, not the picture."""

    def __post_init__(self) -> None:
        count = len(self.xyxy)
        if self.xyxy.shape != (count, 4):
            raise ValueError(f"xyxy is (n, 4), not {self.xyxy.shape}")
        for name in ("confidence", "class_id", "tracker_id", "landmarks", "masks"):
            values = getattr(self, name)
            if values is not None and len(values) != count:
                raise ValueError(f"{name} has {len(values)} rows for {count} boxes")
        for name in self.__slots__:
            values = getattr(self, name)
            if values is not None:
                values.flags.writeable = False

    def __len__(self) -> int:
        return len(self.xyxy)

    def take(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Detections:
        """The boxes at these places, or where the mask is true, in that order."""
        return Detections(
            self.xyxy[chosen],
            self.confidence[chosen],
            self.class_id[chosen],
            None if self.tracker_id is None else self.tracker_id[chosen],
            None if self.landmarks is None else self.landmarks[chosen],
            None if self.masks is None else self.masks[chosen],
        )

    @property
    def nbytes(self) -> int:
        values = (getattr(self, name) for name in self.__slots__)
        return sum(each.nbytes for each in values if each is not None)


def no_detections() -> Detections:
    return Detections(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What one model found in one picture, before any threshold of the user's."""

    key: PictureKey
    model_id: str
    """The start of the model file's sha256."""
    raw: Detections
    suppress: bool
    """Overlapping boxes are still to be thinned out (NMS); False where the model gave final ones."""
    infer_s: float
    """What preparing, running and decoding took."""
    classes: Classes | None = None
    """What the picture is taken for, by a classifier: it finds no boxes."""

    @property
    def nbytes(self) -> int:
        return self.raw.nbytes + (0 if self.classes is None else self.classes.nbytes)

    def has_heat(self, wanted: int | None) -> bool:
        """Whether nothing is missing where a classifier is to give this class's heat map (see `Classes`)."""
        return self.classes is None or self.classes.has_heat(wanted)
