"""How far the demuxer reads ahead: everybody is fed, and a stalled stream starves nobody but itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.queues.load_control import (
    AUDIO_BUDGET,
    ENOUGH_PACKETS,
    ENOUGH_SECONDS,
    MIB,
    SUBTITLE_BUDGET,
    VIDEO_BUDGET,
    Budget,
    has_enough,
    is_overfull,
    may_rest,
)
from player.queues.packet_queue import PacketQueue


@dataclass(frozen=True)
class Load:
    count: int = 0
    size_bytes: int = 0
    duration_s: float = 0.0
    ended: bool = False


BUDGET = Budget(soft=1000, hard=3000)
loads = st.builds(Load, st.integers(0, 200), st.integers(0, 5000), st.floats(0.0, 10.0), st.booleans())


@pytest.mark.parametrize(
    ("load", "enough"),
    [
        (Load(), False),
        (Load(count=25, duration_s=10.0), False),
        (Load(count=26, duration_s=1.0), False),
        (Load(count=26, duration_s=1.01), True),
        (Load(count=26, duration_s=0.0), True),  # durations that are not told
        (Load(count=1, size_bytes=1001), True),
        (Load(count=1, size_bytes=1000), False),
        (Load(ended=True), True),
    ],
)
def test_enough_is_ffplays_rule_with_a_budget_for_each(load: Load, enough: bool) -> None:
    assert has_enough(load, BUDGET) is enough


def test_the_constants_are_ffplays() -> None:
    assert (ENOUGH_PACKETS, ENOUGH_SECONDS) == (25, 1.0)
    assert VIDEO_BUDGET.soft == 15 * MIB


@given(loads)
def test_a_sparse_stream_never_asks(load: Load) -> None:
    assert has_enough(load, BUDGET, sparse=True)


@given(st.lists(st.tuples(loads, st.booleans()), max_size=3))
def test_the_demuxer_rests_when_nobody_is_hungry(streams: list[tuple[Load, bool]]) -> None:
    hungry = [load for load, sparse in streams if not has_enough(load, BUDGET, sparse=sparse)]
    assert may_rest([(load, BUDGET, sparse) for load, sparse in streams]) == (not hungry)


@given(loads)
def test_overfull_is_more_than_enough(load: Load) -> None:
    if is_overfull(load, BUDGET):
        assert has_enough(load, BUDGET)


def test_a_stalled_stream_starves_nobody() -> None:
    """Nobody takes from the video; the sound goes on for ten minutes and is always fed, within bounds."""
    video: PacketQueue[int] = PacketQueue(lambda: None)
    sound: PacketQueue[int] = PacketQueue(lambda: None)
    video.start()
    sound.start()
    heard = read = 0
    largest = 0
    while heard < 600 * 50:
        while not may_rest([(video, VIDEO_BUDGET, False), (sound, AUDIO_BUDGET, False)]):
            # The file interleaves 25 large pictures and 50 small pieces of sound a second.
            if read % 3 == 0:
                video.put(read, size_bytes=400_000, duration_s=0.04)
                if is_overfull(video, VIDEO_BUDGET):
                    video.drop_oldest(VIDEO_BUDGET.soft, lambda number: number % 36 == 0)
            else:
                sound.put(read, size_bytes=500, duration_s=0.02)
            read += 1
            largest = max(largest, video.size_bytes)
        taken = sound.get()
        assert taken is not None
        heard += 1
    assert largest <= VIDEO_BUDGET.hard
    assert video.dropped > 0
    first = video.get()
    assert first is not None
    assert first.packet is not None
    assert first.packet % 36 == 0, "what is left begins with a key frame"


def test_a_stalled_subtitle_track_is_bounded_too() -> None:
    text: PacketQueue[int] = PacketQueue(lambda: None)
    text.start()
    for number in range(10_000):
        text.put(number, size_bytes=1000, duration_s=0.0)
        if is_overfull(text, SUBTITLE_BUDGET):
            text.drop_oldest(SUBTITLE_BUDGET.soft, lambda _number: True)
    assert text.size_bytes <= SUBTITLE_BUDGET.hard
    assert text.dropped + text.count == 10_000
