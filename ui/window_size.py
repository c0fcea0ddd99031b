"""How large the window is for a picture, and what `--geometry` says. Pure arithmetic in pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCREEN_SHARE = 0.9
"""How much of the screen a new window may take, each way."""
MIN_WINDOW = (320, 240)
SMALL_STAGE = (480, 270)
"""The picture area of a window for a picture too small to be a window."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """`--geometry`: the window's inner size, and the place of its frame where given (negative: from the far edge)."""

    width: int
    height: int
    x: int | None = None
    y: int | None = None


def parse_geometry(text: str) -> Geometry:
    """`WxH` or `WxH+X+Y`. Raises ValueError with a sentence for the user."""
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})(?:([+-]\d{1,5})([+-]\d{1,5}))?", text.strip())
    if match is None or int(match[1]) == 0 or int(match[2]) == 0:
        raise ValueError(f"{text!r} is not a geometry: WxH or WxH+X+Y is expected")
    x, y = (int(match[3]), int(match[4])) if match[3] else (None, None)
    return Geometry(int(match[1]), int(match[2]), x, y)


def stage_size(
    picture: tuple[int, int], screen: tuple[int, int], extra: tuple[int, int], ratio: float, scale: float = 1.0
) -> tuple[int, int]:
    """The picture area's size in logical pixels.

    `picture` is the display size in square picture pixels, shown one to one on the device's own pixels (`ratio` of
    them to a logical one) times `scale`, and shrunk, keeping its shape, until with `extra` (the bars and the frame,
    logical pixels) it takes at most SCREEN_SHARE of `screen`.
    """
    width, height = (side * scale / ratio for side in picture)
    room = [max(1.0, side * SCREEN_SHARE - more) for side, more in zip(screen, extra, strict=True)]
    shrink = min(1.0, room[0] / width, room[1] / height)
    width, height = width * shrink, height * shrink
    if width < SMALL_STAGE[0] and height < SMALL_STAGE[1]:
        return min(SMALL_STAGE[0], int(room[0])), min(SMALL_STAGE[1], int(room[1]))
    return max(1, round(width)), max(1, round(height))
