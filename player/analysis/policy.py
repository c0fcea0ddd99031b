"""Which picture a model looks at next, and how old what it said is. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from player.analysis.keys import PictureKey


@dataclass(frozen=True, slots=True)
class Mark:
    """A picture came on screen while playing."""

    at: float
    """On the owner's clock."""
    time_s: float
    serial: int


def due_at(time_s: float | None, serial: int, last: Mark | None, speed: float) -> float | None:
    """When a picture will come on screen, by the last that did; None when that cannot be told."""
    if last is None or time_s is None or last.serial != serial:
        return None
    return last.at + (time_s - last.time_s) / speed


def choose(due: Sequence[float | None], ready_at: float, *, or_newest: bool = True) -> int | None:
    """Which of several pictures, oldest first, to look at now, when what is found would be there at `ready_at`.

    The first that it is in time for: so none is left out by a model that keeps up. Where it is too late for all of
    them, the newest, for that one's boxes are of use the longest; or none, unless `or_newest`.
    """
    for place, moment in enumerate(due):
        if moment is None or moment >= ready_at:
            return place
    return len(due) - 1 if or_newest else None


def age_frames(of: PictureKey, shown: PictureKey) -> int | None:
    """How many pictures `of` came before the one on screen; None where it did not, or where that is not known."""
    if of.index is not None and shown.index is not None:
        age = shown.index - of.index
    elif of.serial == shown.serial and of.order >= 0 and shown.order >= 0:
        age = shown.order - of.order
    else:
        return None
    return age if age > 0 else None
