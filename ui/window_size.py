"""How large the window is for a picture. Pure arithmetic in pixels."""

from __future__ import annotations

SCREEN_SHARE = 0.9
"""How much of the screen a new window may take, each way."""
MIN_WINDOW = (320, 240)
SMALL_STAGE = (480, 270)
"""The picture area of a window for a picture too small to be a window."""


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
