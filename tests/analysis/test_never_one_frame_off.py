"""Every picture carries its number, and so do the boxes of the model that reads it: never is another one's shown."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.helpers.reading_model import ReadingModel
from tests.helpers.watched import SILENT, Watched

if TYPE_CHECKING:
    from tests.helpers.clips import Clips

WAYS = ("cfr", "vfr", "bframes", "edit_list", "jump_back", "no_pts")
ACTIONS = ("play", "play", "forget", "play", "pause", "forget", "step", "hold", "seek", "speed", "go to", "policy")
DELAYS_S = (0.0, 0.004, 0.02, 0.05, 0.12, 0.4, 0.9)
FEWEST = 345
"""Pictures shown of each clip: over 2,000 in all."""


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


@pytest.mark.parametrize(("name", "overlaps"), [*((name, False) for name in WAYS), ("bframes", True)])
def test_full_strength_is_of_this_very_picture(clips: Clips, name: str, overlaps: bool) -> None:
    """`overlaps`: the next picture is begun while the model has one."""
    chance = random.Random(name)
    model = partial(ReadingModel, overlaps=overlaps)
    with Watched(lambda: chance.choice(DELAYS_S), model=model) as watched:
        watched.open(clips(name), SILENT)
        watched.until_shown(90)
        watched.player.pause()
        watched.until(lambda: watched.player.snapshot().frame_final)  # with other numbers than so far, where they jump
        live(watched, chance, FEWEST)
        assert watched.said["exact"] > FEWEST / 2
        assert watched.said["stale"] + watched.said["pending"] > 20, "the model was too quick to prove anything"
