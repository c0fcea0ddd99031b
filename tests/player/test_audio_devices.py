"""Devices that are missing, lost, chosen and come back, on a clock of the test's.

The sound tells its own time: every sample is the moment it belongs to, so what a device takes shows whether the
sound goes on at the right place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
import pytest

from player.audio.outlet import RETRY_S, STALL_S, STUCK_S
from player.audio.patient import NotInTimeError, PatientCalls
from player.audio.renderer import AudioRenderer, Settings
from player.audio.sdl_sink import find_device
from player.audio.sink import AudioRequest
from player.errors import AudioDeviceError
from player.media.audio_decoder import AudioChunk
from player.queues.frame_queue import FrameQueue
from player.sync.clocks import Clocks
from tests.helpers.fake_sink import PERIOD_S, FakeSink
from tests.helpers.fake_time import FakeTime

RATE = 48000
CHUNK = 1024
SCALE = 64.0
CLOCK_JUMP_S = 0.01
"""The most that the position may be off when the sound changes over: less than half a picture."""


class SoundSystem:
    """Devices by name that can be pulled out and put in. Devices in `stuck` open and take nothing."""

    def __init__(self, now: Callable[[], float], *names: str) -> None:
        self._now = now
        self.there = set(names)
        self.stuck: set[str] = set()
        self.rates: dict[str, int] = {}
        self.opened: list[FakeSink] = []
        self.attempts = 0

    def open(self, request: AudioRequest) -> FakeSink:
        self.attempts += 1
        name = request.device or "built-in"
        if name not in self.there:
            raise AudioDeviceError(f"the sound device {name} is not there")
        taken = AudioRequest(self.rates.get(name, request.rate), request.channels)
        sink = FakeSink(taken, self._now, PERIOD_S, device=name, realtime=True)
        if name in self.stuck:
            self.freeze(sink)
        self.opened.append(sink)
        return sink

    def pull(self, name: str) -> None:
        self.there.discard(name)
        for sink in self.opened:
            sink.broken = sink.broken or sink.format.device == name

    @staticmethod
    def freeze(sink: FakeSink) -> None:
        """It takes what it is given and plays nothing of it, whatever time passes."""
        moment = sink._now()
        sink._now = lambda: moment


class AtOnce:
    """Does a job the moment it is asked for, as if no time passed beside the sound."""

    def __call__(self, job: Callable[[], None]) -> None:
        job()

    def join(self) -> None:
        pass


class Held(AtOnce):
    """Does a job when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[Callable[[], None]] = []

    def __call__(self, job: Callable[[], None]) -> None:
        self.jobs.append(job)


class Rig:
    """A renderer driven as its thread would, with a minute of sound behind it."""

    def __init__(self, *devices: str, settings: Settings | None = None, beside: AtOnce | None = None) -> None:
        self.time = FakeTime()
        self.system = SoundSystem(self.time, *devices)
        self.settings = settings or Settings()
        self.samples: FrameQueue[AudioChunk] = FrameQueue(9, keep_last=True, current_serial=lambda: 1, on_put=_nothing)
        self.clocks = Clocks(self.time, audio_serial=lambda: 1, video_serial=lambda: 0)
        self.clocks.master = "audio"
        self.warnings: list[str] = []
        self.steps = 0
        self.ended = 0
        self._next = 0
        self.renderer = AudioRenderer(
            self.time, self.samples, self.clocks,
            serial=lambda: 1, origin_s=lambda: 0.0, finished=lambda: self._next >= self.length, may_start=lambda: True,
            open_sink=self.system.open, settings=self.settings, on_error=_fail, on_started=_nothing,
            on_end=self._on_end, on_warning=self.warnings.append, beside=beside or AtOnce(),
        )  # fmt: skip
        self.length = 60 * RATE

    def _on_end(self) -> None:
        self.ended += 1

    def configure(self, settings: Settings) -> None:
        self.clocks.set_paused(settings.paused)
        self.settings = settings
        self.renderer.configure(settings)

    def _feed(self) -> None:
        while self._next < self.length and self.samples.remaining < 8:
            index = np.arange(self._next, self._next + CHUNK)
            sound = ((index / RATE + 1.0) / SCALE).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
            frame.sample_rate = RATE
            frame.time_base = Fraction(1, RATE)
            self.samples.put(AudioChunk(frame, self._next / RATE, CHUNK / RATE, 1))
            self._next += CHUNK

    def run(self, seconds: float) -> float:
        """Lets time pass in steps of at most 5 ms; the furthest that the clock was from running on evenly."""
        until, worst, before = self.time() + seconds, 0.0, self.clocks.audio_s()
        due = self.time()
        while True:
            while due <= self.time() + 1e-12:
                self._feed()
                wait_s = self.renderer.step()
                self.steps += 1
                due = until + 1.0 if wait_s is None else self.time() + wait_s
            now = self.clocks.audio_s()
            if before is not None and now is not None:
                worst = max(worst, abs(now - before))
            left = until - self.time()
            if left <= 1e-9:
                return worst
            wait = min(left, 0.005, max(1e-6, due - self.time()))
            self.time.advance(wait)
            before = None if now is None else now + (0.0 if self.settings.paused else wait * self.settings.speed)

    @property
    def position_s(self) -> float:
        position = self.clocks.audio_s()
        assert position is not None
        return position

    def heard_s(self) -> float:
        """The moment whose sample is heard in the newest device."""
        sample = self.system.opened[-1].heard()
        assert sample, "it is silent"
        return sample * SCALE - 1.0


def _nothing() -> None:
    pass


def _fail(error: BaseException) -> None:
    raise error


def test_the_device_that_was_chosen_is_opened() -> None:
    rig = Rig("built-in", "phones", settings=Settings(device="phones"))
    rig.run(0.5)
    assert [sink.format.device for sink in rig.system.opened] == ["phones"]
    assert rig.renderer.device == "phones"


def test_a_lost_device_comes_back_by_itself() -> None:
    rig = Rig("built-in")
    rig.run(1.0)
    rig.system.pull("built-in")
    assert rig.run(3.0) < CLOCK_JUMP_S
    assert rig.renderer.device == "none"
    assert rig.warnings == ["the sound device went away; playing on without sound"]
    rig.system.there.add("built-in")
    assert rig.run(3.0) < CLOCK_JUMP_S
    assert rig.renderer.device == "built-in"
    assert rig.warnings[1:] == ["Sound is back"]
    assert rig.heard_s() == pytest.approx(rig.position_s, abs=0.003)
    assert rig.renderer.underruns == 0


def test_a_missing_device_is_silent_and_told_once() -> None:
    rig = Rig(settings=Settings(device="phones"))
    rig.run(20.0)
    assert rig.warnings == ["the sound device phones is not there; playing on without sound"]
    assert rig.position_s == pytest.approx(20.0, abs=0.05)
    rig.system.there.add("phones")
    rig.run(3.0)
    assert rig.renderer.device == "phones"
    assert rig.heard_s() == pytest.approx(rig.position_s, abs=0.003)


def test_trying_is_calm() -> None:
    rig = Rig()
    rig.run(2.0)
    steps, attempts = rig.steps, rig.system.attempts
    rig.run(20.0)
    assert rig.system.attempts - attempts == pytest.approx(20.0 / RETRY_S, abs=1)
    assert rig.steps - steps < 20.0 * 25


def test_nothing_waits_for_a_device_that_takes_long_to_open() -> None:
    beside = Held()
    rig = Rig("built-in", beside=beside)
    rig.run(1.0)
    rig.system.pull("built-in")
    rig.run(1.0)
    rig.system.there.add("built-in")
    assert rig.run(10.0) < CLOCK_JUMP_S
    assert rig.renderer.device == "none"
    assert len(beside.jobs) == 1, "tried for again while the first try is under way"
    beside.jobs.pop()()
    rig.run(0.5)
    assert rig.renderer.device == "built-in"


def test_a_device_that_stops_taking_sound_is_lost() -> None:
    rig = Rig("built-in")
    rig.run(1.0)
    rig.system.freeze(rig.system.opened[-1])
    rig.run(STALL_S - 0.3)
    assert rig.warnings == []
    rig.system.there.clear()
    rig.run(0.5)
    assert rig.warnings == ["the sound device takes no more sound; playing on without sound"]
    stood_at = rig.position_s
    assert stood_at == pytest.approx(1.15, abs=0.2), "the position ran on without sound"
    assert rig.run(5.0) < CLOCK_JUMP_S
    assert rig.position_s == pytest.approx(stood_at + 5.0, abs=0.01)


def test_a_machine_that_slept_is_no_stalled_device() -> None:
    rig = Rig("built-in")
    rig.run(1.0)
    rig.system.freeze(rig.system.opened[-1])
    rig.time.advance(3600.0)
    rig.renderer.step()
    assert rig.warnings == []


def test_a_device_that_never_begins_does_not_take_over() -> None:
    rig = Rig("built-in", "dead")
    rig.system.stuck.add("dead")
    rig.run(1.0)
    rig.configure(Settings(device="dead"))
    assert rig.run(STUCK_S + 1.0) < CLOCK_JUMP_S
    assert rig.renderer.device == "built-in"
    assert rig.system.opened[1].closed
    assert not rig.system.opened[0].closed


@pytest.mark.parametrize("rate", [RATE, 44100])
def test_another_device_takes_over_without_a_jump(rate: int) -> None:
    rig = Rig("built-in", "phones")
    rig.system.rates["phones"] = rate
    rig.run(2.0)
    rig.configure(Settings(device="phones"))
    assert rig.run(2.0) < CLOCK_JUMP_S
    assert rig.renderer.device == "phones"
    assert rig.system.opened[0].closed
    assert rig.heard_s() == pytest.approx(rig.position_s, abs=0.004)
    assert rig.warnings == []


def test_a_choice_that_is_not_there_leaves_the_sound_where_it_is() -> None:
    rig = Rig("built-in")
    rig.run(1.0)
    rig.configure(Settings(device="phones"))
    rig.run(5.0)
    assert rig.warnings == ["the sound device phones is not there; the sound stays where it is"]
    assert rig.heard_s() == pytest.approx(rig.position_s, abs=0.003)
    rig.system.there.add("phones")
    assert rig.run(3.0) < CLOCK_JUMP_S
    assert rig.renderer.device == "phones"


def test_choosing_twice_at_once_ends_with_the_latter() -> None:
    beside = Held()
    rig = Rig("built-in", "phones", "desk", beside=beside)
    rig.run(1.0)
    rig.configure(Settings(device="phones"))
    rig.run(0.1)
    rig.configure(Settings(device="desk"))
    rig.run(0.1)
    beside.jobs.pop()()
    rig.run(0.1)
    beside.jobs.pop()()
    rig.run(0.5)
    assert rig.renderer.device == "desk"
    assert [sink.format.device for sink in rig.system.opened if not sink.closed] == ["desk"]


def test_while_paused_a_choice_is_there_at_once_and_the_position_stays() -> None:
    rig = Rig("built-in", "phones")
    rig.run(1.0)
    rig.configure(Settings(paused=True))
    rig.run(0.1)
    stood_at = rig.position_s
    rig.configure(Settings(paused=True, device="phones"))
    rig.run(0.1)
    assert rig.renderer.device == "phones"
    rig.run(5.0)
    assert rig.position_s == stood_at
    rig.configure(Settings(device="phones"))
    rig.run(0.5)
    assert rig.position_s == pytest.approx(stood_at + 0.5, abs=0.01)
    assert rig.heard_s() == pytest.approx(rig.position_s, abs=0.006)


def test_a_device_lost_at_the_very_end_does_not_keep_the_end() -> None:
    rig = Rig("built-in")
    rig.length = 2 * RATE
    rig.run(1.95)
    rig.system.pull("built-in")
    rig.run(1.0)
    assert rig.ended == 1


def test_what_comes_after_the_end_is_closed() -> None:
    beside = Held()
    rig = Rig("built-in", "phones", beside=beside)
    rig.run(1.0)
    rig.configure(Settings(device="phones"))
    rig.run(0.1)
    rig.renderer.stop()
    rig.renderer.start()
    rig.renderer.join()
    beside.jobs.pop()()
    assert [sink.closed for sink in rig.system.opened] == [True, True]


def test_at_half_speed_the_position_stays_when_the_device_is_lost() -> None:
    rig = Rig("built-in", settings=Settings(speed=0.5))
    rig.clocks.set_speed(0.5)
    rig.run(2.0)
    rig.system.pull("built-in")
    assert rig.run(1.0) < CLOCK_JUMP_S
    rig.system.there.add("built-in")
    assert rig.run(3.0) < CLOCK_JUMP_S
    assert rig.renderer.device == "built-in"


@pytest.mark.parametrize(
    ("wanted", "names", "found"),
    [
        ("Phones", ["Desk", "Phones"], "Phones"),
        ("Phones", ["Desk", "Phones (2)"], "Phones (2)"),  # it went and came again
        ("Phones (2)", ["Desk", "Phones"], "Phones"),  # so it was called when it was chosen
        ("Phones", ["Phones (2)", "Phones"], "Phones"),
        ("Phones", ["Desk", "Phones left"], None),
        ("Phones", [], None),
    ],
)
def test_a_device_is_found_by_its_name(wanted: str, names: list[str], found: str | None) -> None:
    assert find_device(wanted, names) == found


class TestPatientCalls:
    def test_a_call_gives_what_it_returns_or_raises(self) -> None:
        calls = PatientCalls("patient")
        assert calls.call(lambda: 5, 5.0) == 5
        with pytest.raises(AudioDeviceError, match="broken"):
            calls.call(self._broken, 5.0)

    def test_a_call_that_hangs_is_given_up_and_undone_when_it_returns(self) -> None:
        calls, gate, undone = PatientCalls("patient"), threading.Event(), threading.Event()
        taken_back: list[bool] = []

        def undo(result: bool) -> None:
            taken_back.append(result)
            undone.set()

        with pytest.raises(NotInTimeError):
            calls.call(lambda: gate.wait(10.0), 0.01, undo=undo)
        gate.set()
        assert undone.wait(5.0)
        assert taken_back == [True]

    def test_behind_a_call_that_hangs_an_opening_is_left_out_and_a_closing_is_made_later(self) -> None:
        calls, gate, closed = PatientCalls("patient"), threading.Event(), threading.Event()
        made: list[str] = []
        with pytest.raises(NotInTimeError):
            calls.call(lambda: gate.wait(10.0), 0.01)
        with pytest.raises(NotInTimeError):
            calls.call(lambda: made.append("opened"), 0.01, undo=lambda _none: None)
        with pytest.raises(NotInTimeError):
            calls.call(closed.set, 0.01)
        gate.set()
        assert closed.wait(5.0)
        assert made == []

    @staticmethod
    def _broken() -> int:
        raise AudioDeviceError("broken")
