"""What is remembered of models from run to run: which were picked, and what was shown of their boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.analysis.selection import Selection

MOST_KEPT = 20
"""Models whose thresholds are remembered."""
MOST_RECENT = 8


class Kept:
    """As it was in the last run, at first."""

    def __init__(self, recent: tuple[str, ...] = (), turned: tuple[tuple[str, str], ...] = ()) -> None:
        self.recent = recent[:MOST_RECENT]
        """Models that were picked by hand, latest first."""
        self._turned = dict(turned)  # selections as text, by the start of the model's sha256; latest last

    @property
    def turned(self) -> tuple[tuple[str, str], ...]:
        """What was shown of the models that were turned last, for the settings."""
        return tuple(self._turned.items())[-MOST_KEPT:]

    def note_picked(self, path: str) -> None:
        self.recent = (path, *(each for each in self.recent if each != path))[:MOST_RECENT]

    def note(self, model_id: str, selection: Selection) -> None:
        self._turned.pop(model_id, None)
        self._turned[model_id] = write_selection(selection)

    def selection(self, model_id: str) -> Selection | None:
        """What was shown of this model last; None where that is not known."""
        return read_selection(self._turned.get(model_id, ""))


def write_selection(selection: Selection) -> str:
    """`0.25 1 0.45 300 no 3,17`."""
    hidden = ",".join(str(each) for each in sorted(selection.hidden)) or "-"
    agnostic = "yes" if selection.agnostic else "no"
    return f"{selection.low:g} {selection.high:g} {selection.iou:g} {selection.top_k} {agnostic} {hidden}"


def read_selection(text: str) -> Selection | None:
    """None for what cannot be one."""
    from player.analysis.selection import Selection

    parts = text.split()
    try:
        low, high, iou = (float(each) for each in parts[:3])
        top_k, agnostic = int(parts[3]), {"yes": True, "no": False}[parts[4]]
        hidden = frozenset() if parts[5] == "-" else frozenset(int(each) for each in parts[5].split(","))
    except (ValueError, IndexError, KeyError):
        return None
    if not (0 <= low <= high <= 1 and 0 <= iou <= 1 and 1 <= top_k <= 1000):
        return None
    return Selection(low, high, iou, top_k, agnostic, hidden)
