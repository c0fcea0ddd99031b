"""How well boxes fit what people marked: average precision and recall, counted as COCO's own evaluation counts.

A box is right when it is the first, surest first, to overlap a marked thing of its class by the threshold; of several
such things it takes the one it fits best. Precision, made to fall only, is averaged over 101 recalls from 0 to 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.analysis.boxes import areas, intersections, ious
from player.analysis.detections import Detections

COCO_IOUS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
_RECALLS = np.linspace(0, 1, 101)

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What people marked in one picture."""

    xyxy: NDArray[np.floating]
    class_id: NDArray[np.integer]
    crowd: NDArray[np.bool_] | None = None
    """Marks around many things at once: boxes in there count neither for nor against."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One row a threshold, one column a class that was marked somewhere."""

    ious: tuple[float, ...]
    class_id: NDArray[np.intp]
    marked: NDArray[np.intp]
    """How many things of each class there are, crowds not counted."""
    precision: Doubles
    """(thresholds, classes): average precision."""
    recall: Doubles
    """(thresholds, classes): the share that was found at all."""

    @property
    def ap(self) -> float | None:
        """Mean average precision over thresholds and classes; None when nothing was marked."""
        return float(self.precision.mean()) if self.precision.size else None

    @property
    def ar(self) -> float | None:
        return float(self.recall.mean()) if self.recall.size else None

    def ap_at(self, iou: float) -> float | None:
        """Mean over the classes at one of the thresholds."""
        row = self.precision[self.ious.index(iou)]
        return float(row.mean()) if row.size else None


def average_precision(
    pictures: Iterable[tuple[Detections, Truth]],
    thresholds: tuple[float, ...] = COCO_IOUS,
    *,
    most: int = 100,
) -> Scores:
    """Scores suppressed boxes of any confidence; at most the `most` surest of each class in a picture."""
    sure: dict[int, list[Doubles]] = defaultdict(list)
    right: dict[int, list[NDArray[np.bool_]]] = defaultdict(list)
    marked: dict[int, int] = defaultdict(int)
    limits = np.array(thresholds)
    for found, truth in pictures:
        crowd = np.zeros(len(truth.class_id), np.bool_) if truth.crowd is None else truth.crowd
        for class_id in {*truth.class_id[~crowd].tolist(), *found.class_id.tolist()}:
            things = truth.class_id == class_id
            marked[class_id] += int(np.count_nonzero(things & ~crowd))
            chosen = np.flatnonzero(found.class_id == class_id)
            chosen = chosen[np.argsort(-found.confidence[chosen], kind="stable")][:most]
            hits, counted = _match(found.xyxy[chosen], truth.xyxy[things], crowd[things], limits)
            sure[class_id].append(np.where(counted, found.confidence[chosen].astype(np.float64), np.nan))
            right[class_id].append(hits)
    present = sorted(class_id for class_id, count in marked.items() if count)
    curves = [
        _average(np.concatenate(sure[each], axis=1), np.concatenate(right[each], axis=1), marked[each])
        for each in present
    ]
    shape = (len(thresholds), len(present))
    return Scores(
        thresholds,
        np.array(present, np.intp),
        np.array([marked[each] for each in present], np.intp),
        np.array([precision for precision, _ in curves]).T.reshape(shape),
        np.array([recall for _, recall in curves]).T.reshape(shape),
    )


def _match(
    boxes: NDArray[np.floating], things: NDArray[np.floating], crowd: NDArray[np.bool_], limits: Doubles
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(thresholds, boxes), surest first: which are right, and which count at all."""
    hits = np.zeros((len(limits), len(boxes)), np.bool_)
    counted = np.ones_like(hits)
    overlap = ious(boxes, things[~crowd])[:, ::-1]  # of things that fit equally well the last is taken
    free = np.ones((len(limits), overlap.shape[1]), np.bool_)
    rows = np.arange(len(limits))
    if free.size:
        for place, row in enumerate(overlap):
            fit = np.where(free, row, -1)
            best = fit.argmax(axis=1)
            hits[:, place] = fit[rows, best] >= limits
            free[rows, best] &= ~hits[:, place]
    if crowd.any():
        inside = intersections(boxes, things[crowd]).max(axis=1) / np.maximum(areas(boxes), np.finfo(np.float64).tiny)
        counted = hits | (inside < limits[:, None])
    return hits, counted


def _average(sure: Doubles, right: NDArray[np.bool_], marked: int) -> tuple[Doubles, Doubles]:
    """Average precision and final recall of one class, one a threshold. NaN stands for a box that does not count."""
    precisions, recalls = [], []
    for confidence, hits in zip(sure, right, strict=True):
        counts = ~np.isnan(confidence)
        order = np.argsort(-confidence[counts], kind="stable")
        good = np.cumsum(hits[counts][order])
        recall = good / marked
        precision = good / np.arange(1, len(good) + 1)
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        places = np.searchsorted(recall, _RECALLS, side="left")
        precisions.append(np.append(precision, 0.0)[places].mean())
        recalls.append(recall[-1] if len(recall) else 0.0)
    return np.array(precisions), np.array(recalls)
