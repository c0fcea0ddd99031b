"""The YOLO exports: one long list of boxes in pixels, or the few that a built-in suppression left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from player.analysis.boxes import from_centres
from player.analysis.decoders.anchors import Anchors
from player.analysis.decoders.decoder import (
    Array,
    Outputs,
    best_class,
    best_places,
    by_picture,
    check_classes,
    keep_best,
    numbered,
    pick,
    quietly,
    take,
    unfit,
)
from player.analysis.decoders.masks import mix_masks
from player.analysis.decoders.parameters import Parameters
from player.analysis.detections import RAW_FLOOR, Detections
from player.analysis.nms import nms
from player.errors import ModelError

_THIN_MASKED = 0.7
_MOST_MASKED = 100
"""Boxes with masks are thinned out before those are mixed, as Ultralytics does: a picture has hundreds of raw ones."""


class _Rows(NamedTuple):
    """The boxes of one picture."""

    xyxy: Array
    confidence: Array
    class_id: NDArray[np.integer]
    extras: Array
    """The columns that follow the classes."""


class _Extras:
    """What there is besides boxes: points of a pose, factors of a mask."""

    def __init__(self, parameters: Parameters) -> None:
        self._points = parameters.whole("landmarks", 0)
        self._point_values = parameters.whole("landmark_values", 3)
        """x, y and perhaps how surely it is seen."""
        self._mask_values = parameters.whole("mask_values", 0)
        self.columns = self._points * self._point_values + self._mask_values

    def finish(
        self, batch: Sequence[_Rows], outputs: Outputs, input_size: tuple[int, int], *, suppress: bool
    ) -> list[Detections]:
        """The best boxes of each picture with what is theirs."""
        maps = self._maps(outputs, len(batch)) if self._mask_values else None
        found = []
        for item, rows in enumerate(batch):
            chosen = best_places(rows.xyxy, rows.confidence)
            masks = None
            if maps is not None:
                if suppress:
                    classes = rows.class_id[chosen]
                    chosen = chosen[nms(rows.xyxy[chosen], rows.confidence[chosen], classes, _THIN_MASKED)]
                chosen = chosen[:_MOST_MASKED]
                masks = mix_masks(rows.extras[chosen, -self._mask_values :], maps[item], rows.xyxy[chosen], input_size)
            points = None
            if self._points:
                columns = rows.extras[:, : self._points * self._point_values]
                points = columns.reshape(len(columns), self._points, self._point_values)[:, :, :2]
            found.append(take(chosen, rows.xyxy, rows.confidence, rows.class_id, points, masks))
        return found

    def _maps(self, outputs: Outputs, batch: int) -> Array:
        """What masks are mixed of: (n, values, rows, columns)."""
        start = batch, self._mask_values
        needed = f"an output ({batch}, {self._mask_values}, rows, columns)"
        return pick(outputs, lambda shape: len(shape) == 4 and shape[:2] == start and min(shape[2:]) > 0, needed)


class YoloV5:
    """(n, boxes, 5 + classes): centre and size, objectness, class scores, all past their sigmoid."""

    suppress = True

    def __init__(self, parameters: Parameters, *, is_v7: bool = False) -> None:
        self._labels = parameters.labels
        self._extras = _Extras(parameters)
        self._is_v7 = is_v7
        """YOLOv7 never trains the score of an only class: it stands at a half, and objectness is all that counts."""
        self._anchors = Anchors(parameters.size_rows("anchors")) if "anchors" in parameters else None
        """Where the export gives raw grids."""
        if self._anchors and self._extras.columns:
            raise ModelError("output.anchors in the model's card is for grids with boxes and classes alone.")

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        besides = 5 + self._extras.columns
        if self._anchors is not None:
            batch = self._anchors.rows(outputs, input_size)
        else:
            needed = f"an output (n, boxes, {besides} + classes)"
            batch = list(pick(outputs, lambda shape: len(shape) == 3 and shape[2] > besides, needed))
        read = []
        for rows in batch:
            end = rows.shape[1] - self._extras.columns
            check_classes(end - 5, self._labels)
            read.append(_read_only_class(rows) if self._is_v7 and end == 6 else _read_v5(rows, end))
        return self._extras.finish(read, outputs, input_size, suppress=True)


def _read_v5(rows: Array, end: int) -> _Rows:
    rows = rows[rows[:, 4] >= RAW_FLOOR]
    score, class_id = best_class(rows[:, 5:end])
    return _Rows(from_centres(rows[:, :4]), rows[:, 4] * score, class_id, rows[:, end:])


def _read_only_class(rows: Array) -> _Rows:
    rows = rows[rows[:, 4] >= RAW_FLOOR]
    return _Rows(from_centres(rows[:, :4]), rows[:, 4], np.zeros(len(rows), np.intp), rows[:, 6:])


class YoloV8:
    """YOLOv8, YOLO11: (n, 4 + classes, boxes); centre and size, class scores past their sigmoid, no objectness."""

    suppress = True

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels
        self._extras = _Extras(parameters)

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        besides = 4 + self._extras.columns
        values = pick(
            outputs, lambda shape: len(shape) == 3 and shape[1] > besides, f"an output (n, {besides} + classes, boxes)"
        )
        end = values.shape[1] - self._extras.columns
        check_classes(end - 4, self._labels)
        return self._extras.finish([_read_v8(each, end) for each in values], outputs, input_size, suppress=True)


def _read_v8(columns: Array, end: int) -> _Rows:
    rows = columns[:, columns[4:end].max(axis=0) >= RAW_FLOOR].T
    score, class_id = best_class(rows[:, 4:end])
    return _Rows(from_centres(rows[:, :4]), score, class_id, rows[:, end:])


class YoloNms:
    """Exports that end in a suppression of their own, and YOLOv10, which needs none. Boxes are corners in pixels.

    (n, boxes, 6 + extras): box, score, class; or (boxes, 7): number in the batch, box, class, score; or four outputs
    num_dets, det_boxes, det_scores, det_classes. Of (boxes, 7), pictures after the last with boxes are not known of.
    """

    suppress = False

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels
        self._first_label = parameters.whole("first_label", 0)
        """The number of the card's first label."""
        self._extras = _Extras(parameters)

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        if "num_dets" in outputs:
            return self._decode_four(outputs)
        columns = 6 + self._extras.columns
        needed = f"an output (n, boxes, {columns}) or (boxes, 7)"
        values = pick(outputs, lambda shape: len(shape) in (2, 3) and shape[-1] in (columns, 7), needed)
        if values.shape[-1] == columns:
            batch = values if values.ndim == 3 else values[None]
            rows = [
                _Rows(each[:, :4], each[:, 4], self._classes(each[:, 5], each[:, 4]), each[:, 6:]) for each in batch
            ]
            return self._extras.finish(rows, outputs, input_size, suppress=False)
        if values.ndim == 3:
            raise unfit(outputs, needed)
        items = [values[mine] for mine in by_picture(values[:, 0])]
        return [keep_best(each[:, 1:5], each[:, 6], self._classes(each[:, 5], each[:, 6])) for each in items]

    def _decode_four(self, outputs: Outputs) -> list[Detections]:
        needed = "outputs num_dets (n, 1), det_boxes (n, boxes, 4), det_scores and det_classes (n, boxes)"
        try:
            counts, boxes, scores, classes = (
                outputs[name] for name in ("num_dets", "det_boxes", "det_scores", "det_classes")
            )
        except KeyError:
            raise unfit(outputs, needed) from None
        counts = counts.reshape(-1)
        if (
            scores.ndim != 2
            or boxes.shape != (*scores.shape, 4)
            or classes.shape != scores.shape
            or len(counts) != len(scores)
        ):
            raise unfit(outputs, needed)
        found = []
        for item, count in enumerate(np.clip(np.nan_to_num(counts), 0, scores.shape[1]).astype(int)):
            score = scores[item, :count]
            found.append(keep_best(boxes[item, :count], score, self._classes(classes[item, :count], score)))
        return found

    def _classes(self, numbers: Array, confidence: Array) -> NDArray[np.int32]:
        return numbered(numbers, confidence, self._first_label, self._labels)
