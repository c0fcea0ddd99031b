"""libavfilter on the decode threads: frames in, filtered frames with their own times out.

A graph is made from the first frame's own properties and again whenever they change. Filters see
pictures as they are coded: turning upright comes after them, as in ffplay.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av

from player.media.color import color_of, is_gray, is_rgb, swscale_colorspace, swscale_range
from player.media.filter_graph import (
    Chain,
    PictureShape,
    SoundShape,
    configure,
    configure_with_aspect,
    failed,
    read_aspect,
    read_chain,
)
from player.media.picture_maker import FrameTime
from player.media.source import Source
from player.quick_dataclass import dataclass
from player.records import Track
from player.timebase import to_pts, to_seconds

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.filter import Graph
    from av.filter.context import FilterContext
    from av.frame import Frame
    from av.video.stream import VideoStream

TimedSamples = tuple[av.AudioFrame, float]
"""Samples and where the first of them is, in container seconds."""
_FAILURES = (av.FFmpegError, OSError, ValueError)
_REMEMBERED = 64
"""How many made-up timestamps are remembered: more than any common filter holds back."""


class FilterChoice:
    """Which filters are wanted now. Any thread reads and changes it; the decoders follow with the next frame."""

    def __init__(self, video: str | None = None, audio: str | None = None) -> None:
        """Raises UsageError, as `read_chain` does."""
        self._lock = threading.Lock()
        self._video: Chain | None = None  # guarded by _lock
        self._audio: Chain | None = None  # guarded by _lock
        self.set(video, audio)

    def set(self, video: str | None, audio: str | None) -> None:
        """Both graphs anew; None and an empty text are none. Raises UsageError and changes nothing then."""
        chains = read_chain(video or "", "video"), read_chain(audio or "", "audio")
        with self._lock:
            self._video, self._audio = chains

    @property
    def video(self) -> Chain | None:
        return self._video

    @property
    def audio(self) -> Chain | None:
        return self._audio

    def check(self, source: Source, video: Track | None, audio: Track | None) -> None:
        """Says before playing begins what cannot work on these tracks, as far as a file tells. Raises UsageError.

        Filters that a cover is too small for are no reason not to play the music.
        """
        streams = source.container.streams
        if self._video is not None and video is not None and not video.attached:
            _check_pictures(self._video, cast("VideoStream", streams[video.index]))
        if self._audio is not None and audio is not None:
            _check_sound(self._audio, cast("AudioStream", streams[audio.index]))

    def switch_off(self, chain: Chain) -> None:
        """`chain` does not work here. One that was chosen meanwhile stays."""
        with self._lock:
            if self._video is chain:
                self._video = None
            if self._audio is chain:
                self._audio = None


def _check_pictures(chain: Chain, stream: VideoStream) -> None:
    context = stream.codec_context
    if context.pix_fmt and context.width > 0:
        name = "nv12" if context.is_hwaccel else context.pix_fmt
        time_base, aspect = stream.time_base or Fraction(1, 90_000), stream.sample_aspect_ratio or Fraction(1)
        configure(chain, PictureShape(context.width, context.height, name, time_base, aspect))


def _check_sound(chain: Chain, stream: AudioStream) -> None:
    context = stream.codec_context
    if context.sample_rate > 0 and context.format is not None and context.layout.nb_channels > 0:
        configure(chain, SoundShape(context.format.name, context.layout.name, context.sample_rate))


class _Running:
    """A configured graph at work."""

    def __init__(self, chain: Chain, graph: Graph, sink: FilterContext) -> None:
        self._chain = chain
        self._graph = graph  # the ends hold it weakly
        self._sink = sink
        self.ended = False  # it has given its last frame (`trim`); what is pushed now is lost

    def push(self, frame: av.VideoFrame | av.AudioFrame | None) -> None:
        """None says that nothing more comes. Raises UsageError."""
        if self.ended:
            return
        try:
            self._graph.push(frame)
        except av.EOFError:
            self.ended = frame is not None
        except _FAILURES as error:
            raise failed(self._chain, error) from error

    def pull(self) -> Iterator[Frame]:
        """What is ready, one at a time. Raises UsageError."""
        while (frame := self.take(self._sink)) is not None:
            yield frame

    def take(self, end: FilterContext) -> Frame | None:
        try:
            return end.pull()
        except av.BlockingIOError:
            return None
        except av.EOFError:
            self.ended = self.ended or end is self._sink
            return None
        except _FAILURES as error:
            raise failed(self._chain, error) from error


@dataclass(frozen=True, slots=True)
class FilteredFrame:
    """What came out of a graph for pictures."""

    frame: av.VideoFrame
    when: FrameTime
    """`pts` in `time_base`; None where it grew from a picture that had none."""
    time_base: Fraction
    aspect: Fraction


class VideoFilter:
    """One chain for one video stream; decode thread only. A new one after every seek.

    Run what `push` and `drain` give to its end, or use the filter no more. Both raise UsageError when
    the chain cannot work on these pictures. A filter may give pictures for ever (`loop`): take them
    one at a time.
    """

    def __init__(self, chain: Chain, *, time_base: Fraction, rate: Fraction | None) -> None:
        self.chain = chain
        self._time_base = time_base
        self._rate = rate
        self._shape: PictureShape | None = None
        self._running: _Running | None = None
        self._tells_aspect: FilterContext | None = None
        self._aspect = Fraction(1)
        self._latest = FrameTime(None, 0.0, 0.0)
        self._made_up: deque[int] = deque(maxlen=_REMEMBERED)

    @property
    def ended(self) -> bool:
        """The chain has given its last picture before the stream did (`trim`)."""
        return self._running is not None and self._running.ended

    def push(
        self, frame: av.VideoFrame, when: FrameTime, aspect: Fraction, *, untagged_601: bool = False
    ) -> Iterator[FilteredFrame]:
        """What `frame` brings out; after a change of shape, first what was still inside."""
        _tag_color(frame, untagged_601=untagged_601)
        shape = _shape_of(frame, self._time_base, aspect, self._rate)
        if self._running is None or shape != self._shape:
            yield from self.drain()
            graph, sink, self._tells_aspect = configure_with_aspect(self.chain, shape)
            self._running = _Running(self.chain, graph, sink)
            self._shape, self._aspect = shape, aspect
        self._latest = when
        self._give_times(frame, when)
        self._running.push(frame)
        yield from self._pull(self._running)

    def drain(self) -> Iterator[FilteredFrame]:
        """What is still inside; the next frame begins with a new graph."""
        running = self._running
        if running is not None and not running.ended:
            running.push(None)
            yield from self._pull(running)
        self._running = None

    def _give_times(self, frame: av.VideoFrame, when: FrameTime) -> None:
        pts = when.pts
        if pts is None:
            pts = to_pts(when.time_s, self._time_base)
            self._made_up.append(pts)
        frame.pts = pts
        if frame.duration <= 0 and when.duration_s > 0:
            frame.duration = to_pts(when.duration_s, self._time_base)

    def _pull(self, running: _Running) -> Iterator[FilteredFrame]:
        for frame in running.pull():
            if self._tells_aspect is not None:
                told = running.take(self._tells_aspect)
                # The first picture tells; should it not, the aspect stays as it went in.
                self._aspect = self._aspect if told is None else read_aspect(cast("av.VideoFrame", told))
                self._tells_aspect = None
            yield self._describe(cast("av.VideoFrame", frame))

    def _describe(self, frame: av.VideoFrame) -> FilteredFrame:
        time_base = frame.time_base or self._time_base
        pts = frame.pts
        time_s = to_seconds(pts, time_base)
        if time_s is None:
            time_s = self._latest.time_s
        duration_s = to_seconds(frame.duration, time_base) if frame.duration > 0 else None
        if time_base == self._time_base and pts in self._made_up:
            pts = None
        when = FrameTime(pts, time_s, self._latest.duration_s if duration_s is None else duration_s)
        return FilteredFrame(frame, when, time_base, self._aspect)


def _shape_of(frame: av.VideoFrame, time_base: Fraction, aspect: Fraction, rate: Fraction | None) -> PictureShape:
    return PictureShape(
        frame.width,
        frame.height,
        frame.format.name,
        time_base,
        aspect,
        int(frame.colorspace),
        int(frame.color_range),
        rate,
    )


def _tag_color(frame: av.VideoFrame, *, untagged_601: bool) -> None:
    """Writes our guess on an untagged picture: libswscale's own, and one for a scaled picture, would be another."""
    name = frame.format.name
    if is_rgb(name) or is_gray(name):
        return
    color = color_of(
        int(frame.colorspace), int(frame.color_range), name, frame.width, frame.height, untagged_601=untagged_601
    )
    colorspace = swscale_colorspace(color)
    if not color.matrix_tagged and colorspace is not None:
        frame.colorspace = colorspace
    if not color.range_tagged:
        frame.color_range = swscale_range(color)


class AudioFilter:
    """One chain for one audio stream; decode thread only. Used as `VideoFilter` is."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._shape: SoundShape | None = None
        self._running: _Running | None = None
        self._next_s = 0.0

    @property
    def ended(self) -> bool:
        return self._running is not None and self._running.ended

    def push(self, frame: av.AudioFrame, time_s: float) -> Iterator[TimedSamples]:
        """What `frame`, which begins at `time_s`, brings out."""
        shape = SoundShape(frame.format.name, frame.layout.name, frame.sample_rate)
        if self._running is None or shape != self._shape:
            yield from self.drain()
            self._running = _Running(self.chain, *configure(self.chain, shape))
            self._shape, self._next_s = shape, time_s
        frame.pts = to_pts(time_s, Fraction(1, shape.rate))
        self._running.push(frame)
        yield from self._pull(self._running)

    def drain(self) -> Iterator[TimedSamples]:
        """What is still inside; the next frame begins with a new graph."""
        running = self._running
        if running is not None and not running.ended:
            running.push(None)
            yield from self._pull(running)
        self._running = None

    def _pull(self, running: _Running) -> Iterator[TimedSamples]:
        for each in running.pull():
            frame = cast("av.AudioFrame", each)
            time_s = to_seconds(frame.pts, frame.time_base)
            time_s = self._next_s if time_s is None else time_s
            self._next_s = time_s + frame.samples / max(1, frame.sample_rate)
            yield frame, time_s
