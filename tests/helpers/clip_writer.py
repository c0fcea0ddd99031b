"""Encodes and multiplexes the test clips, with PyAV alone: tracks as plans, a file as the result."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

from tests.helpers.numbered import draw_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from av.container import OutputContainer

AUDIO_RATE = 48000


@dataclass(frozen=True)
class VideoPlan:
    """Pictures `numbers` at `pts` (in `time_base`), coded as told."""

    numbers: tuple[int, ...]
    pts: tuple[int, ...]
    time_base: Fraction
    rate: Fraction | None = Fraction(25)
    """What the container says of the rate; None says nothing."""
    size: tuple[int, int] = (160, 120)
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    gop: int = 12
    b_frames: int = 0
    options: dict[str, str] = field(default_factory=dict)
    configure: Callable[[VideoStream], None] | None = None
    """Last touches on the stream before it is opened: rotation, aspect ..."""
    draw: Callable[[int, int, int, str], av.VideoFrame] = draw_frame
    tell_durations: bool = True
    """Whether packets carry a duration; otherwise only the next picture tells how long one lasts."""


@dataclass(frozen=True)
class AudioPlan:
    """A quiet tone, or samples that count: `length_s` seconds from `start_s`."""

    start_s: float = 0.0
    length_s: float = 2.0
    codec: str = "aac"
    frequency: float = 440.0
    counting: bool = False
    """Left channel: sample index modulo 2**15, right: divided by it (for lossless codecs)."""
    language: str = ""


@dataclass(frozen=True)
class TextPlan:
    """Subtitles: (start, end, text), times in seconds."""

    cues: tuple[tuple[float, float, str], ...]
    codec: str = "subrip"
    language: str = ""


Plan = VideoPlan | AudioPlan | TextPlan


def steady(count: int, fps: int = 25, *, first: int = 0, numbered_from: int = 0, **more: Any) -> VideoPlan:
    """`count` pictures at a constant rate, the first at picture time `first`; `more` are other fields of the plan."""
    plan = VideoPlan(
        numbers=tuple(range(numbered_from, numbered_from + count)),
        pts=tuple(range(first, first + count)),
        time_base=Fraction(1, fps),
        rate=Fraction(fps),
    )
    return replace(plan, **more)


def write(path: Path, *plans: Plan, options: dict[str, str] | None = None, container_format: str | None = None) -> Path:
    """Write one file with a stream for each plan, in their order."""
    with av.open(str(path), "w", format=container_format, container_options=options or {}) as output:
        streams = [_add_stream(output, plan) for plan in plans]
        packets = [packet for plan, stream in zip(plans, streams, strict=True) for packet in encode(plan, stream)]
        packets.sort(key=_moment)
        for packet in packets:
            output.mux_one(packet)
    return path


def _moment(packet: av.Packet[av.stream.Stream]) -> Fraction:
    stamp = packet.dts if packet.dts is not None else packet.pts
    return (stamp or 0) * Fraction(packet.time_base)


def _add_stream(output: OutputContainer, plan: Plan) -> VideoStream | AudioStream | SubtitleStream:
    match plan:
        case VideoPlan():
            return _add_video(output, plan)
        case AudioPlan():
            audio = output.add_stream(plan.codec, rate=AUDIO_RATE)
            assert isinstance(audio, AudioStream)
            audio.codec_context.layout = "stereo"
            _set_language(audio, plan.language)
            return audio
        case TextPlan():
            text = output.add_stream(plan.codec)
            assert isinstance(text, SubtitleStream)
            text.codec_context.subtitle_header = _ASS_HEADER
            text.time_base = Fraction(1, 1000)
            _set_language(text, plan.language)
            return text


def _add_video(output: OutputContainer, plan: VideoPlan) -> VideoStream:
    stream = output.add_stream(plan.codec, rate=plan.rate or 25)
    assert isinstance(stream, VideoStream)
    context = stream.codec_context
    context.width, context.height = plan.size
    context.pix_fmt = plan.pixel_format
    context.time_base = plan.time_base
    stream.time_base = plan.time_base
    if plan.rate is None:
        context.framerate = Fraction(0)
    context.gop_size = plan.gop
    context.max_b_frames = plan.b_frames
    context.thread_count = 1  # the same bytes on every machine, and no more threads than a test needs
    context.options = _codec_options(plan)
    if plan.configure is not None:
        plan.configure(stream)
    return stream


def _codec_options(plan: VideoPlan) -> dict[str, str]:
    match plan.codec:
        case "libx264":
            return {"preset": "veryfast", "crf": "28", "sc_threshold": "0"} | plan.options
        case "libx265":
            return {"preset": "ultrafast", "x265-params": "log-level=none:pools=1:frame-threads=1"} | plan.options
        case _:
            return plan.options


def _set_language(stream: AudioStream | SubtitleStream, language: str) -> None:
    if language:
        stream.metadata["language"] = language


def encode(plan: Plan, stream: VideoStream | AudioStream | SubtitleStream) -> Iterable[av.Packet[av.stream.Stream]]:
    match plan:
        case VideoPlan():
            assert isinstance(stream, VideoStream)
            for number, pts in zip(plan.numbers, plan.pts, strict=True):
                frame = plan.draw(number, *plan.size, plan.pixel_format)
                frame.pts, frame.time_base = pts, plan.time_base
                yield from _timed(plan, stream.encode(frame))
            yield from _timed(plan, stream.encode(None))
        case AudioPlan():
            assert isinstance(stream, AudioStream)
            yield from stream.encode(_sound(plan, stream))
            yield from stream.encode(None)
        case TextPlan():
            for start, end, text in plan.cues:
                yield _text_packet(stream, start, end, text)


def _timed(plan: VideoPlan, packets: list[av.Packet[av.stream.Stream]]) -> list[av.Packet[av.stream.Stream]]:
    """`packets` with the durations that the plan's timestamps give; the last lasts as long as the one before."""
    gaps = [after - before for before, after in itertools.pairwise(plan.pts)] or [1]
    durations = dict(zip(plan.pts, [*gaps, gaps[-1]], strict=True))
    for packet in packets:
        if plan.tell_durations and packet.pts in durations:
            packet.duration = durations[packet.pts]
    return packets


def _sound(plan: AudioPlan, stream: AudioStream) -> av.AudioFrame:
    """The whole track as one frame: the encoder's own buffering cuts it to size."""
    index = np.arange(round(plan.length_s * AUDIO_RATE))
    if plan.counting:
        samples = np.stack([index & 0x7FFF, index >> 15], axis=1).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
    else:
        tone = (0.1 * np.sin(2 * np.pi * plan.frequency * index / AUDIO_RATE)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
    frame.sample_rate = AUDIO_RATE
    frame.time_base = Fraction(1, AUDIO_RATE)
    frame.pts = round(plan.start_s * AUDIO_RATE)
    return frame


def _text_packet(stream: av.stream.Stream, start: float, end: float, text: str) -> av.Packet[av.stream.Stream]:
    packet = av.Packet(text.encode())
    packet.stream = stream
    packet.time_base = Fraction(1, 1000)
    packet.pts = packet.dts = round(start * 1000)
    packet.duration = round((end - start) * 1000)
    return packet


_ASS_HEADER = b"[Script Info]\nScriptType: v4.00+\n"
