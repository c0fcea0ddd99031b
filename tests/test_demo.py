"""The demo clip in `resources` is what its script says: pictures, counter, clock, flash and tick."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from resources import make_demo as demo
from resources._demo_font import text_mask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

ONE_PICTURE_S = 1 / demo.RATE


@pytest.fixture(scope="module")
def clip() -> Iterator[Path]:
    with as_file(files("resources") / "demo.mp4") as path:
        yield path


@pytest.fixture(scope="module")
def lumas(clip: Path) -> list[NDArray[np.uint8]]:
    """The luma of every picture, which stands at its own place in time."""
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        frames = list(container.decode(video=0))
    assert [frame.time for frame in frames] == pytest.approx([place / demo.RATE for place in range(demo.PICTURES)])
    return [frame.to_ndarray()[: demo.HEIGHT].astype(np.uint8) for frame in frames]


def reads(luma: NDArray[np.uint8], text: str, left_top: tuple[int, int]) -> bool:
    """Whether `text` stands there: the dots it has are bright and the places it leaves free are dark."""
    mask = text_mask(text, demo.TEXT_CELL)
    left, top = left_top
    area = luma[top : top + mask.shape[0], left : left + mask.shape[1]]
    return bool(area[mask > 0.99].min() > 110 and area[mask == 0].mean() < 60)


def hub_level(luma: NDArray[np.uint8]) -> float:
    x, y, half = round(demo.CENTRE_X), round(demo.CENTRE_Y), round(demo.HUB_RADIUS / 2)
    return float(luma[y - half : y + half, x - half : x + half].mean())


def test_it_is_small_and_as_long_as_it_says(clip: Path, lumas: list[NDArray[np.uint8]]) -> None:
    assert clip.stat().st_size < 1_000_000
    assert len(lumas) == demo.PICTURES
    with av.open(str(clip)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height) == (1280, 720)
        assert video.average_rate == demo.RATE
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(demo.SECONDS, abs=0.05)


def test_every_picture_shows_its_ordinal_and_its_time(lumas: list[NDArray[np.uint8]]) -> None:
    for ordinal, luma in enumerate(lumas):
        assert reads(luma, demo.counter_text(ordinal), demo.COUNTER_AT), f"the counter of picture {ordinal}"
        assert reads(luma, demo.clock_text(ordinal), demo.CLOCK_AT), f"the clock of picture {ordinal}"
        assert not reads(luma, demo.counter_text(ordinal + 1), demo.COUNTER_AT)


def test_the_dial_flashes_and_ticks_on_each_full_second(clip: Path, lumas: list[NDArray[np.uint8]]) -> None:
    levels = [hub_level(luma) for luma in lumas]
    flashes = [place / demo.RATE for place, level in enumerate(levels) if place == 0 or level > levels[place - 1] + 50]
    assert flashes == [float(second) for second in range(demo.SECONDS)]

    with av.open(str(clip)) as container:
        blocks = [(frame.time, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    assert blocks[0][0] == pytest.approx(0.0, abs=ONE_PICTURE_S)
    loud = np.abs(np.concatenate([samples for _, samples in blocks])) > 0.05
    moments = np.flatnonzero(loud) / demo.AUDIO_RATE
    ticks = moments[np.flatnonzero(np.diff(moments, prepend=-1.0) > 0.5)]
    assert ticks == pytest.approx(flashes, abs=ONE_PICTURE_S)


def test_the_script_draws_what_the_clip_shows(lumas: list[NDArray[np.uint8]]) -> None:
    painter = demo.Painter()
    for ordinal in (0, 47, 200):
        drawn = demo.to_yuv420p(painter.paint(ordinal))[: demo.HEIGHT].astype(int)
        assert np.abs(drawn - lumas[ordinal]).mean() < 2.0
