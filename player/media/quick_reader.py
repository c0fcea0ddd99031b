"""Pictures from the middle of a file without decoding what comes before: what `frames --quick` reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from player.errors import StreamError
from player.media.frame_index import SHAKY
from player.media.index_check import IndexCheck
from player.media.packet_scan import PacketScan, index_of_raw
from player.media.picture_reader import PictureReader, ReadPicture
from player.media.random_access import RandomAccess
from player.media.track_source import TrackSource
from player.options import DEFAULT_MAX_PIXELS, Input

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.media.index_cache import IndexCache
    from player.media.source import Source
    from player.records import Picture, Track

ONE_BY_ONE = 32
"""Pictures so far apart are gone to one by one; nearer ones are read in a row."""


class QuickReader(PictureReader):
    """Like its base, but it begins at the picture `wanted.start`, which the index leads to, and ends at `wanted.stop`.

    The pictures are those of the base wherever the packets were as good as the index took them for. Where it turns
    out that they were not, StreamError.
    """

    def __init__(self, source: Source, track: Track, index: FrameIndex, wanted: range) -> None:
        super().__init__(source, track)
        self.expected_count = index.count
        self._index = index
        self._wanted = wanted
        self._access = RandomAccess(self.path, track, input=source.input)

    def __iter__(self) -> Iterator[ReadPicture]:
        wanted = self._wanted
        if wanted.step > ONE_BY_ONE:
            stretches = [range(ordinal, ordinal + 1) for ordinal in wanted]
        else:
            stretches = [range(wanted.start, wanted.stop)]
        with closing(self._access):
            for stretch in stretches:
                yield from self._read(stretch)

    def _read(self, stretch: range) -> Iterator[ReadPicture]:
        access = self._access
        access.go(self._index, stretch.start, stretch.stop)
        follows = stretch.start
        while (pictures := access.read()) is not None:
            for ordinal, picture in pictures:
                if ordinal != follows or access.errors or access.strangers:
                    raise _not_so(follows)
                follows += 1
                yield _read_picture(ordinal, picture)
        if follows != stretch.stop or access.errors or access.strangers:
            raise _not_so(follows)


def _not_so(ordinal: int) -> StreamError:
    return StreamError(
        f"The file is damaged, so picture {ordinal} may be another one or look otherwise; without --quick it is exact."
    )


def _read_picture(ordinal: int, picture: Picture) -> ReadPicture:
    assert picture.time_s is not None
    return ReadPicture(
        frame=picture.frame,
        index=ordinal,
        pts=picture.pts,
        time_s=picture.time_s,
        duration_s=picture.duration_s,
        key=picture.key,
        letter=picture.pict_type,
    )


def quick_index(path: str, track: Track, given: Input, cache: IndexCache) -> FrameIndex | None:
    """The track's index, from the disk or from its packets; None where only decoding it all tells. Raises OpenError.

    Reads the whole file once unless it was kept; the decoder is asked about a few groups of pictures.
    """
    kept = given == Input()  # numbers depend on how the file is read
    found = cache.load(path, track.index) if kept else None
    if found is not None:
        return None if found.damaged or found.has(SHAKY) else found
    with closing(TrackSource(path, track, max_pixels=DEFAULT_MAX_PIXELS, careful=False, input=given)) as source:
        time_base = source.stream.time_base
        if time_base is None:
            return None
        if source.raw_count:
            return index_of_raw(source.raw_count, time_base)
        scan = PacketScan(time_base)
        while (packet := source.next_packet()) is not None:
            scan.add(packet)
        index = scan.predict(complete=True)
        if index is None or scan.doubt():
            return None
        final = IndexCheck(index, source, between=lambda: None, now=time.monotonic).settle()
    if final is None or final.damaged:
        return None
    if kept:
        cache.save(path, track.index, final)
    return final
