"""The index of a file by decoding all of it: what numbers its pictures have, and where decoding may begin."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from player.media.decoded_run import DecodedRun, decode_run
from player.media.frame_index import ENTRY, KEY, MISSING, SHAKY, Entry, FrameIndex
from player.media.picture_reader import PictureReader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from player.media.decoder import Packet
    from player.media.source import Source
    from player.media.track_source import TrackSource
    from player.records import Track

PROOFS = 200
"""Of more possible entries than that, so many are tried, and all where one of these is none; of a damaged file all."""


class IndexDecode:
    """One pass from the start, as PictureReader decodes, then once more from each key picture to see whether it is an
    entry: whether the same pixels come out. `between` is called before each packet.
    """

    def __init__(self, between: Callable[[], None]) -> None:
        self._between = between
        self._truth = DecodedRun()
        self._times = array("d")
        self._key_packets = 0
        self._key_times: list[int] = []  # of those that have one
        self._seek_margin = 0
        self._complaints = 0
        self._counted = False
        self._time_base = Fraction(1)
        self._pts, self._sums = self._truth.pts, self._truth.sums

    def read(self, source: Source, track: Track) -> None:
        """The pass. Raises OpenError when there is no complete picture."""
        reader = PictureReader(source, track, self._look_at)
        for picture in reader:
            self._truth.add(picture.frame, picture.pts)
            self._times.append(picture.time_s)
        self._complaints += reader.errors + self._truth.complaints
        self._time_base = reader.time_base
        self._pts, self._sums = self._truth.pts, self._truth.sums

    @property
    def damaged(self) -> bool:
        return self._complaints > 0

    def _look_at(self, packet: Packet) -> None:
        self._between()
        self._complaints += packet.is_corrupt
        if not packet.is_keyframe or packet.is_discard:
            return
        pts, dts = packet.pts, packet.dts
        if pts is not None and dts is not None:
            self._seek_margin = max(self._seek_margin, pts - dts)
        self._key_packets += 1
        if pts is not None:
            self._key_times.append(pts)

    def prove(self, source: TrackSource) -> FrameIndex:
        """The index with its entries; `source` decodes as its readers will. Raises OpenError."""
        pts = self._pts
        flags = np.where(self._truth.keys, KEY, 0).astype(np.uint8)
        candidates = self._candidates()
        groups = list(pairwise([*candidates, len(pts)]))
        some = groups[:: max(1, -(-len(groups) // PROOFS))]
        if not self.damaged and len(some) < len(groups) and all(self._holds(source, *group) for group in some):
            flags[candidates] |= ENTRY
        else:
            self._prove_all(source, groups, flags)
        return FrameIndex(
            pts,
            flags,
            self._time_base,
            times=self._times if bool(np.any(pts == MISSING)) else None,
            final=True,
            complete=True,
            damaged=self.damaged or bool(np.any(flags & SHAKY)),
            counted=self._counted,
            seek_margin=self._seek_margin,
        )

    def _candidates(self) -> list[int]:
        """Ordinals of the pictures of key packets, where a timestamp leads to them and to no others.

        Where they have none (AVI) or one that the decoder does not keep to (MXF), its own key pictures are tried too.
        """
        known, first, times = np.unique(self._pts, return_index=True, return_counts=True)
        alone = (times == 1) & (known != MISSING)
        of_keys = alone & np.isin(known, np.array(self._key_times, np.int64))
        if np.count_nonzero(of_keys) < self._key_packets:
            of_keys |= alone & self._truth.keys[first]
        return sorted(first[of_keys].tolist())

    def _prove_all(self, source: TrackSource, groups: list[tuple[int, int]], flags: NDArray[np.uint8]) -> None:
        """Groups that do not come out by themselves are tried from the entry before; those left need the start."""
        entry, end = 0, groups[0][0] if groups else 0  # what is proven: [entry, end)
        for begin, behind in groups:
            if self._holds(source, begin, behind):
                self._prove_stretch(source, entry, end, begin, flags)
                flags[begin] |= ENTRY
                entry, end = begin, behind
        self._prove_stretch(source, entry, end, len(flags), flags)

    def _prove_stretch(self, source: TrackSource, entry: int, begin: int, end: int, flags: NDArray[np.uint8]) -> None:
        """Marks the pictures of [begin, end) that do not come out right from `entry` on."""
        if entry == 0 or begin >= end:
            return
        right = np.zeros(end - entry, np.bool_)
        run = self._run(source, entry, end - entry)
        if run is not None:
            right[: run.count] = run.sums == self._sums[entry : entry + run.count]
            self._counted |= not np.array_equal(run.pts, self._pts[entry : entry + run.count])
        flags[begin:end][~right[begin - entry :]] |= SHAKY

    def _holds(self, source: TrackSource, begin: int, end: int) -> bool:
        """Whether the pictures [begin, end) come out with the same pixels when decoding begins at `begin`."""
        run = self._run(source, begin, end - begin)
        if run is None or not np.array_equal(run.sums, self._sums[begin:end]):
            return False
        self._counted |= not np.array_equal(run.pts, self._pts[begin:end])
        return True

    def _run(self, source: TrackSource, entry: int, count: int) -> DecodedRun | None:
        pts = int(self._pts[entry])
        return decode_run(source, Entry(entry, pts, pts - self._seek_margin), count, self._between)
