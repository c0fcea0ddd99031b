"""One video track of a file opened for itself, its decoder, and its packets from a place that can be chosen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
from av.stream import Discard

from player.errors import OpenError
from player.media.decoder import Packet
from player.media.packets import read_packets
from player.media.picture_reader import CONCEAL_BY_THREAD
from player.media.source import open_source
from player.options import Input

if TYPE_CHECKING:
    from av.video.stream import VideoStream

    from player.media.source import Source
    from player.records import Track

BACK_OFF_S = (0, 1, 4, 16)
"""How much earlier to try when the container led behind the key picture (MPEG-TS, some indexes)."""
MAX_PENDING = 4000


class TrackSource:
    """One thread at a time. Raises OpenError when it is made.

    `careful`: the file is damaged. What decoders make of that depends on their threads and on what they saw before, so
    it is decoded as PictureReader does it. Otherwise frame threads are quickest even for a single picture: x264 codes
    it in one slice, which slice threads do not help with (1080p60 on two busy processors: 19.5 against 15.7 ms each);
    one more of them than processors, as FFmpeg's own choice, because they wait for each other.
    """

    def __init__(
        self,
        path: str,
        track: Track,
        *,
        max_pixels: int,
        careful: bool,
        input: Input = Input(),  # noqa: B008  # the option's name; frozen
    ) -> None:
        self._path = path
        self._track = track
        self._input = input
        self._max_pixels = max_pixels
        self.careful = careful
        self._open()

    def _open(self) -> None:
        self._source: Source = open_source(self._path, input=self._input, max_pixels=self._max_pixels)
        container = self._source.container
        try:
            if not self._source.seekable:
                raise OpenError(self._path, "it cannot be sought in")
            self.stream = cast("VideoStream", container.streams[self._track.index])
            context = self.stream.codec_context
            if not self.careful:
                context.thread_type, context.thread_count = "AUTO", (os.cpu_count() or 1) + 1
            elif context.name in CONCEAL_BY_THREAD:
                context.thread_type, context.thread_count = "NONE", 1
            else:
                context.thread_type, context.thread_count = "SLICE", 0
            for each in container.streams:
                if each.index != self.stream.index:
                    each.discard = Discard.all
        except BaseException:
            self._source.close()
            raise
        self._packets: Iterator[Packet] = read_packets(container, [self.stream])
        self._pending: Packet | None = None
        self._untouched = True

    @property
    def start_s(self) -> float:
        return self._source.start_s

    def again(self, *, careful: bool) -> TrackSource:
        """The same track opened once more. Raises OpenError."""
        return TrackSource(self._path, self._track, max_pixels=self._max_pixels, careful=careful, input=self._input)

    @property
    def raw_count(self) -> int | None:
        """The number of pictures of a raw file, whose pts are 0, 1, 2 ...; None for all others."""
        return self.stream.duration if self._source.picture_bytes is not None else None

    def close(self) -> None:
        self._packets = iter(())
        self._pending = None
        self._source.close()

    def next_packet(self) -> Packet | None:
        """None at the end."""
        self._untouched = False
        packet, self._pending = self._pending, None
        return packet if packet is not None else next(self._packets, None)

    def rewind(self) -> None:
        """To the very start with a new decoder: one may keep something over a seek. Raises OpenError."""
        if not self._untouched:
            self.close()
            self._open()

    def seek(self, key_pts: int, aim: int) -> int | None:
        """Moves to the key packet of time `key_pts` or to one before it; its time, None where the container cannot.

        `aim` is the timestamp to hand to the container where `key_pts` leads behind. The decoder is flushed.
        """
        self._untouched = False
        ticks = 1 / (self.stream.time_base or Fraction(1, 90_000))
        # Most often the key packet's own time leads to it; a decode time before that may lead to the group before.
        for place in (key_pts, *(aim - int(back_s * ticks) for back_s in BACK_OFF_S)):
            try:
                self._source.seek(place, self.stream)
            except (av.FFmpegError, OSError):
                return None
            found = self._up_to_key()
            if found is not None and found <= key_pts:
                return found
        return None

    def _up_to_key(self) -> int | None:
        """Time of the first key packet from here on, which is then the next; None where there is none."""
        self._packets = read_packets(self._source.container, [self.stream])
        self._pending = None
        for _ in range(MAX_PENDING):
            packet = next(self._packets, None)
            if packet is None:
                return None
            if packet.is_keyframe:
                self._pending = packet
                return packet.pts if packet.pts is not None else packet.dts
        return None
