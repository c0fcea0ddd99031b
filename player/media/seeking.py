"""Finding the place to read on from, so that the target's picture can be decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import field
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Literal

import av

from player.errors import SeekError
from player.media.decoder import Packet
from player.quick_dataclass import dataclass
from player.timebase import MICROSECOND, to_seconds

if TYPE_CHECKING:
    from av.stream import Stream

    from player.media.source import Source

BACK_OFF_S = (0.0, 1.0, 4.0, 16.0)
"""How much earlier to try when the container's index led behind the target (its times are decode times)."""
START_MARGIN_S = 1.0
"""How far before the container's start a seek may be aimed: MPEG-TS lands behind the time it is given."""
TOLERANCE_S = 0.005
MAX_PENDING = 4000
Direction = Literal[-1, 0, 1]


@dataclass(frozen=True, slots=True)
class SeekRequest:
    """Where to go, in container seconds."""

    target_s: float
    exact: bool
    direction: Direction = 0
    """For key-frame seeks: a forward one never lands at or before `from_s`."""
    from_s: float | None = None
    sharp: bool = False
    """`target_s` is the very time of a picture: nothing before it will do."""
    back: int = 0
    """So many pictures before the target are wanted: a step backwards from the picture at `target_s`."""
    trail: int = 0
    """So many pictures before the target are kept, for steps backwards that may follow."""


@dataclass(slots=True)
class Landing:
    """Where the container stands now. `pending` was read already and comes before `packets`."""

    packets: Iterator[Packet]
    pending: list[Packet] = field(default_factory=list)
    key_s: float | None = None
    """Time of the first key frame of the leading stream."""


class Seeker:
    """Seeks one container; demux thread only.

    `locked` holds all codec locks: a seek flushes the codecs. `read` gives the packets from where the container stands.
    """

    def __init__(
        self,
        source: Source,
        *,
        locked: Callable[[], AbstractContextManager[object]],
        read: Callable[[list[Stream]], Iterator[Packet]],
    ) -> None:
        self._source = source
        self._start_s = source.start_s
        self._locked = locked
        self._read = read

    def land(self, request: SeekRequest, lead: Stream, streams: list[Stream]) -> Landing:
        """Moves to a place from which the target can be decoded. `lead` is the stream that decides.

        Raises SeekError when the container refuses.
        """
        if not self._source.has_timestamps:
            self._rewind()
            return Landing(self._read(streams))
        if not request.exact and request.direction > 0 and request.from_s is not None:
            ahead = self._land_ahead(request, request.from_s, lead, streams)
            if ahead is not None:
                return ahead
        first_s = self._start_s - START_MARGIN_S
        for back_s in (*BACK_OFF_S, None):
            wanted_s = first_s if back_s is None else max(first_s, request.target_s - back_s)
            self._seek(wanted_s, lead, backward=True)
            landing = self._find_key(lead, streams)
            latest_s = request.target_s - TOLERANCE_S if request.back else request.target_s + TOLERANCE_S
            reached = landing.key_s is not None and landing.key_s <= latest_s
            if reached or wanted_s <= first_s:
                break
        return landing

    def _land_ahead(self, request: SeekRequest, from_s: float, lead: Stream, streams: list[Stream]) -> Landing | None:
        """The last key frame up to the target, else the first one behind it; None when that is not ahead."""
        for backward in (True, False):
            try:
                self._seek(request.target_s, lead, backward=backward)
            except SeekError:
                return None
            landing = self._find_key(lead, streams)
            if landing.key_s is not None and landing.key_s > from_s + TOLERANCE_S:
                return landing
        return None

    def _seek(self, time_s: float, lead: Stream, *, backward: bool) -> None:
        time_base = lead.time_base or MICROSECOND
        offset = floor(Fraction(time_s + 1e-9) / time_base)
        try:
            with self._locked():
                self._source.seek(offset, lead, backward=backward)
        except (av.FFmpegError, OSError) as error:
            if backward and time_s < self._start_s:
                self._seek(self._start_s, lead, backward=True)  # AVI refuses times before its first
            elif backward and time_s <= self._start_s + 1e-6:
                self._rewind()
            else:
                raise SeekError(f"cannot seek to {time_s:.3f} s: {error}") from error

    def _rewind(self) -> None:
        try:
            with self._locked():
                self._source.container.seek(0, backward=True, any_frame=True, unsupported_byte_offset=True)
        except (av.FFmpegError, OSError) as error:
            raise SeekError(f"cannot go back to the beginning: {error}") from error

    def _find_key(self, lead: Stream, streams: list[Stream]) -> Landing:
        landing = Landing(self._read(streams))
        for packet in landing.packets:
            landing.pending.append(packet)
            if packet.stream_index == lead.index and (packet.is_keyframe or lead.type != "video"):
                landing.key_s = to_seconds(packet.pts if packet.pts is not None else packet.dts, packet.time_base)
                break
            if len(landing.pending) >= MAX_PENDING:
                break
        return landing
