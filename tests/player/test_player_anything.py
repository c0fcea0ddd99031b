"""Impatient hands: long scripts of anything at any moment, after which the player must still do as it is told."""

from __future__ import annotations

import random
from typing import get_args

import pytest

from player.events import EndReached, Failed, FirstPicture, OpenFailed
from player.options import OpenOptions
from player.records import Kind, State
from tests.helpers.clips import Clip, Clips
from tests.helpers.playing import Playing

DEEDS = 40
TRACK_KINDS: tuple[Kind, ...] = get_args(Kind)


def do_anything(playing: Playing, dice: random.Random) -> None:
    player = playing.player
    match dice.randrange(12):
        case 0 | 1:
            player.seek(dice.uniform(-0.5, 2.5), exact=dice.random() < 0.7)
        case 2:
            player.seek_by(dice.uniform(-1.0, 1.0), exact=dice.random() < 0.7)
        case 3:
            player.toggle_pause()
        case 4:
            player.play()
        case 5 | 6:
            player.step(dice.randrange(1, 4))
        case 7:
            player.set_speed(dice.choice([0.25, 0.5, 1.0, 2.0, 4.0]))
        case 8:
            player.set_muted(dice.random() < 0.5)
        case 9:
            player.cycle(dice.choice(TRACK_KINDS))
        case 10:
            player.select(dice.choice(TRACK_KINDS), dice.choice([None, 1, 2, 9]))
        case _:
            playing.pass_time(dice.uniform(0.0, 0.05))
    for _ in range(dice.randrange(3)):
        playing.look()


def obeys_still(playing: Playing, clip: Clip, dice: random.Random) -> None:
    """The first tracks again, an exact seek, a step, and on to the end."""
    player = playing.player
    for kind in TRACK_KINDS:
        player.select(kind, 1)
    info = player.info
    assert info is not None
    playing.until(lambda: player.snapshot().vid == 1)
    player.pause()
    player.set_speed(4.0)
    place = dice.randrange(len(clip.numbers) - 1)
    time_s = clip.times_s[place]
    assert time_s is not None
    playing.seek(time_s - info.start_s)
    playing.until(lambda: playing.number == clip.numbers[place])
    assert player.snapshot().state is State.READY
    shown = len(playing.shown)
    playing.pass_time(0.05)
    assert len(playing.shown) == shown, "a paused player showed another picture"
    player.step()
    playing.until_shown(shown + 1)
    assert playing.number == clip.numbers[place + 1]
    player.play()
    playing.until_event(EndReached)
    assert playing.number == clip.numbers[-1]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["tracks", "bframes", "nonzero_start", "vfr", "audio_late"])
def test_after_anything_it_still_obeys(clips: Clips, name: str, seed: int) -> None:
    clip, dice = clips(name), random.Random(f"{name} {seed}")
    with Playing() as playing:
        playing.open(clip, OpenOptions(paused=dice.random() < 0.3))
        if dice.random() < 0.7:
            playing.until_event(FirstPicture)
        for _ in range(DEEDS):
            do_anything(playing, dice)
        playing.until(lambda: playing.player.info is not None)
        obeys_still(playing, clip, dice)
        assert playing.events_of(Failed) == []
        assert playing.events_of(OpenFailed) == []


@pytest.mark.parametrize("seed", range(4))
def test_opening_anything_at_any_moment(clips: Clips, seed: int) -> None:
    dice = random.Random(seed)
    names = ["cfr", "tracks", "audio_only", "cover_flac", "no_pts", "nonzero_start", "truncated_mp4", "resize"]
    with Playing(numbered=False) as playing:
        for _ in range(15):
            playing.open(clips(dice.choice(names)), OpenOptions(paused=dice.random() < 0.3))
            for _ in range(dice.randrange(8)):
                do_anything(playing, dice)
            if dice.random() < 0.2:
                playing.player.close()
        assert playing.events_of(Failed) == []
    with Playing(untimed=True) as playing:
        playing.open(clips("cfr"))
        playing.until_over()
        assert playing.numbers == list(range(50))
