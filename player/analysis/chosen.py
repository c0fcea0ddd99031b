"""What is to be drawn of the newest results, chosen once: on the model's thread, or when the selection changes."""

from __future__ import annotations

import threading
from collections import OrderedDict

from player.analysis.detections import Detections, Result
from player.analysis.selection import Selection, select

KEPT = 8


class Chosen:
    """Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[int, tuple[Detections, Selection, Detections]] = OrderedDict()  # by id of the raw

    def of(self, result: Result, selection: Selection) -> Detections:
        raw = result.raw
        with self._lock:
            known = self._known.get(id(raw))
        if known is not None and known[0] is raw and known[1] == selection:
            return known[2]
        chosen = select(raw, selection, suppress=result.suppress)
        with self._lock:
            self._known[id(raw)] = raw, selection, chosen
            self._known.move_to_end(id(raw))
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return chosen
