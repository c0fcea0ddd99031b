"""Any picture of a video track by its ordinal: a second decoder that is sent to places and reads on from there.

Ordinals are never guessed. A picture has the ordinal that the index gives for its timestamp; where timestamps are
missing, doubled or different after a seek, pictures are counted from a place that the index vouches for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import av

from player.media.decoder import Packet
from player.media.frame_index import ENTRY, SHAKY, Entry
from player.media.picture_maker import FrameTime, PictureMaker
from player.media.track_source import TrackSource
from player.options import DEFAULT_MAX_PIXELS, Input

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture, Track

NEAR = 8
"""Reading on over so many pictures is quicker than a seek, after which the decoder has to fill its threads again."""
CLOSE = 3
"""So many pictures before the first wanted one are decoded even where nothing refers to them."""
MAX_BEFORE = 2000
"""So many pictures may come out before the one that a seek was for."""

Numbered = tuple[int, "Picture"]


class RandomAccess:
    """One thread at a time. `go` says what is wanted, `read` then gives it bit by bit; `picture` does both.

    The file is opened when it is first needed, so `go` and `read` raise OpenError.
    """

    def __init__(
        self,
        path: str,
        track: Track,
        *,
        max_pixels: int = DEFAULT_MAX_PIXELS,
        input: Input = Input(),  # noqa: B008  # the option's name; frozen
    ) -> None:
        self._path = path
        self._input = input
        self._track = track
        self._max_pixels = max_pixels
        self._source: TrackSource | None = None
        self._maker: PictureMaker | None = None  # of the source
        self._index: FrameIndex | None = None
        self._entry: Entry | None = None  # where decoding began; None: the decoder stands nowhere of use
        self._last: int | None = None  # ordinal of the newest picture; None before the entry's came out
        self._from_start = False  # nothing was read before since the file was opened
        self._before = 0  # pictures that came out before the entry's
        self._behind = False  # one of them lies behind it
        self._first = self._end = 0
        self._drain = False
        self._over = True
        self.errors = 0
        """Packets that the decoder refused, of those behind the picture that it began at."""
        self.strangers = 0
        """Pictures that came out and are not in the index."""
        self.skipping = False
        """The newest packet was offered as one that may be skipped."""

    @property
    def next_ordinal(self) -> int | None:
        """What comes out next; None when that is not known."""
        return None if self._last is None else self._last + 1

    def picture(self, index: FrameIndex, ordinal: int) -> Picture | None:
        """The one picture; None when the decoder does not give it."""
        for from_start in (False, True):
            self.go(index, ordinal, ordinal + 1, from_start=from_start)
            while (found := self.read()) is not None:
                for each, picture in found:
                    if each == ordinal:
                        return picture
        return None

    def go(self, index: FrameIndex, first: int, end: int, *, drain: bool = False, from_start: bool = False) -> None:
        """From now on `read` gives the pictures from `first` up to but without `end`.

        Where the decoder stands right it goes on; otherwise it is sent to the place that the index names. A picture
        that comes out right only from the start of the file is left out where decoding began elsewhere, unless it is
        `first`. `drain`: nobody wants the pictures behind `end` next, so the decoder is emptied there instead of being
        fed what follows. `from_start`: the index was wrong about the place.
        """
        entry = Entry(0, None, counted=index.counted) if from_start else index.entry_for(first)
        shaky = bool(index.flags[first] & SHAKY)
        if from_start or not self.adopt(index) or not self._leads_to(entry, first, shaky=shaky):
            self._land(index, entry, soft=not from_start and not shaky)
        self._first, self._end = first, end
        self._drain = drain
        self._over = False

    def adopt(self, index: FrameIndex) -> bool:
        """Goes by `index` from now on; False when the decoder then stands at no place that is known."""
        if index is self._index:
            return self._entry is not None
        before, self._index = self._index, index
        if before is None or not self._stands_alike(before, index):
            self._entry = None
        return self._entry is not None

    def _stands_alike(self, before: FrameIndex, after: FrameIndex) -> bool:
        """Whether the decoder's place is the same by either index."""
        last, entry = self._last, self._entry
        return (
            last is not None
            and entry is not None
            and last < after.count
            and before.pts_of(last) == after.pts_of(last)
            and (before.counted, before.damaged) == (after.counted, after.damaged)
            and (entry.seek_pts is None or after.entry_for(entry.ordinal).seek_pts == entry.seek_pts)
        )

    def _leads_to(self, entry: Entry, first: int, *, shaky: bool) -> bool:
        """Whether reading on from here gives `first` sooner than a seek does."""
        follows = self.next_ordinal
        if follows is None or follows > first or (shaky and not self._from_start):
            return False
        return entry.ordinal <= follows or first - follows <= NEAR

    def read(self) -> list[Numbered] | None:
        """What the next packet gave, often nothing; None when what was wanted has come or will not come any more."""
        if self._over or self._source is None or self._index is None:
            return None
        packet = self._source.next_packet()
        if packet is None or self._may_stop_at(packet):
            self._skip(False)
            pictures = self._numbered(self._decode(None))
            if self._last is None and self._start_over():
                return []
            self._entry = self._last = None  # a drained decoder gives nothing more
            self._over = True
            return pictures
        self._skip(self._may_skip(packet))
        pictures = self._numbered(self._decode(packet))
        if self._last is None and (self._behind or self._before > MAX_BEFORE) and self._start_over():
            return []
        self._over = self._last is not None and self._last >= self._end - 1
        return pictures

    def close(self) -> None:
        """Lets go of the file and the decoder; the next `go` opens it again."""
        source, self._source, self._maker = self._source, None, None
        self._index = self._entry = self._last = None
        self._over = True
        if source is not None:
            source.close()

    # Going to places.

    def _land(self, index: FrameIndex, entry: Entry, *, soft: bool) -> None:
        """Sends the decoder to `entry`; `soft`: to the start of the file a seek is enough, if it gets there."""
        if self._source is not None and self._source.careful != index.damaged:
            self.close()
        self._index = index
        self._from_start = False
        if self._source is None:
            self._source = TrackSource(
                self._path, self._track, max_pixels=self._max_pixels, careful=index.damaged, input=self._input
            )
            self.skipping = False
        if entry.seek_pts is not None:
            aim = entry.seek_pts if entry.seek_to is None else entry.seek_to
            if self._source.seek(entry.seek_pts, aim) is None:
                entry = Entry(0, None, counted=index.counted)
        if entry.seek_pts is None and not (soft and self._sought_start(index)):
            self._rewind()
        self._begin(entry)

    def _sought_start(self, index: FrameIndex) -> bool:
        """Whether a seek led to the first picture; a file with many pictures takes long to open anew."""
        assert self._source is not None
        pts = index.pts_of(0)
        if self._source.careful or index.counted or pts is None or not index.flags[0] & ENTRY:
            return False
        return self._source.seek(pts, pts - index.seek_margin) == pts

    def _rewind(self) -> None:
        assert self._source is not None
        self._source.rewind()
        self.skipping = False
        self._from_start = True

    def _begin(self, entry: Entry) -> None:
        assert self._source is not None
        self._maker = PictureMaker(self._source.stream, start_s=self._source.start_s, attached=self._track.attached)
        self._entry, self._last = entry, None
        self._before, self._behind = 0, False

    def _start_over(self) -> bool:
        """From the start of the file, because the entry's picture does not come; False when that is where it began."""
        assert self._index is not None
        if self._entry is None or self._entry.seek_pts is None:
            return False
        self._rewind()
        self._begin(Entry(0, None, counted=self._index.counted))
        return True

    # Decoding.

    def _decode(self, packet: Packet | None) -> Sequence[av.VideoFrame]:
        assert self._source is not None
        try:
            return self._source.stream.codec_context.decode(packet)
        except av.FFmpegError:
            self.errors += self._last is not None  # pictures before the entry's may lack what they refer to
            return ()

    def _skip(self, skip: bool) -> None:
        assert self._source is not None
        if skip != self.skipping:
            self._source.stream.codec_context.skip_frame = "NONREF" if skip else "DEFAULT"
            self.skipping = skip

    def _may_skip(self, packet: Packet) -> bool:
        """True for a picture so far before the first wanted one that it is decoded only where others refer to it."""
        assert self._index is not None
        if self._index.damaged or self._index.counted or self._last is None or packet.pts is None:
            return False
        ordinal = self._index.ordinal_of(packet.pts)
        return ordinal is not None and ordinal < self._first - CLOSE

    def _may_stop_at(self, packet: Packet) -> bool:
        """Neither this packet nor one behind it holds a wanted picture: decode times do not pass the pictures' own."""
        assert self._index is not None
        if not self._drain or self._last is None or packet.dts is None or packet.pts is None or self._index.counted:
            return False
        ordinal, last = self._index.ordinal_of(packet.pts), self._index.pts_of(min(self._end, self._index.count) - 1)
        return ordinal is not None and ordinal >= self._end and last is not None and packet.dts > last

    def _numbered(self, frames: Sequence[av.VideoFrame]) -> list[Numbered]:
        """The wanted ones of `frames`, with their ordinals."""
        index, maker = self._index, self._maker
        assert index is not None
        assert maker is not None
        found = []
        for frame in frames:
            when = maker.time_of(frame)
            ordinal = self._ordinal_of(index, when.pts)
            if ordinal is None:
                continue
            self._last = ordinal
            if self._first <= ordinal < self._end and (self._from_start or not index.flags[ordinal] & SHAKY):
                # As from the start of the file: without a timestamp the time follows from all pictures before.
                exact = FrameTime(index.pts_of(ordinal), index.time_of(ordinal), when.duration_s)
                found.append((ordinal, dataclasses.replace(maker.make(frame, exact, 0), index=ordinal)))
        return found

    def _ordinal_of(self, index: FrameIndex, pts: int | None) -> int | None:
        """None for a picture before the entry's, and for one that the index does not know."""
        entry = self._entry
        if entry is None:
            return None
        if self._last is None:
            if self._is_entrys(entry, index, pts):
                return entry.ordinal
            self._before += 1
            known = None if pts is None else index.ordinal_of(pts)
            self._behind = known is not None and known > entry.ordinal
            return None
        follows = self._last + 1
        if follows < index.count and (entry.counted or (pts is not None and pts == index.pts_of(follows))):
            return follows
        known = None if pts is None or entry.counted else index.ordinal_of(pts)
        if known is None or known <= self._last:
            self.strangers += not self.skipping
            return None
        return known

    @staticmethod
    def _is_entrys(entry: Entry, index: FrameIndex, pts: int | None) -> bool:
        if entry.seek_pts is not None:
            return pts == entry.seek_pts
        return entry.counted or pts == index.pts_of(0)
