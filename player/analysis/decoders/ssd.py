"""Single-shot detectors with default boxes (SSD), and RFB, whose graph has applied them already."""

from __future__ import annotations

import numpy as np

from player.analysis.boxes import from_centres
from player.analysis.decoders.decoder import (
    Array,
    Outputs,
    best_class,
    by_picture,
    check_classes,
    grid,
    keep_best,
    numbered,
    pick,
    quietly,
    softmax,
    unfit,
)
from player.analysis.decoders.parameters import Parameters
from player.analysis.detections import Detections
from player.errors import ModelError


class SsdOutput:
    """The DetectionOutput layer's (1, 1, boxes, 7): number in the batch, class, score, corners in parts of the input.

    Its own suppression is done. A number below 0 ends the list; pictures after the last with boxes are not known of.
    """

    suppress = False

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels
        self._first_label = parameters.whole("first_label", 1)
        """The number of the card's first label; 0 is the background, unless the card lists it."""

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        needed = "an output (1, 1, boxes, 7), or else output.feature_maps in the model's card"
        rows = pick(outputs, lambda shape: len(shape) == 4 and shape[3] == 7, needed).reshape(-1, 7)
        ends = np.flatnonzero(rows[:, 0] < 0)
        rows = rows[: ends[0]] if len(ends) else rows
        classes = numbered(rows[:, 1], rows[:, 2], self._first_label, self._labels)
        boxes = rows[:, 3:] * _scale(input_size)
        return [keep_best(boxes[mine], rows[mine, 2], classes[mine]) for mine in by_picture(rows[:, 0])]


class SsdHeads:
    """The raw heads: offsets (n, boxes, 4) from default boxes, and scores (n, boxes, 1 + classes), background first.

    Default boxes are the paper's, in Caffe's order: grid by grid, row by row, and in a cell a square of the grid's
    smallest size, one of the mean of smallest and largest, then each aspect ratio followed by its inverse.
    """

    suppress = True

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels
        self._maps = parameters.size_rows("feature_maps")
        """Columns and rows of each grid."""
        self._smallest = parameters.sizes("min_sizes")
        """In pixels of the input, one a grid, as the largest."""
        self._largest = parameters.sizes("max_sizes", ())
        """With none, there is no second square."""
        self._ratios = parameters.size_rows("aspect_ratios")
        """Width to height, a list for each grid."""
        self._steps = parameters.sizes("steps", ())
        """Pixels from cell to cell; with none, the grids fill the input."""
        self._variances = parameters.sizes("variances", (0.1, 0.2))
        self._are_logits = parameters.choice("scores", "logits", "probabilities") == "logits"
        grids = len(self._maps)
        for name, values in (
            ("min_sizes", self._smallest),
            ("max_sizes", self._largest),
            ("aspect_ratios", self._ratios),
            ("steps", self._steps),
        ):
            if values and len(values) != grids:
                raise ModelError(f"output.{name} in the model's card has {len(values)} entries for {grids} grids.")
        if any(len(each) != 2 for each in self._maps) or len(self._variances) != 2:
            raise ModelError("output.feature_maps and output.variances in the model's card are lists of pairs.")

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        defaults = self.default_boxes(input_size)
        needed = f"offsets (n, {len(defaults)}, 4) and scores (n, {len(defaults)}, 1 + classes)"
        offsets, scores = boxes_and_scores(outputs, len(defaults), needed)
        check_classes(scores.shape[2] - 1, self._labels)
        found = []
        for offset, score in zip(offsets, scores, strict=True):
            confidence, class_id = best_class((softmax(score) if self._are_logits else score)[:, 1:])
            centres = defaults[:, :2] + offset[:, :2] * np.float32(self._variances[0]) * defaults[:, 2:]
            sizes = defaults[:, 2:] * np.exp(offset[:, 2:] * np.float32(self._variances[1]))
            found.append(keep_best(from_centres(np.concatenate((centres, sizes), axis=1)), confidence, class_id))
        return found

    def default_boxes(self, input_size: tuple[int, int]) -> Array:
        """(boxes, 4): centre and size in pixels of the input."""
        parts = []
        for number, (columns, rows) in enumerate(self._maps):
            smallest = self._smallest[number]
            sizes = [(smallest, smallest)]
            if self._largest:
                side = (smallest * self._largest[number]) ** 0.5
                sizes.append((side, side))
            for ratio in self._ratios[number]:
                wide, narrow = smallest * ratio**0.5, smallest / ratio**0.5
                sizes += [(wide, narrow), (narrow, wide)]
            step = (self._steps[number],) * 2 if self._steps else (input_size[0] / columns, input_size[1] / rows)
            centres = (grid(int(columns), int(rows)) + np.float32(0.5)) * np.array(step, np.float32)
            cell = np.tile(np.array(sizes, np.float32), (len(centres), 1))
            parts.append(np.concatenate((np.repeat(centres, len(sizes), axis=0), cell), axis=1))
        return np.concatenate(parts)


class Rfb:
    """Scores (n, boxes, 1 + classes), background first, past the softmax; boxes (n, boxes, 4): corners in parts."""

    suppress = True

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        needed = "boxes (n, boxes, 4) and scores (n, boxes, 1 + classes)"
        boxes, scores = boxes_and_scores(outputs, None, needed)
        check_classes(scores.shape[2] - 1, self._labels)
        found = []
        for box, score in zip(boxes * _scale(input_size), scores, strict=True):
            confidence, class_id = best_class(score[:, 1:])
            found.append(keep_best(box, confidence, class_id))
        return found


def boxes_and_scores(outputs: Outputs, count: int | None, needed: str) -> tuple[Array, Array]:
    """The output with four columns, and the other one of as many rows; with two such, the first holds the boxes."""

    def fits(shape: tuple[int, ...]) -> bool:
        return len(shape) == 3 and (count is None or shape[1] == count) and shape[2] == 4

    boxes = outputs.get("boxes")
    if boxes is None or not fits(boxes.shape):
        boxes = pick(outputs, fits, needed)
    for scores in outputs.values():
        if scores is not boxes and scores.ndim == 3 and scores.shape[:2] == boxes.shape[:2] and scores.shape[2] > 1:
            return boxes, scores
    raise unfit(outputs, needed)


def _scale(input_size: tuple[int, int]) -> Array:
    return np.array((*input_size, *input_size), np.float32)
