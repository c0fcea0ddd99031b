"""Every picture carries its number, and so do the boxes of the model that reads it: never is another one's shown."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from player.analysis.analysis import Analysis
from player.analysis.trust import Trust
from player.options import OpenOptions
from player.records import Picture, State
from player.sync.refresh import Refresh
from tests.helpers.fake_time import FakeTime
from tests.helpers.numbered import read_number_from_luma
from tests.helpers.playing import Playing
from tests.helpers.reading_model import Delays, ReadingModel, loads, luma_of, number_said

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

SILENT = OpenOptions(audio=False, loop=0)
PATIENCE_S = 0.004
"""Real seconds that the model's thread is given to take the next picture, where there may be none."""
WAYS = ("cfr", "vfr", "bframes", "edit_list", "jump_back", "no_pts")
ACTIONS = ("play", "play", "forget", "play", "pause", "forget", "step", "hold", "seek", "speed", "go to", "policy")
DELAYS_S = (0.0, 0.004, 0.02, 0.05, 0.12, 0.4, 0.9)
FEWEST = 360
"""Pictures shown of each clip: over 2,000 in all."""


class Watched(Playing):
    """A player with a model, both on a clock that the loop moves; every look is checked."""

    def __init__(self, delay: Callable[[], float]) -> None:
        clock = FakeTime()
        self.delays = Delays(clock, delay)
        super().__init__(fake=clock, numbered=False)
        self.clock = clock
        self.analysis = Analysis(now=clock, wakeup=self.woken.set, load=loads(ReadingModel(self.delays.spend)))
        self.slot = self.analysis.add("reader", trust=Trust(None))
        self.player.set_watch(self.analysis)
        self.said: Counter[str] = Counter()
        self.ages: Counter[int] = Counter()
        self._told: tuple[Picture, bool] | None = None
        self._read: tuple[object, int] | None = None

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *error: object) -> None:
        self._told = self._read = None
        self.delays.end()
        try:
            self.player.set_watch(None)
            self.analysis.close()
        finally:
            super().__exit__(None, None, None)

    def advance(self, seconds: float) -> None:
        self.delays.let_begin(PATIENCE_S)
        self.delays.advance(seconds)

    def look(self) -> Refresh:
        result = super().look()
        picture = result.picture
        if picture is None:
            return result
        resting = self.player.paused or self.player.snapshot().state is State.ENDED
        if self._told is None or self._told[0] is not picture or self._told[1] != resting:
            self._told = picture, resting
            self.analysis.shown(picture, resting=resting)
        self.check(picture, resting)
        return result

    def check(self, picture: Picture, resting: bool) -> None:
        (view,) = self.analysis.look(picture)
        if self._read is None or self._read[0] is not picture.frame:
            self._read = picture.frame, read_number_from_luma(luma_of(picture))
        number = self._read[1]
        self.said[view.state] += 1
        if view.state == "exact":
            assert number_said(view.detections) == number, self.describe()
            assert view.age_frames == 0
        elif view.state == "stale":
            assert not resting, "an old box at rest"
            assert view.age_frames is not None
            assert number_said(view.detections) + view.age_frames == number, self.describe()
            self.ages[view.age_frames] += 1
        else:
            assert len(view.detections) == 0
            assert view.state != "failed", view.sentence

    def until(self, done: Callable[[], bool], *, limit_s: float = 10.0) -> None:
        """As the player's own, but that time moves for the model too."""
        for _ in range(20_000):
            look = self.look()
            if done():
                return
            if look.wait_s is None:
                self.delays.let_begin(PATIENCE_S)
                if not self.delays.finish():  # nothing else moves
                    self.delays.advance(PATIENCE_S)
                self.woken.wait(PATIENCE_S)
                self.woken.clear()
            else:
                self.advance(look.wait_s)
        pytest.fail(f"still waiting: {self.describe()}")

    def until_exact(self) -> None:
        """What everybody who stops gets: the boxes of this picture."""

        def is_exact() -> bool:
            picture = self.last.picture
            if picture is None or self.player.snapshot().seeking:
                return False
            return self.analysis.look(picture)[0].state == "exact"

        self.until(is_exact)


def live(watched: Watched, chance: random.Random, count: int) -> None:
    """One thing after the other, as a person at the keyboard might do them."""
    player = watched.player
    while len(watched.shown) < count:
        match chance.choice(ACTIONS):
            case "play":
                player.play()
                watched.until_shown(len(watched.shown) + chance.randint(3, 30))
            case "pause":
                player.pause()
                watched.until_exact()
            case "step":
                direction = chance.choice((-1, 1))
                for _ in range(chance.randint(1, 8)):
                    player.step(direction)
                    watched.advance(0.02)
                    watched.look()
                watched.until_exact()
            case "hold":
                player.run(chance.choice((-1, 1)))
                for _ in range(chance.randint(5, 40)):
                    watched.advance(watched.look().wait_s or 0.01)
                player.run(0)
                watched.until_exact()
            case "seek":
                player.seek(chance.uniform(0.0, 1.9), exact=chance.random() < 0.7)
                if chance.random() < 0.5:
                    watched.until_settled()
            case "speed":
                player.set_speed(chance.choice((0.25, 0.5, 1.0, 2.0, 4.0)))
            case "go to":
                player.go_to_frame(chance.randint(0, 49))
                watched.until_exact()
            case "policy":
                watched.analysis.set_policy(chance.choice(("live", "sync")))
            case "forget":
                width = chance.choice((80.0, 160.0))
                watched.analysis.set_region((0.0, 0.0, width, 120.0))


@pytest.mark.parametrize("name", WAYS)
def test_full_strength_is_of_this_very_picture(clips: Clips, name: str) -> None:
    chance = random.Random(name)
    with Watched(lambda: chance.choice(DELAYS_S)) as watched:
        watched.open(clips(name), SILENT)
        watched.until_shown(90)
        watched.player.pause()
        watched.until(lambda: watched.player.snapshot().frame_final)  # with other numbers than so far, where they jump
        live(watched, chance, FEWEST)
        assert watched.said["exact"] > FEWEST / 2
        assert watched.said["stale"] + watched.said["pending"] > 20, "the model was too quick to prove anything"
