"""How many lines were found, and how many of those found are lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.analysis.boxes import areas, intersections, ious

Boxes = NDArray[np.float32]

ENOUGH = 0.5
"""Of the area that two boxes cover together, so much is common to both."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, which add up over pictures."""

    lines: int = 0
    hits: int = 0
    wrong: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.lines + other.lines, self.hits + other.hits, self.wrong + other.wrong)

    @property
    def recall(self) -> float:
        return self.hits / self.lines if self.lines else 1.0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.wrong) if self.hits + self.wrong else 1.0

    @property
    def f1(self) -> float:
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0


def score(found: Boxes, lines: Boxes, ignored: Boxes) -> Score:
    """`found` is surest first; each line is found once. What lies half in `ignored` is neither right nor wrong."""
    free = np.ones(len(lines), np.bool_)
    is_hit = np.zeros(len(found), np.bool_)
    for number, each in enumerate(ious(found, lines)):
        shares = np.where(free, each, 0)
        if len(lines) and shares.max() >= ENOUGH:
            free[shares.argmax()] = False
            is_hit[number] = True
    excused = (intersections(found, ignored) >= areas(found)[:, None] / 2).any(axis=1)
    return Score(len(lines), int(is_hit.sum()), int((~is_hit & ~excused).sum()))
