"""Sound as plain memory: cutting, joining, making it louder, and cutting frames of it."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from player.media.audio_converter import LAYOUTS
from player.media.audio_decoder import cut
from player.media.gain import Gain
from player.media.samples import Samples

RATE = 48000


def noise(count: int, channels: int, loudness: float = 1.0) -> Samples:
    values = np.random.default_rng(3).uniform(-loudness, loudness, (count, channels))
    return Samples.of(values.astype(np.float32))


def test_parts_make_the_whole_again() -> None:
    whole = noise(100, 2)
    first, last = whole.cut(0, 30), whole.cut(30)
    assert (len(whole), len(first), len(last)) == (100, 30, 70)
    assert np.array_equal(Samples.joined([first, last], 2).array(), whole.array())
    assert np.array_equal(last.array(), whole.array()[30:])
    assert len(Samples.joined([], 2)) == 0


def test_silence_is_silent() -> None:
    assert np.array_equal(Samples.silence(5, 3).array(), np.zeros((5, 3), np.float32))


def test_half_a_sample_is_none() -> None:
    with pytest.raises(ValueError, match="whole"):
        Samples(bytes(12), 2)


@pytest.mark.parametrize("channels", LAYOUTS)
def test_gain_multiplies_and_stays_within_what_a_device_plays(channels: int) -> None:
    gain, sound = Gain(RATE, channels), noise(1440, channels)
    for factor in (0.5, 0.0, 1.0, 2.2, 1e-3):
        wanted = (sound.array() * np.float32(factor)).clip(-1.0, 1.0)
        assert gain.apply(sound, factor).array() == pytest.approx(wanted, abs=1e-6)
    assert len(gain.apply(Samples.silence(0, channels), 0.5)) == 0


@pytest.mark.parametrize("layout", ["mono", "stereo", "7.1", "hexadecagonal"])
@pytest.mark.parametrize("sample_format", ["flt", "fltp", "s16", "s32p", "dbl"])
def test_a_frame_is_cut_to_the_sample(sample_format: str, layout: str) -> None:
    frame = av.AudioFrame(sample_format, layout, 1000)
    frame.sample_rate = RATE
    channels, width = frame.layout.nb_channels, frame.format.bytes
    planes, step = (channels, width) if frame.format.is_planar else (1, channels * width)
    stored = np.random.default_rng(4).integers(0, 100, (planes, 1000 * step), np.uint8)
    for plane, values in zip(frame.planes[:planes], stored, strict=True):
        memoryview(plane)[: len(values)] = values.data
    part = cut(frame, 7, 700)
    assert (part.samples, part.sample_rate, part.time_base) == (693, RATE, Fraction(1, RATE))
    for plane, values in zip(part.planes[:planes], stored, strict=True):
        assert bytes(memoryview(plane)[: 693 * step]) == values[7 * step : 700 * step].tobytes()
