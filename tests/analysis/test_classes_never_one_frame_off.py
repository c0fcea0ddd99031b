"""As with boxes: what a picture is said to be, and where in it that is seen, is never another picture's."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from player.analysis.classes import TOP
from tests.analysis.test_never_one_frame_off import DELAYS_S, live
from tests.helpers.reading_model import ReadingClassifier
from tests.helpers.watched import SILENT, Watched

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

ROUNDS, PICTURES = 4, 60
"""So many times the heat map is switched, after so many pictures each."""


@pytest.mark.parametrize("name", ["bframes", "vfr", "no_pts"])
def test_full_strength_is_of_this_very_picture(clips: Clips, name: str) -> None:
    chance = random.Random(name)
    heats = 0
    with Watched(lambda: chance.choice(DELAYS_S), model=ReadingClassifier) as watched:
        watched.open(clips(name), SILENT)
        watched.until_shown(60)
        for at in range(ROUNDS):
            wanted = (TOP, None)[at % 2]
            watched.analysis.set_heat(watched.slot, wanted)
            live(watched, chance, len(watched.shown) + PICTURES)
            watched.player.pause()
            watched.until_exact()

            def has_heat() -> bool:
                view = watched.analysis.look(watched.last.picture)[0]
                return view.classes is not None and view.classes.heat is not None

            if wanted == TOP:
                watched.until(has_heat)
                heats += 1
            assert has_heat() == (wanted == TOP)
        assert watched.said["exact"] > ROUNDS * PICTURES / 2
        assert watched.said["stale"] + watched.said["pending"] > 20, "the model was too quick to prove anything"
        assert heats == ROUNDS // 2
