"""Each family's format, written here from its definition, one number at a time: what is written in must come out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from player.analysis.decoders import DECODERS, Decoder, make_decoder
from player.analysis.detections import RAW_FLOOR, RAW_LIMIT, Detections
from player.errors import ModelError

WIDTH, HEIGHT = 128, 96
CLASSES = 6
Outputs = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Thing:
    """What a picture holds: centre and size in pixels of the input, objectness, probability of its class."""

    x: float
    y: float
    w: float
    h: float
    objectness: float
    probability: float
    class_id: int
    points: tuple[tuple[float, float], ...] = ()

    @property
    def corners(self) -> list[float]:
        return [self.x - self.w / 2, self.y - self.h / 2, self.x + self.w / 2, self.y + self.h / 2]


def things(seed: int, count: int = 12, points: int = 0) -> list[Thing]:
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        x, y = random.uniform(4, WIDTH - 4), random.uniform(4, HEIGHT - 4)
        w, h = random.uniform(3, 60, 2)
        marks = tuple((float(x + dx), float(y + dy)) for dx, dy in random.uniform(-9, 9, (points, 2)))
        sure, likely = random.uniform(0.3, 1, 2)
        found.append(Thing(x, y, w, h, sure, likely, number % CLASSES, marks))
    return found


def zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)


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


def product(thing: Thing) -> float:
    return thing.objectness * thing.probability


def spread(values: NDArray[np.float32], first: int, thing: Thing, share: float = 0.9) -> None:
    """The class scores of a row: the right one highest, the others a little lower, as networks have them."""
    values[first : first + CLASSES] = thing.probability * share
    values[first + thing.class_id] = thing.probability


# -- lists of boxes in pixels


def yolov5(batch: list[list[Thing]], points: int = 0, masks: int = 0) -> Outputs:
    rows = zeros(len(batch), 40, 5 + CLASSES + 3 * points + masks)
    rows[:, :, 5:] = 0.7  # boxes without an object still have classes
    rows[:, :, :4] = 20
    for item, written in enumerate(batch):
        for place, thing in enumerate(written):
            row = rows[item, 3 * place + 1]
            row[:5] = thing.x, thing.y, thing.w, thing.h, thing.objectness
            spread(row, 5, thing)
            row[5 + CLASSES :][: 3 * points] = [value for x, y in thing.points for value in (x, y, 0.5)]
    return {"output0": rows}


def yolov8(batch: list[list[Thing]], points: int = 0, masks: int = 0) -> Outputs:
    boxes = zeros(len(batch), 4 + CLASSES + 3 * points + masks, 40)
    boxes[:, :4] = 20
    boxes[:, 4 + CLASSES :] = 7
    for item, written in enumerate(batch):
        for place, thing in enumerate(written):
            column = boxes[item, :, 3 * place + 1]
            column[:4] = thing.x, thing.y, thing.w, thing.h
            spread(column, 4, thing)
            column[4 + CLASSES :][: 3 * points] = [value for x, y in thing.points for value in (x, y, 0.5)]
    return {"output0": boxes}


BATCH = [things(1), [], things(2, 7)]
POSE = [things(3, points=4), things(4, points=4)]


def test_yolov5() -> None:
    found = make_decoder("yolov5", {}, CLASSES).decode(yolov5(BATCH), (WIDTH, HEIGHT))
    for each, written in zip(found, BATCH, strict=True):
        check(each, written, product)


ANCHORS = ((10.0, 13.0, 33.0, 23.0), (40.0, 60.0, 90.0, 70.0))


def logit(value: float) -> float:
    return math.log(value / (1 - value))


def raw_grids(batch: list[list[Thing]]) -> Outputs:
    """Grids of 8 and 16 pixels, two boxes a cell: each thing where its centre is, by the anchor that is nearest."""
    outputs: Outputs = {}
    for number, (stride, anchors) in enumerate(zip((8, 16), ANCHORS, strict=True)):
        values = zeros(len(batch), 2, HEIGHT // stride, WIDTH // stride, 5 + CLASSES) - 12
        for item, written in enumerate(batch):
            for thing in written[number::2]:
                column, row = int(thing.x / stride), int(thing.y / stride)
                near = min((0, 1), key=lambda at: abs(math.log(thing.w / anchors[2 * at])))
                wide, high = anchors[2 * near : 2 * near + 2]
                cell = values[item, near, row, column]
                assert cell[4] == -12, "two things in one place"
                cell[:2] = logit((thing.x / stride - column + 0.5) / 2), logit((thing.y / stride - row + 0.5) / 2)
                cell[2:4] = logit(math.sqrt(thing.w / wide) / 2), logit(math.sqrt(thing.h / high) / 2)
                cell[4] = logit(thing.objectness)
                cell[5:] = logit(thing.probability * 0.9)
                cell[5 + thing.class_id] = logit(thing.probability)
        outputs[f"grid{number}"] = values
    return outputs


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


# -- grids


def cells_of(written: list[Thing], strides: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """For each thing a cell of its own: stride, column, row, place in the list of all cells."""
    taken: list[tuple[int, int, int, int]] = []
    for number, thing in enumerate(written):
        stride = strides[number % len(strides)]
        first = sum((WIDTH // each) * (HEIGHT // each) for each in strides[: strides.index(stride)])
        column, row = int(thing.x / stride), int(thing.y / stride)
        while (cell := (stride, column, row, first + row * (WIDTH // stride) + column)) in taken:
            column = (column + 1) % (WIDTH // stride)  # a neighbour sees it too
        taken.append(cell)
    return taken


def yolox(batch: list[list[Thing]], strides: tuple[int, ...] = (8, 16, 32)) -> Outputs:
    cells = sum((WIDTH // stride) * (HEIGHT // stride) for stride in strides)
    rows = zeros(len(batch), cells, 5 + CLASSES)
    for item, written in enumerate(batch):
        for thing, (stride, column, row, place) in zip(written, cells_of(written, strides), strict=True):
            values = rows[item, place]
            values[:2] = thing.x / stride - column, thing.y / stride - row
            values[2:4] = math.log(thing.w / stride), math.log(thing.h / stride)
            values[4] = thing.objectness
            spread(values, 5, thing)
    return {"output": rows}


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


def fastestdet(batch: list[list[Thing]]) -> Outputs:
    columns, rows = WIDTH // 16, HEIGHT // 16
    values = zeros(len(batch), 5 + CLASSES, rows, columns)
    for item, written in enumerate(batch):
        for thing, (_, column, row, _) in zip(written, cells_of(written, (16,)), strict=True):
            offset_x, offset_y = thing.x / 16 - column, thing.y / 16 - row
            values[item, :5, row, column] = (
                thing.objectness, math.atanh(offset_x), math.atanh(offset_y),
                -math.log(WIDTH / thing.w - 1), -math.log(HEIGHT / thing.h - 1),
            )  # fmt: skip
            spread(values[item, :, row, column], 5, thing)
    return {"758": values}


def test_fastestdet() -> None:
    batch = [things(6, 5), [], things(9, 5)]
    found = make_decoder("fastestdet", {}, CLASSES).decode(fastestdet(batch), (WIDTH, HEIGHT))
    for each, written in zip(found, batch, strict=True):
        check(each, written, lambda thing: thing.objectness**0.6 * thing.probability**0.4)


def yunet(batch: list[list[Thing]]) -> Outputs:
    outputs: Outputs = {}
    for stride in (8, 16, 32):
        cells = (WIDTH // stride) * (HEIGHT // stride)
        for part, columns in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            outputs[f"{part}_{stride}"] = zeros(len(batch), cells, columns)
    for item, written in enumerate(batch):
        for thing, (stride, column, row, _) in zip(written, cells_of(written, (8, 16, 32)), strict=True):
            place = row * (WIDTH // stride) + column
            outputs[f"cls_{stride}"][item, place] = thing.probability
            outputs[f"obj_{stride}"][item, place] = thing.objectness
            outputs[f"bbox_{stride}"][item, place] = (
                thing.x / stride - column, thing.y / stride - row,
                math.log(thing.w / stride), math.log(thing.h / stride),
            )  # fmt: skip
            points = [(x / stride - column, y / stride - row) for x, y in thing.points]
            outputs[f"kps_{stride}"][item, place] = [value for point in points for value in point]
    return outputs


def faces(seed: int, count: int) -> list[Thing]:
    return [Thing(**{**vars(each), "class_id": 0}) for each in things(seed, count, points=5)]


@pytest.mark.parametrize(("card", "power"), [({}, 1.0), ({"score": "root"}, 0.5)])
def test_yunet(card: dict[str, object], power: float) -> None:
    batch = [faces(11, 6), [], faces(12, 9)]
    found = make_decoder("yunet", card, 1).decode(yunet(batch), (WIDTH, HEIGHT))
    assert len(found[1]) == 0
    for each, written in zip(found[::2], batch[::2], strict=True):
        check(each, written, lambda thing: product(thing) ** power)


# -- default boxes


SSD_CARD: dict[str, object] = {
    "feature_maps": [[8, 6], [4, 3]],
    "min_sizes": [20, 48],
    "max_sizes": [48, 80],
    "aspect_ratios": [[2], [2, 3]],
    "steps": [16, 32],
}


def default_boxes() -> list[tuple[float, float, float, float]]:
    """By the paper, in Caffe's order."""
    found = []
    for (columns, rows), small, large, ratios, step in (
        ((8, 6), 20.0, 48.0, (2.0,), 16.0),
        ((4, 3), 48.0, 80.0, (2.0, 3.0), 32.0),
    ):
        for row in range(rows):
            for column in range(columns):
                x, y = (column + 0.5) * step, (row + 0.5) * step
                found.append((x, y, small, small))
                found.append((x, y, math.sqrt(small * large), math.sqrt(small * large)))
                for ratio in ratios:
                    found.append((x, y, small * math.sqrt(ratio), small / math.sqrt(ratio)))
                    found.append((x, y, small / math.sqrt(ratio), small * math.sqrt(ratio)))
    return found


def ssd(batch: list[list[Thing]]) -> Outputs:
    defaults = default_boxes()
    offsets, logits = zeros(len(batch), len(defaults), 4), zeros(len(batch), len(defaults), 1 + CLASSES)
    logits[:, :, 0] = 20
    for item, written in enumerate(batch):
        for number, thing in enumerate(written):
            place = (37 * number + 11) % len(defaults)
            x, y, w, h = defaults[place]
            offsets[item, place] = (
                (thing.x - x) / w / 0.1, (thing.y - y) / h / 0.1,
                math.log(thing.w / w) / 0.2, math.log(thing.h / h) / 0.2,
            )  # fmt: skip
            rest = (1 - thing.probability) / CLASSES
            logits[item, place] = math.log(rest)
            logits[item, place, 1 + thing.class_id] = math.log(thing.probability)
    return {"loc": offsets, "conf": logits}


SURE = [[each for each in written if each.probability > 0.4] for written in BATCH]


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


# -- final boxes, labels and scores


def triples(written: list[Thing], first_label: int) -> Outputs:
    return {
        "boxes": np.array([thing.corners for thing in written], np.float32).reshape(-1, 4),
        "labels": np.array([thing.class_id + first_label for thing in written], np.float32),
        "scores": np.array([thing.probability for thing in written], np.float32),
    }


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


# -- what all of them promise

FAMILIES: dict[str, tuple[Decoder, Callable[[], Outputs]]] = {
    "yolov5": (make_decoder("yolov5", {}, CLASSES), lambda: yolov5(BATCH)),
    "yolov8": (make_decoder("yolov8", {}, CLASSES), lambda: yolov8(BATCH)),
    "yolox": (make_decoder("yolox", {}, CLASSES), lambda: yolox(BATCH)),
    "fastestdet": (make_decoder("fastestdet", {}, CLASSES), lambda: fastestdet([things(6, 5)])),
    "yunet": (make_decoder("yunet", {}, 1), lambda: yunet([faces(11, 6)])),
    "ssd": (make_decoder("ssd", SSD_CARD, CLASSES), lambda: ssd(SURE)),
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


# -- what goes wrong says what


@pytest.mark.parametrize("name", [name for name in DECODERS if name not in ("yolo-nms", "torchvision")])
def test_another_number_of_labels(name: str) -> None:
    if name == "yunet":
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
