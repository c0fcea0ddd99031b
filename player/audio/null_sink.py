"""A silent device: it takes sound at the rate of the clock, or at once when nothing is timed."""

from __future__ import annotations

from collections.abc import Callable

from player.audio.sink import AudioRequest, Samples, SinkFormat


class NullSink:
    """Plays nothing in real time. Implements AudioSink."""

    realtime = True

    def __init__(self, request: AudioRequest, now: Callable[[], float], device: str) -> None:
        self.format = SinkFormat(request.rate, request.channels, 0.0, device, realtime=self.realtime)
        self._now = now
        self._queued_s = 0.0
        self._as_of = now()
        self._paused = True

    def push(self, samples: Samples) -> None:
        self._settle()
        self._queued_s += len(samples) / self.format.rate

    def queued_s(self) -> float:
        self._settle()
        return self._queued_s

    def clear(self) -> None:
        self._settle()
        self._queued_s = 0.0

    def set_paused(self, paused: bool) -> None:
        self._settle()
        self._paused = paused

    def close(self) -> None:
        self._queued_s = 0.0

    def _settle(self) -> None:
        now = self._now()
        if not self._paused:
            self._queued_s = max(0.0, self._queued_s - (now - self._as_of))
        self._as_of = now


class UntimedSink(NullSink):
    """Swallows everything at once."""

    realtime = False

    def push(self, samples: Samples) -> None:
        pass


class NullSinks:
    """Opens silent devices on one clock."""

    def __init__(self, now: Callable[[], float], *, untimed: bool = False, device: str = "null") -> None:
        self._now = now
        self._kind = UntimedSink if untimed else NullSink
        self._device = device

    def open(self, request: AudioRequest) -> NullSink:
        return self._kind(request, self._now, self._device)
