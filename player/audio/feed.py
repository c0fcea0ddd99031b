"""What goes to the device next: samples in time order, gaps filled with silence, each piece with its media time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from player.audio.sink import Samples, SinkFormat
from player.media.audio_converter import AudioConverter
from player.media.audio_decoder import AudioChunk, cut
from player.queues.frame_queue import FrameQueue
from player.quick_dataclass import dataclass

GAP_S = 0.1
"""A smaller difference between a chunk's timestamp and the samples counted so far is followed slowly."""
EXACT_S = 0.001
MAX_SILENCE_S = 60.0
FOLLOW = 0.05


@dataclass(frozen=True, slots=True)
class Piece:
    samples: Samples
    end_s: float
    """Media position (container seconds) at the end of the samples."""


class Feed:
    """Takes chunks of one serial from the queue and cuts what comes out into pieces. Audio thread only."""

    def __init__(self, samples: FrameQueue[AudioChunk], sink: SinkFormat) -> None:
        self._samples = samples
        self._sink = sink
        self._converter = AudioConverter(sink.rate, sink.channels)
        self._staged: deque[Piece] = deque()
        self._silence_s = 0.0
        self._end_s: float | None = None  # media position at the end of what came out of the filters
        self._fed_s = 0.0  # and of what went in: between them is what atempo holds
        self._skip_to_s: float | None = None
        self._decoded_to_s: float | None = None
        self._gap_s = GAP_S

    def restart(self, origin_s: float | None, skip_to_s: float | None = None) -> None:
        """A new serial, or a new place in it: sound begins at `origin_s`; nothing before `skip_to_s` is played."""
        self._converter.reset()
        self._staged.clear()
        self._silence_s = 0.0
        self._end_s = skip_to_s if skip_to_s is not None else origin_s
        self._fed_s = 0.0 if self._end_s is None else self._end_s
        self._skip_to_s = skip_to_s
        self._gap_s = GAP_S

    def resume(self, place_s: float, lost_to_s: float) -> None:
        """Goes on at exactly `place_s` after another feed, whose sound up to `lost_to_s` is gone: it is silent."""
        self.restart(place_s, skip_to_s=place_s)
        self._silence_s = max(0.0, lost_to_s - place_s)
        self._gap_s = EXACT_S

    def take(self, most_s: float, serial: int, speed: float, *, finished: Callable[[], bool]) -> Piece | None:
        """The next piece of at most `most_s` real seconds; None when nothing is there yet, or any more."""
        while not self._staged:
            if self._silence_s > 0.0:
                self._stage_silence(most_s, speed)
                continue
            was_finished = finished()
            chunk = self._samples.peek()
            if chunk is None or chunk.serial != serial:
                if chunk is None and was_finished:
                    self._stage(self._converter.drain(), speed)
                    self._end_at_last_sample()
                if not self._staged:
                    return None
                continue
            self._stage_chunk(chunk, speed)
        return self._cut_piece(max(1, int(most_s * self._sink.rate)), speed)

    def _stage_chunk(self, chunk: AudioChunk, speed: float) -> None:
        queued = chunk  # as the queue knows it: a seek may put another one in its place meanwhile
        if self._skip_to_s is not None and self._skip_to_s - chunk.end_s > MAX_SILENCE_S:
            self._skip_to_s = None  # the timestamps jumped back: another time line
        if self._skip_to_s is not None:
            if chunk.end_s <= self._skip_to_s:
                self._samples.next(queued)
                return
            if chunk.time_s < self._skip_to_s:
                chunk = self._cut_before(chunk, self._skip_to_s)
            self._skip_to_s = None
        if self._end_s is None:
            self._end_s = self._fed_s = chunk.time_s
        gap = chunk.time_s - self._fed_s
        if self._gap_s < gap <= MAX_SILENCE_S:
            self._silence_s = gap
            return
        self._gap_s = GAP_S
        # Never the other way round: a small disagreement is the container's rounding, a large one a jump.
        step = gap if abs(gap) > GAP_S else gap * FOLLOW
        self._end_s += step
        self._fed_s += step + chunk.duration_s
        self._decoded_to_s = chunk.end_s
        converted = self._converter.convert(chunk.frame, speed)
        self._samples.next(queued)
        self._stage(converted, speed)

    def _cut_before(self, chunk: AudioChunk, time_s: float) -> AudioChunk:
        frame = chunk.frame
        first = min(frame.samples - 1, round((time_s - chunk.time_s) * frame.sample_rate))
        rest = cut(frame, first, frame.samples)
        skipped = first / frame.sample_rate
        return AudioChunk(rest, chunk.time_s + skipped, chunk.duration_s - skipped, chunk.serial)

    def _stage_silence(self, most_s: float, speed: float) -> None:
        media_s = min(self._silence_s, most_s * speed)
        self._silence_s = self._silence_s - media_s if self._silence_s - media_s > 1e-6 else 0.0
        self._fed_s += media_s
        count = max(1, round(media_s / speed * self._sink.rate))
        self._stage(Samples.silence(count, self._sink.channels), speed)

    def _end_at_last_sample(self) -> None:
        """atempo pads what it drains: the media still ends where its last sample does."""
        if self._staged and self._end_s is not None and self._decoded_to_s is not None:
            self._end_s = min(self._end_s, self._decoded_to_s)
            self._staged[-1] = Piece(self._staged[-1].samples, self._end_s)

    def _stage(self, samples: Samples, speed: float) -> None:
        if not len(samples) or self._end_s is None:
            return
        self._end_s += len(samples) / self._sink.rate * speed
        self._staged.append(Piece(samples, self._end_s))

    def _cut_piece(self, most: int, speed: float) -> Piece:
        piece = self._staged.popleft()
        if len(piece.samples) <= most:
            return piece
        rest = piece.samples.cut(most)
        self._staged.appendleft(Piece(rest, piece.end_s))
        return Piece(piece.samples.cut(0, most), piece.end_s - len(rest) / self._sink.rate * speed)
