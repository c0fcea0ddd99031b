"""The files to play, in order, and which one is playing."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUFFIXES = """
    .264 .265 .266 .3g2 .3gp .aac .ac3 .aif .aiff .amr .ape .apng .asf .av1 .avi .caf .dts .dv .eac3 .f4v
    .flac .flv .gif .h264 .hevc .ivf .m1v .m2t .m2ts .m2v .m4a .m4b .m4v .mj2 .mka .mkv .mov .mp2 .mp3 .mp4
    .mpe .mpeg .mpg .mts .mxf .nut .oga .ogg .ogm .ogv .opus .ps .qt .rf64 .rm .rmvb .spx .tak .ts .tta .vob
    .vvc .w64 .wav .webm .wma .wmv .wv .y4m
"""
MEDIA_SUFFIXES = frozenset(_SUFFIXES.split())
"""What is taken from a folder. A file that is named by itself is tried whatever it is called."""


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts `clip2` before `clip10`, and capitals beside their small letters."""
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def expand(paths: Sequence[str]) -> list[str]:
    """`paths` with every folder replaced by the media files right inside it; a folder without any stays itself.

    Reads folders, so not for the GUI thread once the window is up. A folder that stays is refused by the player.
    """
    found: list[str] = []
    for path in paths:
        inside: list[str] = []
        if os.path.isdir(path):
            try:
                names = os.listdir(path)
            except OSError:
                names = []
            names.sort(key=natural_key)
            inside = [os.path.join(path, name) for name in names if os.path.splitext(name)[1].lower() in MEDIA_SUFFIXES]
            inside = [name for name in inside if not os.path.isdir(name)]
        found += inside or [path]
    return found


class Playlist:
    """Paths and the place among them. GUI thread only; it plays nothing itself."""

    def __init__(self, paths: Sequence[str] = ()) -> None:
        self._paths = list(paths)
        self._place = 0

    def replace(self, paths: Sequence[str]) -> None:
        self._paths = list(paths)
        self._place = 0

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def place(self) -> int:
        """0-based."""
        return self._place

    @property
    def current(self) -> str | None:
        return self._paths[self._place] if self._paths else None

    def can_move(self, by: int) -> bool:
        return 0 <= self._place + by < len(self._paths)

    def move(self, by: int) -> str | None:
        """The path `by` places on, which is the current one from now; None, and no change, where there is none."""
        if not self.can_move(by):
            return None
        self._place += by
        return self.current
