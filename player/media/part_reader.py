"""Reading a part of a track packet by packet: what came of it, what does not come at all, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from player.media.random_access import Numbered, RandomAccess
from player.media.read_ahead import Costs, Part

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex

_SMOOTH = 0.1
_SKIP_AT_MOST = 0.8
"""Of what decoding costs; more is seen only where others had the processors meanwhile."""
_DECODE_S, _SKIP_S = 0.006, 0.004
"""To decode and to skip a picture, until that was measured: 1080p on two processors."""


class PartReader:
    """The reader thread's. `on_doubt` is told when the file does not do what the index says."""

    def __init__(self, access: RandomAccess, now: Callable[[], float], on_doubt: Callable[[str], None]) -> None:
        self._access = access
        self._now = now
        self._on_doubt = on_doubt
        self.part: Part | None = None
        """Under way."""
        self.came: set[int] = set()
        """What it has given so far."""
        self.missing: set[int] = set()
        """Pictures that were wanted, and that the decoder does not give."""
        self._from_start = False  # the part is tried a second time, from the start of the file
        self._decode_s, self._skip_s = _DECODE_S, _SKIP_S
        self._doubts = (0, 0)

    @property
    def next_ordinal(self) -> int | None:
        """What the decoder gives next; None when that is not known."""
        return self._access.next_ordinal

    def adopt(self, index: FrameIndex) -> None:
        """Goes by `index` from now on; what is under way goes on where that is the same place by it."""
        self.missing.clear()
        if not self._access.adopt(index):
            self.part = None

    def read(self, index: FrameIndex, part: Part, wanted: Callable[[], set[int]]) -> list[Numbered] | None:
        """What one packet of `part` gives, which is begun when it is not the one under way; None when that is over.

        What is `wanted` of it and did not come is tried once more from the start of the file; then it is missing.
        """
        if part is not self.part:
            self._access.go(index, part.first, part.end, drain=part.drain)
            self._begin(part, from_start=False)
        began = self._now()
        pictures = self._access.read()
        if pictures is None:
            self.part = None
            return [] if self._begin_again(index, part, wanted()) else None
        self._measure(self._now() - began)
        self.came.update(ordinal for ordinal, _ in pictures)
        self._look_for_doubts(index)
        return pictures

    def close(self) -> None:
        self._access.close()
        self.part = None

    def costs(self, index: FrameIndex) -> Costs:
        return Costs(self._decode_s, min(self._skip_s, _SKIP_AT_MOST * self._decode_s), _duration(index))

    def _begin(self, part: Part, *, from_start: bool) -> None:
        self.part, self._from_start = part, from_start
        self.came.clear()

    def _begin_again(self, index: FrameIndex, part: Part, wanted: set[int]) -> bool:
        lost = sorted(each for each in wanted if each in part and each not in self.came)
        if lost and self._from_start:
            self.missing.update(lost)
            self._on_doubt(f"picture {lost[0]} does not come out of the decoder")
        elif lost:
            self._access.go(index, part.first, part.end, from_start=True)
            self._begin(part, from_start=True)
            return True
        return False

    def _measure(self, seconds: float) -> None:
        if self._access.skipping:
            self._skip_s += _SMOOTH * (seconds - self._skip_s)
        else:
            self._decode_s += _SMOOTH * (seconds - self._decode_s)

    def _look_for_doubts(self, index: FrameIndex) -> None:
        found = (self._access.errors, self._access.strangers)
        if found == self._doubts:
            return
        refused = found[0] > self._doubts[0]
        self._doubts = found
        if not index.damaged:
            self._on_doubt("the decoder refuses a packet" if refused else "a picture comes that is not in the index")


def _duration(index: FrameIndex) -> float:
    """Of a picture, on the average, in seconds."""
    if index.count < 2:
        return 1.0
    return max(0.001, (index.time_of(index.count - 1) - index.time_of(0)) / (index.count - 1))
