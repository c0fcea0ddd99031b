"""Networks that find one box a cell of some grids: YOLOX, FastestDet, YuNet."""

from __future__ import annotations

import numpy as np

from player.analysis.boxes import from_centres
from player.analysis.decoders.decoder import (
    Array,
    Outputs,
    best_class,
    best_places,
    check_classes,
    grid,
    keep_best,
    pick,
    quietly,
    sigmoid,
    take,
    unfit,
)
from player.analysis.decoders.parameters import Parameters
from player.analysis.detections import RAW_FLOOR, Detections


class YoloX:
    """(n, cells, 5 + classes): centre and size, objectness and class scores (both past their sigmoid)."""

    suppress = True

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels
        self._strides = parameters.wholes("strides", (8, 16, 32))
        self._is_raw = not parameters.flag("decoded", default=False)
        """Centre in cells from the cell's corner, size as the logarithm of cells; else both in pixels already."""

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        shapes = [(input_size[0] // stride, input_size[1] // stride) for stride in self._strides]
        cells = np.concatenate([grid(*shape) for shape in shapes])
        values = pick(
            outputs,
            lambda shape: len(shape) == 3 and shape[1] == len(cells) and shape[2] > 5,
            f"an output (n, {len(cells)}, 5 + classes)",
        )
        check_classes(values.shape[2] - 5, self._labels)
        sizes = np.concatenate([np.full(w * h, s, np.float32) for (w, h), s in zip(shapes, self._strides, strict=True)])
        return [self._decode_one(each, cells, sizes[:, None]) for each in values]

    def _decode_one(self, values: Array, cells: Array, sizes: Array) -> Detections:
        likely = np.flatnonzero(values[:, 4] >= RAW_FLOOR)
        values = values[likely]
        score, class_id = best_class(values[:, 5:])
        boxes = values[:, :4]
        if self._is_raw:
            boxes = cell_boxes(boxes, cells[likely], sizes[likely])
        return keep_best(from_centres(boxes), values[:, 4] * score, class_id)


class FastestDet:
    """(n, 5 + classes, rows, columns): objectness, box, class probabilities of each cell of one grid."""

    suppress = True

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        values = pick(
            outputs, lambda shape: len(shape) == 4 and shape[1] > 5, "an output (n, 5 + classes, rows, columns)"
        )
        check_classes(values.shape[1] - 5, self._labels)
        rows, columns = values.shape[2:]
        cells = grid(columns, rows)
        scale = np.array(input_size, np.float32)
        found = []
        for each in values:
            flat = each.reshape(each.shape[0], -1).T
            score, class_id = best_class(flat[:, 5:])
            confidence = flat[:, 0] ** np.float32(0.6) * score ** np.float32(0.4)
            centres = (cells + np.tanh(flat[:, 1:3])) / np.array((columns, rows), np.float32)
            boxes = np.concatenate((centres * scale, sigmoid(flat[:, 3:5]) * scale), axis=1)
            found.append(keep_best(from_centres(boxes), confidence, class_id))
        return found


class YuNet:
    """cls, obj, bbox and kps for each stride, by name: faces with five points each."""

    suppress = True

    def __init__(self, parameters: Parameters) -> None:
        check_classes(1, parameters.labels)
        self._strides = parameters.wholes("strides", (8, 16, 32))
        self._is_root = parameters.choice("score", "product", "root") == "root"
        """OpenCV's way to one score from two."""

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        shapes = [(input_size[0] // stride, input_size[1] // stride) for stride in self._strides]
        batch = len(next((values for values in outputs.values() if values.ndim), ()))
        parts = {}
        for part, columns in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            lists = []
            for stride, (across, down) in zip(self._strides, shapes, strict=True):
                name, shape = f"{part}_{stride}", (batch, across * down, columns)
                if name not in outputs or outputs[name].shape != shape:
                    raise unfit(outputs, f"an output {name} {shape}")
                lists.append(outputs[name])
            parts[part] = np.concatenate(lists, axis=1)
        cells = np.concatenate([grid(*shape) for shape in shapes])
        sizes = np.concatenate([np.full((w * h, 1), s) for (w, h), s in zip(shapes, self._strides, strict=True)])
        return [
            self._decode_one({part: values[item] for part, values in parts.items()}, cells, sizes.astype(np.float32))
            for item in range(len(parts["bbox"]))
        ]

    def _decode_one(self, parts: dict[str, Array], cells: Array, sizes: Array) -> Detections:
        confidence = np.clip(parts["cls"][:, 0], 0, 1) * np.clip(parts["obj"][:, 0], 0, 1)
        if self._is_root:
            confidence = np.sqrt(confidence)
        likely = np.flatnonzero(confidence >= RAW_FLOOR)
        cells, sizes = cells[likely], sizes[likely]
        points = parts["kps"][likely].reshape(len(likely), 5, 2)
        points = (points + cells[:, None]) * sizes[:, None]
        boxes = cell_boxes(parts["bbox"][likely], cells, sizes)
        xyxy, confidence = from_centres(boxes), confidence[likely]
        return take(best_places(xyxy, confidence), xyxy, confidence, np.zeros(len(likely), np.int32), points)


def cell_boxes(values: Array, cells: Array, sizes: Array) -> Array:
    """Centre, width and height in pixels: centres count from the cell's corner, sizes are logarithms, both in cells."""
    return np.concatenate(((values[:, :2] + cells) * sizes, np.exp(values[:, 2:4]) * sizes), axis=1)
