"""Where each pixel format keeps its samples: FFmpeg's pixel format descriptors, which PyAV does not hand on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Family = Literal["yuv", "rgb", "gray", "xyz", "bayer", "palette"]


@dataclass(frozen=True, slots=True)
class Part:
    """One component's samples in one plane."""

    name: str
    """Y, Cb, Cr, R, G, B, A, X, Z, "raw" (one colour of a Bayer pattern) or "index" (of a palette)."""
    bits: int
    plane: int
    word: str
    """numpy's name of what a sample is read as, byte order and all."""
    step: int
    """Bytes from one group of samples to the next."""
    places: tuple[tuple[int, int], ...] = ((0, 0),)
    """Of each sample of a group: bytes from the group's beginning, and bits to shift it down by."""
    span: tuple[int, int] = (1, 1)
    """How many pixels one sample covers, across and down."""

    @property
    def is_float(self) -> bool:
        return "f" in self.word


@dataclass(frozen=True, slots=True)
class PixelLayout:
    family: Family
    parts: tuple[Part, ...]
    """In the order in which people name them: Y Cb Cr A, R G B A."""
    pattern: str = ""
    """Of Bayer pictures: the colours of two pixels and of the two below."""


SPANS = {"410": (4, 4), "411": (4, 1), "420": (2, 2), "422": (2, 1), "440": (1, 2), "444": (1, 1)}
_SEMIPLANAR = {
    "nv12": ("420", 8, "Cb Cr"), "nv21": ("420", 8, "Cr Cb"), "nv16": ("422", 8, "Cb Cr"), "nv20": ("422", 10, "Cb Cr"),
    "nv24": ("444", 8, "Cb Cr"), "nv42": ("444", 8, "Cr Cb"),
}  # fmt: skip
_PACKED = {  # the bytes or words of a pixel in their order; "-" is padding
    "rgb24": "R G B", "bgr24": "B G R", "rgba": "R G B A", "bgra": "B G R A", "argb": "A R G B", "abgr": "A B G R",
    "rgb0": "R G B -", "bgr0": "B G R -", "0rgb": "- R G B", "0bgr": "- B G R",
    "rgb48": "R G B", "bgr48": "B G R", "rgba64": "R G B A", "bgra64": "B G R A",
    "rgb96": "R G B", "rgba128": "R G B A",
    "rgbf16": "R G B", "rgbaf16": "R G B A", "rgbf32": "R G B", "rgbaf32": "R G B A",
    "vuya": "Cr Cb Y A", "vuyx": "Cr Cb Y -", "ayuv": "A Y Cb Cr", "uyva": "Cb Y Cr A", "vyu444": "Cr Y Cb",
    "ayuv64": "A Y Cb Cr", "xv36": "Cb Y Cr -", "xv48": "Cb Y Cr -", "xyz12": "X Y Z",
    "ya8": "Y A", "ya16": "Y A", "yaf16": "Y A", "yaf32": "Y A",
}  # fmt: skip
_PACKED_BITS = {"xv36": (12, 4), "xyz12": (12, 4)}
"""Bits of a sample and how far up they lie, where that is not the whole word."""
_PAIRS = {  # where in the group of two pixels each sample lies, counted in words
    "yuyv422": ((0, 2), 1, 3), "uyvy422": ((1, 3), 0, 2), "yvyu422": ((0, 2), 3, 1),
    "y210": ((0, 2), 1, 3), "y212": ((0, 2), 1, 3), "y216": ((0, 2), 1, 3),
}  # fmt: skip
_WORDS = {  # bytes of a pixel's one word, then each component's bits and their shift
    "rgb565": (2, "R5>11 G6>5 B5>0"), "bgr565": (2, "R5>0 G6>5 B5>11"),
    "rgb555": (2, "R5>10 G5>5 B5>0"), "bgr555": (2, "R5>0 G5>5 B5>10"),
    "rgb444": (2, "R4>8 G4>4 B4>0"), "bgr444": (2, "R4>0 G4>4 B4>8"),
    "rgb8": (1, "R3>5 G3>2 B2>0"), "bgr8": (1, "R3>0 G3>3 B2>6"),
    "rgb4_byte": (1, "R1>3 G2>1 B1>0"), "bgr4_byte": (1, "R1>0 G2>1 B1>3"),
    "x2rgb10": (4, "R10>20 G10>10 B10>0"), "x2bgr10": (4, "R10>0 G10>10 B10>20"),
    "xv30": (4, "Y10>10 Cb10>0 Cr10>20"), "v30x": (4, "Y10>12 Cb10>2 Cr10>22"),
}  # fmt: skip
_ORDER = ("Y", "Cb", "Cr", "R", "G", "B", "X", "Z", "A")


@lru_cache(maxsize=64)
def pixel_layout(format_name: str) -> PixelLayout | None:
    """The layout of a pixel format by its FFmpeg name; None for pictures that are not in memory (cuda, vaapi ...)."""
    name, order = format_name, "<"
    if re.search(r"(?<=[\dx])[lb]e$|(?<=msb)[lb]e$", format_name):
        name, order = format_name[:-2], "<" if format_name.endswith("le") else ">"
    parts = _planar(name, order) or _packed(name, order) or _rest(name, order)
    if not parts:
        return None
    names = {part.name for part in parts}
    family: Family = "yuv" if "Cb" in names else "rgb" if "R" in names else "gray"
    if name.startswith("xyz"):
        return PixelLayout("xyz", tuple(sorted(parts, key=lambda part: part.name)))
    if name.startswith("bayer"):
        return PixelLayout("bayer", parts, name[6:10].upper())
    if name == "pal8":
        return PixelLayout("palette", parts)
    return PixelLayout(family, tuple(sorted(parts, key=lambda part: _ORDER.index(part.name))))


def _word(bits: int, order: str, *, is_float: bool = False) -> tuple[str, int]:
    """numpy's name of the smallest word that holds so many bits, and its bytes."""
    size = 1 if bits <= 8 else 2 if bits <= 16 else 4
    return f"{order}{'f' if is_float else 'u'}{size}", size


def _plane(name: str, bits: int, plane: int, order: str, *, span: tuple[int, int] = (1, 1), kind: str = "") -> Part:
    word, size = _word(bits, order, is_float=kind == "f")
    return Part(name, bits, plane, word, size, ((0, 8 * size - bits if kind == "msb" else 0),), span)


def _planar(name: str, order: str) -> tuple[Part, ...]:
    yuv = re.fullmatch(r"yuv([aj]?)(\d{3})p(\d*)(msb)?", name)
    if yuv:
        bits, kind = int(yuv[3] or 8), yuv[4] or ""
        spans = ((1, 1), SPANS[yuv[2]], SPANS[yuv[2]], (1, 1))
        names = ("Y", "Cb", "Cr", "A")[: 4 if yuv[1] == "a" else 3]
        return tuple(_plane(each, bits, at, order, span=spans[at], kind=kind) for at, each in enumerate(names))
    rgb = re.fullmatch(r"gbr(a?)p(f?)(\d*)(msb)?", name)
    if rgb:
        names = ("G", "B", "R", "A")[: 4 if rgb[1] else 3]
        kind = rgb[2] or rgb[4] or ""
        return tuple(_plane(each, int(rgb[3] or 8), at, order, kind=kind) for at, each in enumerate(names))
    gray = re.fullmatch(r"gray(f?)(\d*)", name)
    if gray:
        return (_plane("Y", int(gray[2] or 8), 0, order, kind=gray[1]),)
    high = re.fullmatch(r"p([024])(1[026])", name)
    if high:
        sampling = {"0": "420", "2": "422", "4": "444"}[high[1]]
        return _semiplanar(sampling, int(high[2]), "Cb Cr", order, kind="msb")
    return _semiplanar(*_SEMIPLANAR[name], order) if name in _SEMIPLANAR else ()


def _semiplanar(sampling: str, bits: int, names: str, order: str, kind: str = "") -> tuple[Part, ...]:
    luma = _plane("Y", bits, 0, order, kind=kind)
    size, shift = luma.step, luma.places[0][1]
    chroma = (
        Part(name, bits, 1, luma.word, 2 * size, ((at * size, shift),), SPANS[sampling])
        for at, name in enumerate(names.split())
    )
    return luma, *chroma


def _packed(name: str, order: str) -> tuple[Part, ...]:
    if name in _PACKED:
        names = _PACKED[name].split()
        bits = 8
        if digits := re.search(r"(?<=f)\d\d$|(?<=ya)16$", name):
            bits = int(digits[0])
        elif name in _PACKED_BITS or name == "xv48":
            bits = 16
        elif digits := re.search(r"(48|64|96|128)$", name):
            bits = int(digits[0]) // len(names)
        word, size = _word(bits, order, is_float="f" in name)
        used, shift = _PACKED_BITS.get(name, (bits, 0))
        return tuple(
            Part(each, used, 0, word, size * len(names), ((at * size, shift),))
            for at, each in enumerate(names)
            if each != "-"
        )
    if name in _PAIRS:
        luma, *chroma = _PAIRS[name]
        bits = int(name[2:]) % 100 if name.startswith("y2") else 8
        word, size = _word(bits, order)
        shift = 8 * size - bits
        halves = (
            Part(each, bits, 0, word, 4 * size, ((at * size, shift),), (2, 1))
            for each, at in zip(("Cb", "Cr"), chroma, strict=True)
        )
        return Part("Y", bits, 0, word, 4 * size, tuple((at * size, shift) for at in luma)), *halves
    if name in _WORDS:
        size, fields = _WORDS[name]
        found = (re.fullmatch(r"([A-Z][a-z]?)(\d+)>(\d+)", each) for each in fields.split())
        return tuple(
            Part(field[1], int(field[2]), 0, f"{order}u{size}", size, ((0, int(field[3])),)) for field in found if field
        )
    return ()


def _rest(name: str, order: str) -> tuple[Part, ...]:
    if name == "uyyvyy411":
        luma = Part("Y", 8, 0, "<u1", 6, ((1, 0), (2, 0), (4, 0), (5, 0)))
        return luma, Part("Cb", 8, 0, "<u1", 6, ((0, 0),), (4, 1)), Part("Cr", 8, 0, "<u1", 6, ((3, 0),), (4, 1))
    if name in ("monow", "monob"):
        return (Part("Y", 1, 0, "<u1", 1, tuple((0, shift) for shift in range(7, -1, -1))),)
    if name in ("rgb4", "bgr4"):  # two pixels a byte, the first in its upper half
        within = {"R": 3, "G": 1, "B": 0} if name == "rgb4" else {"R": 0, "G": 1, "B": 3}
        return tuple(
            Part(each, 2 if each == "G" else 1, 0, "<u1", 1, ((0, shift + 4), (0, shift)))
            for each, shift in within.items()
        )
    if name.startswith("bayer"):
        bits = 16 if name.endswith("16") else 8
        return (_plane("raw", bits, 0, order),)
    return (Part("index", 8, 0, "<u1", 1),) if name == "pal8" else ()
