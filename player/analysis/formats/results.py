"""What a file of results holds, whatever its format: how it was made, and each picture that was looked at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from player.analysis.detections import Detections
from player.errors import PlayerError, plain

Path = str | os.PathLike[str]
PIXEL_DIGITS, SCORE_DIGITS, TIME_DIGITS = 2, 5, 6
"""Decimals that are written; `pts` in its `time_base` is exact."""
SPACE = "upright"
"""Boxes are in pixels of the picture as it is shown: mirrored and turned as the file says, not stretched by its sample
aspect, 0, 0 at the top left. They may reach beyond its borders."""


class FormatError(PlayerError):
    """A file of results that is none. `str()` is one plain sentence."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(plain(f"Cannot read {path}: {reason}."))


@dataclass(frozen=True, slots=True)
class RunFacts:
    """How results came to be."""

    model: str
    sha256: str
    """The model file's."""
    labels: tuple[str, ...]
    engine: str = ""
    device: str = ""
    precision: str = ""
    """What it computed in; "" where the model's file alone decided."""
    low: float = 0.0
    """Of the confidence band that was written."""
    high: float = 1.0
    iou: float = 0.0
    classes: tuple[str, ...] = ()
    """Only these were written; () is all."""
    files: Mapping[str, str] = field(default_factory=dict)
    """What each file of the run is known by wherever it is (player.file_identity), by its name."""
    made_by: str = "Overplay"

    def label(self, class_id: int) -> str:
        """Its name, or its number where the model has none for it."""
        return self.labels[class_id] if 0 <= class_id < len(self.labels) else str(class_id)


@dataclass(frozen=True, slots=True)
class PictureResult:
    """One picture that was looked at, with what was found in it."""

    file: str
    """The name of its file."""
    index: int
    """Its 0-based number in presentation order; 0 for an image."""
    pts: int | None
    time_base: Fraction
    time_s: float | None
    width: int
    """In pixels of SPACE."""
    height: int
    found: Detections
    is_image: bool = False
    """Its file holds nothing else."""

    @property
    def count(self) -> int:
        return len(self.found)

    def __post_init__(self) -> None:
        numbers = [self.found.xyxy, self.found.confidence]
        if self.found.landmarks is not None:
            numbers.append(self.found.landmarks)
        if not all(np.isfinite(each).all() for each in numbers):
            raise ValueError(f"a box of {self.file}, picture {self.index}, is not a number")


@dataclass(frozen=True, slots=True)
class Results:
    """What a file of results holds."""

    run: RunFacts | None
    """None where the file does not say."""
    pictures: tuple[PictureResult, ...]
    complete: bool = True
    """False: the run was ended early."""


class Writer(Protocol):
    """Writes a file of results as they come. The file is there when its block ends, not before."""

    def add(self, picture: PictureResult) -> None:
        """In order."""

    def finish(self, *, complete: bool) -> None:
        """Nothing more will come; `complete` is whether all came that was wanted."""


def run_to_json(run: RunFacts) -> dict[str, Any]:
    return {
        "made_by": run.made_by,
        "model": {
            "name": run.model,
            "sha256": run.sha256,
            "engine": run.engine,
            "device": run.device,
            "precision": run.precision,
        },
        "labels": list(run.labels),
        "conf": [run.low, run.high],
        "iou": run.iou,
        "classes": list(run.classes),
        "space": SPACE,
        "files": dict(run.files),
    }


def run_from_json(facts: Mapping[str, Any]) -> RunFacts:
    """Raises KeyError, TypeError and ValueError for what `run_to_json` does not make."""
    model = facts["model"]
    low, high = facts["conf"]
    if facts["space"] != SPACE:
        raise ValueError(f"its boxes are in {facts['space']} pixels")
    return RunFacts(
        model=model["name"],
        sha256=model["sha256"],
        labels=tuple(facts["labels"]),
        engine=model["engine"],
        device=model["device"],
        precision=model.get("precision", ""),  # files of before have none
        low=low,
        high=high,
        iou=facts["iou"],
        classes=tuple(facts["classes"]),
        files=dict(facts["files"]),
        made_by=facts["made_by"],
    )


@dataclass(slots=True)
class BoxRows:
    """The boxes of one picture as they are read, one by one."""

    xyxy: list[list[float]] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    class_id: list[int] = field(default_factory=list)
    tracker_id: list[int] = field(default_factory=list)
    landmarks: list[list[list[float]]] = field(default_factory=list)

    def found(self) -> Detections:
        return Detections(
            np.array(self.xyxy, np.float32).reshape(-1, 4),
            np.array(self.confidence, np.float32),
            np.array(self.class_id, np.int32),
            np.array(self.tracker_id, np.int32) if self.tracker_id else None,
            np.array(self.landmarks, np.float32) if self.landmarks else None,
        )


def rounded(values: Any, digits: int) -> list[Any]:
    """An array as lists of floats that are short when written out."""
    result: list[Any] = np.round(np.asarray(values, np.float64), digits).tolist()
    return result


def seconds(time_s: float | None) -> float | None:
    return None if time_s is None else round(time_s, TIME_DIGITS)
