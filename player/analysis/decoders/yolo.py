"""The YOLO exports: one long list of boxes in pixels, or the few that a built-in suppression left."""

from __future__ import annotations

from player.analysis.boxes import from_centres
from player.analysis.decoders.decoder import Array, Outputs, best_class, check_classes, keep_best, pick, quietly, unfit
from player.analysis.decoders.parameters import Parameters
from player.analysis.detections import RAW_FLOOR, Detections


class _Extras:
    """What follows the classes of a row: points of a pose, factors of a mask."""

    def __init__(self, parameters: Parameters) -> None:
        self.points = parameters.whole("landmarks", 0)
        self.point_values = parameters.whole("landmark_values", 3)
        """x, y and perhaps how surely it is seen."""
        self.mask_values = parameters.whole("mask_values", 0)

    @property
    def columns(self) -> int:
        return self.points * self.point_values + self.mask_values

    def landmarks(self, rows: Array, first: int) -> Array | None:
        if not self.points:
            return None
        last = first + self.points * self.point_values
        return rows[:, first:last].reshape(len(rows), self.points, self.point_values)[:, :, :2]


class YoloV5:
    """YOLOv5, YOLOv7: (n, boxes, 5 + classes); centre and size, objectness, class scores, all past their sigmoid."""

    suppress = True

    def __init__(self, parameters: Parameters) -> None:
        self._labels = parameters.labels
        self._extras = _Extras(parameters)

    @quietly
    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        besides = 5 + self._extras.columns
        values = pick(
            outputs, lambda shape: len(shape) == 3 and shape[2] > besides, f"an output (n, boxes, {besides} + classes)"
        )
        classes = values.shape[2] - besides
        check_classes(classes, self._labels)
        found = []
        for each in values:
            rows = each[each[:, 4] >= RAW_FLOOR]
            score, class_id = best_class(rows[:, 5 : 5 + classes])
            points = self._extras.landmarks(rows, 5 + classes)
            found.append(keep_best(from_centres(rows[:, :4]), rows[:, 4] * score, class_id, points))
        return found


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
        classes = values.shape[1] - besides
        check_classes(classes, self._labels)
        found = []
        for each in values:
            likely = each[4 : 4 + classes].max(axis=0) >= RAW_FLOOR
            rows = each[:, likely].T
            score, class_id = best_class(rows[:, 4 : 4 + classes])
            points = self._extras.landmarks(rows, 4 + classes)
            found.append(keep_best(from_centres(rows[:, :4]), score, class_id, points))
        return found


class YoloNms:
    """Exports that end in a suppression of their own, and YOLOv10, which needs none. Boxes are corners in pixels.

    (n, boxes, 6 + extras): box, score, class; or (boxes, 7): number in the batch, box, class, score; or four outputs
    num_dets, det_boxes, det_scores, det_classes. Of (boxes, 7), pictures after the last with boxes are not known of.
    """

    suppress = False

    def __init__(self, parameters: Parameters) -> None:
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
            return [keep_best(each[:, :4], each[:, 4], each[:, 5], self._extras.landmarks(each, 6)) for each in batch]
        if values.ndim == 3:
            raise unfit(outputs, needed)
        items = [values[values[:, 0] == item] for item in range(int(values[:, 0].max(initial=0)) + 1)]
        return [keep_best(each[:, 1:5], each[:, 6], each[:, 5]) for each in items]

    def _decode_four(self, outputs: Outputs) -> list[Detections]:
        if missing := [name for name in ("det_boxes", "det_scores", "det_classes") if name not in outputs]:
            raise unfit(outputs, f"an output {missing[0]}")
        found = []
        for item, count in enumerate(outputs["num_dets"].reshape(-1).astype(int)):
            boxes, scores, classes = (
                outputs[name][item, :count] for name in ("det_boxes", "det_scores", "det_classes")
            )
            found.append(keep_best(boxes, scores, classes))
        return found
