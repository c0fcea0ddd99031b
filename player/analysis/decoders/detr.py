"""Transformers that answer with a set of boxes, none of them twice: DETR and RT-DETR."""

from __future__ import annotations

import numpy as np

from player.analysis.boxes import from_centres
from player.analysis.decoders.decoder import (
    Array,
    Outputs,
    best_class,
    check_classes,
    keep_best,
    pick,
    quietly,
    sigmoid,
    softmax,
    unfit,
)
from player.analysis.decoders.parameters import Parameters
from player.analysis.detections import RAW_FLOOR, Detections


class Detr:
    """Logits (n, queries, classes + 1), the last one for "nothing", and boxes (n, queries, 4) in parts of the input."""

    suppress = False

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        logits, boxes = _two_outputs(outputs, "classes + 1", 2)
        check_classes(logits.shape[2] - 1, self._labels)
        found = []
        for each, box in zip(logits, boxes, strict=True):
            score, class_id = best_class(softmax(each)[:, :-1])
            found.append(keep_best(_pixels(box, input_size), score, class_id))
        return found


class RtDetr:
    """Logits (n, queries, classes) and boxes (n, queries, 4) in parts of the input; a query may stand for several
    classes, and of all its scores the best as many as there are queries count.

    Ultralytics' export has both in one output (n, queries, 4 + classes), past the sigmoid, one class a query.
    """

    suppress = False

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        if len(outputs) == 1:
            return self._decode_one_output(outputs, input_size)
        logits, boxes = _two_outputs(outputs, "classes", 1)
        classes = logits.shape[2]
        check_classes(classes, self._labels)
        found = []
        for each, box in zip(logits, boxes, strict=True):
            scores = sigmoid(each).reshape(-1)
            likely = np.flatnonzero(scores >= RAW_FLOOR)
            likely = likely[np.argsort(-scores[likely], kind="stable")[: len(box)]]
            query, class_id = np.divmod(likely, classes)
            found.append(keep_best(_pixels(box[query], input_size), scores[likely], class_id))
        return found

    def _decode_one_output(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        values = pick(outputs, lambda shape: len(shape) == 3 and shape[2] > 4, "an output (n, queries, 4 + classes)")
        check_classes(values.shape[2] - 4, self._labels)
        found = []
        for each in values:
            score, class_id = best_class(each[:, 4:])
            found.append(keep_best(_pixels(each[:, :4], input_size), score, class_id))
        return found


def _two_outputs(outputs: Outputs, columns: str, least: int) -> tuple[Array, Array]:
    """Logits and boxes: by name where the names are the usual ones, else by shape."""
    logits = next((outputs[name] for name in ("logits", "pred_logits") if name in outputs), None)
    boxes = outputs.get("pred_boxes")
    needed = f"logits (n, queries, {columns}) and boxes (n, queries, 4)"
    if boxes is None or boxes.ndim != 3 or boxes.shape[2] != 4:
        boxes = pick(outputs, lambda shape: len(shape) == 3 and shape[2] == 4, needed)
    if logits is None:
        logits = next((each for each in outputs.values() if each is not boxes and each.ndim == 3), None)
    if logits is None or logits.ndim != 3 or logits.shape[:2] != boxes.shape[:2] or logits.shape[2] < least:
        raise unfit(outputs, needed)
    return logits, boxes


def _pixels(boxes: Array, input_size: tuple[int, int]) -> Array:
    width, height = input_size
    return from_centres(boxes) * np.array((width, height, width, height), np.float32)
