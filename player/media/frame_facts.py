"""Everything there is to say of one picture, as plain values: what the Frame panel, `probe --frames` and the IPC show.

`facts_of` looks at the picture alone and costs next to nothing. What only the file can tell (`Details`: its packet,
side data, the stream's timecode) is read by `read_details` on a thread that may wait.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import av
from av.video.reformatter import Interpolation, VideoReformatter

from player.errors import plain
from player.media.color_facts import color_facts
from player.media.timecode import gop_timecode, s12m_timecode, timecode_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.sidedata.sidedata import SideData
    from av.video.stream import VideoStream

    from player.media.frame_index import FrameIndex
    from player.media.packet_table import PacketFacts
    from player.media.source import Source
    from player.records import Picture

Facts = dict[str, Any]
"""Strings, numbers, None, lists and dicts of them."""
CARRIER = (16, 16)
"""Size of the copy whose side data is read."""


@dataclass(frozen=True, slots=True)
class Details:
    """What only the file can tell of a picture."""

    packet: PacketFacts | None
    """None: no packet has the picture's timestamp."""
    side_data: tuple[str, ...]
    own_timecode: str | None
    """That the picture carries itself."""
    timecode_from: str
    """`S12M`, `GOP header`, `stream`, `timecode track`, `container`, or '' where there is none."""
    start_timecode: str | None
    """The first picture's, where the file only tells that."""
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture stands in its track; None for what is not known."""

    ordinal: int | None
    count: int | None = None
    final: bool = False
    key: int | None = None
    """The ordinal of the key picture at or before it."""


def place_of(picture: Picture, index: FrameIndex | None) -> Place:
    """By the picture's own number, else by its timestamp."""
    if index is None:
        return Place(picture.index)
    ordinal = picture.index
    if ordinal is None and picture.pts is not None:
        ordinal = index.ordinal_of(picture.pts)
    known = ordinal is not None and 0 <= ordinal < index.count
    key = index.key_before(ordinal) if known and ordinal is not None else None
    return Place(ordinal, index.count, index.final, key)


def facts_of(picture: Picture, place: Place, details: Details | None) -> Facts:
    """Without `details`, what only the file tells is None."""
    frame, orientation, ordinal = picture.frame, picture.orientation, place.ordinal
    return {
        "index": ordinal,
        "count": place.count,
        "final": place.final,
        "pts": picture.pts,
        "time_base": _ratio(picture.time_base),
        "time_s": picture.time_s,
        "duration_s": picture.duration_s,
        "type": picture.pict_type,
        "key": picture.key,
        "key_index": place.key,
        "from_key": None if place.key is None or ordinal is None else ordinal - place.key,
        "width": frame.width,
        "height": frame.height,
        "display_width": picture.display_size[0],
        "display_height": picture.display_size[1],
        "sample_aspect": _ratio(picture.sample_aspect),
        "turns_cw": orientation.turns_cw,
        "mirrored": orientation.mirrored,
        "pixel_format": frame.format.name,
        "color": color_facts(frame, frame.format.name, picture.coded_size, untagged_601=picture.untagged_601),
        "interlaced": picture.interlaced,
        "top_field_first": picture.top_field_first,
        "corrupt": picture.corrupt,
        "packet": None if details is None or details.packet is None else asdict(details.packet),
        "side_data": None if details is None else list(details.side_data),
        "timecode": None if details is None else _timecode(details, ordinal),
        "timecode_from": None if details is None else details.timecode_from or None,
    }


def _timecode(details: Details, ordinal: int | None) -> str | None:
    if details.own_timecode is not None:
        return details.own_timecode
    if details.start_timecode is None or ordinal is None or details.rate is None:
        return None
    return timecode_at(details.start_timecode, ordinal, details.rate)


def read_details(picture: Picture, packet: PacketFacts | None, clock: StreamTimecode) -> Details:
    """Not on a thread that must not wait: the side data is read from a small copy, which costs up to a millisecond.

    PyAV's `frame.side_data` makes a reference cycle that keeps the frame's pixels until the next big collection.
    Side data that goes with the size (pan and scan, motion vectors) is not in the copy and so not told.
    """
    names, own, source = [], None, ""
    # PyAV's types call it a mapping; it is walked as a list of side data.
    for each in cast("Iterable[SideData]", _carrier(picture.frame).side_data):
        name = each.type.name
        names.append(name)
        if name == "S12M_TIMECODE":
            own, source = s12m_timecode(bytes(each), clock.rate), "S12M"
        elif name == "GOP_TIMECODE" and own is None:
            own, source = gop_timecode(bytes(each)), "GOP header"
    if own is None:
        source = clock.source
    return Details(packet, tuple(names), own, source, clock.start, clock.rate)


def _carrier(frame: av.VideoFrame) -> av.VideoFrame:
    """A small frame with the same side data."""
    try:
        return VideoReformatter().reformat(frame, *CARRIER, format="gray", interpolation=Interpolation.POINT)
    except (av.FFmpegError, ValueError, OSError):
        return av.VideoFrame(*CARRIER, "gray")  # a format that libswscale cannot read: nothing to say


@dataclass(frozen=True, slots=True)
class StreamTimecode:
    """The timecode of a stream's first picture, where the file has one."""

    start: str | None
    source: str
    rate: Fraction | None


def stream_timecode(source: Source, stream: VideoStream) -> StreamTimecode:
    """As the stream says, a timecode track of the file, or the container."""
    rate = stream.guessed_rate or stream.average_rate
    for where, metadata in (
        ("stream", stream.metadata),
        *(("timecode track", each.metadata) for each in source.container.streams if each.type == "data"),
        ("container", source.container.metadata),
    ):
        if metadata.get("timecode"):
            return StreamTimecode(plain(metadata["timecode"]), where, rate)
    return StreamTimecode(None, "", rate)


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
