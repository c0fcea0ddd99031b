"""A sound device that takes whole periods on a clock of the test's, and remembers everything it played."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from player.audio.sink import AudioRequest, Samples, SinkFormat
from player.errors import AudioDeviceError

PERIOD_S = 1024 / 48000
Sound = NDArray[np.float32]
"""Samples, shape (n, channels)."""


class FakeSink:
    """Implements AudioSink. Every `period_s` of unpaused time it takes one period, or silence where it has none.

    What it takes is heard half a period later: the middle between a device with one buffer, which is heard
    from the moment it takes it, and one with two. So on average one buffer is in it, as `format.buffer_s` says.
    """

    def __init__(
        self, request: AudioRequest, now: Callable[[], float], period_s: float, *, device: str, realtime: bool
    ) -> None:
        self.request = request
        self._period = max(1, round(period_s * request.rate))
        self.format = SinkFormat(request.rate, request.channels, self._period / request.rate, device, realtime)
        self.broken = False
        """From now on every call fails, as when the device was unplugged."""
        self.closed = False
        self.cleared = 0
        self.dry = 0
        """Periods that had to be filled up with silence in the middle of sound."""
        self._flowing = False
        self.pushed: list[Sound] = []
        self._queue = np.empty((0, request.channels), np.float32)
        self._taken: list[Sound] = []
        self._now = now
        self._paused = True
        self._ran_s = 0.0
        self._as_of = now()

    # The protocol.

    def push(self, samples: Samples) -> None:
        self._settle()
        assert samples.channels == self.format.channels
        array = samples.array().copy()
        self.pushed.append(array)
        if self.format.realtime:
            self._queue = np.concatenate([self._queue, array])

    def queued_s(self) -> float:
        self._settle()
        return len(self._queue) / self.format.rate

    def clear(self) -> None:
        self._settle()
        self._queue = self._queue[:0]
        self._flowing = False
        self.cleared += 1

    def set_paused(self, paused: bool) -> None:
        self._settle()
        self._paused = paused

    def close(self) -> None:
        self.closed = True

    # What a test asks.

    def played(self) -> Sound:
        """Everything the device took so far, with the silence it put in."""
        self._settle()
        return np.concatenate(self._taken) if self._taken else self._queue[:0]

    def all_pushed(self) -> Sound:
        return np.concatenate(self.pushed) if self.pushed else self._queue[:0]

    def heard(self) -> float | None:
        """The first channel of the sample that is heard now; None before the first."""
        self._settle()
        place = int((self._ran_s - self._period / self.format.rate / 2) * self.format.rate + 1e-6)
        period, within = divmod(place, self._period)
        return float(self._taken[period][within, 0]) if 0 <= period < len(self._taken) else None

    def _settle(self) -> None:
        if self.broken:
            raise AudioDeviceError("the sound device went away")
        now = self._now()
        if not self._paused:
            self._ran_s += now - self._as_of
        self._as_of = now
        while not self._paused and len(self._taken) * self._period / self.format.rate <= self._ran_s + 1e-9:
            part, self._queue = self._queue[: self._period], self._queue[self._period :]
            if len(part) < self._period:
                self.dry += self._flowing
                part = np.concatenate([part, np.zeros((self._period - len(part), part.shape[1]), np.float32)])
            else:
                self._flowing = True
            self._taken.append(part)


class FakeSinks:
    """Opens fake devices and keeps them; `rate` and `channels` are what they take, None: what is asked for."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        period_s: float = PERIOD_S,
        rate: int | None = None,
        channels: int | None = None,
        realtime: bool = True,
    ) -> None:
        self._now = now
        self._period_s = period_s
        self._rate, self._channels = rate, channels
        self._realtime = realtime
        self.opened: list[FakeSink] = []

    def open(self, request: AudioRequest) -> FakeSink:
        taken = AudioRequest(self._rate or request.rate, self._channels or request.channels)
        device = f"fake {len(self.opened) + 1}"
        sink = FakeSink(taken, self._now, self._period_s, device=device, realtime=self._realtime)
        self.opened.append(sink)
        return sink

    @property
    def last(self) -> FakeSink:
        return self.opened[-1]
