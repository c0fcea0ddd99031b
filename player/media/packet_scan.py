"""What the packets of one video track say about its pictures, before anything was decoded."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from fractions import Fraction
from operator import eq
from typing import TYPE_CHECKING

from player.media.frame_index import ENTRY, KEY, MISSING, FrameIndex, any_neighbours

if TYPE_CHECKING:
    from player.media.decoder import Packet

REORDERED = 64
"""Pictures come at most so many packets earlier or later than their timestamps have it; H.264 allows 32 fields."""
SHORT = 1000
"""A group of so many packets is decoded as a whole to see whether the decoder agrees."""


class PacketScan:
    """Nine bytes a packet. `add` is called for hundreds of thousands of them: it looks at each attribute once."""

    def __init__(self, time_base: Fraction) -> None:
        self._time_base = time_base
        self.count = 0
        """Packets so far."""
        self._pts = array("q")  # of those that are to be shown, sorted as they come: never all at once
        self._flags = bytearray()
        self._is_scattered = False  # not sorted after all
        self._lacks_pts = False
        self._keys = array("q")  # which packets these are
        self._odd = array("q")
        self._last_dts = MISSING
        self._dts_steps_back = 0
        self._seek_margin = 0

    def add(self, packet: Packet) -> None:
        """In decoding order."""
        pts, dts, key, discard = packet.pts, packet.dts, packet.is_keyframe, packet.is_discard
        if key:
            self._keys.append(self.count)
        if discard or packet.is_corrupt:
            self._odd.append(self.count)
        self.count += 1
        if not discard:
            self._put(MISSING if pts is None else pts, KEY | ENTRY if key else 0)
        if dts is None:
            return
        if dts <= self._last_dts:
            self._dts_steps_back += 1
        self._last_dts = dts
        if key and pts is not None and pts - dts > self._seek_margin:
            self._seek_margin = pts - dts

    def _put(self, pts: int, flags: int) -> None:
        self._lacks_pts = self._lacks_pts or pts == MISSING
        place = len(self._pts)
        if place and pts < self._pts[-1]:
            near = max(0, place - REORDERED)
            place = bisect_right(self._pts, pts, near)
            if place == near > 0 and pts < self._pts[near - 1]:
                self._is_scattered = True
        self._pts.insert(place, pts)
        self._flags.insert(place, flags)

    def predict(self, *, complete: bool) -> FrameIndex | None:
        """The pictures if every packet that is not discarded gives one; None when the packets do not say when.

        Before the file is `complete` only those before which none can come any more.
        """
        if self._lacks_pts:
            return None
        self._sort()
        count = len(self._pts)
        if not complete and self._last_dts != MISSING:
            count = bisect_right(self._pts, self._last_dts)
        if not count:
            return None
        return FrameIndex(
            self._pts[:count], self._flags[:count], self._time_base, complete=complete, seek_margin=self._seek_margin
        )

    def doubt(self) -> str | None:
        """Why the decoder may well make something else of these packets; None when nothing speaks for that."""
        self._sort()
        if not self._pts:
            return "no packet is to be shown"
        if self._lacks_pts:
            return "timestamps are missing"
        if any_neighbours(eq, self._pts):
            return "timestamps are doubled"
        if self._dts_steps_back:
            return "decode times fall back"
        if not self._keys:
            return "no packet is a key"
        if self._odd and not self._at_the_ends():
            return "packets are damaged or discarded"
        return None

    def _at_the_ends(self) -> bool:
        """Whether all odd ones are in the first and the last group, and these so short that they are decoded whole."""
        keys = self._keys
        if len(keys) < 2 or keys[1] > SHORT or self.count - keys[-1] > SHORT:
            return False
        return not any(keys[1] <= each < keys[-1] for each in self._odd)

    def _sort(self) -> None:
        if self._is_scattered:
            order = sorted(range(len(self._pts)), key=self._pts.__getitem__)
            self._pts = array("q", [self._pts[each] for each in order])
            self._flags = bytearray(self._flags[each] for each in order)
            self._is_scattered = False


def index_of_raw(count: int, time_base: Fraction) -> FrameIndex:
    """Pictures one behind the other and nothing else: there is nothing to find out."""
    return FrameIndex(array("q", range(count)), bytes([KEY | ENTRY]) * count, time_base, final=True, complete=True)
