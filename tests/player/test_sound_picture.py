"""The sound as a picture: what the tap keeps, and the columns that are drawn from it."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.audio.renderer import AudioRenderer, Settings
from player.audio.sink import Samples
from player.audio.sound_picture import MARGIN_S, SoundMode, draw, row_frequencies
from player.audio.tap import KEPT_S, Tap
from player.media.audio_decoder import AudioChunk
from player.queues.frame_queue import FrameQueue
from player.sync.clocks import Clocks
from tests.helpers.fake_sink import FakeSinks
from tests.helpers.fake_time import FakeTime

RATE = 48000
PIECE = 1440
PER_S = 100.0
HEIGHT = 200
MODES: list[SoundMode] = ["waves", "spectrum"]


def tone(frequency: float, length_s: float, loudness: float = 0.5) -> NDArray[np.float32]:
    times = np.arange(round(length_s * RATE)) / RATE
    return (loudness * np.sin(2 * np.pi * frequency * times)).astype(np.float32)


def fill(tap: Tap, sound: NDArray[np.float32], start_s: float = 0.0, speed: float = 1.0) -> float:
    """Puts mono sound in as the audio thread would; the media time at its end."""
    for first in range(0, len(sound), PIECE):
        piece = sound[first : first + PIECE]
        end_s = start_s + len(piece) / RATE * speed
        tap.put(Samples.of(piece[:, None]), RATE, start_s, end_s)
        start_s = end_s
    return start_s


def listening() -> Tap:
    tap = Tap()
    tap.want(True)
    return tap


def columns(tap: Tap, mode: SoundMode, first: int, count: int) -> NDArray[np.uint8]:
    excerpt = tap.read(first / PER_S, (first + count) / PER_S, MARGIN_S[mode])
    assert excerpt is not None
    return draw(mode, excerpt, first, count, PER_S, HEIGHT)


def test_nothing_is_kept_while_nobody_looks() -> None:
    tap = Tap()
    fill(tap, tone(440.0, 0.5))
    assert tap.read(0.0, 0.5, 0.0) is None
    tap.want(True)
    fill(tap, tone(440.0, 0.5))
    assert tap.read(0.0, 0.5, 0.0) is not None
    tap.want(False)
    assert tap.read(0.0, 0.5, 0.0) is None


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_what_is_read_is_what_was_put_at_its_time(speed: float) -> None:
    tap, sound = listening(), tone(100.0, 2.0)
    fill(tap, sound, 10.0, speed)
    excerpt = tap.read(10.0 + 0.5 * speed, 10.0 + 1.0 * speed, 0.01)
    assert excerpt is not None
    place = round(float(excerpt.place_of(np.array([10.0 + 0.5 * speed]))[0]))
    assert np.array_equal(excerpt.samples[place : place + 24000], sound[24000:48000])


def test_a_change_of_speed_is_followed() -> None:
    tap, sound = listening(), tone(100.0, 1.0)
    middle_s = fill(tap, sound)
    fill(tap, sound, middle_s, 2.0)
    excerpt = tap.read(0.0, 3.0, 0.0)
    assert excerpt is not None
    assert excerpt.place_of(np.array([0.5, 1.0, 2.0])) == pytest.approx([24000, 48000, 72000])


def test_the_tap_is_bounded_and_keeps_the_latest() -> None:
    tap = listening()
    sound = np.arange(round((KEPT_S + 5.0) * RATE)).astype(np.float32)
    end_s = fill(tap, sound)
    excerpt = tap.read(0.0, end_s, 0.0)
    assert excerpt is not None
    assert len(excerpt.samples) == round(KEPT_S * RATE)
    assert excerpt.samples[-1] == sound[-1]
    assert excerpt.place_of(np.array([end_s]))[0] == pytest.approx(len(excerpt.samples))


def test_after_a_seek_only_the_new_place_is_there() -> None:
    tap = listening()
    fill(tap, tone(440.0, 1.0))
    before = tap.generation
    fill(tap, tone(440.0, 0.2), 50.0)
    assert tap.generation != before
    assert columns(tap, "waves", 5000, 20).any()
    assert not columns(tap, "waves", 0, 100).any()


def test_silence_of_a_change_of_device_does_not_take_the_place_of_what_was_heard() -> None:
    tap = listening()
    end_s = fill(tap, tone(440.0, 1.0))
    before, generation = columns(tap, "waves", 0, 100), tap.generation
    fill(tap, np.zeros(PIECE * 3, np.float32), end_s - 0.09)
    fill(tap, tone(440.0, 0.5), end_s)
    assert tap.generation == generation
    assert np.array_equal(columns(tap, "waves", 0, 100), before)


@pytest.mark.parametrize("loudness", [0.25, 0.5, 1.0])
def test_the_waveform_reaches_as_high_as_the_sound_is_loud(loudness: float) -> None:
    tap = listening()
    fill(tap, tone(440.0, 1.0, loudness))
    picture = columns(tap, "waves", 10, 50)
    reached = (picture > 0).sum(axis=0)
    assert reached == pytest.approx(np.full(50, loudness * HEIGHT), abs=3)
    assert np.array_equal(picture > 0, picture[::-1] > 0)
    bright = (picture > 200).sum(axis=0)
    assert bright == pytest.approx(np.full(50, loudness * HEIGHT / np.sqrt(2)), rel=0.1)


@pytest.mark.parametrize("frequency", [110.0, 1000.0, 9000.0])
def test_the_spectrum_is_brightest_at_the_pitch(frequency: float) -> None:
    tap = listening()
    fill(tap, tone(frequency, 1.0))
    picture = columns(tap, "spectrum", 20, 50)
    rows = row_frequencies(RATE, HEIGHT)
    nearest = int(np.argmin(np.abs(rows - frequency)))
    brightest = picture.argmax(axis=0)
    # Low pitches are as wide as a few bins of the transform: 12 Hz each.
    room = max(1, round(np.count_nonzero(np.abs(rows - frequency) < 12.0) / 2))
    assert np.abs(brightest - nearest).max() <= room
    assert np.median(picture) == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_click_is_in_the_column_of_its_time(mode: SoundMode) -> None:
    tap = listening()
    sound = np.zeros(RATE, np.float32)
    sound[24240] = 1.0  # 505 ms: the middle of column 50
    fill(tap, sound)
    brightness = columns(tap, mode, 0, 100).sum(axis=0, dtype=np.int64)
    around = np.flatnonzero(brightness)
    assert around.mean() == pytest.approx(50, abs=0.5)


@pytest.mark.parametrize("mode", MODES)
def test_a_picture_that_was_moved_on_is_the_one_drawn_anew(mode: SoundMode) -> None:
    tap = listening()
    fill(tap, tone(300.0, 2.0) * np.linspace(0.1, 1.0, 2 * RATE, dtype=np.float32))
    whole = columns(tap, mode, 20, 120)
    parts = np.concatenate([columns(tap, mode, first, 4) for first in range(20, 140, 4)], axis=1)
    assert np.abs(whole.astype(int) - parts.astype(int)).max() <= 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rate", [8000, 44100, 192_000])
@pytest.mark.parametrize("height", [1, 2, 33, 1500])
def test_every_rate_and_height(mode: SoundMode, rate: int, height: int) -> None:
    tap = listening()
    tap.put(Samples.of(np.full((rate // 2, 2), 2.0, np.float32)), rate, 0.0, 0.5)  # louder than full scale
    excerpt = tap.read(0.0, 1.0, MARGIN_S[mode])
    assert excerpt is not None
    picture = draw(mode, excerpt, 0, 100, PER_S, height)
    assert picture.shape == (height, 100)
    assert not picture[:, 51:].any(), "there is no sound yet"


def test_the_player_fills_the_tap_with_what_is_heard_before_volume_and_mute() -> None:
    time, tap = FakeTime(), listening()
    samples: FrameQueue[AudioChunk] = FrameQueue(9, keep_last=True, current_serial=lambda: 1, on_put=lambda: None)
    clocks = Clocks(time, audio_serial=lambda: 1, video_serial=lambda: 0)
    clocks.master = "audio"
    sound = tone(440.0, 0.15)
    for first in range(0, len(sound), 1024):
        frame = av.AudioFrame.from_ndarray(sound[None, first : first + 1024], format="flt", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        samples.put(AudioChunk(frame, 3.0 + first / RATE, 1024 / RATE, 1))
    renderer = AudioRenderer(
        time, samples, clocks,
        serial=lambda: 1, origin_s=lambda: 3.0, finished=lambda: False, may_start=lambda: True,
        open_sink=FakeSinks(time).open, settings=Settings(muted=True), on_error=_fail,
        on_started=lambda: None, on_end=lambda: None, on_warning=lambda _text: None, tap=tap,
    )  # fmt: skip
    renderer.step()
    excerpt = tap.read(3.0, 3.1, 0.0)
    assert excerpt is not None
    place = round(float(excerpt.place_of(np.array([3.0]))[0]))
    assert np.allclose(excerpt.samples[place : place + 4800], sound[:4800], atol=1e-6)


def _fail(error: BaseException) -> None:
    raise error
