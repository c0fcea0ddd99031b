"""The decode-audio thread: packets to sample frames with times, cut to the sample at seeks and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import av

from player.media.decoder import Packet, StreamDecoder
from player.media.filter_stage import SoundStage
from player.media.filters import FilterChoice, TimedSamples
from player.queues.frame_queue import FrameQueue
from player.queues.packet_queue import PacketQueue, QueuedPacket
from player.quick_dataclass import dataclass
from player.timebase import to_seconds

if TYPE_CHECKING:
    from av.audio.stream import AudioStream


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Decoded samples and the position of the first of them, in container seconds."""

    frame: av.AudioFrame
    time_s: float
    duration_s: float
    serial: int

    @property
    def end_s(self) -> float:
        return self.time_s + self.duration_s


def cut(frame: av.AudioFrame, first: int, last: int) -> av.AudioFrame:
    """Samples `first` to `last` (exclusive) of `frame`, as a frame of its own."""
    planes, channels = (frame.layout.nb_channels, 1) if frame.format.is_planar else (1, frame.layout.nb_channels)
    step = frame.format.bytes * channels
    piece = av.AudioFrame(frame.format.name, frame.layout.name, last - first)
    # From eight channels on PyAV 18 lists more planes than there are.
    for whole, part in zip(frame.planes[:planes], piece.planes[:planes], strict=True):
        memoryview(part)[: (last - first) * step] = memoryview(whole)[first * step : last * step]
    piece.sample_rate = frame.sample_rate
    piece.time_base = Fraction(1, frame.sample_rate)
    return piece


class AudioDecoder(StreamDecoder[av.AudioFrame]):
    """Fills the sample queue. `end_s` says where to cut it off, to the sample; `filters` says what is between."""

    def __init__(
        self,
        stream: AudioStream,
        packets: PacketQueue[Packet],
        samples: FrameQueue[AudioChunk],
        *,
        start_s: float,
        on_error: Callable[[BaseException], None],
        on_end: Callable[[], None],
        end_s: Callable[[], float | None] = lambda: None,
        filters: FilterChoice | None = None,
        on_warning: Callable[[str], None] = lambda _text: None,
    ) -> None:
        super().__init__("decode-audio", stream, packets, on_error)
        self._stage = SoundStage(filters or FilterChoice(), on_warning=on_warning)
        self._context = stream.codec_context
        self._time_base = stream.time_base
        self._samples = samples
        self._start_s = start_s
        self._end_s = end_s
        self._on_end = on_end
        self._next_s = start_s

    def restart(self, item: QueuedPacket[Packet]) -> None:
        self._next_s = self._start_s if item.start_at_s is None else item.start_at_s
        self._stage.restart()

    def decode(self, packet: Packet | None) -> Sequence[av.AudioFrame]:
        return self._context.decode(packet)

    def deliver(self, decoded: av.AudioFrame, item: QueuedPacket[Packet]) -> bool:
        rate = decoded.sample_rate
        if rate <= 0 or decoded.samples <= 0:
            return True
        self.delivered += 1
        time_base = decoded.time_base or self._time_base
        time_s = to_seconds(decoded.pts, time_base)
        if time_s is None:
            time_s = self._next_s
        self._next_s = time_s + decoded.samples / rate
        first, last = 0, decoded.samples
        if item.start_at_s is not None and time_s < item.start_at_s:
            first = min(last, round((item.start_at_s - time_s) * rate))
        end_s = self._end_s()
        if end_s is not None and self._next_s > end_s:
            last = max(first, round((end_s - time_s) * rate))
        if last > first:
            frame = decoded if (first, last) == (0, decoded.samples) else cut(decoded, first, last)
            self._put_all(self._stage.samples(frame, time_s + first / rate), item.serial)
        if end_s is not None and self._next_s >= end_s:
            self._put_all(self._stage.rest(), item.serial)
            return False
        return not self._stage.ended

    def finish(self, item: QueuedPacket[Packet]) -> None:
        self._put_all(self._stage.rest(), item.serial)

    def _put_all(self, samples: Iterable[TimedSamples], serial: int) -> None:
        for frame, time_s in samples:
            end_s = self._end_s()
            if end_s is not None and time_s >= end_s:
                return
            duration_s = frame.samples / max(1, frame.sample_rate)
            if not self._samples.put(AudioChunk(frame, time_s, duration_s, serial)):
                return  # stale or aborted; filters may have samples without end

    def after_end(self) -> None:
        self._on_end()
