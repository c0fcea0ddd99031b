"""The audio thread's work, one step at a time, on a clock and a device of the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import av
import numpy as np
import pytest

from player.audio.drift import SteadyPosition
from player.audio.outlet import STUCK_S
from player.audio.renderer import PATIENCE_S, QUEUE_HIGH_S, SLICE_S, AudioRenderer, Settings
from player.audio.sink import AudioRequest, AudioSink, Samples, SinkFactory
from player.errors import AudioDeviceError
from player.media.audio_decoder import AudioChunk
from player.queues.frame_queue import FrameQueue
from player.sync.clocks import Clocks, Master
from tests.helpers.fake_sink import PERIOD_S, FakeSinks, Sound
from tests.helpers.fake_time import FakeTime

RATE = 48000
CHUNK = 1024
QUEUE = 9
SCALE = 64.0
TOLERANCE_S = 0.003


def chunk_of(samples: Sound, time_s: float, serial: int = 1) -> AudioChunk:
    """One channel of samples as the decoder hands them on."""
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = RATE
    frame.time_base = Fraction(1, RATE)
    return AudioChunk(frame, time_s, len(samples) / RATE, serial)


def moment(sample: float | None) -> float | None:
    """Which moment of the media a sample of `telling_time` is; silence is none."""
    return None if not sample else sample * SCALE - 1.0


def telling_time(start_s: float, length_s: float, serial: int = 1) -> Iterator[AudioChunk]:
    """Sound of which every sample tells its own time."""
    count = round(length_s * RATE)
    for first in range(0, count, CHUNK):
        index = np.arange(first, min(first + CHUNK, count))
        samples = (start_s + index / RATE + 1.0) / SCALE
        yield chunk_of(samples.astype(np.float32), start_s + first / RATE, serial)


def sine(length_s: float, frequency: float) -> Iterator[AudioChunk]:
    index = np.arange(round(length_s * RATE))
    return pieces((0.5 * np.sin(2 * np.pi * frequency * index / RATE)).astype(np.float32))


def pieces(wave: Sound) -> Iterator[AudioChunk]:
    """Samples from time 0 on in chunks."""
    for first in range(0, len(wave), CHUNK):
        yield chunk_of(wave[first : first + CHUNK], first / RATE)


class Rig:
    """A renderer without its thread, fed as a decoder would, driven as its thread would."""

    def __init__(
        self,
        sound: Iterable[AudioChunk],
        *,
        settings: Settings | None = None,
        origin_s: float | None = 0.0,
        master: Master = "audio",
        sinks: FakeSinks | None = None,
        open_sink: SinkFactory | None = None,
        time: FakeTime | None = None,
        may_start: Callable[[], bool] = lambda: True,
        finished: Callable[[], bool] | None = None,
    ) -> None:
        self.time = FakeTime() if time is None else time
        self.sinks = FakeSinks(self.time) if sinks is None else sinks
        self.serial = 1
        self.origin_s = origin_s
        self.settings = Settings() if settings is None else settings
        self.sound = iter(sound)
        self.waiting: AudioChunk | None = next(self.sound, None)
        self.samples: FrameQueue[AudioChunk] = FrameQueue(
            QUEUE, keep_last=True, current_serial=lambda: self.serial, on_put=lambda: None
        )
        self.clocks = Clocks(self.time, audio_serial=lambda: self.serial, video_serial=lambda: 0)
        self.clocks.master = master
        self.clocks.set_speed(self.settings.speed)
        self.warnings: list[str] = []
        self.ended_at: list[float] = []
        self.started_at: list[float] = []
        self.stalled = False  # the decoder gives nothing for now
        self.renderer = AudioRenderer(
            self.time,
            self.samples,
            self.clocks,
            serial=lambda: self.serial,
            origin_s=lambda: self.origin_s,
            finished=(lambda: self.waiting is None) if finished is None else finished,
            may_start=may_start,
            open_sink=self.sinks.open if open_sink is None else open_sink,
            settings=self.settings,
            on_error=lambda error: None,
            on_started=lambda: self.started_at.append(self.time()),
            on_end=lambda: self.ended_at.append(self.time()),
            on_warning=self.warnings.append,
        )

    def configure(self, settings: Settings) -> None:
        if settings.paused != self.settings.paused:
            self.clocks.set_paused(settings.paused)
        if settings.speed != self.settings.speed:
            self.clocks.set_speed(settings.speed)
        self.settings = settings
        self.renderer.configure(settings)

    def seek(self, target_s: float, length_s: float = 10.0) -> None:
        self.serial += 1
        self.origin_s = target_s
        self.samples.drop_stale()
        self.sound = telling_time(target_s, length_s, self.serial)
        self.waiting = next(self.sound)

    def feed(self) -> bool:
        """Decodes as far as there is room; whether anything came."""
        came = False
        while self.waiting is not None and not self.stalled:
            if self.samples.remaining + (self.samples.peek_last() is not None) >= QUEUE:
                break
            assert self.samples.put(self.waiting)
            self.waiting = next(self.sound, None)
            came = True
        return came

    def run(self, seconds: float, look: Callable[[], None] = lambda: None, every_s: float = 0.002) -> None:
        """Lets time pass; `look` is called at every step and at least every `every_s`."""
        until = self.time() + seconds
        due: float | None = self.time()
        while True:
            if due is not None and self.time() >= due - 1e-12:
                self.feed()
                wait_s = self.renderer.step()
                while self.feed():
                    wait_s = self.renderer.step()
                due = None if wait_s is None else self.time() + wait_s
                look()
                if wait_s == 0.0:
                    continue
            left = until - self.time()
            if left <= 1e-9:
                return
            self.time.advance(min(left, every_s, *([] if due is None else [max(1e-6, due - self.time())])))
            look()

    @property
    def clock_s(self) -> float | None:
        return self.clocks.audio_s()

    @property
    def heard_s(self) -> float | None:
        """The moment of the media that is heard now, by the sample itself."""
        return moment(self.sinks.last.heard())

    def error_s(self) -> float:
        """Clock minus truth."""
        clock, heard = self.clock_s, self.heard_s
        assert clock is not None
        assert heard is not None
        return clock - heard

    def errors_over(self, seconds: float) -> list[float]:
        """Clock minus truth, all the while."""
        errors: list[float] = []
        self.run(seconds, lambda: errors.append(self.error_s()))
        return errors

    def settle(self) -> None:
        """The first second: the device starts, the clock finds its pace."""
        self.run(1.0)


@pytest.mark.parametrize("period_s", [256 / RATE, 512 / RATE, PERIOD_S])
def test_the_clock_is_what_is_heard(period_s: float) -> None:
    time = FakeTime()
    rig = Rig(telling_time(0.0, 20.0), time=time, sinks=FakeSinks(time, period_s=period_s))
    rig.settle()
    assert max(map(abs, rig.errors_over(10.0))) < TOLERANCE_S
    assert rig.renderer.underruns == 0
    assert rig.sinks.last.dry == 0


def test_the_clock_is_hardly_ever_set_back() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    readings: list[float] = []
    rig.run(5.0, lambda: readings.append(rig.clock_s or 0.0))
    assert min(np.diff(readings)) > -SteadyPosition.GAIN * PERIOD_S


def test_the_queue_is_kept_between_its_marks() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    queued: list[float] = []
    rig.run(5.0, lambda: queued.append(rig.sinks.last.queued_s()))
    assert min(queued) > 0.06 - PERIOD_S
    assert max(queued) <= QUEUE_HIGH_S + SLICE_S


def test_everything_is_played_once_and_in_order() -> None:
    rig = Rig(telling_time(0.0, 3.0))
    rig.run(4.0)
    pushed = rig.sinks.last.all_pushed()[:, 0]
    assert pushed * SCALE - 1.0 == pytest.approx(np.arange(3 * RATE) / RATE, abs=1e-5)


def test_the_end_is_told_after_the_last_sample_was_taken() -> None:
    rig = Rig(telling_time(0.0, 1.5))
    rig.run(4.0)
    assert len(rig.ended_at) == 1
    played = rig.sinks.last.played()[:, 0]
    assert moment(float(played[np.flatnonzero(played)[-1]])) == pytest.approx(1.5, abs=1e-3)
    assert rig.ended_at[0] - 1000.0 == pytest.approx(1.5, abs=2 * PERIOD_S + 0.01)
    assert rig.renderer.drained
    assert rig.renderer.end_s == pytest.approx(1.5, abs=1e-6)


def test_a_stream_without_a_sample_ends_at_once() -> None:
    rig = Rig([])
    rig.run(0.1)
    assert len(rig.ended_at) == 1
    assert rig.sinks.opened == []


def test_sound_that_is_decoded_to_its_end_while_the_queue_is_looked_at_is_played() -> None:
    """The decoder puts its only samples, and is finished, between two looks of the audio thread."""

    def finish() -> bool:
        rig.feed()
        return rig.waiting is None

    rig = Rig(telling_time(0.0, 0.1), finished=finish)
    rig.stalled = True
    assert rig.renderer.step() is None
    rig.stalled = False
    rig.renderer.step()
    rig.run(1.0)
    assert len(rig.sinks.last.all_pushed()) == round(0.1 * RATE)
    assert len(rig.ended_at) == 1


def test_a_seek_clears_what_was_queued() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    rig.seek(30.0)
    assert rig.clock_s is None, "an old clock must not be read after a seek"
    heard: list[float | None] = []
    rig.run(0.5, lambda: heard.append(rig.heard_s))
    assert rig.sinks.last.cleared >= 2
    after = [at for at in heard if at is not None and at > 20.0]
    assert after == sorted(after)
    assert after[0] == pytest.approx(30.0, abs=0.003)
    stale = [at for at in heard if at is not None and at < 20.0]
    assert max(stale) < 1.0 + 2 * PERIOD_S, "sound of before the seek went on"
    rig.settle()
    assert abs(rig.error_s()) < TOLERANCE_S


def test_the_first_sample_after_a_seek_is_the_target() -> None:
    rig = Rig(telling_time(0.0, 5.0))
    rig.settle()
    before = len(rig.sinks.last.all_pushed())
    rig.seek(31.25)
    rig.run(0.1)
    assert moment(float(rig.sinks.last.all_pushed()[before, 0])) == pytest.approx(31.25, abs=1e-5)


def test_pause_and_resume_do_not_move_the_clock() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    for _ in range(5):
        rig.run(0.137)
        rig.configure(Settings(paused=True))
        before = rig.clock_s
        rig.run(3.0)
        assert rig.clock_s == before
        rig.configure(Settings(paused=False))
        errors = rig.errors_over(0.5)
        assert max(map(abs, errors)) < 0.025
        assert abs(errors[-1]) < TOLERANCE_S + 0.002
    assert rig.sinks.last.dry == 0


def test_nothing_is_done_while_paused() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    rig.configure(Settings(paused=True))
    rig.feed()
    assert rig.renderer.step() is None
    pushed = len(rig.sinks.last.pushed)
    rig.run(5.0)
    assert len(rig.sinks.last.pushed) == pushed


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.5, 2.0, 4.0])
def test_other_speeds_keep_the_pitch(speed: float) -> None:
    rig = Rig(sine(12.0, 440.0), settings=Settings(speed=speed))
    rig.run(2.0)
    played = rig.sinks.last.played()[RATE:, 0]
    spectrum = np.abs(np.fft.rfft(played * np.hanning(len(played))))
    assert np.argmax(spectrum) * RATE / len(played) == pytest.approx(440.0, abs=5.0)


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.5, 2.0, 4.0])
def test_at_another_speed_the_clock_is_what_is_heard(speed: float) -> None:
    """A tone that begins at a known moment; atempo works in windows of some 40 ms, so half of one is the tolerance."""
    begins = 3.0 * max(1.0, speed)
    index = np.arange(20 * RATE)
    wave = (0.5 * np.sin(2 * np.pi * 440.0 * index / RATE) * (index >= begins * RATE)).astype(np.float32)
    rig = Rig(pieces(wave), settings=Settings(speed=speed))
    clock_when_heard: list[float | None] = []

    def listen() -> None:
        sample = rig.sinks.last.heard() if rig.sinks.opened else None
        if sample is not None and abs(sample) > 0.25 and not clock_when_heard:
            clock_when_heard.append(rig.clock_s)

    rig.run(begins / speed + 0.5, listen, 0.0005)
    assert clock_when_heard == [pytest.approx(begins, abs=0.025)]


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0, 4.0])
def test_other_speeds_move_the_clock_so_much_faster(speed: float) -> None:
    rig = Rig(sine(20.0, 440.0), settings=Settings(speed=speed))
    rig.run(1.0)
    began, first = rig.time(), rig.clock_s
    rig.run(3.0)
    last = rig.clock_s
    assert first is not None
    assert last is not None
    assert (last - first) / (rig.time() - began) == pytest.approx(speed, rel=0.02)
    late = rig.started_at[0] - 1000.0
    assert last == pytest.approx((4.0 - late) * speed, abs=0.06 * max(1.0, speed))


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_at_another_speed_the_whole_file_takes_its_time(speed: float) -> None:
    rig = Rig(sine(2.0, 440.0), settings=Settings(speed=speed))
    rig.run(6.0)
    assert rig.ended_at[0] - 1000.0 == pytest.approx(2.0 / speed, abs=0.1)


def test_a_change_of_speed_is_no_jump() -> None:
    rig = Rig(sine(20.0, 440.0))
    rig.settle()
    before = rig.clock_s
    rig.configure(Settings(speed=2.0))
    after = rig.clock_s
    assert after == before
    readings: list[float] = []
    rig.run(1.0, lambda: readings.append(rig.clock_s or 0.0))
    assert max(np.diff(readings)) < 0.06
    assert min(np.diff(readings)) > -0.03


@pytest.mark.parametrize(
    ("settings", "gain"),
    [
        (Settings(volume=100.0), 1.0),
        (Settings(volume=50.0), 0.125),
        (Settings(volume=130.0), 1.3**3),
        (Settings(volume=0.0), 0.0),
        (Settings(muted=True), 0.0),
        (Settings(muted=True, volume=130.0), 0.0),
    ],
)
def test_volume_is_a_cubic_gain(settings: Settings, gain: float) -> None:
    chunks = [chunk_of(np.full(CHUNK, 0.25, np.float32), n * CHUNK / RATE) for n in range(40)]
    rig = Rig(chunks, settings=settings)
    rig.run(0.5)
    assert rig.sinks.last.all_pushed() == pytest.approx(0.25 * gain, abs=1e-6)


def test_loud_is_never_more_than_full() -> None:
    rig = Rig([chunk_of(np.full(CHUNK, -0.9, np.float32), 0.0)], settings=Settings(volume=130.0))
    rig.run(0.1)
    assert rig.sinks.last.all_pushed() == pytest.approx(-1.0)


def test_a_change_of_volume_is_heard_soon() -> None:
    rig = Rig([chunk_of(np.full(CHUNK, 0.25, np.float32), n * CHUNK / RATE) for n in range(200)])
    rig.settle()
    rig.configure(Settings(muted=True))
    quiet: list[float] = []
    rig.run(0.5, lambda: quiet.append(rig.time()) if rig.sinks.last.heard() == 0.0 else None)
    assert quiet[0] - 1001.0 < 0.2


def test_a_gap_is_silence_of_its_length() -> None:
    rig = Rig([*telling_time(0.0, 0.512), *telling_time(1.024, 0.512)])
    rig.run(2.0)
    pushed = rig.sinks.last.all_pushed()[:, 0]
    silent = np.flatnonzero(pushed == 0.0)
    assert len(silent) == pytest.approx(0.512 * RATE, abs=0.002 * RATE)
    assert silent[0] == round(0.512 * RATE)
    assert len(pushed) / RATE == pytest.approx(1.536, abs=0.002)


def test_sound_that_begins_late_is_waited_for_in_silence() -> None:
    rig = Rig(telling_time(0.5, 5.0))
    rig.settle()
    rig.settle()
    pushed = rig.sinks.last.all_pushed()[:, 0]
    assert np.flatnonzero(pushed)[0] == pytest.approx(0.5 * RATE, abs=2)
    assert max(map(abs, rig.errors_over(1.0))) < TOLERANCE_S


@pytest.mark.parametrize("jump_s", [-20.0, 61.0, 5000.0])
def test_a_jump_of_the_timestamps_is_no_hour_of_silence(jump_s: float) -> None:
    """Anything past a minute, or back, is another time line and not a gap."""
    moved = [
        AudioChunk(chunk.frame, chunk.time_s + jump_s, chunk.duration_s, chunk.serial)
        for chunk in telling_time(20.512, 0.512)
    ]
    rig = Rig([*telling_time(20.0, 0.512), *moved], origin_s=20.0)
    rig.run(0.9)
    assert rig.clock_s == pytest.approx(20.9 + jump_s, abs=0.06)
    rig.run(1.0)
    assert len(rig.ended_at) == 1
    assert len(rig.sinks.last.all_pushed()) == 2 * round(0.512 * RATE)


def test_timestamps_that_run_away_slowly_are_followed() -> None:
    """A container that counts 1.004 s for a second of samples, as a bad capture does: no gap, and no drift either."""
    sound = (
        AudioChunk(chunk.frame, chunk.time_s * 1.004, chunk.duration_s, chunk.serial)
        for chunk in telling_time(0.0, 30.0)
    )
    rig = Rig(sound)
    rig.run(20.0)
    heard = rig.heard_s
    assert heard is not None
    assert rig.clock_s == pytest.approx(heard * 1.004, abs=0.008)
    assert not (rig.sinks.last.all_pushed() == 0.0).any(), "there was no gap to fill"


def test_sound_goes_on_where_the_picture_was_stepped_to() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    rig.configure(Settings(paused=True))
    rig.run(0.1)
    before = len(rig.sinks.last.all_pushed())
    rig.renderer.skip_to(2.5)
    rig.configure(Settings(paused=False))
    rig.run(0.2)
    assert moment(float(rig.sinks.last.all_pushed()[before, 0])) == pytest.approx(2.5, abs=1e-5)
    rig.settle()
    assert abs(rig.error_s()) < TOLERANCE_S


def test_a_skip_of_before_a_seek_is_forgotten() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    rig.renderer.skip_to(5.0)
    rig.seek(1.0)
    before = len(rig.sinks.last.all_pushed())
    rig.run(0.1)
    assert moment(float(rig.sinks.last.all_pushed()[before, 0])) == pytest.approx(1.0, abs=1e-5)


def test_a_device_that_cannot_be_opened_is_replaced_by_silence() -> None:
    def no_device(_request: AudioRequest) -> AudioSink:
        raise AudioDeviceError("there is no sound card")

    rig = Rig(telling_time(0.0, 1.0), open_sink=no_device)
    rig.run(3.0)
    assert rig.warnings == ["there is no sound card; playing on without sound"]
    assert rig.renderer.device == "none"
    assert rig.ended_at[0] - 1000.0 == pytest.approx(1.0, abs=0.05)


def test_a_device_that_goes_away_is_replaced_where_it_was() -> None:
    rig = Rig(telling_time(0.0, 10.0))
    rig.run(3.0)
    broken = rig.sinks.last
    broken.broken = True
    readings: list[float] = []
    rig.run(2.0, lambda: readings.append(rig.clock_s or -1.0))
    assert broken.closed
    assert rig.warnings == ["the sound device went away; playing on without sound"]
    assert rig.renderer.device == "none"
    assert readings[0] == pytest.approx(3.0, abs=0.2)
    assert readings[-1] == pytest.approx(5.0, abs=0.2)
    assert np.abs(np.diff(readings)).max() < 0.2
    rig.run(6.0)
    assert len(rig.ended_at) == 1


def test_a_device_that_takes_nothing_is_given_up() -> None:
    rig = Rig(telling_time(0.0, 20.0), open_sink=StuckSink)
    rig.run(STUCK_S - 0.5)
    assert rig.warnings == []
    assert rig.clock_s is None, "the clock runs although nothing is heard"
    assert rig.renderer.starting
    rig.run(2.0)
    assert rig.warnings == ["the sound device takes no sound; playing on without sound"]
    assert rig.clock_s is not None


class StuckSink:
    """Opens, and then takes no sound."""

    def __init__(self, request: AudioRequest) -> None:
        self._fake = FakeSinks(FakeTime()).open(request)
        self.format = self._fake.format

    def push(self, samples: Samples) -> None:
        self._fake.push(samples)

    def queued_s(self) -> float:
        return self._fake.queued_s()

    def clear(self) -> None:
        self._fake.clear()

    def set_paused(self, paused: bool) -> None:
        del paused  # it plays nothing either way

    def close(self) -> None:
        self._fake.close()


def test_running_dry_is_counted() -> None:
    rig = Rig(telling_time(0.0, 20.0))
    rig.settle()
    assert rig.renderer.underruns == 0
    rig.stalled = True
    rig.run(1.0)
    assert rig.renderer.underruns >= 1
    rig.stalled = False
    rig.run(3.0)
    assert abs(rig.error_s()) < TOLERANCE_S


def test_a_device_that_swallows_everything_never_runs_dry() -> None:
    time = FakeTime()
    rig = Rig(telling_time(0.0, 3.0), time=time, sinks=FakeSinks(time, realtime=False))
    rig.run(1.0)
    assert rig.renderer.underruns == 0
    assert len(rig.ended_at) == 1
    assert len(rig.sinks.last.all_pushed()) == 3 * RATE


@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (96000, 1), (48000, 6)])
def test_a_device_that_takes_something_else_gets_that(rate: int, channels: int) -> None:
    time = FakeTime()
    rig = Rig(sine(2.0, 440.0), time=time, sinks=FakeSinks(time, rate=rate, channels=channels))
    rig.run(4.0)
    pushed = rig.sinks.last.all_pushed()
    assert pushed.shape[1] == channels
    assert len(pushed) == pytest.approx(2.0 * rate, abs=0.005 * rate)
    loudest = np.abs(np.fft.rfft(pushed[:rate], axis=0)).sum(axis=1)
    assert np.argmax(loudest) == pytest.approx(440, abs=1)


def test_sound_waits_for_its_picture() -> None:
    there: list[bool] = []
    rig = Rig(telling_time(0.0, 5.0), may_start=lambda: bool(there))
    rig.run(0.3)
    assert rig.sinks.last.pushed == []
    assert rig.clock_s is None
    there.append(True)
    rig.run(1.0)
    assert rig.sinks.last.pushed != []


def test_sound_does_not_wait_for_ever() -> None:
    rig = Rig(telling_time(0.0, 5.0), may_start=lambda: False)
    rig.run(PATIENCE_S - 0.1)
    assert rig.sinks.last.pushed == []
    rig.run(0.5)
    assert rig.sinks.last.pushed != []


def test_the_start_is_told_once_for_each_beginning() -> None:
    rig = Rig(telling_time(0.0, 5.0))
    rig.settle()
    assert len(rig.started_at) == 1
    rig.seek(3.0)
    rig.run(0.5)
    assert len(rig.started_at) == 2


@pytest.mark.parametrize("delay_s", [-0.2, 0.15])
def test_the_users_correction_moves_the_clock(delay_s: float) -> None:
    rig = Rig(telling_time(0.0, 5.0), settings=Settings(delay_s=delay_s))
    rig.settle()
    rig.run(1.0)
    assert rig.error_s() == pytest.approx(delay_s, abs=TOLERANCE_S)


@pytest.mark.parametrize("offset_s", [0.3, -0.3])
def test_behind_another_master_the_sound_is_stretched(offset_s: float) -> None:
    rig = Rig(telling_time(0.0, 40.0), master="external")
    rig.clocks.set_external(offset_s)
    rig.run(12.0)
    audio, external = rig.clock_s, rig.clocks.external_s()
    assert audio is not None
    assert external is not None
    assert abs(audio - external) < 0.05


def test_behind_a_master_of_another_time_line_nothing_is_stretched() -> None:
    rig = Rig(telling_time(0.0, 3.0), master="external")
    rig.clocks.set_external(500.0)
    rig.run(5.0)
    assert len(rig.sinks.last.all_pushed()) == 3 * RATE


def test_the_thread_ends_when_asked_and_closes_the_device() -> None:
    rig = Rig(telling_time(0.0, 1.0))
    rig.feed()
    rig.renderer.start()
    rig.renderer.wake()
    rig.renderer.stop()
    rig.renderer.join()
    assert all(sink.closed for sink in rig.sinks.opened)
