"""Goes to pictures by number in a real player, and compares each with the decoder's own sequence."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from player.errors import PlayerError
from player.events import EndReached, Failed, FirstPicture, OpenFailed
from player.media.frame_md5 import frame_md5
from player.media.picture_reader import PictureReader
from player.media.source import choose_track, open_source
from player.options import OpenOptions
from player.records import State
from tests.helpers.playing import Playing

LIMIT_S = 60.0


@dataclass(frozen=True)
class Truth:
    pts: int | None
    md5: str


@dataclass
class Sweep:
    """What was seen of one file."""

    pictures: int = 0
    damaged: bool = False
    checked: int = 0
    wrong: list[str] = field(default_factory=list)
    skipped: str = ""
    """Why there was nothing to do."""


def sequence(path: Path) -> list[Truth]:
    """Every picture of the track that a player picks, decoded from the start; empty where no picture moves."""
    source = open_source(str(path))
    try:
        track = choose_track(source, "video", None)
        if track is None or track.attached:
            return []
        return [Truth(picture.pts, frame_md5(picture.frame)) for picture in PictureReader(source, track)]
    finally:
        source.close()


def sweep(path: Path, *, goes: int = 50, walk: int = 10, walks: int = 50, seeks: int = 20, seed: int = 4) -> Sweep:
    """`walk` steps back and forth again are made from the first `walks` of the pictures gone to."""
    seen = Sweep()
    try:
        truth = sequence(path)
    except PlayerError as error:
        seen.skipped = str(error)
        return seen
    if not truth:
        seen.skipped = "no moving picture"
        return seen
    seen.pictures = len(truth)
    with Playing(numbered=False) as playing:
        _Walker(playing, truth, seen, random.Random(seed)).run(path, goes, walk, walks, seeks)
    return seen


class _Walker:
    def __init__(self, playing: Playing, truth: list[Truth], seen: Sweep, chance: random.Random) -> None:
        self._playing = playing
        self._player = playing.player
        self._truth = truth
        self._seen = seen
        self._chance = chance

    def run(self, path: Path, goes: int, walk: int, walks: int, seeks: int) -> None:
        playing, player, last = self._playing, self._player, len(self._truth) - 1
        player.set_speed(4.0)  # what is played between is over sooner
        playing.open(path, OpenOptions(paused=True, audio=False))
        playing.until(lambda: bool(playing.events_of(FirstPicture) or playing.events_of(OpenFailed)), limit_s=LIMIT_S)
        playing.until(lambda: player.snapshot().frame_final, limit_s=LIMIT_S)
        index = player.index
        assert index is not None
        self._seen.damaged = index.damaged
        if index.count != len(self._truth):
            self._seen.wrong.append(f"the index has {index.count} pictures, the decoder {len(self._truth)}")
            return
        for n in range(goes):
            ordinal = self._chance.randint(0, last)
            player.go_to_frame(ordinal)
            self._expect(ordinal, f"go to {ordinal}")
            for by in ([-1] * walk + [1] * walk) if n < walks else ():
                ordinal = min(max(ordinal + by, 0), last)
                player.step(by)
                self._expect(ordinal, f"step {by:+d} to {ordinal}")
        duration_s = player.snapshot().duration_s or index.time_of(last)
        for _ in range(seeks):
            self._seek(self._chance.uniform(0.0, duration_s), last)

    def _seek(self, target_s: float, last: int) -> None:
        playing, player = self._playing, self._player
        player.seek(target_s)
        playing.until_event(FirstPicture, limit_s=LIMIT_S)
        self._settle(f"seek to {target_s:.3f}")
        before, ends = len(playing.shown), len(playing.events_of(EndReached))
        player.play()
        playing.until(
            lambda: len(playing.shown) > before + 3 or len(playing.events_of(EndReached)) > ends, limit_s=LIMIT_S
        )
        player.pause()
        here = self._settle(f"play from {target_s:.3f}")
        if here is not None and player.snapshot().state in (State.READY, State.ENDED):
            player.step(-1)
            self._expect(max(0, here - 1), f"step back after playing to {here}")
            player.step(1)
            self._expect(min(last, max(0, here - 1) + 1), "and forward again")

    def _settle(self, what: str) -> int | None:
        """Whatever picture is on screen: its number, once it has one and is the very one."""
        playing = self._playing
        try:
            playing.until(self._is_true, limit_s=10.0)
        except AssertionError:
            self._complain(what)
            return None
        self._seen.checked += 1
        return self._player.snapshot().frame

    def _expect(self, ordinal: int, what: str) -> None:
        """This picture comes on screen, with its number, its timestamp and its pixels."""
        playing = self._playing
        try:
            playing.until(lambda: self._player.snapshot().frame == ordinal and self._is_true(), limit_s=20.0)
        except AssertionError:
            self._complain(what)
        self._seen.checked += 1

    def _is_true(self) -> bool:
        picture = self._playing.last.picture
        if picture is None or picture.index is None or self._playing.events_of(Failed):
            return False
        assert picture.index == self._player.snapshot().frame
        true = self._truth[picture.index]
        return picture.pts == true.pts and frame_md5(picture.frame) == true.md5

    def _complain(self, what: str) -> None:
        picture = self._playing.last.picture
        shown = None if picture is None else (picture.index, picture.pts)
        true = None if picture is None or picture.index is None else self._truth[picture.index].pts
        self._seen.wrong.append(f"{what}: {shown} is on screen, true pts {true}, {self._playing.describe()[:160]}")
