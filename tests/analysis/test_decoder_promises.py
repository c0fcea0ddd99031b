"""What holds of every decoder: which boxes are kept, what wrong numbers do, and what is said of a wrong card."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from player.analysis.decoders import DECODERS, Decoder, make_decoder
from player.analysis.detections import RAW_FLOOR, RAW_LIMIT
from player.errors import ModelError
from tests.helpers.detector_outputs import (
    BATCH,
    CLASSES,
    HEIGHT,
    SSD_CARD,
    SURE,
    WIDTH,
    Outputs,
    Thing,
    faces,
    fastestdet,
    ssd,
    things,
    triples,
    yolov5,
    yolov8,
    yolox,
    yunet,
    zeros,
)

FAMILIES: dict[str, tuple[Decoder, Callable[[], Outputs]]] = {
    "yolov5": (make_decoder("yolov5", {}, CLASSES), lambda: yolov5(BATCH)),
    "yolov8": (make_decoder("yolov8", {}, CLASSES), lambda: yolov8(BATCH)),
    "yolox": (make_decoder("yolox", {}, CLASSES), lambda: yolox(BATCH)),
    "fastestdet": (make_decoder("fastestdet", {}, CLASSES), lambda: fastestdet([things(6, 5)])),
    "yunet": (make_decoder("yunet", {}, 1), lambda: yunet([faces(11, 6)])),
    "ssd": (make_decoder("ssd", SSD_CARD, CLASSES), lambda: ssd(SURE)),
    "text-map": (make_decoder("text-map", {}, 1), lambda: {"map": np.full((1, 3, 20, 30), 0.9, np.float32)}),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_numbers_gone_wrong_make_no_box(family: str) -> None:
    """An overflowing half-precision network gives infinities and NaN."""
    decoder, write = FAMILIES[family]
    for bad in (np.nan, np.inf, -np.inf):
        outputs = {name: np.full_like(values, bad) for name, values in write().items()}
        with np.errstate(all="ignore"):
            assert [len(each) for each in decoder.decode(outputs, (WIDTH, HEIGHT))].count(0) == len(
                outputs[next(iter(outputs))]
            )


@pytest.mark.parametrize("family", FAMILIES)
def test_outputs_are_not_written_to(family: str) -> None:
    decoder, write = FAMILIES[family]
    outputs = write()
    for values in outputs.values():
        values.flags.writeable = False
    assert any(len(each) for each in decoder.decode(outputs, (WIDTH, HEIGHT)))


def test_the_floor_and_the_limit() -> None:
    rows = zeros(1, 5000, 6)
    rows[0, :, :4] = 50, 50, 10, 10
    rows[0, :, 4] = np.linspace(0, 1, 5000)
    rows[0, :, 5] = 1
    [found] = make_decoder("yolov5", {}, 1).decode({"o": rows}, (WIDTH, HEIGHT))
    assert len(found) == RAW_LIMIT
    assert found.confidence[0] == 1
    assert found.confidence[-1] == pytest.approx(4000 / 4999, abs=1e-4)
    [found] = make_decoder("yolov5", {}, 1).decode({"o": rows[:, :200]}, (WIDTH, HEIGHT))
    assert 0 < len(found) < 200
    assert found.confidence.min() >= RAW_FLOOR


def test_equally_sure_boxes_keep_their_order() -> None:
    rows = zeros(1, 3000, 6)
    rows[0, :, :4] = 50, 50, 10, 10
    rows[0, :, 0] = np.arange(3000)
    rows[0, :, 4:] = 0.5
    [found] = make_decoder("yolov5", {}, 1).decode({"o": rows}, (WIDTH, HEIGHT))
    assert found.xyxy[:, 0].tolist() == [x - 5 for x in range(RAW_LIMIT)]


def test_boxes_may_reach_over_the_border() -> None:
    """The network's own boxes are kept: cutting them would change which overlap."""
    [found] = make_decoder("yolov8", {}, CLASSES).decode(yolov8([[Thing(5, 5, 40, 40, 1, 0.9, 0)]]), (WIDTH, HEIGHT))
    assert found.xyxy[0].tolist() == [-15, -15, 25, 25]


@pytest.mark.parametrize("name", [name for name in DECODERS if name not in ("yolo-nms", "torchvision")])
def test_another_number_of_labels(name: str) -> None:
    if name in ("yunet", "text-map"):
        with pytest.raises(ModelError, match="tells 1 classes apart, but 7 labels"):
            make_decoder(name, {}, 7)
        return
    card = SSD_CARD if name == "ssd" else {}
    one = zeros(1, 20, 4), zeros(1, 20, 1 + CLASSES)
    families: dict[str, Callable[[], Outputs]] = {
        "ssd": lambda: ssd(SURE), "fastestdet": lambda: fastestdet([[]]), "yolox": lambda: yolox([[]]),
        "yolov8": lambda: yolov8([[]]), "yolo11": lambda: yolov8([[]]),
        "yolov5": lambda: yolov5([[]]), "yolov7": lambda: yolov5([[]]),
        "rfb": lambda: {"boxes": one[0], "scores": one[1]},
        "detr": lambda: {"pred_boxes": one[0], "logits": one[1]},
        "rtdetr": lambda: {"pred_boxes": one[0], "logits": one[1][:, :, 1:]},
    }  # fmt: skip
    with pytest.raises(ModelError, match=f"tells {CLASSES} classes apart, but 20 labels"):
        make_decoder(name, card, 20).decode(families[name](), (WIDTH, HEIGHT))


@pytest.mark.parametrize("name", DECODERS)
def test_an_output_of_another_shape(name: str) -> None:
    card = SSD_CARD if name == "ssd" else {}
    with pytest.raises(ModelError, match=r"decoder needs .* gives probabilities \(1, 1000\)\.$"):
        make_decoder(name, card, None).decode({"probabilities": zeros(1, 1000)}, (WIDTH, HEIGHT))


@pytest.mark.parametrize("name", DECODERS)
def test_a_key_that_no_decoder_knows(name: str) -> None:
    card = SSD_CARD if name == "ssd" else {}
    with pytest.raises(ModelError, match=rf"output\.anchor, which the decoder {name} does not know"):
        make_decoder(name, {**card, "anchor": 3}, None)


def test_a_decoder_that_there_is_not() -> None:
    with pytest.raises(ModelError, match="There is no decoder yolov99; there are yolov5, "):
        make_decoder("yolov99", {}, None)


@pytest.mark.parametrize("missing", ["min_sizes", "aspect_ratios"])
def test_a_missing_key(missing: str) -> None:
    card = {name: value for name, value in SSD_CARD.items() if name != missing}
    with pytest.raises(ModelError, match=rf"lacks output\.{missing}, which the decoder ssd needs"):
        make_decoder("ssd", card, None)


@pytest.mark.parametrize(
    ("decoder", "card", "sentence"),
    [
        ("yolox", {"strides": []}, r"output\.strides .* is a list of whole numbers above 0, not \[\]"),
        ("yolox", {"strides": [8, -16]}, r"output\.strides"),
        ("yolox", {"strides": [8, float("nan")]}, r"output\.strides"),
        ("yolox", {"decoded": 1}, r"output\.decoded .* is true or false, not 1"),
        ("yolov8", {"landmarks": -1}, r"output\.landmarks .* is a whole number, not -1"),
        ("yolov8", {"landmarks": True}, r"output\.landmarks"),
        ("yolov5", {"anchors": [[10, 13, 33]]}, r"output\.anchors .* pairs of width and height"),
        ("yolov5", {"anchors": [[10, 13]], "mask_values": 32}, r"output\.anchors .* alone"),
        ("yunet", {"score": "sum"}, r"output\.score .* is one of product, root, not 'sum'"),
        ("torchvision", {"labels": 3}, r"output\.labels .* is a name, not 3"),
        ("ssd", {**SSD_CARD, "min_sizes": [20]}, r"output\.min_sizes .* has 1 entries for 2 grids"),
        ("ssd", {**SSD_CARD, "aspect_ratios": [2, 3]}, r"output\.aspect_ratios .* is a list of lists"),
        ("ssd", {**SSD_CARD, "feature_maps": [[8], [4]]}, r"output\.feature_maps .* pairs"),
    ],
)
def test_a_wrong_value(decoder: str, card: dict[str, object], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        make_decoder(decoder, card, None)


def test_a_class_beyond_the_labels() -> None:
    with pytest.raises(ModelError, match=r"gives class 0, it has labels for 1 to 6: output\.first_label"):
        make_decoder("torchvision", {}, CLASSES).decode(triples(BATCH[0], 0), (WIDTH, HEIGHT))


def test_a_class_number_that_is_none() -> None:
    outputs = triples(BATCH[0][:1], 1) | {"labels": np.array([np.nan], np.float32)}
    with pytest.raises(ModelError, match="gives class nan"):
        make_decoder("torchvision", {}, CLASSES).decode(outputs, (WIDTH, HEIGHT))
