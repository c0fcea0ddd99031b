"""Which fonts there are to draw with, and which scripts each of them has."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

from player.errors import PlayerError

HELD_OUT = (
    "dejavu",
    "opensans",
    "courierprime",
    "ptc",
    "ptf",
    "ptm",
    "ptn",
    "pts",
    "ptz",
    "sawarabi",
    "un",
    "kacst",
    "universalis",
)
"""Families that no training sees, by how their files' names begin: what the detector is measured with."""

SAMPLES: Mapping[str, str] = {
    "latin": "agQ7é",
    "digits": "0179:",
    "cyrillic": "жДяы",
    "greek": "λΩφξ",
    "arabic": "عغصه",
    "hebrew": "אשקם",
    "devanagari": "कमआज",
    "bengali": "কমআজ",
    "tamil": "கமஅஜ",
    "thai": "กฮสพ",
    "hangul": "가힣를봐",
    "kana": "あネぷギ",
    "han": "中国語書",
    "armenian": "աԲգՖ",
    "georgian": "აბჰფ",
}
"""A font has a script where it draws these characters, each in its own way."""

_SUFFIXES = {".ttf", ".otf", ".ttc"}
_ODD = ("symbol", "math", "emoji", "icon", "awesome", "dingbat", "fontstandard", "d050000l", "standardsymbols", "ding")
_NOBODYS = "\U0010ffff"
"""No font has this one: it is drawn as what is missing."""


class FontError(PlayerError):
    """There is nothing to draw text with."""


@dataclass(frozen=True, slots=True)
class FontShelf:
    """Font files by the script they can write, each list in order of names."""

    by_script: Mapping[str, tuple[str, ...]]
    """With figures of their own under "digits"."""

    @property
    def scripts(self) -> tuple[str, ...]:
        return tuple(self.by_script)


def open_shelf(folders: Sequence[str | Path], *, held_out: bool) -> FontShelf:
    """All fonts below the folders: those of HELD_OUT, or all others. Raises FontError where there are none."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower() in _SUFFIXES and _is_held_out(path) == held_out and not _is_odd(path):
                found.setdefault(path.name, path)
    by_script: dict[str, list[str]] = {}
    for _name, path in sorted(found.items()):
        for script in _scripts_of(str(path)):
            by_script.setdefault(script, []).append(str(path))
    if "latin" not in by_script:
        where = ", ".join(map(str, folders))
        raise FontError(f"There are no fonts for {'testing' if held_out else 'training'} in {where or 'no folder'}.")
    return FontShelf({script: tuple(by_script[script]) for script in SAMPLES if script in by_script})


@functools.lru_cache(maxsize=512)
def font_of(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _is_held_out(path: Path) -> bool:
    return path.name.lower().replace("-", "").replace(" ", "").startswith(HELD_OUT)


def _is_odd(path: Path) -> bool:
    name = path.name.lower().replace("-", "")
    return any(word in name for word in _ODD)


def _scripts_of(path: str) -> list[str]:
    try:
        font = ImageFont.truetype(path, 24)
        missing = bytes(font.getmask(_NOBODYS))
        return [script for script, sample in SAMPLES.items() if _has_all(font, sample, missing)]
    except (OSError, ValueError):
        return []  # no font that FreeType reads


def _has_all(font: ImageFont.FreeTypeFont, sample: str, missing: bytes) -> bool:
    drawn = {bytes(font.getmask(each)) for each in sample}
    return len(drawn) == len(sample) and missing not in drawn and b"" not in drawn
