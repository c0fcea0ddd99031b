"""Where in the file a picture's data lies, by the picture's timestamp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import av

from player.media.packets import read_packets
from player.timebase import to_pts

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.video.stream import VideoStream

    from player.media.source import Source

EARLIER_S = (0.0, 1.0, 10.0)
"""So much before the picture a search begins, one after the other: MPEG-TS may land behind what was asked for."""
MAX_PACKETS = 5_000
"""Of one search."""
KEPT = 20_000
LATE_PACKETS = 32
"""So many packets decoded after the picture are looked at: then it is in none."""


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """`position` is in bytes from the file's start, None where the container does not say."""

    position: int | None
    size_bytes: int


class PacketTable:
    """Finds packets of one stream of a source that nobody else reads. What was passed on the way is kept."""

    def __init__(self, source: Source, stream: VideoStream) -> None:
        self._source = source
        self._stream = stream
        self._known: dict[int, PacketFacts] = {}

    def read_all(self) -> None:
        """Every packet from here to the end."""
        for packet in read_packets(self._source.container, [self._stream]):
            self._note(packet)

    def known(self, pts: int | None) -> PacketFacts | None:
        return None if pts is None else self._known.get(pts)

    def find(self, pts: int, is_wanted: Callable[[], bool] = lambda: True) -> PacketFacts | None:
        """Seeks and reads; None when no packet has this timestamp, or it is not wanted any longer."""
        if pts in self._known or not self._source.seekable or not self._source.has_timestamps:
            return self._known.get(pts)
        if len(self._known) > KEPT:
            self._known.clear()
        time_base = self._stream.time_base
        for earlier_s in EARLIER_S:
            before = 0 if time_base is None else to_pts(earlier_s, time_base)
            try:
                self._source.seek(pts - before, self._stream)
            except (av.FFmpegError, OSError):
                continue
            if self._read_to(pts, is_wanted) or not is_wanted():
                break
        return self._known.get(pts)

    def _read_to(self, pts: int, is_wanted: Callable[[], bool]) -> bool:
        late = 0
        for count, packet in enumerate(read_packets(self._source.container, [self._stream])):
            self._note(packet)
            if packet.dts is not None and packet.dts > pts:
                late += 1
            if pts in self._known or late > LATE_PACKETS or count > MAX_PACKETS or not is_wanted():
                break
        return pts in self._known

    def _note(self, packet: av.Packet) -> None:  # type: ignore[type-arg]  # of any stream
        if packet.pts is not None:
            position = packet.pos if packet.pos is not None and packet.pos >= 0 else None
            self._known.setdefault(packet.pts, PacketFacts(position, packet.size))
