"""What people's exports look like from outside, and which decoder each needs."""

from __future__ import annotations

import pytest

from player.analysis.decoders import guess_decoder, make_decoder
from player.analysis.decoders.guess import Shape

Told = tuple[str, dict[str, object]]

COCO = {"task": "detect", "stride": "32", "names": "{0: 'person'}"}
V5 = {"stride": "32", "names": "['person']"}
RTDETR = {**COCO, "description": "Ultralytics rtdetr-l model trained on two.yaml"}
POSE = {**COCO, "task": "pose", "kpt_shape": "[17, 3]"}
FACE = {**COCO, "task": "pose", "kpt_shape": "(5, 2)"}
SEGMENT = {**COCO, "task": "segment"}
GRIDS: dict[str, Shape] = {"b": (1, 3, 40, 40, 85), "c": (1, 3, 20, 20, 85)}
YUNET: dict[str, Shape] = {
    f"{part}_{stride}": (1, None, columns)
    for part, columns in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
    for stride in (8, 16, 32)
}

# What, its outputs, how many labels are known, what the file says of itself, the input's size, what it needs.
KNOWN: list[tuple[str, dict[str, Shape], int | None, dict[str, str], tuple[int, int] | None, Told]] = [
    ("yolov5s", {"output0": (1, 25200, 85)}, 80, V5, (640, 640), ("yolov5", {})),
    ("yolov5s of any size", {"output0": (None, None, 85)}, 80, V5, None, ("yolov5", {})),
    ("yolov7", {"output": (1, 25200, 85)}, None, {}, (640, 640), ("yolov5", {})),
    (
        "yolov5 of 2021", {"a": (1, 3, 80, 80, 85), "output": (1, 25200, 85), **GRIDS}, 80, {}, (640, 640),
        ("yolov5", {}),
    ),
    ("yolov7-tiny 256x320", {"output": (1, 5040, 85)}, 80, {}, (256, 320), ("yolov5", {})),
    ("yolov5 one class", {"output0": (1, 25200, 6)}, 1, V5, (640, 640), ("yolov5", {})),
    ("yolov7 one class", {"output": (1, 25200, 6)}, None, {}, (640, 640), ("yolov7", {})),
    ("yolov7 end2end", {"output": (None, 7)}, 80, {}, (640, 640), ("yolo-nms", {})),
    (
        "yolov7 for TensorRT",
        {"num_dets": (1, 1), "det_boxes": (1, 100, 4), "det_scores": (1, 100), "det_classes": (1, 100)},
        80, {}, (640, 640), ("yolo-nms", {}),
    ),
    ("yolov8n", {"output0": (1, 84, 8400)}, 80, COCO, (640, 640), ("yolov8", {})),
    ("yolo11n of any size", {"output0": (None, 84, None)}, 80, COCO, None, ("yolov8", {})),
    ("yolov8 with no metadata", {"output0": (1, 7, 2100)}, None, {}, (320, 320), ("yolov8", {})),
    ("yolov8 one class", {"output0": (1, 5, 8400)}, 1, COCO, (640, 640), ("yolov8", {})),
    ("yolov8 two classes", {"output0": (1, 6, 8400)}, 2, COCO, (640, 640), ("yolov8", {})),
    (
        "yolov8n-pose", {"output0": (1, 56, 8400)}, 1, POSE, (640, 640),
        ("yolov8", {"landmarks": 17, "landmark_values": 3}),
    ),
    (
        "yolov8n-face", {"output0": (1, 15, 8400)}, 1, FACE, (640, 640),
        ("yolov8", {"landmarks": 5, "landmark_values": 2}),
    ),
    (
        "yolov8n-seg", {"output0": (1, 116, 8400), "output1": (1, 32, 160, 160)}, 80, SEGMENT, (640, 640),
        ("yolov8", {"mask_values": 32}),
    ),
    ("yolo11n with nms", {"output0": (1, 300, 6)}, 80, COCO, (640, 640), ("yolo-nms", {})),
    ("yolo11n with nms, of any size", {"output0": (None, None, 6)}, 80, COCO, None, ("yolo-nms", {})),
    ("yolov10n", {"output0": (1, 300, 6)}, None, {}, (640, 640), ("yolo-nms", {})),
    (
        "yolo11n-pose with nms", {"output0": (1, 300, 57)}, 1, POSE, (640, 640),
        ("yolo-nms", {"landmarks": 17, "landmark_values": 3}),
    ),
    ("yolox_nano", {"output": (1, 3549, 85)}, None, {}, (416, 416), ("yolox", {})),
    ("yolox one class", {"output": (1, 8400, 6)}, 1, {}, (640, 640), ("yolox", {})),
    ("yolov6n", {"outputs": (1, 8400, 85)}, 80, {}, (640, 640), ("yolov5", {})),
    ("rtdetr-l of two classes", {"output0": (1, 300, 6)}, 2, RTDETR, (640, 640), ("rtdetr", {})),
    ("rtdetr-l by Ultralytics", {"output0": (1, 300, 84)}, 80, COCO, (640, 640), ("rtdetr", {})),
    (
        "rtdetr by transformers", {"logits": (None, 300, 80), "pred_boxes": (None, 300, 4)}, None, {}, None,
        ("rtdetr", {}),
    ),
    (
        "rtdetr by its authors", {"labels": (1, 300), "boxes": (1, 300, 4), "scores": (1, 300)}, 80, {}, (640, 640),
        ("torchvision", {"first_label": 0}),
    ),
    ("rtdetr, own classes", {"logits": (1, 300, 3), "pred_boxes": (1, 300, 4)}, 3, {}, (640, 640), ("rtdetr", {})),
    (
        "detr-resnet-50",
        {"logits": (1, 100, 92), "pred_boxes": (1, 100, 4), "encoder_last_hidden_state": (1, None, 256)},
        None, {}, (800, 800), ("detr", {}),
    ),
    ("detr by Facebook", {"pred_logits": (1, 50, 4), "pred_boxes": (1, 50, 4)}, 3, {}, (800, 800), ("detr", {})),
    ("faster r-cnn", {"3421": (None, 4), "3446": (None,), "3447": (None,)}, None, {}, None, ("torchvision", {})),
    (
        "ssd by TensorFlow",
        {
            "detection_boxes": (1, 100, 4), "detection_classes": (1, 100),
            "detection_scores": (1, 100), "num_detections": (1,),
        },
        90, {}, (300, 300), ("torchvision", {"corners": "yxyx", "fractions": True}),
    ),
    ("ssd by Caffe", {"detection_out": (1, 1, None, 7)}, 20, {}, (300, 300), ("ssd", {})),
    ("FastestDet", {"758": (1, 85, 22, 22)}, None, {}, (352, 352), ("fastestdet", {})),
    ("YuNet", YUNET, None, {}, None, ("yunet", {})),
    ("RFB-320", {"scores": (1, 4420, 2), "boxes": (1, 4420, 4)}, None, {}, (320, 240), ("rfb", {})),
]  # fmt: skip


@pytest.mark.parametrize("known", KNOWN, ids=[known[0] for known in KNOWN])
def test_what_people_have(
    known: tuple[str, dict[str, Shape], int | None, dict[str, str], tuple[int, int] | None, Told],
) -> None:
    _, outputs, labels, metadata, size, expected = known
    told = guess_decoder(outputs, labels, metadata, size)
    assert told == expected
    assert make_decoder(*told, labels) is not None


# What must not be taken for a detector, or for one of another kind.
UNKNOWN: list[tuple[str, dict[str, Shape], int | None, dict[str, str], tuple[int, int] | None]] = [
    ("nothing", {}, None, {}, None),
    ("a classifier", {"prob": (1, 1000)}, None, {}, (224, 224)),
    ("a classifier of seven", {"prob": (1, 7)}, None, {}, (224, 224)),
    ("a segmenting network", {"out": (1, 21, 520, 520)}, None, {}, (520, 520)),
    ("super resolution", {"out": (1, 3, 672, 672)}, None, {}, (224, 224)),
    ("yolov8n-cls", {"output0": (1, 1000)}, 1000, {"task": "classify"}, (224, 224)),
    ("yolov8n-obb", {"output0": (1, 20, 8400)}, 15, {**COCO, "task": "obb"}, (640, 640)),
    ("a pose of unknown points", {"output0": (1, 56, 8400)}, 1, {"task": "pose"}, (640, 640)),
    ("labels of another model", {"output0": (1, 84, 8400)}, 20, {}, (640, 640)),
    ("labels of another yolov5", {"output0": (1, 25200, 85)}, 20, {}, (640, 640)),
    ("labels of another detr", {"logits": (1, 100, 92), "pred_boxes": (1, 100, 4)}, 80, {}, (640, 640)),
    ("a list of unknown length", {"output": (None, None, 85)}, 80, {}, None),
    ("two boxes a cell", {"output": (1, 7098, 85)}, 80, {}, (416, 416)),
    ("one box a cell, of whom?", {"boxes": (1, 8400, 85)}, 80, {}, (640, 640)),
    ("raw heads of SSD", {"loc": (1, 8732, 4), "conf": (1, 8732, 21)}, 20, {}, (300, 300)),
    (
        "raw heads of yolov7", {"a": (1, 3, 80, 80, 85), **GRIDS}, 80, {}, (640, 640),
    ),
]  # fmt: skip


@pytest.mark.parametrize("unknown", UNKNOWN, ids=[unknown[0] for unknown in UNKNOWN])
def test_what_cannot_be_told(
    unknown: tuple[str, dict[str, Shape], int | None, dict[str, str], tuple[int, int] | None],
) -> None:
    _, outputs, labels, metadata, size = unknown
    assert guess_decoder(outputs, labels, metadata, size) is None
