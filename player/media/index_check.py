"""Whether the decoder makes of a file what its packets promise: looked at where files differ, not everywhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from player.media.decoded_run import DecodedRun, decode_run
from player.media.frame_index import ENTRY, KEY, Entry, FrameIndex

if TYPE_CHECKING:
    from player.media.track_source import TrackSource

MIN_START = 64
"""So many pictures from the start are compared in any case."""
MAX_RUN = 1500
"""Groups of more pictures are not decoded to the end for this."""
OVERLAP = 24
"""So many pictures behind a key picture are compared with what comes out when decoding begins there."""
BOUNDARIES = 6
CHECK_S = 2.5
"""Once the start and the end are looked at: begin no other comparison after so much time."""


class IndexCheck:
    """Compares a predicted index with the decoder at the start, the end, and some key pictures in between."""

    def __init__(
        self, index: FrameIndex, source: TrackSource, *, between: Callable[[], None], now: Callable[[], float]
    ) -> None:
        self._index = index
        self._source = source
        self._between = between
        self._now = now
        self._entries = [int(each) for each in np.flatnonzero(index.flags & ENTRY)]

    def why_not(self) -> str | None:
        """What differs; None when nothing was found. Raises OpenError."""
        began = self._now()
        reason = self._at_start() or self._at_end()
        for before, entry in self._pairs():
            if reason is not None or self._now() - began > CHECK_S:
                break
            reason = self._at_boundary(before, entry)
        return reason

    def _at_start(self) -> str | None:
        index = self._index
        second = index.key_after(0) or index.count
        wanted = min(index.count, max(MIN_START, min(second + OVERLAP, MAX_RUN)))
        run = self._run(0, None if wanted == index.count else wanted)
        return None if self._fits(run, 0, wanted) else "the start differs"

    def _at_end(self) -> str | None:
        last = self._entries[-1] if self._entries else 0
        wanted = self._index.count - last
        if last == 0 or wanted > MAX_RUN:
            return None
        return None if self._fits(self._run(last, None), last, wanted) else "the end differs"

    def _at_boundary(self, before: int, entry: int) -> str | None:
        wanted = min(OVERLAP, self._index.count - entry)
        fresh = self._run(entry, wanted)
        whole = self._run(before, entry - before + wanted)
        if not self._fits(fresh, entry, wanted) or not self._fits(whole, before, entry - before + wanted):
            return f"the group at picture {entry} differs"
        assert fresh is not None
        assert whole is not None
        if not np.array_equal(whole.sums[entry - before :], fresh.sums):
            return f"decoding cannot begin at picture {entry}"
        return None

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Neighbouring entries that are worth comparing: the first two, then some anywhere, always the same."""
        pairs = [pair for pair in zip(self._entries, self._entries[1:], strict=False) if pair[1] - pair[0] <= MAX_RUN]
        yield from pairs[:1]
        others = pairs[1:]
        yield from random.Random(self._index.count).sample(others, min(BOUNDARIES - 1, len(others)))

    def _run(self, ordinal: int, count: int | None) -> DecodedRun | None:
        pts = self._index.pts_of(ordinal)
        assert pts is not None
        entry = Entry(0, None) if ordinal == 0 else Entry(ordinal, pts, pts - self._index.seek_margin)
        return decode_run(self._source, entry, count, self._between)

    def _fits(self, run: DecodedRun | None, first: int, count: int) -> bool:
        if run is None or run.complaints or run.count != count:
            return False
        expected = slice(first, first + count)
        keys = (self._index.flags[expected] & KEY) != 0
        return np.array_equal(run.pts, self._index.pts[expected]) and np.array_equal(run.keys, keys)
