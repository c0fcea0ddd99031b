"""Hundreds of seeks, switches and openings in one process: nothing crashes, nothing is left, memory stays."""

from __future__ import annotations

import gc
import random
from pathlib import Path
from typing import get_args

import pytest

from player.events import Failed, FirstPicture, OpenFailed, TracksChanged
from player.media.video_decoder import SEEK_TOLERANCE_S
from player.records import Kind
from tests.helpers.clips import Clips
from tests.helpers.leaks import find_leaks, take_handles
from tests.helpers.media import need_media
from tests.helpers.playing import Playing

SEEKS, SWITCHES, CYCLES = 200, 30, 50
WARM_UP = 20
"""Seeks and openings before memory is measured: caches and thread arenas are filled by then."""
MAX_GROWTH_MB = 20.0
TRACK_KINDS: tuple[Kind, ...] = get_args(Kind)


def memory_mb() -> float:
    """Resident memory after a collection."""
    gc.collect()
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the system does not tell how much memory a process uses")


def seek_about(playing: Playing, count: int, seed: int) -> None:
    """`count` exact seeks while it plays, each waited for and its picture checked."""
    info = playing.player.info
    assert info is not None
    assert info.duration_s is not None
    dice = random.Random(seed)
    for _ in range(count):
        target = dice.uniform(0.0, info.duration_s * 0.9)
        playing.player.seek(target)
        playing.until_event(FirstPicture)
        picture = playing.last.picture
        assert picture is not None
        assert picture.time_s is not None
        position = picture.time_s - info.start_s
        assert target - SEEK_TOLERANCE_S <= position < target + 0.15


def seek_wildly(playing: Playing, count: int, seed: int) -> None:
    """`count` seeks of both kinds, hardly any of them waited for."""
    info = playing.player.info
    assert info is not None
    length_s = info.duration_s or 1.0  # a bare stream does not tell
    dice = random.Random(seed)
    for _ in range(count):
        playing.player.seek(dice.uniform(0.0, length_s), exact=dice.random() < 0.7)
        for _ in range(dice.randrange(4)):
            playing.look()
        if dice.random() < 0.2:
            playing.player.step(dice.randrange(1, 4))
            playing.player.play()
    playing.until_settled()


def switch_tracks(playing: Playing, count: int) -> None:
    """`count` switches in turn over the kinds that the file has more than one track of."""
    info = playing.player.info
    assert info is not None
    kinds = [kind for kind in TRACK_KINDS if len(info.of_kind(kind)) > 1]
    assert kinds
    for turn in range(count):
        playing.player.cycle(kinds[turn % len(kinds)])
        playing.until_event(TracksChanged)
        playing.until_settled()


def open_and_close(playing: Playing, path: Path, count: int) -> None:
    for turn in range(count):
        playing.open(path)
        playing.until_event(FirstPicture)
        if turn % 2:
            playing.player.close()


@pytest.mark.parametrize("which", ["made", "shared"])
def test_one_process_stands_it_all(clips: Clips, which: str) -> None:
    path = clips("tracks").path if which == "made" else need_media("nasa_13013.mp4")
    handles = take_handles()
    with Playing(numbered=False) as playing:
        playing.player.set_volume(50.0)
        open_and_close(playing, path, WARM_UP)
        playing.open(path)
        playing.until_event(FirstPicture)
        seek_about(playing, WARM_UP, seed=1)
        switch_tracks(playing, 6)
        before = memory_mb()
        seek_about(playing, SEEKS // 2, seed=2)
        seek_wildly(playing, SEEKS // 2, seed=3)
        switch_tracks(playing, SWITCHES)
        open_and_close(playing, path, CYCLES)
        playing.open(path)
        playing.until_event(FirstPicture)
        seek_about(playing, WARM_UP, seed=4)
        grown = memory_mb() - before
        assert not playing.events_of(Failed)
        assert not playing.events_of(OpenFailed)
        playing.player.close()
        assert find_leaks(handles) == []
        assert grown < MAX_GROWTH_MB


def test_every_kind_of_clip_stands_wild_seeks(clips: Clips) -> None:
    for name in ("bpyramid", "open_gop", "damaged", "no_pts", "avi", "nonzero_start", "vfr", "audio_only", "resize"):
        with Playing(numbered=False) as playing:
            playing.open(clips(name))
            playing.until_event(FirstPicture)
            seek_wildly(playing, 25, seed=len(name))
            assert not playing.events_of(Failed)
