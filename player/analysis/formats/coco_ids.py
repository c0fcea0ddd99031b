"""How COCO numbers its classes: the 80 things of its challenge have ids from 1 to 90 with holes."""

from __future__ import annotations

from collections.abc import Sequence

_HOLES = frozenset({12, 26, 29, 30, 45, 66, 68, 69, 71, 83})
COCO_IDS = tuple(number for number in range(1, 91) if number not in _HOLES)
COCO_NAMES = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant",
    "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard",
    "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli",
    "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet",
    "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
_OTHER_SPELLINGS = {
    "motorbike": "motorcycle", "aeroplane": "airplane", "sofa": "couch", "pottedplant": "potted plant",
    "diningtable": "dining table", "tvmonitor": "tv",
}  # fmt: skip
"""Darknet's."""


def is_coco(labels: Sequence[str]) -> bool:
    """Whether these are COCO's 80 in their order, in either spelling."""
    return tuple(_OTHER_SPELLINGS.get(label, label) for label in labels) == COCO_NAMES


def category_ids(labels: Sequence[str]) -> Sequence[int]:
    """The category's id for each class number: COCO's own for its 80 things, else counted from 1."""
    return COCO_IDS if is_coco(labels) else range(1, len(labels) + 1)


def category_names(labels: Sequence[str]) -> Sequence[str]:
    """COCO's 80 in COCO's own spelling, so that they are told to be the same."""
    return COCO_NAMES if is_coco(labels) else labels
