"""What a file holds, as plain values for JSON: container, tracks, colour tags and where each came from."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import av
from av.stream import Disposition

from player.errors import OpenError, plain
from player.media.color_facts import color_facts
from player.media.orientation import orientation_of
from player.media.packets import read_packets
from player.media.picture_maker import CODECS_OF_601
from player.media.source import usable_tracks

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.video.stream import VideoStream

    from player.media.source import Source
    from player.records import Track

Facts = dict[str, Any]
"""Strings, numbers, None, lists and dicts of them."""

MAX_BYTES = 32 * 1024 * 1024
"""How much is read to see every track's first picture or sound, once one of them was seen."""


def probe(source: Source) -> Facts:
    """Everything there is to say without reading the whole file. Raises OpenError when nothing in it decodes.

    Reads the source's first packets: nobody else may read it before or after without seeking.
    """
    first = _first_frames(source)
    if not first:
        raise OpenError(source.info.path, "no complete picture or sound in it could be decoded")
    info = source.info
    return {
        "path": plain(info.path),
        "format": info.format,
        "format_name": plain(source.container.format.long_name),
        "title": info.title or None,
        "start_s": info.start_s,
        "duration_s": info.duration_s,
        "bit_rate": info.bit_rate,
        "size_bytes": info.size_bytes,
        "metadata": {plain(key): plain(value) for key, value in source.container.metadata.items()},
        "tracks": [_track_facts(source, track, first.get(track.index)) for track in info.tracks],
        "chapters": [
            {"start_s": chapter.start_s, "end_s": chapter.end_s, "title": chapter.title} for chapter in info.chapters
        ],
    }


def _first_frames(source: Source) -> dict[int, av.VideoFrame | av.AudioFrame]:
    """The first decoded frame of each track by stream index; a track that gives none is missing."""
    streams = [source.container.streams[track.index] for track in usable_tracks(source) if track.kind != "subtitle"]
    found: dict[int, av.VideoFrame | av.AudioFrame] = {}
    read_bytes = 0
    for packet in read_packets(source.container, streams):
        read_bytes += packet.size
        if packet.stream_index not in found:
            try:
                frames = cast("list[av.VideoFrame | av.AudioFrame]", packet.decode())
            except av.FFmpegError:
                continue
            if frames:
                found[packet.stream_index] = frames[0]
        if len(found) == len(streams) or (found and read_bytes > MAX_BYTES):
            break
    return found


def _track_facts(source: Source, track: Track, first: av.VideoFrame | av.AudioFrame | None) -> Facts:
    stream = source.container.streams[track.index]
    facts: Facts = {
        "kind": track.kind,
        "number": track.number,
        "index": track.index,
        "codec": track.codec,
        "language": track.language,
        "title": track.title or None,
        "default": track.default,
        "attached": track.attached,
        "usable": track.usable,
        "decoded": first is not None if track.kind != "subtitle" else None,
        "forced": bool(stream.disposition & Disposition.forced),
        "time_base": _fraction(stream.time_base),
        "frames": stream.frames or None,
    }
    if track.usable and track.kind == "video":
        facts |= _video_facts(cast("VideoStream", stream), cast("av.VideoFrame | None", first))
    elif track.usable and track.kind == "audio":
        facts |= _audio_facts(cast("AudioStream", stream))
    return facts


def _video_facts(stream: VideoStream, first: av.VideoFrame | None) -> Facts:
    context = stream.codec_context
    aspect = stream.sample_aspect_ratio or context.sample_aspect_ratio
    orientation = orientation_of(first) if first is not None else None
    moves = not stream.disposition & Disposition.attached_pic
    pixel_format = first.format.name if first is not None else context.pix_fmt
    return {
        "profile": stream.profile,
        "width": context.width,
        "height": context.height,
        "sample_aspect": _fraction(aspect) if aspect else "1/1",
        "rate": _fraction(stream.guessed_rate or stream.average_rate) if moves else None,
        "average_rate": _fraction(stream.average_rate) if moves else None,
        "pixel_format": pixel_format,
        "interlaced": first.interlaced_frame if first is not None else None,
        "turns_cw": orientation.turns_cw if orientation is not None else None,
        "mirrored": orientation.mirrored if orientation is not None else None,
        "color": color_facts(
            first if first is not None else context,
            pixel_format or "",
            (context.width, context.height),
            untagged_601=context.name in CODECS_OF_601,
        ),
    }


def _audio_facts(stream: AudioStream) -> Facts:
    context = stream.codec_context
    return {
        "profile": stream.profile,
        "sample_rate": context.sample_rate,
        "channels": context.layout.nb_channels,
        "layout": plain(context.layout.name),
        "sample_format": context.format.name if context.format else None,
        "bit_rate": context.bit_rate or None,
    }


def _fraction(value: Fraction | None) -> str | None:
    return f"{value.numerator}/{value.denominator}" if value else None
