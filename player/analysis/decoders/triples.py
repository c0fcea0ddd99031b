"""Models that end with boxes, labels and scores: torchvision's detectors, TensorFlow's, RT-DETR's own export."""

from __future__ import annotations

import numpy as np

from player.analysis.decoders.decoder import Array, Outputs, keep_best, numbered, pick, quietly, unfit
from player.analysis.decoders.parameters import Parameters
from player.analysis.detections import Detections
from player.errors import ModelError

_PARTS = ("boxes", "labels", "scores")
_NEEDED = "boxes (k, 4), labels (k) and scores (k)"
_USUAL = {
    "boxes": ("boxes", "detection_boxes"),
    "labels": ("labels", "detection_classes"),
    "scores": ("scores", "detection_scores"),
}


class Triples:
    """Boxes (k, 4), labels (k) and scores (k), with or without the batch in front; final, pictures in pixels."""

    suppress = False

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels
        self._names = {part: parameters.text(part) for part in _PARTS}
        self._rows_first = parameters.choice("corners", "xyxy", "yxyx") == "yxyx"
        self._fractions = parameters.flag("fractions", default=False)
        """Corners are parts of the input's size, not pixels."""
        self._first_label = parameters.whole("first_label", 1)
        """The number of the card's first label; 0 is the background, unless the card lists it."""

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        boxes, labels, scores = self._find(outputs)
        if boxes.ndim == 2:
            boxes, labels, scores = boxes[None], labels[None], scores[None]
        width, height = input_size
        if self._rows_first:
            boxes = boxes[..., [1, 0, 3, 2]]
        if self._fractions:
            boxes = boxes * np.array((width, height, width, height), np.float32)
        return [
            keep_best(box, score, numbered(label, score, self._first_label, self._labels))
            for box, label, score in zip(boxes, labels, scores, strict=True)
        ]

    def _find(self, outputs: Outputs) -> tuple[Array, Array, Array]:
        """By the card's names, by the usual ones, else by what they hold: labels are whole numbers."""
        found = {part: values for part in _PARTS if (values := self._named(outputs, part)) is not None}
        rest = [values for values in outputs.values() if not any(values is taken for taken in found.values())]
        if "boxes" not in found or found["boxes"].ndim not in (2, 3) or found["boxes"].shape[-1] != 4:
            found["boxes"] = pick(outputs, lambda shape: len(shape) in (2, 3) and shape[-1] == 4, _NEEDED)
        shape = found["boxes"].shape[:-1]
        for values in (each for each in rest if each.shape == shape):
            are_labels = "scores" in found or ("labels" not in found and bool((values == np.round(values)).all()))
            found.setdefault("labels" if are_labels else "scores", values)
        if len(found) < len(_PARTS) or any(found[part].shape != shape for part in ("labels", "scores")):
            raise unfit(outputs, _NEEDED)
        return found["boxes"], found["labels"], found["scores"]

    def _named(self, outputs: Outputs, part: str) -> Array | None:
        name = self._names[part]
        if name is not None and name not in outputs:
            raise ModelError(f"output.{part} in the model's card names {name}, which the model does not give.")
        return next((outputs[each] for each in ([name] if name else _USUAL[part]) if each in outputs), None)
