"""Where the sound goes: the device that was asked for, or silence in real time for as long as it is not there.

A device that is lost, missing or newly chosen is tried for beside the sound that plays: it is opened on another
thread, given a moment of silence, and counts as there once it has begun to take that. So nothing waits for it, and
the sound can change over without a pause.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from player.audio.null_sink import NullSinks
from player.audio.sink import AudioRequest, AudioSink, Samples, SinkFactory
from player.errors import AudioDeviceError

STUCK_S = 4.0
"""A device that takes nothing for so long after it was opened does not work: a sleeping one may need seconds."""
STALL_S = 1.5
"""A device that had begun and takes nothing for so long is lost."""
RETRY_S = 2.0
"""How often a device that is not there is tried for."""
FIRST_RETRIES_S = (0.3, 0.8)
"""The first tries come sooner: where one device goes, another often comes."""
TRIAL_S = 0.05
"""The silence a device is tried with."""
TRIAL_LOOK_S = 0.02
GLANCE_S = 0.25
"""More time between two looks than this says nothing of the device: the machine slept or was busy."""


class Beside(Protocol):
    """Runs jobs one at a time without holding up the caller."""

    def __call__(self, job: Callable[[], None]) -> None: ...

    def join(self) -> None:
        """Waits for the job; raises ThreadStuckError at a deadline."""


class StallWatch:
    """Tells when a queue that should empty does not."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._left: float | None = None
        self._looked_at = 0.0
        self._still_s = 0.0

    def leave(self, queued_s: float, now: float) -> None:
        """What is in the queue when nobody looks for a while."""
        self._left, self._looked_at = queued_s, now

    def is_stalled(self, queued_s: float, now: float) -> bool:
        if self._left is None:
            return False
        if queued_s <= 0.0 or queued_s < self._left - 1e-6:
            self._still_s = 0.0
        else:
            self._still_s += min(now - self._looked_at, GLANCE_S)
        return self._still_s > STALL_S


class Outlet:
    """Opens, replaces and closes devices for the audio thread, which calls everything but `_bring`.

    Without `beside` a device that was lost stays lost.
    """

    def __init__(
        self,
        now: Callable[[], float],
        open_sink: SinkFactory,
        *,
        wake: Callable[[], None],
        on_warning: Callable[[str], None],
        beside: Beside | None,
    ) -> None:
        self._now = now
        self._open_sink = open_sink
        self._silent = NullSinks(now, device="none").open
        self._wake = wake
        self._on_warning = on_warning
        self._beside = beside
        self.sink: AudioSink | None = None
        self._request = AudioRequest(0, 0)
        self._in_use = ""  # the choice that `sink` is, when it is not silence
        self._is_silent = False
        self._told = False  # of what is missing now
        self._retry_at: float | None = None
        self._tries = 0
        self._trial: AudioSink | None = None
        self._trial_since = 0.0
        self._lock = threading.Lock()
        self._brought: list[tuple[AudioRequest, AudioSink | AudioDeviceError]] = []  # guarded by _lock
        self._opening = False
        self._closed = False

    def choose(self, device: str) -> None:
        """From now on the sound should go to `device`; '' is the system's default."""
        if device == self._request.device:
            return
        self._request = AudioRequest(self._request.rate, self._request.channels, device)
        self._told = False
        self._drop_trial()
        if self.sink is not None:
            self._retry_at = None if self._arrived else self._now()

    @property
    def _arrived(self) -> bool:
        return not self._is_silent and self._in_use == self._request.device

    def open(self, rate: int, channels: int) -> AudioSink:
        """The device for sound like this, or silence with a warning. Waits as long as the factory does."""
        self._request = AudioRequest(rate, channels, self._request.device)
        try:
            self.sink = self._open_sink(self._request)
        except AudioDeviceError as error:
            return self.lose(error)
        self._in_use, self._is_silent = self._request.device, False
        return self.sink

    def lose(self, error: AudioDeviceError) -> AudioSink:
        """The device does not work: silence in its place."""
        former, self.sink = self.sink, self._silent(self._request)
        self._is_silent = True
        self._told = False
        self._tell(error, "playing on without sound")
        self._tries = 0
        self._retry_later()
        if former is not None:
            former.close()
        return self.sink

    def look(self, *, playing: bool) -> AudioSink | None:
        """A device to change over to, with `take`; None while there is none. Never waits."""
        if self._trial is None:
            self._receive()
        if self._trial is not None:
            return self._look_at_trial(self._trial, playing=playing)
        if self._retry_at is not None and self._now() >= self._retry_at and self._beside is not None:
            self._retry_at = None
            with self._lock:
                busy, self._opening = self._opening, True
            if not busy:
                request = self._request
                self._beside(lambda: self._bring(request))
                return self.look(playing=playing)
        return None

    def next_look_s(self) -> float | None:
        """Seconds until `look` has something to do; None: when woken."""
        if self._trial is not None:
            return TRIAL_LOOK_S
        return None if self._retry_at is None or self._beside is None else max(0.0, self._retry_at - self._now())

    def take(self, sink: AudioSink) -> None:
        """`sink`, which `look` gave, is the device now."""
        former, self.sink = self.sink, sink
        self._trial = None
        was_silent = self._is_silent
        self._in_use, self._is_silent = self._request.device, False
        if former is not None:
            former.close()
        if was_silent and self._told:
            self._on_warning("Sound is back")
        self._told = False

    def close(self) -> None:
        """Closes everything, also what is still being opened."""
        with self._lock:
            self._closed = True
        self._drop_trial()
        self._receive()
        self._drop_trial()
        if self.sink is not None:
            self.sink.close()
            self.sink = None

    def join(self) -> None:
        if self._beside is not None:
            self._beside.join()

    def _bring(self, request: AudioRequest) -> None:
        """Beside the audio thread."""
        result: AudioSink | AudioDeviceError
        try:
            result = self._open_sink(request)
        except AudioDeviceError as error:
            result = error
        with self._lock:
            self._opening = False
            closed = self._closed
            if not closed:
                self._brought.append((request, result))
        if not closed:
            self._wake()
        elif not isinstance(result, AudioDeviceError):
            result.close()

    def _receive(self) -> None:
        with self._lock:
            brought, self._brought = self._brought, []
        for request, result in brought:
            if isinstance(result, AudioDeviceError) and request == self._request:
                self._tell(result, "playing on without sound" if self._is_silent else "the sound stays where it is")
                self._retry_later()
            elif isinstance(result, AudioDeviceError):
                self._retry_at = None if self._arrived else self._now()
            elif request == self._request and not self._arrived:
                self._trial, self._trial_since = result, self._now()
                try:
                    result.set_paused(False)
                    result.push(Samples.silence(round(TRIAL_S * result.format.rate), result.format.channels))
                except AudioDeviceError:
                    self._fail_trial()
            else:  # the choice has changed meanwhile
                result.close()
                self._retry_at = None if self._arrived else self._now()

    def _look_at_trial(self, trial: AudioSink, *, playing: bool) -> AudioSink | None:
        try:
            takes = not trial.format.realtime or trial.queued_s() < TRIAL_S - 1e-3
        except AudioDeviceError:
            self._fail_trial()
            return None
        if takes or not playing:
            return trial
        if self._now() - self._trial_since > STUCK_S:
            self._fail_trial()
        return None

    def _fail_trial(self) -> None:
        self._drop_trial()
        self._retry_later()

    def _retry_later(self) -> None:
        wait_s = FIRST_RETRIES_S[self._tries] if self._tries < len(FIRST_RETRIES_S) else RETRY_S
        self._tries += 1
        self._retry_at = self._now() + wait_s

    def _drop_trial(self) -> None:
        trial, self._trial = self._trial, None
        if trial is not None:
            trial.close()

    def _tell(self, error: AudioDeviceError, consequence: str) -> None:
        if not self._told:
            self._told = True
            self._on_warning(f"{str(error).rstrip('.')}; {consequence}")
