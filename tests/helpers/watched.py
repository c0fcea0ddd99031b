"""A player on numbered clips with a model that reads their numbers: every look at the screen is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from player.analysis.analysis import Analysis
from player.analysis.trust import Trust
from player.analysis.view import View
from player.options import OpenOptions
from player.records import Picture, State
from player.sync.refresh import Refresh
from tests.helpers.fake_time import FakeTime
from tests.helpers.numbered import read_number_from_luma
from tests.helpers.playing import Playing
from tests.helpers.reading_model import Delays, ReadingModel, loads, luma_of, number_of_classes, number_said

SILENT = OpenOptions(audio=False, loop=0)
PATIENCE_S = 0.002
"""Real seconds that the model's thread is given to take the next picture, where there may be none."""
DECODED_S = 0.5
"""Likewise the decoders, while playing."""
IDLE_S = 0.05


def said_by(view: View) -> int:
    """The number of the picture that this was found in."""
    return number_said(view.detections) if view.classes is None else number_of_classes(view.classes)


class Watched(Playing):
    """A player with a model, both on a clock that the loop moves; every look is checked."""

    def __init__(
        self,
        delay: Callable[[], float],
        *,
        patience_s: float = PATIENCE_S,
        model: Callable[[Callable[[], None]], ReadingModel] = ReadingModel,
    ) -> None:
        self._patience_s = patience_s
        clock = FakeTime()
        self.delays = Delays(clock, delay)
        super().__init__(fake=clock, numbered=False)
        self.clock = clock
        self.analysis = Analysis(now=clock, wakeup=self.woken.set, load=loads(model(self.delays.spend)))
        self.slot = self.analysis.add("reader", trust=Trust(None))
        self.player.set_watch(self.analysis)
        self.until_ready()
        self.said: Counter[str] = Counter()
        self.as_shown = ""
        """What was known of the picture on screen when it came."""
        self.ages: Counter[int] = Counter()
        self._told: tuple[Picture, bool] | None = None
        self._read: tuple[object, int] | None = None

    @property
    def number(self) -> int:
        """Of the picture on screen."""
        assert self._read is not None
        return self._read[1]

    def until_ready(self) -> None:
        while self.analysis.look(None)[0].state == "loading":
            assert self.woken.wait(10.0)
            self.woken.clear()

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
        """Time passes, at most up to where the run under way ends."""
        begun = self.delays.let_begin(self._patience_s)
        if self.delays.advance(seconds if begun else min(seconds, IDLE_S)):
            self.delays.let_begin(self._patience_s)  # what was found has been told by then

    def look(self) -> Refresh:
        result = super().look()
        picture = result.picture
        if picture is None:
            return result
        resting = self.player.paused or self.player.snapshot().state is State.ENDED
        if self._told is None or self._told[0] is not picture or self._told[1] != resting:
            self._told = picture, resting
            self.analysis.shown(picture, resting=resting)
            self.as_shown = self.check(picture, resting)
        else:
            self.check(picture, resting)
        return result

    def check(self, picture: Picture, resting: bool) -> str:
        (view,) = self.analysis.look(picture)
        if self._read is None or self._read[0] is not picture.frame:
            self._read = picture.frame, read_number_from_luma(luma_of(picture))
        number = self._read[1]
        self.said[view.state] += 1
        if view.state == "exact":
            assert said_by(view) == number, self.describe()
            assert view.age_frames == 0
        elif view.state == "stale":
            assert not resting, "an old box at rest"
            assert view.age_frames is not None
            assert said_by(view) + view.age_frames == number, self.describe()
            self.ages[view.age_frames] += 1
        else:
            assert len(view.detections) == 0
            assert view.classes is None
            assert view.state != "failed", view.sentence
        return view.state

    def until(self, done: Callable[[], bool], *, limit_s: float = 10.0) -> None:
        """As the player's own, but that time moves for the model too."""
        for _ in range(20_000):
            look = self.look()
            if done():
                return
            if look.wait_s is not None:
                self.advance(look.wait_s)
            elif not self.woken.wait(self._patience_s if self.player.paused else DECODED_S):
                self.advance(IDLE_S)
            self.woken.clear()
        pytest.fail(f"still waiting: {self.describe()}")

    def until_exact(self) -> None:
        """What everybody who stops gets: the boxes of this picture."""

        def is_exact() -> bool:
            picture = self.last.picture
            if picture is None or self.player.snapshot().seeking:
                return False
            return self.analysis.look(picture)[0].state == "exact"

        self.until(is_exact)
