"""Which decoder a model needs, told from the shapes of its outputs and what its exporter wrote down."""

from __future__ import annotations

import re
from collections.abc import Mapping

Shape = tuple[int | None, ...]
Guess = tuple[str, dict[str, object]]

_YOLO_STRIDES = (8, 16, 32)


def guess_decoder(
    outputs: Mapping[str, Shape],
    labels: int | None,
    metadata: Mapping[str, str],
    input_size: tuple[int, int] | None = None,
) -> Guess | None:
    """A decoder's name and parameters; None when it cannot be told.

    Shapes have None where a size is not fixed. `metadata` is the file's own (Ultralytics writes task and kpt_shape
    among others); `input_size`, (width, height), tells apart lists that differ in their number of boxes alone.
    """
    by_names = _by_names(outputs)
    if by_names is not None:
        return by_names
    shapes = list(outputs.values())
    if len(shapes) == 2 and (pair := _by_pair(shapes, labels)) is not None:
        return pair
    task = metadata.get("task")
    if task not in (None, "detect", "pose", "segment"):
        return None
    if task == "segment" and len(shapes) == 2:
        shapes = [shape for shape in shapes if len(shape) == 3]  # the other one is what its masks are mixed from
    if len(shapes) != 1:
        return None
    extras = _extras(task, metadata.get("kpt_shape", ""))
    return None if extras is None else _by_list(shapes[0], labels, extras, input_size, next(iter(outputs)))


def _by_names(outputs: Mapping[str, Shape]) -> Guess | None:
    names = set(outputs)
    if names >= {f"{part}_{stride}" for part in ("cls", "obj", "bbox", "kps") for stride in _YOLO_STRIDES}:
        return "yunet", {}
    if names >= {"num_dets", "det_boxes", "det_scores", "det_classes"}:
        return "yolo-nms", {}
    if names >= {"detection_boxes", "detection_classes", "detection_scores"}:
        return "torchvision", {"corners": "yxyx", "fractions": True}
    if names >= {"boxes", "labels", "scores"}:
        return "torchvision", {}
    return None


def _by_pair(shapes: list[Shape], labels: int | None) -> Guess | None:
    """Two lists of as many rows: boxes with four columns, and scores."""
    if any(len(shape) != 3 for shape in shapes) or shapes[0][1] != shapes[1][1]:
        return None
    columns = sorted(shapes, key=lambda shape: shape[2] != 4)[1][2]
    if 4 not in (shapes[0][2], shapes[1][2]) or columns is None:
        return None
    rows = shapes[0][1]
    if columns == 2 and labels in (1, None) and rows is not None and rows > 1000:
        return "rfb", {}
    if rows is not None and rows > 1000:  # default boxes, which no shape tells
        return None
    if labels is not None:
        return {labels + 1: ("detr", {}), labels: ("rtdetr", {})}.get(columns)
    return {(100, 92): ("detr", {}), (300, 80): ("rtdetr", {})}.get((rows or 0, columns))  # as published, for COCO


def _extras(task: str | None, points: str) -> dict[str, object] | None:
    """What follows the classes in a row, by Ultralytics' words for it; None when they are not as expected."""
    if task == "segment":
        return {"mask_values": 32}
    if task == "pose":
        shape = re.fullmatch(r"\s*[\[(]\s*(\d+)\s*,\s*([23])\s*[\])]\s*", points)
        return shape and {"landmarks": int(shape[1]), "landmark_values": int(shape[2])}
    return {}


def _columns(extras: dict[str, object]) -> int:
    landmarks, values, masks = (extras.get(name, 0) for name in ("landmarks", "landmark_values", "mask_values"))
    assert isinstance(landmarks, int)
    assert isinstance(values, int)
    assert isinstance(masks, int)
    return landmarks * values + masks


def _by_list(
    shape: Shape, labels: int | None, extras: dict[str, object], input_size: tuple[int, int] | None, name: str
) -> Guess | None:
    more = _columns(extras)
    if len(shape) == 4:
        if shape[:2] == (1, 1) and shape[3] == 7:
            return "ssd", {}
        square = shape[2] is not None and shape[1] is not None and shape[1] > 5 and shape[2] == shape[3]
        return ("fastestdet", {}) if square and labels in (None, (shape[1] or 0) - 5) else None
    if len(shape) == 2:
        return ("yolo-nms", {}) if shape[1] in (6 + more, 7) else None
    if len(shape) != 3:
        return None
    _, first, last = shape
    if last == 6 + more and (first is None or first <= 1000):
        return "yolo-nms", extras
    few = first is not None and first <= 1000
    if labels is not None and few and last == labels + 4 and first is not None and first > (last or 0):
        return "rtdetr", {}
    if first is not None and few and (last is None or last > first):
        return ("yolov8", extras) if first > 4 + more and labels in (None, first - 4 - more) else None
    if last is None or last <= 5 + more or labels not in (None, last - 5 - more):
        return None
    return _by_count(first, extras, input_size, name)


def _by_count(
    rows: int | None, extras: dict[str, object], input_size: tuple[int, int] | None, name: str
) -> Guess | None:
    """(n, boxes, 5 + classes): three boxes a cell are YOLOv5's, one is YOLOX's or YOLOv6's.

    Their usual output names tell the latter two apart.
    """
    if input_size is None:
        cells = None
    else:
        cells = sum((input_size[0] // stride) * (input_size[1] // stride) for stride in _YOLO_STRIDES)
    if rows is None or cells is None:
        return None
    if rows == 3 * cells:
        return "yolov5", extras
    if rows == cells:
        return {"output": ("yolox", {}), "outputs": ("yolov5", extras)}.get(name)
    return None
