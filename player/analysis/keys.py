"""Which picture a result was computed from."""

from __future__ import annotations

from dataclasses import dataclass

from player.records import Picture


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

    @staticmethod
    def of(picture: Picture) -> PictureKey:
        return PictureKey(picture.pts, picture.index, picture.serial, picture.order)

    def is_same(self, other: PictureKey) -> bool:
        """Surely the same picture: where it cannot be told, it is another one.

        By number and timestamp; a picture whose number is not known yet is only its own decoding's, and one without
        number or place is not even itself: nothing is kept of it.
        """
        if self.pts != other.pts:
            return False
        if self.index is not None and other.index is not None:
            return self.index == other.index
        return self.order >= 0 and (self.serial, self.order) == (other.serial, other.order)
