"""What detectors would give for things that are known: each family's format from its definition, number by number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 128, 96
CLASSES = 6
Outputs = dict[str, NDArray[np.float32]]
ANCHORS = ((10.0, 13.0, 33.0, 23.0), (40.0, 60.0, 90.0, 70.0))
SSD_CARD: dict[str, object] = {
    "feature_maps": [[8, 6], [4, 3]],
    "min_sizes": [20, 48],
    "max_sizes": [48, 80],
    "aspect_ratios": [[2], [2, 3]],
    "steps": [16, 32],
}


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


def product(thing: Thing) -> float:
    return thing.objectness * thing.probability


def spread(values: NDArray[np.float32], first: int, thing: Thing) -> None:
    """The class scores of a row: the right one highest, the others a little lower, as networks have them."""
    values[first : first + CLASSES] = thing.probability * 0.9
    values[first + thing.class_id] = thing.probability


BATCH = [things(1), [], things(2, 7)]
SURE = [[each for each in written if each.probability > 0.4] for written in BATCH]


def yolov5(batch: list[list[Thing]], points: int = 0) -> Outputs:
    rows = zeros(len(batch), 40, 5 + CLASSES + 3 * points)
    rows[:, :, 5:] = 0.7  # boxes without an object still have classes
    rows[:, :, :4] = 20
    for item, written in enumerate(batch):
        for place, thing in enumerate(written):
            row = rows[item, 3 * place + 1]
            row[:5] = thing.x, thing.y, thing.w, thing.h, thing.objectness
            spread(row, 5, thing)
            row[5 + CLASSES :][: 3 * points] = [value for x, y in thing.points for value in (x, y, 0.5)]
    return {"output0": rows}


def yolov8(batch: list[list[Thing]], points: int = 0) -> Outputs:
    boxes = zeros(len(batch), 4 + CLASSES + 3 * points, 40)
    boxes[:, :4] = 20
    boxes[:, 4 + CLASSES :] = 7
    for item, written in enumerate(batch):
        for place, thing in enumerate(written):
            column = boxes[item, :, 3 * place + 1]
            column[:4] = thing.x, thing.y, thing.w, thing.h
            spread(column, 4, thing)
            column[4 + CLASSES :][: 3 * points] = [value for x, y in thing.points for value in (x, y, 0.5)]
    return {"output0": boxes}


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


def triples(written: list[Thing], first_label: int) -> Outputs:
    return {
        "boxes": np.array([thing.corners for thing in written], np.float32).reshape(-1, 4),
        "labels": np.array([thing.class_id + first_label for thing in written], np.float32),
        "scores": np.array([thing.probability for thing in written], np.float32),
    }
