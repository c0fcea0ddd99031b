"""Which picture of another file belongs to a picture, by media time. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture


@dataclass(frozen=True, slots=True)
class Offset:
    """Where in the other file to look, beside the same media time; positive is later."""

    seconds: float = 0.0
    pictures: int = 0
    """Of the other file's, counted from the one that its time gives."""


NO_OFFSET = Offset()


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture and the one that it is held against. Both are numbered where that is known (`Picture.index`)."""

    picture: Picture
    reference: Picture


class NoCounterpartError(ValueError):
    """There is none, with the reason as a sentence."""


def counterpart(
    time_s: float, first_s: float, tick_s: float, other: FrameIndex, offset: Offset = NO_OFFSET
) -> int | None:
    """The other file's picture that is on screen as long after its first one as `time_s` is after `first_s`.

    None while the other file's index does not reach so far. `tick_s` is the unit that `time_s` was rounded to: times in
    two units (Matroska's milliseconds, MP4's fractions of a picture) differ by rounding where they mean the same.
    Raises NoCounterpartError before the other file's first picture and behind its last.
    """
    since_s = time_s - first_s + offset.seconds
    begin_s, last = other.time_of(0), other.count - 1
    interval_s = (other.time_of(last) - begin_s) / last if last else 0.0
    tolerance_s = tick_s + float(other.time_base)
    if interval_s > 0:
        tolerance_s = min(tolerance_s, interval_s / 4)
    aim_s = begin_s + since_s + tolerance_s
    if aim_s < begin_s:
        raise NoCounterpartError("The other file begins after this picture.")
    if not other.complete and aim_s >= other.time_of(last):
        return None
    if last and aim_s > other.time_of(last) + interval_s + tolerance_s and offset.pictures >= 0:
        raise NoCounterpartError("The other file ends before this picture.")
    ordinal = other.ordinal_at(aim_s) + offset.pictures
    if ordinal < 0:
        raise NoCounterpartError("The other file begins after this picture.")
    if ordinal > last:
        if not other.complete:
            return None
        raise NoCounterpartError("The other file ends before this picture.")
    return ordinal
