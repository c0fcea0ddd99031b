"""What the packets of one video track say about its pictures, before anything was decoded."""

from __future__ import annotations

from array import array
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from player.media.frame_index import ENTRY, KEY, MISSING, FrameIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from player.media.decoder import Packet

_IS_KEY, _IS_DISCARD, _IS_CORRUPT = 1, 2, 4
SHORT = 1000
"""A group of so many packets is decoded as a whole to see whether the decoder agrees."""


class PacketScan:
    """Nine bytes a packet. `add` is called for hundreds of thousands of them: it looks at each attribute once."""

    def __init__(self, time_base: Fraction) -> None:
        self._time_base = time_base
        self._pts = array("q")
        self._flags = bytearray()
        self._last_dts = MISSING
        self._dts_steps_back = 0
        self._seek_margin = 0

    @property
    def count(self) -> int:
        """Packets so far."""
        return len(self._flags)

    def add(self, packet: Packet) -> None:
        """In decoding order."""
        pts, dts, key = packet.pts, packet.dts, packet.is_keyframe
        self._flags.append(key | packet.is_discard << 1 | packet.is_corrupt << 2)
        self._pts.append(MISSING if pts is None else pts)
        if dts is None:
            return
        if dts <= self._last_dts:
            self._dts_steps_back += 1
        self._last_dts = dts
        if key and pts is not None and pts - dts > self._seek_margin:
            self._seek_margin = pts - dts

    def predict(self, *, complete: bool) -> FrameIndex | None:
        """The pictures if every packet that is not discarded gives one; None when the packets do not say when.

        Before the file is `complete` only those before which none can come any more.
        """
        pts, flags = self._arrays()
        live = (flags & _IS_DISCARD) == 0
        pts, flags = pts[live], flags[live]
        if not len(pts) or bool(np.any(pts == MISSING)):
            return None
        order = np.argsort(pts, kind="stable")
        if not complete and self._last_dts != MISSING:
            order = order[: int(np.searchsorted(pts, self._last_dts, "right", sorter=order))]
        if not len(order):
            return None
        keys = np.where(flags[order] & _IS_KEY, KEY | ENTRY, 0).astype(np.uint8)
        return FrameIndex(pts[order], keys, self._time_base, complete=complete, seek_margin=self._seek_margin)

    def doubt(self) -> str | None:
        """Why the decoder may well make something else of these packets; None when nothing speaks for that."""
        pts, flags = self._arrays()
        odd = np.flatnonzero(flags & (_IS_DISCARD | _IS_CORRUPT))
        keys = np.flatnonzero(flags & _IS_KEY)
        pts = pts[(flags & _IS_DISCARD) == 0]
        if not len(pts):
            return "no packet is to be shown"
        if bool(np.any(pts == MISSING)):
            return "timestamps are missing"
        if len(np.unique(pts)) < len(pts):
            return "timestamps are doubled"
        if self._dts_steps_back:
            return "decode times fall back"
        if not len(keys):
            return "no packet is a key"
        if len(odd) and not self._at_the_ends(odd, keys):
            return "packets are damaged or discarded"
        return None

    def _at_the_ends(self, odd: NDArray[np.intp], keys: NDArray[np.intp]) -> bool:
        """Whether all of `odd` are in the first and the last group, and these so short that they are decoded whole."""
        if len(keys) < 2 or keys[1] > SHORT or self.count - keys[-1] > SHORT:
            return False
        return not bool(np.any((odd >= keys[1]) & (odd < keys[-1])))

    def _arrays(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        return np.array(self._pts, np.int64), np.frombuffer(bytes(self._flags), np.uint8)


def index_of_raw(count: int, time_base: Fraction) -> FrameIndex:
    """Pictures one behind the other and nothing else: there is nothing to find out."""
    pts, flags = np.arange(count, dtype=np.int64), np.full(count, KEY | ENTRY, np.uint8)
    return FrameIndex(pts, flags, time_base, final=True, complete=True)
