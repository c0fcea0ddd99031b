"""Which picture a model looks at next, and how old what it said is. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from player.analysis.keys import PictureKey

MOST_RATE = 16.0
"""Media seconds a second: more is a jump, and no speed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A picture came on screen while playing."""

    at: float
    """On the owner's clock."""
    time_s: float
    serial: int


def playing_rate(marks: Sequence[Mark]) -> float:
    """Media seconds a second, from the pictures shown last, oldest first; 1 while that cannot be told."""
    if not marks:
        return 1.0
    last = marks[-1]
    first = next((mark for mark in marks if mark.serial == last.serial), last)
    if last.at <= first.at or last.time_s <= first.time_s:
        return 1.0
    return min(MOST_RATE, (last.time_s - first.time_s) / (last.at - first.at))


def due_at(time_s: float | None, serial: int, marks: Sequence[Mark]) -> float | None:
    """When a picture will come on screen; None when that cannot be told."""
    if not marks or time_s is None or marks[-1].serial != serial:
        return None
    return marks[-1].at + (time_s - marks[-1].time_s) / playing_rate(marks)


def choose(due: Sequence[float | None], ready_at: float) -> int:
    """Which of several pictures, oldest first, to look at now, when what is found would be there at `ready_at`.

    The first that it is in time for: so none is left out by a model that keeps up. Where it is too late for all of
    them, the newest, for that one's boxes are of use the longest.
    """
    for place, moment in enumerate(due):
        if moment is None or moment >= ready_at:
            return place
    return len(due) - 1


def age_frames(of: PictureKey, shown: PictureKey) -> int | None:
    """How many pictures `of` came before the one on screen; None where it did not, or where that is not known."""
    if of.index is not None and shown.index is not None:
        age = shown.index - of.index
    elif of.serial == shown.serial and of.order >= 0 and shown.order >= 0:
        age = shown.order - of.order
    else:
        return None
    return age if age > 0 else None
