"""What a file's name says of the raw pictures in it: `foo_1920x1080_50fps_10bit_420.yuv`, `clip_1080p60.yuv`.

The customs are those of test sequences and of YUView. A name is only read here; nothing is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from player.media.raw_extensions import RAW_EXTENSIONS, split_name

_SIZES = {
    "sqcif": (128, 96), "qcif": (176, 144), "cif": (352, 288), "4cif": (704, 576), "16cif": (1408, 1152),
    "qsif": (176, 120), "sif": (352, 240), "4sif": (704, 480), "qvga": (320, 240), "vga": (640, 480),
    "svga": (800, 600), "xga": (1024, 768), "wqvga": (416, 240), "wvga": (832, 480),
    "uhd": (3840, 2160), "4k": (3840, 2160), "8k": (7680, 4320),
}  # fmt: skip
_LINES = {
    240: 426, 360: 640, 480: 854, 540: 960, 720: 1280, 1080: 1920, 1440: 2560, 2160: 3840, 4320: 7680,
}  # fmt: skip
_ALIASES = {
    name: pix_fmt for name, pix_fmt in RAW_EXTENSIONS.items() if pix_fmt is not None and not name.isdigit()
}  # fmt: skip
_DEPTHS = (8, 9, 10, 12, 14, 16)
_MOST_RATE = 1000

_SIZE = re.compile(r"(?<![0-9])([1-9][0-9]{0,4})[x*×]([1-9][0-9]{0,4})(?![0-9])")
_BARE_NUMBERS = re.compile(
    r"(?:[pi]?[_ .-]|[pi])([1-9][0-9]{0,2})(?=[_ .-]|p?$)(?:[_ .-](8|9|10|12|14|16)(?=[_ .-]|$))?"
)
_LINES_RATE = re.compile(r"(?<![0-9a-z])([0-9]{3,4})[pi]([0-9]{2,3})?(?![0-9a-z])")
_RATE = re.compile(r"(?<![0-9.])([0-9]{1,4}(?:[.,][0-9]{1,3})?)[ _-]?(?:fps|hz)(?![a-z])")
_DEPTH = re.compile(r"(?<![0-9])(8|9|10|12|14|16)[ _-]?(?:bits?|bpp|b)(?![a-z0-9])")
_CHROMA = re.compile(r"(?<![0-9])(?:yuv|ycbcr|i|p)?(400|411|420|422|440|444)p?(?![0-9a-z])")
_FORMAT = re.compile(r"(yuv[aj]?|gbra?|gray)(4[0-4][0-4])?(p|ap)?(9|10|12|14|16)?(le|be)?")


@dataclass(frozen=True, slots=True)
class NameGuess:
    """What the name says; None where it says nothing."""

    size: tuple[int, int] | None = None
    pix_fmt: str | None = None
    rate: Fraction | None = None
    depth: int | None = None
    """Bits a component where the name tells them but no whole pixel format."""


def guess_from_name(path: str) -> NameGuess:
    """Reads size, pixel format, rate and depth out of the last part of `path`."""
    stem, extension = split_name(path)
    size, after = _find_size(stem)
    bare_rate, bare_depth = _bare_numbers(after)
    lines = _LINES_RATE.search(stem)
    if size is None and lines is not None and int(lines[1]) in _LINES:
        size = (_LINES[int(lines[1])], int(lines[1]))
    rate = _find_rate(stem)
    if rate is None and lines is not None and lines[2]:
        rate = exact_rate(lines[2])
    depth_match = _DEPTH.search(stem)
    depth = int(depth_match[1]) if depth_match else bare_depth
    pix_fmt = _find_pix_fmt(stem, extension, depth)
    return NameGuess(size, pix_fmt, rate or bare_rate, depth if pix_fmt is None else None)


def exact_rate(text: str) -> Fraction | None:
    """A rate as people write it: `25`, `29.97` (for 30000/1001), `24000/1001`; None when it is none or not sane."""
    try:
        rate = Fraction(text.replace(",", ".").replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        return None
    if not 0 < rate <= _MOST_RATE:
        return None
    whole = round(rate * 1001 / 1000)
    ntsc = Fraction(whole * 1000, 1001)
    if rate.denominator != 1 and rate.denominator != 1001 and abs(rate - ntsc) < Fraction(6, 1000):
        return ntsc
    return rate.limit_denominator(100_000)


def _find_size(stem: str) -> tuple[tuple[int, int] | None, str]:
    """The size, and what stands behind it."""
    found = _SIZE.search(stem)
    if found is not None:
        return (int(found[1]), int(found[2])), stem[found.end() :]
    for word in re.split(r"[^0-9a-z]+", stem):
        if word in _SIZES:
            return _SIZES[word], stem.partition(word)[2]
    return None, ""


def _bare_numbers(after: str) -> tuple[Fraction | None, int | None]:
    """`_50_10` behind the size: rate and depth; a number that is no usual rate is something else."""
    found = _BARE_NUMBERS.match(after)
    if found is None:
        return None, None
    number = int(found[1])
    if number > 240 or (number < 15 and not found[2]):
        return None, None
    return Fraction(number), int(found[2]) if found[2] else None


def _find_rate(stem: str) -> Fraction | None:
    found = _RATE.search(stem)
    return None if found is None else exact_rate(found[1])


def _find_pix_fmt(stem: str, extension: str, depth: int | None) -> str | None:
    """A whole pixel format: its own name, one that is usual for it, or chroma with depth."""
    words = re.split(r"[^0-9a-z]+", stem)
    chroma = _CHROMA.search(stem)
    if chroma is not None and chroma[1] == "422" and "packed" in words and depth in (None, 8):
        return "yuyv422"
    for word in words:
        if word in _ALIASES and word not in ("gray", "grey"):
            return _deeper(_ALIASES[word], depth)
        match = _FORMAT.fullmatch(word) or (_FORMAT.fullmatch(f"yuv{word}") if word.startswith("4") else None)
        if match is not None and (pix_fmt := _full_name(match, depth)) is not None:
            return pix_fmt
    if chroma is not None:
        return _planar("gray", "", depth) if chroma[1] == "400" else _planar("yuv", f"{chroma[1]}p", depth)
    if "rgb" in words or "bgr" in words:
        return _deeper("rgb24" if "rgb" in words else "bgr24", depth)
    named = RAW_EXTENSIONS.get(extension)
    return None if named is None else _deeper(named, depth)


def _full_name(match: re.Match[str], depth: int | None) -> str | None:
    """None for a word that is no format by itself: `gray` may be a cat's."""
    family, chroma, planar, bits, order = match.groups()
    deep = int(bits) if bits else depth
    if family.startswith("gbr"):
        return _planar("gbra" if planar == "ap" or family == "gbra" else "gbr", "p", deep, order)
    if family == "gray":
        return _planar("gray", "", deep, order) if bits else None
    return _planar(family, f"{chroma}p", deep, order) if chroma not in (None, "400") else None


def _planar(family: str, layout: str, depth: int | None, order: str | None = None) -> str:
    """Deep samples are stored in two bytes, the low one first unless said."""
    return f"{family}{layout}" if depth in (None, 8) else f"{family}{layout}{depth}{order or 'le'}"


def _deeper(pix_fmt: str, depth: int | None) -> str | None:
    """`pix_fmt` with `depth` bits a component; None where there is no such format."""
    if depth in (None, 8) or re.search(r"1[0-6]|48|64", pix_fmt):
        return pix_fmt
    if pix_fmt in ("gbrp", "gray") or re.fullmatch(r"yuv4[0-9]{2}p", pix_fmt):
        return f"{pix_fmt}{depth}le"
    if depth == 16:
        return {"rgb24": "rgb48le", "bgr24": "bgr48le", "rgba": "rgba64le", "bgra": "bgra64le"}.get(pix_fmt)
    return f"gbrp{depth}le" if pix_fmt == "rgb24" else None  # as the reference encoders write it
