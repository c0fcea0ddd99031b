"""What the device of a player gets: the right samples from the right moment on, and nothing it should not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from player.audio.null_sink import NullSink
from player.audio.sink import AudioRequest, Samples
from player.events import EndReached, FirstPicture, TracksChanged
from player.options import OpenOptions
from tests.helpers.clip_writer import AUDIO_RATE, AudioPlan, steady, write
from tests.helpers.clips import Clips
from tests.helpers.fake_sink import Sound
from tests.helpers.playing import Playing


class RecordingSink(NullSink):
    """A silent device that keeps what it is given; `untimed` swallows it at once. One thread writes, others look."""

    def __init__(self, request: AudioRequest, now: Callable[[], float], *, untimed: bool) -> None:
        self.realtime = not untimed
        super().__init__(request, now, "recording")
        self._untimed = untimed
        self.parts: list[tuple[str, Sound]] = []

    def push(self, samples: Samples) -> None:
        self.parts.append(("push", samples.array().copy()))
        if not self._untimed:
            super().push(samples)

    def clear(self) -> None:
        self.parts.append(("clear", np.empty((0, self.format.channels), np.float32)))
        super().clear()

    def since_clear(self) -> Sound:
        """Everything pushed since the queue was last thrown away."""
        parts = self.parts.copy()
        last = max((place for place, (what, _) in enumerate(parts) if what == "clear"), default=-1)
        kept = [samples for what, samples in parts[last + 1 :] if what == "push"]
        return np.concatenate(kept) if kept else parts[0][1][:0]


class RecordingSinks:
    def __init__(self, *, untimed: bool = False) -> None:
        self._untimed = untimed
        self.opened: list[RecordingSink] = []
        self.threads: set[str] = set()

    def open(self, request: AudioRequest) -> RecordingSink:
        self.threads.add(threading.current_thread().name)
        self.opened.append(RecordingSink(request, time.monotonic, untimed=self._untimed))
        return self.opened[-1]

    @property
    def last(self) -> RecordingSink:
        return self.opened[-1]


def indices(samples: Sound) -> NDArray[np.int64]:
    """The sample numbers that the counting clip carries: left modulo 2**15, right divided by it."""
    whole = np.round(samples.astype(np.float64) * 32768).astype(np.int64)
    counted: NDArray[np.int64] = whole[:, 0] + (whole[:, 1] << 15)
    return counted


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture and lossless sound whose samples count."""
    sound = AudioPlan(codec="flac", counting=True)
    return write(tmp_path_factory.mktemp("counting") / "counting.mkv", steady(50), sound)


def play_untimed(path: Path | str, options: OpenOptions | None = None) -> Sound:
    sinks = RecordingSinks(untimed=True)
    with Playing(untimed=True, sinks=sinks.open, numbered=False) as playing:
        playing.open(path, options)
        assert isinstance(playing.until_over(), EndReached)
        return sinks.last.since_clear()


def test_every_sample_reaches_the_device_once(clips: Clips) -> None:
    heard = indices(play_untimed(clips("counting_audio").path))
    assert (heard == np.arange(2 * AUDIO_RATE)).all()


def test_every_sample_beside_a_picture_too(counting: Path) -> None:
    assert (indices(play_untimed(counting)) == np.arange(2 * AUDIO_RATE)).all()


@pytest.mark.parametrize(("start_s", "length_s"), [(0.5, None), (0.5, 0.7), (None, 0.3), (0.123, 0.456)])
def test_a_part_is_cut_to_the_sample(clips: Clips, start_s: float | None, length_s: float | None) -> None:
    heard = indices(play_untimed(clips("counting_audio").path, OpenOptions(start_s=start_s, length_s=length_s)))
    first = round((start_s or 0.0) * AUDIO_RATE)
    last = 2 * AUDIO_RATE if length_s is None else first + round(length_s * AUDIO_RATE)
    assert (heard == np.arange(first, last)).all()


@pytest.mark.parametrize("name", ["sound alone", "beside a picture"])
def test_the_first_sample_after_an_exact_seek_is_the_target(clips: Clips, counting: Path, name: str) -> None:
    path = clips("counting_audio").path if name == "sound alone" else counting
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open, numbered=False) as playing:
        playing.open(path)
        playing.until_event(FirstPicture)
        for target in (1.5, 0.25, 1.0, 0.0, 0.52):
            playing.player.seek(target)
            playing.until_event(FirstPicture)
            playing.until(lambda: len(sinks.last.since_clear()) > 2000)
            heard = indices(sinks.last.since_clear())
            assert heard[0] == round(target * AUDIO_RATE)
            assert (np.diff(heard) == 1).all()


def test_a_seek_of_compressed_sound_is_as_exact(clips: Clips) -> None:
    """Against a straight decoding of the whole file: the same samples, from the target on."""
    with av.open(str(clips("cfr"))) as container:
        frames = list(container.decode(audio=0))
    whole = np.concatenate([frame.to_ndarray().T for frame in frames])
    first_s = frames[0].time
    assert first_s is not None
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open, numbered=False) as playing:
        playing.open(clips("cfr"))
        playing.until_event(FirstPicture)
        playing.player.seek(1.2)
        playing.until_event(FirstPicture)
        playing.until(lambda: len(sinks.last.since_clear()) > 4000)
        heard = sinks.last.since_clear()[:4000]
    expected = whole[round((1.2 - first_s) * AUDIO_RATE) :][:4000]
    # The coder's window is filled from the packets before the target: a few samples may differ a little.
    assert np.abs(heard - expected)[1024:].max() < 1e-3


def test_nothing_is_heard_while_paused_or_stepping(counting: Path) -> None:
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open) as playing:
        playing.open_paused(counting)
        for _ in range(10):
            playing.player.step()
        playing.until(lambda: playing.numbers[-1] == 10)
        playing.pass_time(0.1)
        assert all(len(sink.since_clear()) == 0 for sink in sinks.opened)


def test_after_steps_the_sound_goes_on_where_the_picture_is(counting: Path) -> None:
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open) as playing:
        playing.open_paused(counting)
        playing.player.step(15)
        playing.until(lambda: playing.numbers[-1] == 15)
        playing.player.play()
        playing.until(lambda: bool(sinks.opened) and len(sinks.last.since_clear()) > 2000)
        heard = indices(sinks.last.since_clear())
        assert heard[0] == round(15 * 0.04 * AUDIO_RATE)
        assert (np.diff(heard) == 1).all()


def test_a_pause_loses_no_sample(counting: Path) -> None:
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open, numbered=False) as playing:
        playing.open(counting)
        for shown in (10, 20, 30):
            playing.until_shown(shown)
            playing.player.pause()
            playing.pass_time(0.05)
            playing.player.play()
        playing.until_over()
        assert (indices(sinks.last.since_clear()) == np.arange(2 * AUDIO_RATE)).all()


def test_a_loop_plays_the_sound_again_from_its_start(counting: Path) -> None:
    sinks = RecordingSinks(untimed=True)
    with Playing(untimed=True, sinks=sinks.open, numbered=False) as playing:
        playing.open(counting, OpenOptions(loop=3))
        playing.until_over()
        pushed = indices(np.concatenate([samples for what, samples in sinks.last.parts if what == "push"]))
        assert (pushed == np.tile(np.arange(2 * AUDIO_RATE), 3)).all()


def test_the_other_track_is_heard_after_a_switch(clips: Clips) -> None:
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open, numbered=False) as playing:
        playing.open(clips("tracks"))
        playing.until_shown(5)
        playing.player.select("audio", 2)
        playing.until_event(TracksChanged)
        playing.until_settled()
        playing.until(lambda: len(sinks.last.since_clear()) > AUDIO_RATE // 4)
        heard = sinks.last.since_clear()[: AUDIO_RATE // 4, 0]
    tone = np.argmax(np.abs(np.fft.rfft(heard))) * 4
    assert tone == pytest.approx(880, abs=4)


def test_volume_and_mute_reach_the_device(counting: Path) -> None:
    for volume, muted, gain in ((50.0, False, 0.125), (100.0, True, 0.0), (500.0, False, 1.3**3), (-1.0, False, 0.0)):
        sinks = RecordingSinks(untimed=True)
        with Playing(untimed=True, sinks=sinks.open, numbered=False) as playing:
            playing.player.set_volume(volume)
            playing.player.set_muted(muted)
            playing.open(counting)
            playing.until_over()
            left = sinks.last.since_clear()[:, 0]
        plain = (np.arange(2 * AUDIO_RATE) & 0x7FFF) / 32768
        assert left == pytest.approx((plain * gain).clip(-1.0, 1.0), abs=1e-4)


def test_the_device_belongs_to_the_audio_thread(counting: Path) -> None:
    sinks = RecordingSinks()
    with Playing(sinks=sinks.open, numbered=False) as playing:
        playing.open(counting)
        playing.until_shown(3)
        assert playing.player.snapshot().audio_device == "recording"
    assert sinks.threads == {"audio"}


def test_sound_and_picture_keep_together(clips: Clips) -> None:
    with Playing(numbered=False) as playing:
        playing.open(clips("sixty"))
        diffs: list[float] = []
        while playing.until_next():
            diff = playing.player.snapshot().av_diff_s
            if diff is not None and len(playing.shown) > 10:
                diffs.append(diff)
        assert len(diffs) > 30
        assert abs(float(np.median(diffs))) < 0.01


@pytest.mark.parametrize("name", ["audio_late", "audio_early", "audio_negative"])
def test_streams_that_begin_apart_end_in_sync(clips: Clips, name: str) -> None:
    clip = clips(name)
    with Playing() as playing:
        playing.open(clip)
        diffs: list[float] = []
        while playing.until_next():
            diff = playing.player.snapshot().av_diff_s
            diffs.append(1.0 if diff is None else diff)
        assert [number for number in playing.numbers if number in clip.numbers] == playing.numbers
        assert len(playing.shown) >= len(clip.numbers) - 3
        assert abs(float(np.median(diffs[-10:]))) < 0.02
