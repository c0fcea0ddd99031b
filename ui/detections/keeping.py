"""What is shown of a model's boxes as a line of text, for the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.analysis.selection import Selection

MOST_KEPT = 20
"""Models whose thresholds are remembered."""


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
