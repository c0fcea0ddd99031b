"""Small clips with known truth, made when a test asks: `clips("bframes")` is a `Clip`.

Each is a picture of 160 by 120 pixels that carries its number (`tests.helpers.numbered`), one or two seconds long,
made by PyAV. What each is for stands beside its recipe in `tests.helpers.clip_recipes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Clip:
    """A file and what is true of it, of its first video track where it has several."""

    path: Path
    numbers: tuple[int, ...] = ()
    """The pictures in the order of presentation, each by the number it carries."""
    pts: tuple[int | None, ...] | None = None
    """Their timestamps in `time_base`, None where the file has none; None as a whole: not stated."""
    time_base: Fraction = Fraction(1)
    complete: bool = True
    """False: `numbers` are those that come intact, and damaged ones may come besides."""
    audio: tuple[float, float] | None = None
    """Where the sound begins and ends, in seconds, within one coded frame of it (21 ms)."""

    @property
    def times_s(self) -> tuple[float | None, ...]:
        """`pts` in seconds of the container's timeline (which need not begin at zero)."""
        return tuple(None if pts is None else float(pts * self.time_base) for pts in self.pts or ())

    def __str__(self) -> str:
        return str(self.path)


class Clips:
    """Makes clips by name in one folder, each once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Clip] = {}

    def __call__(self, name: str) -> Clip:
        """The clip `name`; KeyError when there is no recipe of that name."""
        from tests.helpers.clip_recipes import RECIPES

        if name not in self._made:
            folder = self._folder / name
            folder.mkdir()
            self._made[name] = RECIPES[name](folder)
        return self._made[name]


def clip_names() -> list[str]:
    """Every clip there is a recipe for."""
    from tests.helpers.clip_recipes import RECIPES

    return list(RECIPES)
