"""The audio thread: keeps the device 60 to 120 ms ahead and tells the audio clock where it is."""

from __future__ import annotations

import threading
from collections.abc import Callable

from player.audio.drift import DriftCorrector, SteadyPosition, stretch
from player.audio.feed import Feed, Piece
from player.audio.outlet import STUCK_S, Beside, Outlet, StallWatch
from player.audio.pushed import Pushed
from player.audio.sink import AudioSink, SinkFactory
from player.audio.tap import Tap
from player.errors import AudioDeviceError
from player.media.audio_decoder import AudioChunk
from player.media.gain import Gain
from player.queues.frame_queue import FrameQueue
from player.quick_dataclass import dataclass
from player.sync.clocks import Clocks
from player.worker import Worker

QUEUE_HIGH_S = 0.12
QUEUE_LOW_S = 0.07
PATIENCE_S = 1.0
"""The longest that sound waits for a picture that does not come."""
START_POLL_S = 0.005
"""How often a starting device is looked at: it tells nobody when it begins."""
SLICE_S = 0.03
"""Pushed at a time, so that a change of volume or speed is heard soon."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner asked for; replaced whole."""

    paused: bool = False
    volume: float = 100.0
    muted: bool = False
    speed: float = 1.0
    delay_s: float = 0.0
    device: str = ""
    """By the name that `sdl_sink.list_devices` gives; '' is the system's default."""

    @property
    def gain(self) -> float:
        """Cubic, so that equal steps sound equal (mpv's rule)."""
        return 0.0 if self.muted else (self.volume / 100.0) ** 3


class AudioRenderer:
    """Plays the sample queue. `step` does the work of one wake-up and says when the next one is due.

    `serial`, `origin_s` and `finished` tell of the audio packet queue and decoder. After a load or a
    seek the sound waits until `may_start` says that the picture is there too, and the clock is not
    set before the device has taken the first samples (`on_started`): a sleeping PulseAudio sink takes
    seconds to wake, and a clock that ran meanwhile would have to be taken back. `on_end` is
    called when the last sample has been heard, `on_warning` with a sentence when the device fails.
    Without `beside` a device that was lost stays lost, and is not changed while it plays. `tap` gets
    everything that is pushed.
    """

    def __init__(
        self,
        now: Callable[[], float],
        samples: FrameQueue[AudioChunk],
        clocks: Clocks,
        *,
        serial: Callable[[], int],
        origin_s: Callable[[], float | None],
        finished: Callable[[], bool],
        may_start: Callable[[], bool],
        open_sink: SinkFactory,
        settings: Settings,
        on_error: Callable[[BaseException], None],
        on_started: Callable[[], None],
        on_end: Callable[[], None],
        on_warning: Callable[[str], None],
        beside: Beside | None = None,
        tap: Tap | None = None,
    ) -> None:
        self._now = now
        self._samples = samples
        self._clocks = clocks
        self._serial_now = serial
        self._origin_s = origin_s
        self._finished = finished
        self._may_start = may_start
        self._tap = tap
        self._on_started = on_started
        self._on_end = on_end
        self._cond = threading.Condition()
        self._settings = settings  # guarded by _cond, as the four below
        self._skip_to: tuple[float, int] | None = None
        self._woken = False
        self._stop = False
        # The audio thread's own:
        self._outlet = Outlet(now, open_sink, wake=self.wake, on_warning=on_warning, beside=beside)
        self._feed: Feed | None = None
        self._gain: Gain | None = None
        self._corrector: DriftCorrector | None = None
        self._steady = SteadyPosition()
        self._stall = StallWatch()
        self._pushed = Pushed()
        self._end_s: float | None = None
        self._serial = -1
        self._resume: tuple[float, float] | None = None  # in a new device: media place, end of what the old one had
        self._begun_at = 0.0
        self._primed_at: float | None = None  # when the first samples were pushed that were not taken yet
        self._started = False
        self._is_dry = False
        self._sink_paused = True
        self._drained_serial = -1
        self.device = ""
        self.underruns = 0
        self._worker = Worker("audio", self._loop, on_error)

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        """Asks for the end; `join` waits for it."""
        with self._cond:
            self._stop = True
            self._cond.notify()

    def join(self) -> None:
        self._worker.join()
        self._outlet.join()

    def wake(self) -> None:
        """Samples came, a flush happened, or the end was decoded."""
        with self._cond:
            self._woken = True
            self._cond.notify()

    def configure(self, settings: Settings) -> None:
        with self._cond:
            self._settings = settings
            self._woken = True
            self._cond.notify()

    def skip_to(self, time_s: float) -> None:
        """Sound goes on at `time_s` (container seconds): pictures were stepped over while paused."""
        with self._cond:
            self._skip_to = (time_s, self._serial_now())
            self._woken = True
            self._cond.notify()

    @property
    def starting(self) -> bool:
        """The device was given sound and has not begun to play it."""
        return self._primed_at is not None and not self._started

    @property
    def end_s(self) -> float | None:
        """The media position (container seconds) at the end of what was pushed."""
        return self._end_s

    @property
    def drained(self) -> bool:
        """Everything of the current serial has been heard."""
        return self._drained_serial == self._serial_now()

    def _loop(self) -> None:
        try:
            while True:
                wait_s = self.step()
                with self._cond:
                    self._cond.wait_for(lambda: self._woken or self._stop, timeout=wait_s)
                    self._woken = False
                    if self._stop:
                        return
        finally:
            self._outlet.close()

    def step(self) -> float | None:
        """Feeds the device and sets the clock; seconds until the next step is due, None: when woken."""
        with self._cond:
            settings = self._settings
            skip, self._skip_to = self._skip_to, None
        self._outlet.choose(settings.device)
        try:
            return self._step(settings, skip)
        except AudioDeviceError as error:
            self._move_to(self._outlet.lose(error), settings)
            return 0.0

    def _step(self, settings: Settings, skip: tuple[float, int] | None) -> float | None:
        serial = self._serial_now()
        if self._outlet.sink is None and not self._open(serial, settings):
            return None
        better = self._outlet.look(playing=not settings.paused)
        if better is not None:
            self._outlet.take(better)
            self._move_to(better, settings)
        sink, feed = self._outlet.sink, self._feed
        assert sink is not None
        assert feed is not None
        if serial != self._serial or (skip is not None and skip[1] == serial):
            self._begin(serial, sink, feed, skip[0] if skip is not None and skip[1] == serial else None)
        if settings.paused != self._sink_paused:
            sink.set_paused(settings.paused)
            self._sink_paused = settings.paused
            self._steady.reset()
            self._stall.reset()
            self._primed_at = None if self._primed_at is None else self._now()
        if settings.paused or self._drained_serial == serial:
            return None
        if not self._pushed and self._end_s is None and not self._may_start():
            left = self._begun_at + PATIENCE_S - self._now()
            if left > 0.0:
                return left
        wait_s, look_s = self._fill(sink, feed, settings, serial), self._outlet.next_look_s()
        return min((wait for wait in (wait_s, look_s) if wait is not None), default=None)

    def _open(self, serial: int, settings: Settings) -> bool:
        """Opens the device once the first samples tell what it should take."""
        was_finished = self._finished()  # asked first: the last samples may come between the two looks
        chunk = self._samples.peek()
        if chunk is None or chunk.serial != serial:
            if was_finished:
                self._end_of(serial)
            return False
        self._move_to(self._outlet.open(chunk.frame.sample_rate, chunk.frame.layout.nb_channels), settings)
        return True

    def _move_to(self, sink: AudioSink, settings: Settings) -> None:
        """The sound goes on in `sink` where the clock stands: what the former one had queued is silence in this one."""
        form = sink.format
        place_s = self._place_s(settings)
        if place_s is not None and self._end_s is not None:
            self._resume = (place_s + form.buffer_s * settings.speed, self._end_s)
        self._feed = Feed(self._samples, form)
        self._gain = Gain(form.rate, form.channels)
        self._corrector = DriftCorrector(max(form.buffer_s, 0.02))
        self.device = form.device
        self._serial = -1
        self._sink_paused = True

    def _place_s(self, settings: Settings) -> float | None:
        """The media position that is heard now; None when nothing of this serial was pushed."""
        if self._serial != self._serial_now() or self._end_s is None:
            return None
        clock = self._clocks.audio.get(self._serial)
        return self._end_s - self._pushed.media_s if clock is None else clock - settings.delay_s

    def _begin(self, serial: int, sink: AudioSink, feed: Feed, skip_to_s: float | None) -> None:
        sink.clear()
        self._samples.drop_stale()
        self._pushed.clear()
        self._steady.reset()
        self._stall.reset()
        resume, self._resume = self._resume, None
        if resume is not None and skip_to_s is None:
            self._end_s = resume[0]
            feed.resume(*resume)
        else:
            self._started = False
            self._end_s = None
            feed.restart(self._origin_s(), skip_to_s)
        self._serial = serial
        self._begun_at = self._now()
        self._primed_at = None

    def _fill(self, sink: AudioSink, feed: Feed, settings: Settings, serial: int) -> float | None:
        queued = sink.queued_s()
        if self._stall.is_stalled(queued, self._now()):
            raise AudioDeviceError("the sound device takes no more sound")
        is_dry = queued <= 0.0 and sink.format.realtime and self._started and bool(self._pushed)
        was_dry, self._is_dry = self._is_dry, is_dry
        if self._is_dry and not was_dry and not self._finished():
            self.underruns += 1
        while queued < QUEUE_HIGH_S:
            piece = feed.take(SLICE_S, serial, settings.speed, finished=self._finished)
            if piece is None:
                break
            if self._serial_now() != serial:
                return 0.0
            queued += self._push(sink, piece, settings)
        else:
            if not self._has_started(sink):
                return START_POLL_S
            self._set_clock(sink, settings, serial)
            return max(0.0, sink.queued_s() - QUEUE_LOW_S)
        if self._pushed and not self._has_started(sink):
            return START_POLL_S
        self._set_clock(sink, settings, serial)
        if self._finished() and self._samples.peek() is None:
            rest = sink.queued_s()
            if rest <= 0.0:
                self._end_of(serial)
                return None
            return rest
        return None if not self._pushed else max(0.005, sink.queued_s() / 2)

    def _has_started(self, sink: AudioSink) -> bool:
        """Whether the device takes what it is given. Raises AudioDeviceError when it never does."""
        if self._started:
            return True
        now = self._now()
        if not sink.format.realtime or sink.queued_s() < self._pushed.total_s - 1e-4:
            self._started = True
            self._on_started()
        elif self._primed_at is not None and now - self._primed_at > STUCK_S:
            raise AudioDeviceError("the sound device takes no sound")
        return self._started

    def _push(self, sink: AudioSink, piece: Piece, settings: Settings) -> float:
        samples = piece.samples
        rate = sink.format.rate
        if self._clocks.master != "audio" and self._corrector is not None:
            audio, master = self._clocks.audio_s(), self._clocks.master_s()
            drift = None if audio is None or master is None else audio - master
            samples = stretch(samples, self._corrector.wanted(len(samples), rate, drift))
        if self._gain is not None:
            samples = self._gain.apply(samples, settings.gain)
        media_rate = settings.speed * len(piece.samples) / max(1, len(samples))
        sink.push(samples)
        seconds = len(samples) / rate
        self._pushed.add(seconds, media_rate)
        if self._primed_at is None:
            self._primed_at = self._now()
        if self._tap is not None and self._tap.wanted:
            media_s = len(piece.samples) / rate * settings.speed
            self._tap.put(piece.samples, rate, piece.end_s - media_s, piece.end_s)
        self._end_s = piece.end_s
        return seconds

    def _set_clock(self, sink: AudioSink, settings: Settings, serial: int) -> None:
        if self._end_s is None or serial != self._serial_now():
            return
        now, queued = self._now(), sink.queued_s()
        self._stall.leave(queued, now)
        ahead = self._pushed.media_in(queued) + sink.format.buffer_s * settings.speed
        position = self._steady.read(self._end_s - ahead, now, settings.speed)
        self._clocks.set_audio(position + settings.delay_s, serial, now)

    def _end_of(self, serial: int) -> None:
        self._drained_serial = serial
        self._on_end()
