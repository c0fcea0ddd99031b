"""Non-maximum suppression: of boxes that cover the same thing, the surest stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from player.analysis.boxes import Floats, paired_ious

_BLOCK = 64
"""So many candidates are held against all kept boxes in one go: few enough calls, and arrays that fit the cache."""


def nms(
    xyxy: Floats,
    confidence: Floats,
    class_id: NDArray[np.integer] | None,
    iou: float,
    *,
    limit: int | None = None,
) -> NDArray[np.intp]:
    """The boxes that stay, best first, at most `limit`: those that overlap no better kept one by more than `iou`.

    Only boxes of one class hide each other; with no classes, all do. Of equally sure boxes the earlier one wins.
    """
    order = np.argsort(-confidence, kind="stable")
    boxes = xyxy[order]
    classes = None if class_id is None else class_id[order]
    most = len(order) if limit is None else limit
    kept = np.empty(0, np.intp)
    for start in range(0, len(order), _BLOCK):
        if len(kept) >= most:
            break
        block = np.arange(start, min(start + _BLOCK, len(order)))
        if len(kept):
            block = block[~_match(boxes, classes, block, kept, iou).any(axis=1)]
        kept = np.concatenate((kept, block[_greedy(_match(boxes, classes, block, block, iou))]))
    return order[kept[:most]]


def _match(
    boxes: Floats,
    classes: NDArray[np.integer] | None,
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    iou: float,
) -> NDArray[np.bool_]:
    """(n, m): which box of `one` and which of `other` are one thing. Most do not touch: only the rest is worked out.

    Quickest with the longer list as `other`.
    """
    a, b = boxes[one].T[:, :, None], np.ascontiguousarray(boxes[other].T)
    same: NDArray[np.bool_] = a[0] < b[2]
    same &= a[2] > b[0]
    same &= a[1] < b[3]
    same &= a[3] > b[1]
    if classes is not None:
        same &= classes[one][:, None] == classes[other]
    rows, columns = np.divmod(np.flatnonzero(same), len(other))  # nonzero of a table takes far longer
    same[rows, columns] = paired_ious(boxes[one[rows]], boxes[other[columns]]) > iou
    return same


def _greedy(same: NDArray[np.bool_]) -> list[int]:
    """The places that stay when each in turn, unless hidden before, hides those its row names. Rows are bit sets."""
    rows = np.packbits(same, axis=1, bitorder="little")
    kept = []
    hidden = 0
    for place, row in enumerate(rows):
        if not hidden >> place & 1:
            kept.append(place)
            hidden |= int.from_bytes(row.tobytes(), "little")
    return kept
