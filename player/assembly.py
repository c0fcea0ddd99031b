"""How the parts of a pipeline that run on threads of their own are made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import field
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from player.audio.renderer import AudioRenderer, Settings
from player.audio.sink import SinkFactory
from player.audio.tap import Tap
from player.media.audio_decoder import AudioDecoder
from player.media.decoder import StreamDecoder
from player.media.subtitle_decoder import SubtitleDecoder
from player.media.video_decoder import VideoDecoder
from player.quick_dataclass import dataclass
from player.records import Kind, Picture, Track
from player.sync.early_drop import EarlyDrop
from player.watching import Watching
from player.worker import SideJobs

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.stream import Stream
    from av.subtitles.stream import SubtitleStream
    from av.video.stream import VideoStream

    from player.pipeline import Pipeline

MAX_THREADS = 8
"""Each decoding thread holds pictures of its own; more than eight cost memory and gain little."""
SERIALS_OF_A_FILE = 1_000_000
"""More than anybody seeks."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the owner of a player provides for every file it opens."""

    now: Callable[[], float]
    open_sink: SinkFactory
    wakeup: Callable[[], None]
    """Refresh soon: a picture came, the end came, the sound ran out."""
    on_error: Callable[[BaseException], None]
    on_warning: Callable[[str], None]
    settings: Callable[[], Settings] = Settings
    """What was asked for so far. Any thread."""
    tap: Tap | None = None
    """Gets the sound that is played, for drawing it."""
    prepare: Callable[[Picture], object | None] | None = None
    untimed: bool = False
    watching: Watching = field(default_factory=Watching)
    first_serials: Iterator[int] = field(default_factory=lambda: count(0, SERIALS_OF_A_FILE))
    """Of the pictures of each file that is opened: so no two files have the same."""


def make_decoder(pipeline: Pipeline, kind: Kind, stream: Stream, track: Track) -> StreamDecoder[Any]:
    """The decoder of `track`, not started yet."""
    if kind == "video":
        return _video_decoder(pipeline, cast("VideoStream", stream), track)
    around, packets = pipeline.around, pipeline.slots[kind].packets
    if kind == "audio":
        return AudioDecoder(
            cast("AudioStream", stream),
            packets,
            pipeline.queues.samples,
            start_s=pipeline.cut.start_s,
            end_s=pipeline.cut.end_s,
            filters=pipeline.filters,
            on_warning=around.on_warning,
            on_error=around.on_error,
            on_end=pipeline.wake_audio,
        )
    return SubtitleDecoder(
        cast("SubtitleStream", stream),
        packets,
        pipeline.queues.cues,
        on_error=around.on_error,
        on_warning=around.on_warning,
    )


def _video_decoder(pipeline: Pipeline, stream: VideoStream, track: Track) -> VideoDecoder:
    around, info, packets = pipeline.around, pipeline.source.info, pipeline.slots["video"].packets
    drop_early = EarlyDrop(pipeline.options.framedrop, pipeline.clocks, packets)
    pipeline.hwdec.begin()

    def note_decoded(seconds: float) -> None:
        pipeline.stats.note_time("decode", seconds)
        if told := pipeline.hwdec.look(stream.codec_context):
            around.on_warning(told)

    return VideoDecoder(
        stream,
        packets,
        pipeline.queues.pictures,
        now=around.now,
        start_s=pipeline.source.start_s,
        end_s=_never if track.attached else pipeline.cut.end_s,
        last_s=None if info.duration_s is None else info.start_s + info.duration_s,
        threads=1 if track.attached else min(MAX_THREADS, max(2, os.cpu_count() or 2)),
        attached=track.attached,
        prepare=around.prepare,
        coming=around.watching.coming,
        drop_early=drop_early.never if around.untimed else drop_early,
        filters=pipeline.filters,
        on_warning=around.on_warning,
        on_decoded=note_decoded,
        on_error=around.on_error,
        on_end=around.wakeup,
        trail=pipeline.trail,
    )


def _never() -> None:
    """A cover has no end."""


def make_renderer(pipeline: Pipeline) -> AudioRenderer:
    """The sound's thread and device, not started yet."""
    around, slot = pipeline.around, pipeline.slots["audio"]
    return AudioRenderer(
        around.now,
        pipeline.queues.samples,
        pipeline.clocks,
        serial=lambda: slot.packets.serial,
        origin_s=lambda: slot.packets.origin_s,
        finished=lambda: slot.finished,
        may_start=pipeline.picture_is_there,
        on_started=around.wakeup,
        open_sink=around.open_sink,
        settings=pipeline.settings,
        on_error=around.on_error,
        on_end=around.wakeup,
        on_warning=around.on_warning,
        beside=SideJobs("audio-device", around.on_error),
        tap=around.tap,
    )
