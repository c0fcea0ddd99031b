"""Every picture of one video track, exactly and in order, without a clock: what `frames` and `probe` read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
from av.stream import Discard

from player.errors import OpenError
from player.media.orientation import orientation_of
from player.media.packets import read_packets
from player.media.picture_maker import CODECS_OF_601, DEFAULT_RATE
from player.media.timestamps import TimestampGuesser
from player.quick_dataclass import dataclass
from player.records import UPRIGHT, Picture
from player.timebase import to_seconds

if TYPE_CHECKING:
    from av.video.stream import VideoStream

    from player.media.decoder import Packet
    from player.media.source import Source
    from player.records import Track

CONCEAL_BY_THREAD = frozenset({"h264", "hevc"})
_LETTERS = {1: "I", 2: "P", 3: "B", 4: "S", 5: "SI", 6: "SP", 7: "BI"}


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """One decoded picture with its place in the track."""

    frame: av.VideoFrame
    index: int
    """0-based ordinal in presentation order."""
    pts: int | None
    """None where the file has no timestamp for it (raw streams, the last pictures of some AVI files)."""
    time_s: float
    """`pts` in seconds; without it, the end of the picture before."""
    duration_s: float
    key: bool
    letter: str
    """I, P, B ... or '?'."""


class PictureReader:
    """Decodes a track from its first picture on. One thread; the source must not be read by anyone else.

    `errors` counts the packets that the decoder refused. `on_packet` sees each packet before it is decoded.
    """

    def __init__(self, source: Source, track: Track, on_packet: Callable[[Packet], None] | None = None) -> None:
        self._source = source
        self._on_packet = on_packet
        self._stream = cast("VideoStream", source.container.streams[track.index])
        self.time_base = self._stream.time_base or Fraction(1, 90_000)
        rate = self._stream.guessed_rate or self._stream.average_rate or DEFAULT_RATE
        self._frame_s = float(1 / rate) if rate > 0 else 0.0
        self.errors = 0
        self.expected_count = self._stream.frames
        """How many pictures the container claims; 0 when it does not say."""
        self.untagged_601 = self._stream.codec_context.name in CODECS_OF_601
        self._shape: tuple[int, int, int] | None = None
        self._orientation = UPRIGHT
        context = self._stream.codec_context
        if not context.is_open:
            # Frame threads lose pictures behind damage at the end of a file; with slice threads, what these codecs
            # make of damage depends on the number of processors (corrupted.mp4), and an md5 must not.
            context.thread_type = "NONE" if context.name in CONCEAL_BY_THREAD else "SLICE"
            context.thread_count = 1 if context.name in CONCEAL_BY_THREAD else 0
        for stream in source.container.streams:
            if stream.index != track.index:
                stream.discard = Discard.all

    @property
    def path(self) -> str:
        return self._source.info.path

    @property
    def sample_aspect(self) -> Fraction:
        """Width of a pixel for its height, as far as the pictures came."""
        found = self._stream.sample_aspect_ratio or self._stream.codec_context.sample_aspect_ratio
        return found if found is not None and found > 0 else Fraction(1)

    def whole_picture(self, read: ReadPicture) -> Picture:
        """With all that the player knows of a picture."""
        shape = read.frame.width, read.frame.height, read.frame.rotation
        if shape != self._shape:
            self._shape, self._orientation = shape, orientation_of(read.frame)
        return Picture(
            frame=read.frame,
            pts=read.pts,
            time_base=self.time_base,
            time_s=read.time_s,
            duration_s=read.duration_s,
            serial=0,
            key=read.key,
            pict_type=read.letter,
            sample_aspect=self.sample_aspect,
            orientation=self._orientation,
            interlaced=read.frame.interlaced_frame,
            corrupt=read.frame.is_corrupt,
            untagged_601=self.untagged_601,
            index=read.index,
        )

    def __iter__(self) -> Iterator[ReadPicture]:
        """Raises OpenError at the end when there was not one complete picture."""
        guess = TimestampGuesser()
        index, next_s = 0, self._source.start_s
        for frame in self._frames():
            pts = guess(frame.pts, frame.dts)
            time_s = to_seconds(pts, self.time_base)
            if time_s is None:
                time_s = next_s
            duration_s = to_seconds(frame.duration or None, self.time_base) or self._frame_s
            next_s = time_s + duration_s
            yield ReadPicture(
                frame=frame,
                index=index,
                pts=pts,
                time_s=time_s,
                duration_s=duration_s,
                key=frame.key_frame,
                letter=_LETTERS.get(frame.pict_type, "?"),
            )
            index += 1
        if index == 0:
            raise OpenError(self._source.info.path, "there is no complete picture in it")

    def _frames(self) -> Iterator[av.VideoFrame]:
        """Decoded frames in presentation order; damage costs the pictures it hits and no others."""
        context = self._stream.codec_context
        for packet in read_packets(self._source.container, [self._stream]):
            if self._on_packet is not None:
                self._on_packet(packet)
            try:
                yield from context.decode(packet)
            except av.FFmpegError:
                self.errors += 1
        try:
            yield from context.decode(None)
        except av.FFmpegError:
            self.errors += 1
