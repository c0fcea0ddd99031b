"""The facts of every picture of a file's video."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from player.errors import OpenError
from player.media.frame_facts import Facts, Place, facts_of, read_details, stream_timecode
from player.media.packet_table import PacketTable
from player.media.picture_maker import PictureMaker
from player.media.picture_reader import PictureReader
from player.media.source import choose_track, open_source
from player.options import Input

if TYPE_CHECKING:
    from av.video.stream import VideoStream


def list_facts(path: str, given: Input = Input()) -> list[Facts]:  # noqa: B008  # frozen
    """Reads the file twice, for the packets and for the pictures. Raises OpenError."""
    source = open_source(path, input=given)
    try:
        track = choose_track(source, "video", None)
        if track is None:
            raise OpenError(path, "there is no video in it")
        stream = cast("VideoStream", source.container.streams[track.index])
        clock, packets = stream_timecode(source, stream), _packets(path, track.index, given)
        maker = PictureMaker(stream, start_s=source.start_s, attached=track.attached)
        found: list[Facts] = []
        key = None
        for read in PictureReader(source, track):
            key = read.index if read.key else key
            picture = replace(maker.make(read.frame, maker.time_of(read.frame), 0), index=read.index)
            details = read_details(picture, packets.known(picture.pts), clock)
            found.append(facts_of(picture, Place(read.index, None, True, key), details))
    finally:
        source.close()
    for facts in found:
        facts["count"] = len(found)
    return found


def _packets(path: str, number: int, given: Input) -> PacketTable:
    source = open_source(path, input=given)
    try:
        table = PacketTable(source, cast("VideoStream", source.container.streams[number]))
        table.read_all()
        return table
    finally:
        source.close()
