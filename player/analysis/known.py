"""What one model has found in the file that plays, and by which key each picture of it is called by now."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from player.analysis.detections import Result
from player.analysis.keys import PictureKey, key_of, renumbered
from player.analysis.policy import age_frames
from player.analysis.store import ResultStore

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture

NEWEST = 8
"""Results among which an older one is looked for to be shown meanwhile."""


class Known:
    """Not for several threads."""

    def __init__(self, most_bytes: int) -> None:
        self._store = ResultStore(most_bytes)
        self._newest: deque[Result] = deque(maxlen=NEWEST)
        self._index: FrameIndex | None = None

    def key(self, picture: Picture) -> PictureKey:
        return key_of(picture, self._index)

    def find(self, key: PictureKey) -> Result | None:
        """What was found in exactly this picture."""
        return self._store.find(key)

    def add(self, result: Result) -> None:
        self._store.add(result)
        self._newest.append(result)

    def before(self, key: PictureKey) -> tuple[Result, int] | None:
        """The newest result of a picture before this one, and how many pictures before."""
        ages = ((age_frames(each.key, key), each) for each in self._newest if each.key.serial == key.serial)
        older = [(age, each) for age, each in ages if age is not None]
        if not older:
            return None
        age, result = min(older, key=lambda pair: pair[0])
        return result, age

    def clear(self) -> None:
        self._store.clear()
        self._newest.clear()

    def number_by(self, index: FrameIndex | None) -> bool:
        """Whether pictures have other keys by it than they had."""
        former, self._index = self._index, index
        if former is index or (index is not None and former is not None and _same_numbers(index, former)):
            return False
        self._store.number_by(index)
        self._newest = deque((replace(each, key=renumbered(each.key, index)) for each in self._newest), NEWEST)
        return True

    def forget_numbers(self) -> None:
        """They were those of the file before."""
        self._index = None


def _same_numbers(index: FrameIndex, former: FrameIndex) -> bool:
    return index.pts is former.pts and (index.counted, index.complete) == (former.counted, former.complete)
