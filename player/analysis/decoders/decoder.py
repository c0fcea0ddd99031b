"""What every decoder is, and what they share: finding the output, the best class, keeping the best boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from player.analysis.detections import RAW_FLOOR, RAW_LIMIT, Detections
from player.errors import ModelError

Array = NDArray[np.float32]
Outputs = Mapping[str, Array]
"""What the network gave, by name, in its own order."""

_MOST_PICTURES = 256
"""In a batch."""

quietly = np.errstate(over="ignore", invalid="ignore")
"""For `decode`: a network whose numbers overflow gives infinities and NaN, and `keep_best` drops them."""


class Decoder(Protocol):
    suppress: bool
    """Boxes of one thing are still to be thinned out (NMS); False where the model gives final ones."""

    def decode(self, outputs: Outputs, input_size: tuple[int, int]) -> list[Detections]:
        """The raw boxes of each picture of the batch, in pixels of the network's input (x right, y down).

        `input_size` is (width, height). Surest first, none below RAW_FLOOR, at most RAW_LIMIT. Raises ModelError when
        the output is not what this decoder reads.
        """


def pick(outputs: Outputs, fits: Callable[[tuple[int, ...]], bool], needed: str) -> Array:
    """The first output whose shape fits."""
    for values in outputs.values():
        if fits(values.shape):
            return values
    raise unfit(outputs, needed)


def unfit(outputs: Outputs, needed: str) -> ModelError:
    given = ", ".join(f"{name} {values.shape}" for name, values in outputs.items())
    return ModelError(f"The decoder needs {needed}; the model gives {given}.")


def check_classes(count: int, labels: int | None) -> None:
    if labels is not None and count != labels:
        raise ModelError(f"The model tells {count} classes apart, but {labels} labels are known of it.")


def numbered(numbers: Array, confidence: Array, first_label: int, labels: int | None) -> NDArray[np.int32]:
    """Class numbers of the model's own counting, of which `first_label` is the first with a label."""
    end = np.inf if labels is None else first_label + labels
    unknown = ~((numbers >= first_label) & (numbers < end))  # NaN too
    if (strange := numbers[unknown & (confidence >= RAW_FLOOR)]).size:
        known = f"from {first_label} on" if labels is None else f"for {first_label} to {end - 1}"
        raise ModelError(
            f"The model gives class {strange[0]:g}, it has labels {known}: "
            "output.first_label in its card is the number of the first."
        )
    return np.where(unknown, 0, numbers - first_label).astype(np.int32)


def by_picture(numbers: Array) -> list[NDArray[np.bool_]]:
    """Which rows are each picture's, where a column has its number in the batch: up to the last that has some."""
    sane = numbers[(numbers >= 0) & (numbers < _MOST_PICTURES)]
    return [numbers == item for item in range(int(sane.max(initial=0)) + 1)]


def best_class(scores: Array) -> tuple[Array, NDArray[np.intp]]:
    """(n, classes) to the highest score of each row and its class; of equal ones the first."""
    class_id = scores.argmax(axis=1)
    return np.take_along_axis(scores, class_id[:, None], axis=1)[:, 0], class_id


def best_places(xyxy: Array, confidence: Array) -> NDArray[np.intp]:
    """Boxes that are sure enough, finite and have an area: the best of them, of equal ones the earlier first."""
    good = (confidence >= RAW_FLOOR) & np.isfinite(confidence) & np.isfinite(xyxy).all(axis=1)
    good &= (xyxy[:, 2:] > xyxy[:, :2]).all(axis=1)
    chosen = np.flatnonzero(good)
    return chosen[np.argsort(-confidence[chosen], kind="stable")[:RAW_LIMIT]]


def keep_best(xyxy: Array, confidence: Array, class_id: NDArray[np.generic]) -> Detections:
    return take(best_places(xyxy, confidence), xyxy, confidence, class_id)


def take(
    chosen: NDArray[np.intp],
    xyxy: Array,
    confidence: Array,
    class_id: NDArray[np.generic],
    landmarks: Array | None = None,
    masks: NDArray[np.bool_] | None = None,
) -> Detections:
    """The chosen ones of all boxes; `masks` are those of the chosen alone."""
    return Detections(
        np.ascontiguousarray(xyxy[chosen], np.float32),
        confidence[chosen].astype(np.float32),
        class_id[chosen].astype(np.int32),
        landmarks=None if landmarks is None else np.ascontiguousarray(landmarks[chosen], np.float32),
        masks=masks,
    )


def grid(columns: int, rows: int) -> Array:
    """(rows * columns, 2): x, y of each cell's corner, in cells, row by row."""
    y, x = np.divmod(np.arange(rows * columns), columns)
    return np.stack((x, y), axis=1).astype(np.float32)


def sigmoid(values: Array) -> Array:
    """Without overflow for values of any size."""
    half: Array = np.float32(0.5) * values
    return np.float32(0.5) * (1 + np.tanh(half))


def softmax(values: Array) -> Array:
    """Over the last axis."""
    powers: Array = np.exp(values - values.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers
