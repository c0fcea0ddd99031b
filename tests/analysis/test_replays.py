"""Which runs are replayed: logic alone, with a capture that the test sees."""

from __future__ import annotations

from typing import Any

from player.analysis.backends.replays import COMPUTED_FIRST, MOST_SHAPES, Replays
from tests.helpers.libraries import need_torch

torch = need_torch()


class Captures:
    """Makes what doubles by itself; `fails` from the given one on."""

    def __init__(self, fails: int = 100) -> None:
        self.made: list[tuple[int, ...]] = []
        self.replayed = self.computed = 0
        self._fails = fails

    def __call__(self, _compute: Any, batch: Any) -> Any:
        self.made.append(tuple(batch.shape))
        if len(self.made) > self._fails:
            raise RuntimeError("it waits for the card")

        def replay(given: Any) -> dict[str, Any]:
            self.replayed += 1
            return {"doubled": given * 2}

        return replay

    def compute(self, given: Any) -> dict[str, Any]:
        self.computed += 1
        return {"doubled": given * 2}


def batch(width: int, value: int = 1) -> Any:
    return torch.full((1, 3, 4, width), float(value))


def test_a_shape_is_computed_some_times_and_replayed_from_then_on() -> None:
    captures = Captures()
    replays = Replays(captures)
    for number in range(COMPUTED_FIRST + 5):
        found = replays.run(captures.compute, batch(4, number))["doubled"]
        assert float(found.min()) == float(found.max()) == 2 * number
    assert (captures.made, captures.computed, captures.replayed) == ([(1, 3, 4, 4)], COMPUTED_FIRST, 5)


def test_shapes_are_counted_by_themselves_and_not_too_many_kept() -> None:
    captures = Captures()
    replays = Replays(captures)
    for _ in range(COMPUTED_FIRST + 2):
        for width in range(1, MOST_SHAPES + 3):
            assert replays.run(captures.compute, batch(width))["doubled"].shape[-1] == width
    assert [shape[-1] for shape in captures.made] == list(range(1, MOST_SHAPES + 1))


def test_where_it_cannot_be_had_it_is_computed_and_not_tried_again() -> None:
    captures = Captures(fails=1)
    replays = Replays(captures)
    for width in (1, 2, 3):
        for _ in range(COMPUTED_FIRST + 2):
            replays.run(captures.compute, batch(width))
    assert len(captures.made) == 2
    assert captures.replayed == 2, "what was made before is good"


def test_after_a_change_others_are_made() -> None:
    captures = Captures()
    replays = Replays(captures)
    for _ in range(2):
        for _ in range(COMPUTED_FIRST + 1):
            replays.run(captures.compute, batch(4))
        replays.clear()
    assert len(captures.made) == 2
