"""Which decoder a model needs, told from the shapes of its outputs and what its exporter wrote down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Shape = tuple[int | None, ...]
"""None where a size is not fixed."""
Guess = tuple[str, dict[str, object]]

_MOST_FINAL_BOXES = 1000
"""Longer lists are those of a network that has not thinned out its boxes."""


@dataclass(frozen=True, slots=True)
class _Extras:
    """What follows the classes in a row."""

    parameters: dict[str, object]
    columns: int


def guess_decoder(
    outputs: Mapping[str, Shape],
    labels: int | None,
    metadata: Mapping[str, str],
    input_size: tuple[int, int] | None = None,
) -> Guess | None:
    """A decoder's name and parameters; None when it cannot be told.

    `labels` is how many names are known, `metadata` what the file says of itself (Ultralytics writes task, names,
    kpt_shape), `input_size` (width, height): without it, lists that differ in their number of boxes alone are one.
    """
    labels = labels or None
    named = _by_names(outputs, labels)
    if named is not None:
        return named
    if any(len(shape) == 3 for shape in outputs.values()):  # what older YOLOv5s and YOLOv7 give beside it are raw grids
        outputs = {name: shape for name, shape in outputs.items() if len(shape) != 5}
    shapes = list(outputs.values())
    if len(shapes) == 3:
        ranks = sorted(len(shape) for shape in shapes)
        boxes = max(shapes, key=len)
        return ("torchvision", {}) if ranks == [1, 1, 2] and boxes[1] == 4 else None
    if len(shapes) == 2 and metadata.get("task") == "segment":
        shapes = [shape for shape in shapes if len(shape) == 3]  # the other one is what masks are mixed from
    extras = _extras(metadata)
    if len(shapes) != 1 or extras is None:
        return None
    [shape] = shapes
    if len(shape) == 4:
        return _by_grid(shape, labels, input_size)
    if len(shape) == 2:
        return ("yolo-nms", {}) if shape[0] is None and shape[1] in (6, 7) else None
    if len(shape) != 3:
        return None
    if _is_rtdetr(metadata):
        return ("rtdetr", {}) if _fits(shape[2], 4, labels) else None
    return _by_list(shape, labels, extras, metadata) or _by_count(outputs, shape, labels, extras, metadata, input_size)


def _by_names(outputs: Mapping[str, Shape], labels: int | None) -> Guess | None:
    names = outputs.keys()
    if names >= {f"{part}_{stride}" for part in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)}:
        return "yunet", {}
    if names >= {"num_dets", "det_boxes", "det_scores", "det_classes"}:
        return "yolo-nms", {}
    if names == {"labels", "boxes", "scores"} and len(outputs["boxes"]) == 3:  # RT-DETR's own; torchvision has no batch
        return "torchvision", {"first_label": 0}
    if names >= {"detection_boxes", "detection_classes", "detection_scores"}:
        return "torchvision", {"corners": "yxyx", "fractions": True}
    if names == {"scores", "boxes"} and outputs["scores"][2:] == (2,) and labels in (1, None):
        return "rfb", {}
    for logits in ("logits", "pred_logits"):
        if names >= {logits, "pred_boxes"}:
            return _by_logits(outputs[logits], labels)
    return None


def _by_logits(logits: Shape, labels: int | None) -> Guess | None:
    """One class more than there are labels is DETR's "nothing"; with no labels, as published for COCO."""
    if len(logits) != 3:
        return None
    _, queries, classes = logits
    if labels is None:
        return {(100, 92): ("detr", {}), (300, 80): ("rtdetr", {})}.get((queries or 0, classes or 0))
    return {labels + 1: ("detr", {}), labels: ("rtdetr", {})}.get(classes or 0)


def _extras(metadata: Mapping[str, str]) -> _Extras | None:
    """Ultralytics' words for what its rows hold; None for what no decoder reads (oriented boxes, classes alone)."""
    task = metadata.get("task", "detect")
    if task == "pose":
        shape = re.fullmatch(r"\s*[\[(]\s*(\d+)\s*,\s*([23])\s*[\])]\s*", metadata.get("kpt_shape", ""))
        if shape is None:
            return None
        points, values = int(shape[1]), int(shape[2])
        return _Extras({"landmarks": points, "landmark_values": values}, points * values)
    if task == "segment":
        return _Extras({"mask_values": 32}, 32)
    return _Extras({}, 0) if task == "detect" else None


def _is_rtdetr(metadata: Mapping[str, str]) -> bool:
    """Ultralytics' description has the network's name in it: "Ultralytics rtdetr-l model trained on ..."."""
    return "rtdetr" in metadata.get("description", "").lower().replace("-", "")


def _by_grid(shape: Shape, labels: int | None, input_size: tuple[int, int] | None) -> Guess | None:
    _, channels, rows, columns = shape
    if channels == 1 and columns == 7:
        return "ssd", {}
    is_sixteenth = input_size is not None and (columns, rows) == (input_size[0] // 16, input_size[1] // 16)
    return ("fastestdet", {}) if is_sixteenth and _fits(channels, 5, labels) else None


def _by_list(shape: Shape, labels: int | None, extras: _Extras, metadata: Mapping[str, str]) -> Guess | None:
    """(n, boxes, columns) or (n, columns, boxes), where columns or what the exporter says tell which."""
    _, first, last = shape
    is_short = first is None or first <= _MOST_FINAL_BOXES
    if is_short and last == 6 + extras.columns and (first is not None or "task" in metadata):
        return "yolo-nms", extras.parameters
    if first is not None and is_short and labels is not None and last == 4 + labels and first > last:
        return "rtdetr", {}
    if first is not None and is_short and (last is None or last > first) and _fits(first, 4 + extras.columns, labels):
        return "yolov8", extras.parameters
    return None


def _by_count(
    outputs: Mapping[str, Shape],
    shape: Shape,
    labels: int | None,
    extras: _Extras,
    metadata: Mapping[str, str],
    input_size: tuple[int, int] | None,
) -> Guess | None:
    """(n, boxes, 5 + classes): three boxes a cell are YOLOv5's and YOLOv7's, one is YOLOX's or YOLOv6's.

    Their exporters' names for the output tell the latter two apart: YOLOv6 gives pixels and objectness 1, which is how
    YOLOv5's rows are read.
    """
    _, rows, columns = shape
    if not _fits(columns, 5 + extras.columns, labels):
        return None
    is_yolov5 = {"stride", "names"} <= metadata.keys()  # what its exporter writes, and no task
    if rows is None or input_size is None:
        return ("yolov5", extras.parameters) if is_yolov5 else None
    cells = sum((input_size[0] // stride) * (input_size[1] // stride) for stride in (8, 16, 32))
    if rows == 3 * cells:
        has_one_class = columns == 6 + extras.columns  # read differently; otherwise they are the same
        return "yolov7" if has_one_class and not is_yolov5 else "yolov5", extras.parameters
    if rows == cells:
        return {"output": ("yolox", {}), "outputs": ("yolov5", {})}.get(next(iter(outputs)))
    return None


def _fits(columns: int | None, besides: int, labels: int | None) -> bool:
    """So many columns hold what is besides the classes, and the classes."""
    return columns is not None and columns > besides and labels in (None, columns - besides)
