"""Which of a picture's raw boxes are shown: what the user turns while looking, with no new inference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from player.analysis.detections import Detections
from player.analysis.nms import nms


@dataclass(frozen=True, slots=True)
class Selection:
    low: float = 0.25
    high: float = 1.0
    """Both ends of the confidence band are shown."""
    iou: float = 0.45
    """Boxes of one class that overlap by more are one thing."""
    top_k: int = 300
    """So many of a picture at most, the surest."""
    agnostic: bool = False
    """Boxes of different classes hide each other too."""
    hidden: frozenset[int] = frozenset()
    """Classes that are switched off: they neither show nor hide others."""


def select(raw: Detections, selection: Selection, *, suppress: bool = True) -> Detections:
    """The boxes to show, surest first; equally sure ones in the order the model gave them.

    A box above the band still hides its doubles within it: narrowing the band from above brings up no copies of what
    was just put away. `suppress` is False where the model gave final boxes.
    """
    wanted = raw.confidence >= selection.low
    if selection.hidden:
        wanted &= ~np.isin(raw.class_id, list(selection.hidden))
    chosen = np.flatnonzero(wanted)
    confidence = raw.confidence[chosen]
    if suppress:
        above = int(np.count_nonzero(confidence > selection.high))
        classes = None if selection.agnostic else raw.class_id[chosen]
        chosen = chosen[nms(raw.xyxy[chosen], confidence, classes, selection.iou, limit=above + selection.top_k)]
    else:
        chosen = chosen[np.argsort(-confidence, kind="stable")]
    chosen = chosen[raw.confidence[chosen] <= selection.high]
    return raw.take(chosen[: selection.top_k])
