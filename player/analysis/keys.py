"""Which picture a result was computed from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, TypeGuard

from player.records import NOT_COUNTED, Picture

READ = -1
"""In place of a serial: a picture that was read by its number."""


class Numbers(Protocol):
    """What `player.media.frame_index.FrameIndex` is used for here."""

    counted: bool
    complete: bool

    def ordinal_of(self, pts: int, near: int | None = None) -> int | None: ...


@dataclass(frozen=True, slots=True)
class PictureKey:
    """Tells the pictures of one opened file apart, whether the playing decoder or the reader gave them."""

    pts: int | None
    """The container's timestamp; files whose clock starts anew have the same one twice."""
    index: int | None
    """The 0-based number in presentation order, once that is known."""
    serial: int
    order: int
    """The place in its decoding; negative where nobody counted."""
    damaged: bool = False
    """As it was decoded; another decoding of it may be whole."""

    @staticmethod
    def of(picture: Picture) -> PictureKey:
        return PictureKey(picture.pts, picture.index, picture.serial, picture.order, picture.corrupt)

    def is_same(self, other: PictureKey) -> bool:
        """Surely the same picture: where it cannot be told, it is another one.

        By number and timestamp; a picture whose number is not known yet is only its own decoding's, and one without
        number or place is not even itself: nothing is kept of it.
        """
        if self.pts != other.pts or self.damaged != other.damaged:
            return False
        if self.index is not None and other.index is not None:
            return self.index == other.index
        return self.order >= 0 and (self.serial, self.order) == (other.serial, other.order)


def key_of(picture: Picture, numbers: Numbers | None) -> PictureKey:
    """The key of a picture, with its number where the timestamp alone tells it.

    Where timestamps are missing or doubled, or not all are known, a number may turn out to be another picture's. Then a
    picture is known by its place in its decoding, or by the number it was read by.
    """
    key = PictureKey.of(picture)
    if key.pts is not None and _tell_all(numbers):
        return replace(key, index=numbers.ordinal_of(key.pts))
    if key.order >= 0:
        return replace(key, index=None)
    return PictureKey(key.pts, None, READ, NOT_COUNTED if key.index is None else key.index, key.damaged)


def renumbered(key: PictureKey, numbers: Numbers | None) -> PictureKey:
    """The key of the same picture by other numbers."""
    place = replace(key, index=None, order=NOT_COUNTED if key.serial == READ else key.order)
    if key.pts is not None and _tell_all(numbers):
        return replace(place, index=numbers.ordinal_of(key.pts))
    return place


def _tell_all(numbers: Numbers | None) -> TypeGuard[Numbers]:
    return numbers is not None and numbers.complete and not numbers.counted
