"""Models from anywhere: whatever shapes and numbers they give, there are boxes or one sentence, never a traceback."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from player.analysis.decoders import DECODERS, guess_decoder, make_decoder
from player.analysis.decoders.guess import Shape
from player.analysis.detections import RAW_FLOOR, RAW_LIMIT, Detections
from player.errors import ModelError

NAMES = (
    "output0", "output", "outputs", "758", "boxes", "labels", "scores", "logits", "pred_logits", "pred_boxes",
    "num_dets", "det_boxes", "det_scores", "det_classes", "detection_boxes", "detection_classes", "detection_scores",
    *(f"{part}_{stride}" for part in ("cls", "obj", "bbox", "kps") for stride in (8, 16, 32)),
)  # fmt: skip
CARDS: dict[str, list[dict[str, object]]] = {
    "yolov5": [{}, {"landmarks": 2}, {"mask_values": 3}, {"anchors": [[3, 4]]}, {"anchors": [[3, 4], [5, 6]]}],
    "yolov7": [{}, {"anchors": [[3, 4]]}],
    "yolov8": [{}, {"landmarks": 2, "landmark_values": 2}, {"mask_values": 3}],
    "yolo-nms": [{}, {"landmarks": 1}, {"mask_values": 1}],
    "yolox": [{}, {"decoded": True}, {"strides": [16]}, {"strides": [10**9]}],
    "yunet": [{}, {"strides": [32]}],
    "ssd": [
        {},
        {"feature_maps": [[2, 2]], "min_sizes": [3], "aspect_ratios": [[]]},
        {"feature_maps": [[2, 2]], "min_sizes": [3], "aspect_ratios": [[2]], "scores": "probabilities"},
    ],
    "torchvision": [{}, {"boxes": "758", "corners": "yxyx", "fractions": True, "first_label": 0}],
}
sizes = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 21, 32, 84])
shapes = st.lists(sizes, max_size=5).map(tuple)
values = st.sampled_from([0.0, 0.4, 1.0, 3.0, -1.0, 1e30, np.inf, -np.inf, np.nan])


def array(shape: tuple[int, ...], filled: list[float]) -> NDArray[np.float32]:
    return np.resize(np.array(filled, np.float32), shape)


def check(found: list[Detections]) -> None:
    for each in found:
        assert len(each) <= RAW_LIMIT
        assert np.isfinite(each.xyxy).all()
        assert (each.confidence >= RAW_FLOOR).all()
        assert (each.xyxy[:, 2:] > each.xyxy[:, :2]).all()


@pytest.mark.parametrize("name", DECODERS)
@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(NAMES), shapes, max_size=5), st.lists(values, min_size=1, max_size=9), st.data())
def test_any_outputs(
    name: str, given_shapes: dict[str, tuple[int, ...]], filled: list[float], data: st.DataObject
) -> None:
    outputs = {name: array(shape, filled) for name, shape in given_shapes.items() if np.prod(shape) < 200_000}
    card = data.draw(st.sampled_from(CARDS.get(name, [{}])))
    with contextlib.suppress(ModelError):
        check(make_decoder(name, card, None).decode(outputs, (64, 32)))


@settings(max_examples=50)
@given(st.lists(values, min_size=1, max_size=30), st.lists(sizes, min_size=4, max_size=4), st.booleans())
def test_any_numbers_in_the_right_place(filled: list[float], batch: list[int], flag: bool) -> None:
    """All decoders on outputs of a shape that they read."""
    count = batch[0] % 3
    yunet = {
        f"{part}_{stride}": array((count, 32 * 32 // stride**2 * 2, columns), filled)
        for stride in (8, 16, 32)
        for part, columns in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
    }
    rows = 40 + 8 + 2  # cells of 8, 16 and 32 pixels
    for name, outputs in (
        ("yolov5", {"o": array((count, 30, 7), filled)}),
        ("yolov8", {"o": array((count, 6, 30), filled)}),
        ("yolo-nms", {"o": array((count, 30, 6), filled)}),
        ("yolo-nms", {"o": array((30, 7), filled)}),
        ("yolox", {"o": array((count, rows - 8, 7), filled)}),
        ("fastestdet", {"o": array((count, 7, 2, 4), filled)}),
        ("yunet", yunet),
        ("ssd", {"o": array((1, 1, 30, 7), filled)}),
        ("rfb", {"boxes": array((count, 30, 4), filled), "scores": array((count, 30, 2), filled[::-1])}),
        ("detr", {"pred_boxes": array((count, 30, 4), filled), "logits": array((count, 30, 3), filled[::-1])}),
        ("rtdetr", {"pred_boxes": array((count, 30, 4), filled), "logits": array((count, 30, 3), filled[::-1])}),
        ("rtdetr", {"o": array((count, 30, 7), filled)}),
        (
            "torchvision",
            {"boxes": array((30, 4), filled), "labels": array((30,), filled[::-1]), "scores": array((30,), filled)},
        ),
    ):
        try:
            check(make_decoder(name, {}, None).decode(outputs, (64, 32)))
        except ModelError as error:
            if "gives class" not in str(error):  # labels are such numbers too
                raise


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.lists(st.none() | sizes, max_size=5).map(tuple), max_size=12),
    st.none() | st.integers(0, 90),
    st.dictionaries(
        st.sampled_from(["task", "kpt_shape", "names", "stride"]),
        st.sampled_from(["detect", "pose", "segment", "[17, 3]", "(99999999999999999999, 3)", "{0: 'a'}", "32", ""]),
    ),
    st.none() | st.just((64, 64)),
)
def test_any_shapes_can_be_guessed_about(
    outputs: dict[str, Shape], labels: int | None, metadata: dict[str, str], size: tuple[int, int] | None
) -> None:
    told = guess_decoder(outputs, labels, metadata, size)
    if told is not None:
        make_decoder(*told, labels)
