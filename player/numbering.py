"""Numbers for the pipeline's pictures: by timestamp, or counted from one whose number is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture

SEEK_TOLERANCE_S = 0.005
"""A picture this little before an exact target is the one asked for, as in the decoder."""


class Numbering:
    """Follows the pictures of one track as they come on screen.

    Where timestamps tell pictures apart, they are enough. Where some are missing or doubled, a picture is counted from
    one before it of the same serial, or from the start of the file, or is the one that a seek was for.
    """

    def __init__(self, first_serial: int | None = None, *, rewinds: bool = False) -> None:
        """`first_serial`: of pictures that were decoded from the start of the file; None when there is no such.

        `rewinds`: every seek goes to the start of the file and decodes on from there, as where there are no timestamps.
        """
        self._first_serial = first_serial
        self._rewinds = rewinds
        self._index: FrameIndex | None = None
        self._anchor: Picture | None = None  # the newest whose number is known
        self._expected: int | None = None

    def expect(self, ordinal: int | None) -> None:
        """A seek to this picture is under way: the first of the next serial is it, if its timestamp agrees."""
        self._expected = ordinal

    def number(self, index: FrameIndex, picture: Picture) -> int | None:
        """None when it cannot be told, or when the index does not know the picture."""
        if index is not self._index:
            self._index, self._anchor = index, None  # numbers by the former one may be others now
        return self._number(index, picture)

    def note(self, picture: Picture) -> None:
        """It is on screen, with this number."""
        if picture.index is not None:
            self._anchor, self._expected = picture, None

    def _number(self, index: FrameIndex, picture: Picture) -> int | None:
        likely = self._likely(picture)
        if likely is not None and 0 <= likely < index.count and _agree(index, likely, picture):
            return likely
        if picture.pts is None or (index.counted and likely is None):
            return None
        return index.ordinal_of(picture.pts, near=likely)

    def _likely(self, picture: Picture) -> int | None:
        if self._rewinds:
            return picture.order
        anchor = self._anchor
        if anchor is not None and anchor.serial == picture.serial and anchor.index is not None:
            return anchor.index + picture.order - anchor.order
        if self._expected is not None:
            return self._expected
        return picture.order if picture.serial == self._first_serial else None


def _agree(index: FrameIndex, ordinal: int, picture: Picture) -> bool:
    """Whether picture `ordinal` may be this one, by its timestamp, or by its time where it has none."""
    pts = index.pts_of(ordinal)
    if pts is not None or picture.pts is not None or picture.time_s is None:
        return pts == picture.pts
    return abs(index.time_of(ordinal) - picture.time_s) <= picture.duration_s / 2


def picture_at(index: FrameIndex, target_s: float) -> int | None:
    """The picture that an exact seek to `target_s` (container seconds) shows; None where that is not known."""
    ordinal = index.ordinal_at(target_s)
    last = index.count - 1
    if ordinal == last:
        return last if index.complete else None
    following_s, time_s = index.time_of(ordinal + 1), index.time_of(ordinal)
    if following_s <= time_s:
        return None  # timestamps that jump: the decoder finds its own way
    return ordinal if time_s >= target_s - min(SEEK_TOLERANCE_S, (following_s - time_s) / 2) else ordinal + 1


def key_beside(index: FrameIndex, here: int | None, direction: int) -> int | None:
    """The key picture before picture `here`, or behind it; `here` where there is none. None while that is not known."""
    if here is None:
        return None
    if direction < 0:
        return index.key_before(max(0, min(here, index.count) - 1))
    behind = index.key_after(here) if here < index.count else None
    return behind if behind is not None or not index.complete else here
