"""Each family's format: what is written in by its definition must come out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from player.analysis.decoders import make_decoder
from player.analysis.detections import Detections
from player.errors import ModelError
from tests.helpers.detector_outputs import (
    ANCHORS,
    BATCH,
    CLASSES,
    HEIGHT,
    SSD_CARD,
    SURE,
    WIDTH,
    Outputs,
    Thing,
    cells_of,
    faces,
    fastestdet,
    product,
    raw_grids,
    spread,
    ssd,
    things,
    triples,
    yolov5,
    yolov8,
    yolox,
    yunet,
    zeros,
)


def check(found: Detections, written: list[Thing], score: Callable[[Thing], float], atol: float = 2e-3) -> None:
    """The same boxes, classes and scores, surest first."""
    expected = sorted(written, key=score, reverse=True)
    assert found.class_id.tolist() == [thing.class_id for thing in expected]
    np.testing.assert_allclose(found.confidence, [score(thing) for thing in expected], atol=1e-5)
    np.testing.assert_allclose(found.xyxy, np.reshape([thing.corners for thing in expected], (-1, 4)), atol=atol)
    if expected and expected[0].points:
        assert found.landmarks is not None
        np.testing.assert_allclose(found.landmarks, [thing.points for thing in expected], atol=atol)
    else:
        assert found.landmarks is None


POSE = [things(3, points=4), things(4, points=4)]


def test_yolov5() -> None:
    found = make_decoder("yolov5", {}, CLASSES).decode(yolov5(BATCH), (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, product)


@pytest.mark.parametrize("name", ["yolov5", "yolov7"])
def test_raw_grids(name: str) -> None:
    """In any order: the finest is the one with most cells."""
    batch = [[Thing(x, y, 30, 40, 0.8 - x / 500, 0.9, int(x) % CLASSES) for x, y in spots] for spots in (
        [(21.5, 9.2), (77.1, 50.9), (3.3, 88.8), (121.0, 4.4)], [], [(64.0, 64.0)],
    )]  # fmt: skip
    outputs = dict(reversed(raw_grids(batch).items()))
    decoder = make_decoder(name, {"anchors": [list(row) for row in ANCHORS]}, CLASSES)
    for each, written in zip(decoder.decode(outputs, (WIDTH, HEIGHT)), batch, strict=True):
        check(each, written, product)


def test_an_only_class_of_yolov7_says_nothing() -> None:
    """Its score is never trained; of several classes, and in YOLOv5, it counts."""
    written = [Thing(**{**vars(each), "class_id": 0, "probability": 0.5}) for each in things(8)]
    rows = np.ascontiguousarray(yolov5([written])["output0"][:, :, :6])
    [found] = make_decoder("yolov7", {}, 1).decode({"output": rows}, (WIDTH, HEIGHT))
    check(found, written, lambda thing: thing.objectness)
    [found] = make_decoder("yolov5", {}, 1).decode({"output": rows}, (WIDTH, HEIGHT))
    check(found, written, product)
    [found, *_] = make_decoder("yolov7", {}, CLASSES).decode(yolov5(BATCH), (WIDTH, HEIGHT))
    check(found, BATCH[0], product)


def test_yolov8() -> None:
    found = make_decoder("yolov8", {}, CLASSES).decode(yolov8(BATCH), (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, lambda thing: thing.probability)


def test_yolo_poses() -> None:
    card = {"landmarks": 4}
    for each, written in zip(make_decoder("yolov5", card, CLASSES).decode(yolov5(POSE, 4), (8, 8)), POSE, strict=True):
        check(each, written, product)
    for each, written in zip(make_decoder("yolov8", card, CLASSES).decode(yolov8(POSE, 4), (8, 8)), POSE, strict=True):
        check(each, written, lambda thing: thing.probability)


def test_yolo_with_its_own_suppression() -> None:
    rows = zeros(3, 30, 6)
    for item, written in enumerate(BATCH):
        for place, thing in enumerate(written):
            rows[item, place] = *thing.corners, thing.probability, thing.class_id
    decoder = make_decoder("yolo-nms", {}, CLASSES)
    assert not decoder.suppress
    for each, written in zip(decoder.decode({"output0": rows}, (WIDTH, HEIGHT)), BATCH, strict=True):
        check(each, written, lambda thing: thing.probability)
    [only] = decoder.decode({"output0": rows[0]}, (WIDTH, HEIGHT))
    check(only, BATCH[0], lambda thing: thing.probability)


def test_yolov7_with_its_own_suppression() -> None:
    rows = [
        [item, *thing.corners, thing.class_id, thing.probability]
        for item, written in enumerate(BATCH)
        for thing in written
    ]
    found = make_decoder("yolo-nms", {}, CLASSES).decode({"output": np.array(rows, np.float32)}, (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, lambda thing: thing.probability)
    assert [len(each) for each in make_decoder("yolo-nms", {}, None).decode({"output": zeros(0, 7)}, (8, 8))] == [0]


def test_yolo_with_tensorrts_suppression() -> None:
    outputs = {
        "num_dets": np.array([[len(written)] for written in BATCH], np.float32),
        "det_boxes": zeros(3, 20, 4) + 5,
        "det_scores": zeros(3, 20) + 0.5,  # what lies past the number of boxes is left over from before
        "det_classes": zeros(3, 20),
    }
    for item, written in enumerate(BATCH):
        for place, thing in enumerate(written):
            outputs["det_boxes"][item, place] = thing.corners
            outputs["det_scores"][item, place] = thing.probability
            outputs["det_classes"][item, place] = thing.class_id
    found = make_decoder("yolo-nms", {}, CLASSES).decode(outputs, (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, lambda thing: thing.probability)


def test_yolox() -> None:
    found = make_decoder("yolox", {}, CLASSES).decode(yolox(BATCH), (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, product)


def test_yolox_with_other_strides() -> None:
    found = make_decoder("yolox", {"strides": [4, 16]}, CLASSES).decode(yolox(BATCH, (4, 16)), (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, product)


def test_yolox_decoded_by_its_graph() -> None:
    outputs = yolox(BATCH)
    for item, written in enumerate(BATCH):
        for thing, (*_, place) in zip(written, cells_of(written, (8, 16, 32)), strict=True):
            outputs["output"][item, place, :4] = thing.x, thing.y, thing.w, thing.h
    found = make_decoder("yolox", {"decoded": True}, CLASSES).decode(outputs, (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, product)


def test_fastestdet() -> None:
    batch = [things(6, 5), [], things(9, 5)]
    found = make_decoder("fastestdet", {}, CLASSES).decode(fastestdet(batch), (WIDTH, HEIGHT))
    for each, written in zip(found, batch, strict=True):
        check(each, written, lambda thing: thing.objectness**0.6 * thing.probability**0.4)


@pytest.mark.parametrize(("card", "power"), [({}, 1.0), ({"score": "root"}, 0.5)])
def test_yunet(card: dict[str, object], power: float) -> None:
    batch = [faces(11, 6), [], faces(12, 9)]
    found = make_decoder("yunet", card, 1).decode(yunet(batch), (WIDTH, HEIGHT))
    assert len(found[1]) == 0
    for each, written in zip(found[::2], batch[::2], strict=True):
        check(each, written, lambda thing: product(thing) ** power)


def test_ssd_heads() -> None:
    decoder = make_decoder("ssd", SSD_CARD, CLASSES)
    assert decoder.suppress
    for each, written in zip(decoder.decode(ssd(SURE), (WIDTH, HEIGHT)), SURE, strict=True):
        check(each, written, lambda thing: thing.probability, atol=5e-3)


def test_ssd_heads_past_the_softmax_with_grids_that_fill_the_input() -> None:
    card = {name: value for name, value in SSD_CARD.items() if name != "steps"} | {"scores": "probabilities"}
    raw = ssd(SURE)
    powers = np.exp(raw["conf"])
    outputs: Outputs = {"scores": powers / powers.sum(axis=2, keepdims=True), "boxes": raw["loc"]}
    for each, written in zip(make_decoder("ssd", card, CLASSES).decode(outputs, (WIDTH, HEIGHT)), SURE, strict=True):
        check(each, written, lambda thing: thing.probability, atol=5e-3)


def test_ssd_with_its_own_suppression() -> None:
    scale = np.array((WIDTH, HEIGHT, WIDTH, HEIGHT))
    rows = [
        [item, 1 + thing.class_id, thing.probability, *(np.array(thing.corners) / scale)]
        for item, written in enumerate(BATCH)
        for thing in written
    ]
    rows += [[-1, 0, 0, 0, 0, 0, 0], [0, 1, 0.9, 0, 0, 1, 1]]  # the end, and what was there before
    decoder = make_decoder("ssd", {}, CLASSES)
    assert not decoder.suppress
    found = decoder.decode({"detection_out": np.array(rows, np.float32)[None, None]}, (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, lambda thing: thing.probability)


def test_rfb() -> None:
    written = faces(5, 9)
    scores, boxes = zeros(1, 30, 2), zeros(1, 30, 4)
    scores[:, :, 0] = 1
    for place, thing in enumerate(written):
        scores[0, 2 * place] = 1 - thing.probability, thing.probability
        boxes[0, 2 * place] = np.array(thing.corners) / (WIDTH, HEIGHT, WIDTH, HEIGHT)
    plain = [Thing(**{**vars(each), "points": ()}) for each in written]
    [found] = make_decoder("rfb", {}, 1).decode({"scores": scores, "boxes": boxes}, (WIDTH, HEIGHT))
    check(found, plain, lambda thing: thing.probability)


def test_torchvision() -> None:
    decoder = make_decoder("torchvision", {}, CLASSES)
    assert not decoder.suppress
    for written in BATCH:
        [found] = decoder.decode(triples(written, 1), (WIDTH, HEIGHT))
        check(found, written, lambda thing: thing.probability)


def test_triples_with_names_that_say_nothing() -> None:
    given = triples(BATCH[0], 0)
    for order in (("boxes", "labels", "scores"), ("boxes", "scores", "labels"), ("scores", "labels", "boxes")):
        outputs = {f"{3000 + place}": given[part] for place, part in enumerate(order)}
        [found] = make_decoder("torchvision", {"first_label": 0}, CLASSES).decode(outputs, (WIDTH, HEIGHT))
        check(found, BATCH[0], lambda thing: thing.probability)


def test_triples_as_tensorflow_has_them() -> None:
    given = triples(BATCH[0], 1)
    fractions = np.divide(given["boxes"], (WIDTH, HEIGHT, WIDTH, HEIGHT)).astype(np.float32)
    outputs: Outputs = {
        "detection_boxes": fractions[None][:, :, [1, 0, 3, 2]],
        "detection_classes": given["labels"][None],
        "num_detections": np.array([len(BATCH[0])], np.float32),
        "detection_scores": given["scores"][None],
    }
    card = {"corners": "yxyx", "fractions": True}
    [found] = make_decoder("torchvision", card, CLASSES).decode(outputs, (WIDTH, HEIGHT))
    check(found, BATCH[0], lambda thing: thing.probability)


def test_triples_named_by_the_card() -> None:
    given = triples(BATCH[0], 0)
    outputs = {"a": given["boxes"] + 1, "b": given["boxes"], "c": given["scores"], "d": given["labels"]}
    card = {"boxes": "b", "labels": "d", "scores": "c", "first_label": 0}
    [found] = make_decoder("torchvision", card, CLASSES).decode(outputs, (WIDTH, HEIGHT))
    check(found, BATCH[0], lambda thing: thing.probability)
    with pytest.raises(ModelError, match=r"output\.boxes in the model's card names z"):
        make_decoder("torchvision", {"boxes": "z"}, CLASSES).decode(outputs, (WIDTH, HEIGHT))


def test_ultralytics_rtdetr() -> None:
    rows = zeros(1, 12, 4 + CLASSES)
    for place, thing in enumerate(BATCH[0]):
        rows[0, place, :4] = thing.x / WIDTH, thing.y / HEIGHT, thing.w / WIDTH, thing.h / HEIGHT
        spread(rows[0, place], 4, thing)
    [found] = make_decoder("rtdetr", {}, CLASSES).decode({"output0": rows}, (WIDTH, HEIGHT))
    check(found, BATCH[0], lambda thing: thing.probability)
