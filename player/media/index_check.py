"""Whether the decoder makes of a file what its packets promise: looked at where files differ, not everywhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from player.media.decoded_run import DecodedRun, decode_run
from player.media.frame_index import ENTRY, KEY, MISSING, SHAKY, Entry, FrameIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from player.media.track_source import TrackSource

START = 64
"""So many pictures from the start are compared; the rest of the first group is when the second is looked at."""
MAX_RUN = 1500
"""Groups of more pictures are not decoded to the end for this."""
OVERLAP = 24
"""So many pictures behind a key picture are compared with what comes out when decoding begins there."""
BOUNDARIES = 6
CHECK_S = 2.5
"""Once the start, the end and the first two groups are looked at: begin no other comparison after so much time."""


class IndexCheck:
    """Compares a predicted index with the decoder at the start, the end, and some key pictures in between.

    Recordings begin and end anywhere, so the pictures of the first and of the last group are the decoder's where it
    does not agree.
    """

    def __init__(
        self, index: FrameIndex, source: TrackSource, *, between: Callable[[], None], now: Callable[[], float]
    ) -> None:
        self._index = index
        self._source = source
        self._between = between
        self._now = now
        self._sound_end = index.count  # decoding beyond may meet damage
        self.reason: str | None = None
        """What differs, once `settle` has given no index."""

    @property
    def _entries(self) -> list[int]:
        return np.flatnonzero(_flags(self._index) & ENTRY).tolist()

    def settle(self) -> FrameIndex | None:
        """The final index; None where the whole file has to be decoded. Raises OpenError."""
        began = self._now()
        self.reason = self._at_start() or self._at_end()
        for place, (before, entry) in enumerate(self._pairs()):
            if self.reason is not None or (place > 0 and self._now() - began > CHECK_S):
                break
            self.reason = self._at_boundary(before, entry)
        return None if self.reason is not None else self._index.settled(True)

    def _at_start(self) -> str | None:
        """Takes the pictures before the second entry from the decoder if it sees others there."""
        index, entries = self._index, self._entries
        known, flagged = _pts(index), _flags(index)
        wanted = min(index.count, START)
        if self._fits(self._run(self._source, 0, None if wanted == index.count else wanted), 0, wanted):
            return None
        if len(entries) < 2 or entries[1] > MAX_RUN:
            return "the start differs"
        join = entries[1]
        truth = self._run_carefully(0, max(wanted, join + OVERLAP))
        places = [] if truth is None else np.flatnonzero(truth.pts == known[join]).tolist()
        if truth is None or len(places) != 1:
            return "the start differs"
        [place] = places
        head, tail = slice(None, place), slice(join, join + truth.count - place)
        keys = (flagged[tail] & KEY) != 0
        if not np.array_equal(truth.pts[place:], known[tail]) or not np.array_equal(truth.keys[place:], keys):
            return "the start differs"
        flags = np.where(truth.keys[head], KEY, 0).astype(np.uint8)
        pts = np.concatenate([truth.pts[head], known[join:]])
        reason = self._join(pts, np.concatenate([flags, flagged[join:]]), truth)
        fresh = None if reason else self._run(self._source, place, min(OVERLAP, truth.count - place))
        if fresh is not None and np.array_equal(fresh.sums, truth.sums[place : place + OVERLAP]):
            return None
        return reason or "the start differs"

    def _at_end(self) -> str | None:
        """Takes the last group from the decoder if it sees other pictures there."""
        index, entries = self._index, self._entries
        last = entries[-1] if entries else 0
        wanted = index.count - last
        if last == 0 or wanted > MAX_RUN or self._fits(self._run(self._source, last, None), last, wanted):
            return None
        truth = self._run_carefully(last, None)
        if truth is None:
            return "the end differs"
        flags = np.where(truth.keys, KEY, 0).astype(np.uint8)
        if truth.complaints:
            flags |= self._shaky(entries[:-1], truth)
        else:
            flags[0] |= ENTRY
        pts = np.concatenate([_pts(index)[:last], truth.pts])
        reason = self._join(pts, np.concatenate([_flags(index)[:last], flags]), truth)
        self._sound_end = last if truth.complaints else self._index.count
        return reason

    def _shaky(self, entries: list[int], truth: DecodedRun) -> NDArray[np.uint8]:
        """Flags for the pictures of a damaged end: SHAKY where another entry before it gives other pixels."""
        if len(entries) < 2:
            return np.zeros(truth.count, np.uint8)  # decoding them begins at the start
        sums = []
        for entry in entries[-2:]:
            run = self._run_carefully(entry, None)
            sums.append(np.zeros(0, np.uint32) if run is None else run.sums[-truth.count :])
        if len(sums[0]) != truth.count or len(sums[1]) != truth.count:
            return np.full(truth.count, SHAKY, np.uint8)
        return np.where(sums[0] != sums[1], SHAKY, 0).astype(np.uint8)

    def _join(self, pts: NDArray[np.int64], flags: NDArray[np.uint8], truth: DecodedRun) -> str | None:
        if bool(np.any(pts == MISSING)):
            return "timestamps are missing"
        index = self._index
        damaged = index.damaged or truth.complaints > 0
        self._index = FrameIndex(
            pts, flags, index.time_base, complete=True, damaged=damaged, seek_margin=index.seek_margin
        )
        self._sound_end = len(pts)
        return None

    def _at_boundary(self, before: int, entry: int) -> str | None:
        wanted = min(OVERLAP, self._sound_end - entry)
        fresh = self._run(self._source, entry, wanted)
        whole = self._run(self._source, before, entry - before + wanted)
        if not self._fits(fresh, entry, wanted) or not self._fits(whole, before, entry - before + wanted):
            return f"the group at picture {entry} differs"
        assert fresh is not None
        assert whole is not None
        if not np.array_equal(whole.sums[entry - before :], fresh.sums):
            return f"decoding cannot begin at picture {entry}"
        return None

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Neighbouring entries that are worth comparing: the first two, then some anywhere, always the same."""
        pairs = [pair for pair in pairwise(self._entries) if pair[1] - pair[0] <= MAX_RUN]
        yield from pairs[:1]
        others = pairs[1:]
        yield from random.Random(self._index.count).sample(others, min(BOUNDARIES - 1, len(others)))

    def _run(self, source: TrackSource, ordinal: int, count: int | None) -> DecodedRun | None:
        pts = self._index.pts_of(ordinal)
        assert pts is not None
        entry = Entry(0, None) if ordinal == 0 else Entry(ordinal, pts, pts - self._index.seek_margin)
        return decode_run(source, entry, count, self._between)

    def _run_carefully(self, ordinal: int, count: int | None) -> DecodedRun | None:
        """With frame threads pictures behind damage may be lost."""
        source = self._source.again(careful=True)
        try:
            return self._run(source, ordinal, count)
        finally:
            source.close()

    def _fits(self, run: DecodedRun | None, first: int, count: int) -> bool:
        if run is None or run.complaints or run.count != count:
            return False
        expected = slice(first, first + count)
        keys = (_flags(self._index)[expected] & KEY) != 0
        return np.array_equal(run.pts, _pts(self._index)[expected]) and np.array_equal(run.keys, keys)


def _pts(index: FrameIndex) -> NDArray[np.int64]:
    return np.asarray(index.pts)


def _flags(index: FrameIndex) -> NDArray[np.uint8]:
    return np.frombuffer(index.flags, np.uint8)
