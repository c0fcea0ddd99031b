"""How text lies in pictures: captions, clocks, boards, signs, windows, pages. Each layout fills one sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from player.training.text.fonts import FontShelf, font_of
from player.training.text.painting import colour
from player.training.text.sheet import Ink, Letters, Rgb, Sheet, shape
from player.training.text.words import number, write

_SMALLEST, _LARGEST = 7, 180
_SPREAD = {"devanagari", "bengali", "arabic", "thai", "tamil"}
"""Scripts whose letters join or carry signs: never spaced out."""


@dataclass(slots=True)
class Hand:
    """Who writes one group: script, font, size and ink stay the same, or nearly so, within it."""

    rng: np.random.Generator
    shelf: FontShelf
    script: str
    font: str
    size: int
    ink: Ink

    def letters(self, text: str, share: float = 1.0) -> Letters | None:
        size = max(6, round(self.size * share))
        if self.ink.dots:
            return shape(text, font_of(self.font, max(7, round(size / self.ink.dots))), self.ink)
        return shape(text, font_of(self.font, size), self.ink)

    def words(self, least: int, most: int) -> str:
        return write(self.rng, self.script, int(self.rng.integers(least, most + 1)), has_figures=self._has_figures)

    def number(self) -> str:
        """A word where the font has no figures."""
        return number(self.rng) if self._has_figures else self.words(1, 6)

    @property
    def _has_figures(self) -> bool:
        return self.font in self.shelf.by_script.get("digits", ())


def lay_out(rng: np.random.Generator, shelf: FontShelf, room: tuple[int, int], size: int | None = None) -> Sheet:
    """One group of lines, for a picture of such a size; the sheet may be larger than it."""
    names, weights = zip(*((name, weight) for name, (_layout, weight) in LAYOUTS.items()), strict=True)
    name = str(rng.choice(names, p=np.array(weights) / sum(weights)))
    hand = _hand(rng, shelf, room, size, is_figures=name in _FIGURES and rng.random() < 0.8)
    return LAYOUTS[name][0](hand)


def _hand(
    rng: np.random.Generator, shelf: FontShelf, room: tuple[int, int], size: int | None, *, is_figures: bool
) -> Hand:
    scripts = [each for each in shelf.scripts if each != "digits"]
    weights = np.array(
        [{"latin": 12.0, "cyrillic": 2.5, "han": 2.0, "kana": 1.5, "arabic": 1.5}.get(each, 1) for each in scripts]
    )
    script = str(rng.choice(scripts, p=weights / weights.sum()))
    if is_figures:
        script = "digits"
    fonts = shelf.by_script[script]
    if script == "digits" and rng.random() < 0.3:
        fonts = tuple(each for each in fonts if "DSEG" in each) or fonts
    if size is None:
        size = _size(rng, room[1])
    base = colour(rng)
    spread = 0.0 if script in _SPREAD or rng.random() < 0.8 else float(rng.uniform(0.05, 0.3))
    ink = Ink(_rgb(base), float(rng.choice([1, 1, 1, rng.uniform(0.45, 1)])), spacing=spread)
    if rng.random() < 0.35:
        far = 255 - base if rng.random() < 0.3 else np.full(3, 0 if base.mean() > 100 else 255)
        ink = replace(ink, outline=_rgb(far), outline_width=max(1, round(size * rng.uniform(0.04, 0.14))))
    if rng.random() < 0.3:
        shift = max(1, round(size * rng.uniform(0.03, 0.12)))
        ink = replace(ink, shadow=(shift, shift, float(rng.choice([0, size * 0.06]))))
    if rng.random() < 0.14 and script in ("latin", "digits", "cyrillic", "kana"):
        dots = max(1, round(size / rng.uniform(7.5, 13)))
        ink = replace(ink, dots=dots, is_lamps=bool(rng.random() < 0.5), outline=None, spacing=0.0)
    return Hand(rng, shelf, script, str(rng.choice(fonts)), size, ink)


def _size(rng: np.random.Generator, height: int) -> int:
    """Mostly small; large text, which fills half a picture, is rare and has to be known all the same."""
    largest = min(_LARGEST, round(height * 0.7))
    if rng.random() < 0.33:
        return round(float(np.exp(rng.uniform(np.log(min(36, largest - 1)), np.log(largest)))))
    return round(float(np.exp(rng.triangular(np.log(_SMALLEST), np.log(16), np.log(min(80, largest))))))


def _rgb(value: np.ndarray) -> Rgb:
    red, green, blue = np.clip(value, 0, 255).astype(int).tolist()
    return red, green, blue


def _against(rng: np.random.Generator, ink: Ink) -> Rgb:
    """A colour that the ink can be read on."""
    light = float(np.dot(ink.colour, (0.3, 0.59, 0.11)))
    for _ in range(20):
        other = colour(rng)
        if abs(float(np.dot(other, (0.3, 0.59, 0.11))) - light) > 60:
            return _rgb(other)
    return (0, 0, 0) if light > 127 else (255, 255, 255)


def _stack(hand: Hand, lines: list[Letters], align: str, leading: float, margin: float) -> Sheet:
    """Lines below each other; `leading` is from baseline to baseline, as a share of the size."""
    height = hand.size * leading
    side, wide = round(hand.size * margin), max(each.mask.width for each in lines)
    above, below = max(lines[0].above, hand.size * 0.75), max(lines[-1].mask.height - lines[-1].above, hand.size * 0.2)
    baselines, tight = [side + above], float(hand.rng.choice([0.12, 0.12, 0.02]))
    for before, after in pairwise(lines):
        clear = (before.mask.height - before.above) + after.above + max(1, tight * hand.size)
        baselines.append(baselines[-1] + max(height, clear))
    sheet = Sheet(wide + 2 * side, int(baselines[-1] + below) + side + 1)
    if hand.rng.random() < 0.38:
        edge = _rgb(colour(hand.rng)) if hand.rng.random() < 0.2 else None
        radius = round(hand.size * float(hand.rng.choice([0, 0, 0.3])))
        alpha = float(hand.rng.choice([1.0, hand.rng.uniform(0.3, 0.9)]))
        sheet.box((0, 0, sheet.width - 1, sheet.height - 1), _against(hand.rng, hand.ink), alpha, radius, edge)
    for line, baseline in zip(lines, baselines, strict=True):
        slack = wide - line.mask.width
        left = side + {"left": 0.0, "right": slack, "centre": slack / 2}[align]
        sheet.write(left, baseline, line, hand.ink)
    return sheet


def _made(hand: Hand, texts: list[str]) -> list[Letters]:
    return [made for text in texts if (made := hand.letters(text)) is not None]


def _lines(hand: Hand, texts: list[str], align: str, leading: float | None = None) -> Sheet:
    lines = _made(hand, texts)
    if not lines:
        return Sheet(1, 1)
    leading = float(hand.rng.uniform(1.0, 1.7)) if leading is None else leading
    return _stack(hand, lines, align, leading, float(hand.rng.uniform(0.15, 0.9)))


def _caption(hand: Hand) -> Sheet:
    count = int(hand.rng.choice([1, 2, 2, 3]))
    return _lines(
        hand,
        [hand.words(8, 42) for _ in range(count)],
        str(hand.rng.choice(["centre", "centre", "left"])),
        float(hand.rng.uniform(1.1, 1.4)),
    )


def _single(hand: Hand) -> Sheet:
    return _lines(hand, [hand.words(1, 22)], "left")


def _figure(hand: Hand) -> Sheet:
    count = int(hand.rng.choice([1, 1, 2]))
    return _lines(hand, [hand.number() for _ in range(count)], str(hand.rng.choice(["right", "left", "centre"])), 1.3)


def _page(hand: Hand) -> Sheet:
    hand.size = min(hand.size, 26)
    count, length = int(hand.rng.integers(3, 12)), int(hand.rng.integers(12, 50))
    return _lines(
        hand,
        [hand.words(length // 2, length) for _ in range(count)],
        str(hand.rng.choice(["left", "left", "centre", "right"])),
    )


def _sign(hand: Hand) -> Sheet:
    """One to four lines of several sizes on a board."""
    rng = hand.rng
    shares = rng.choice([1, 1, 0.7, 0.5, 1.6], int(rng.integers(1, 5)))
    lines = [made for share in shares if (made := hand.letters(hand.words(2, 16), float(share))) is not None]
    if not lines:
        return Sheet(1, 1)
    sheet = _stack(hand, lines, str(rng.choice(["centre", "left"])), 1.2, float(rng.uniform(0.3, 1)))
    board = Sheet(sheet.width, sheet.height)
    board.box(
        (0, 0, board.width - 1, board.height - 1), _against(rng, hand.ink), 1.0, round(hand.size * 0.3 * rng.random())
    )
    board.image.alpha_composite(sheet.image)
    board.rects = sheet.rects
    return board


def _grid(hand: Hand) -> Sheet:
    """Cells with a word or a figure each: boards, tables, keys, buttons. Neighbours in a row are lines of their own."""
    rng = hand.rng
    hand.size = min(hand.size, 40)
    rows, columns = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    texts = [[hand.number() if rng.random() < 0.5 else hand.words(1, 10) for _ in range(columns)] for _ in range(rows)]
    cells = [[hand.letters(text) for text in row] for row in texts]
    gap = hand.size * rng.uniform(1.4, 3)
    widths = [max((cell.mask.width for row in cells if (cell := row[at])), default=0) + gap for at in range(columns)]
    pitch = hand.size * rng.uniform(1.9, 3)
    sheet = Sheet(int(sum(widths)) + 1, int(pitch * rows) + 1)
    has_boxes, alpha = rng.random() < 0.75, float(rng.choice([1, rng.uniform(0.4, 1)]))
    ground, edge = _against(rng, hand.ink), _rgb(colour(rng)) if rng.random() < 0.4 else None
    split, align = rng.uniform(0, 0.15) * hand.size, rng.choice(["left", "centre"])
    if has_boxes and rng.random() < 0.4:
        sheet.box((0, 0, sheet.width - 1, sheet.height - 1), ground, alpha)
        has_boxes = False
    for row in range(rows):
        left = 0.0
        for cell, width in zip(cells[row], widths, strict=True):
            top = row * pitch
            if has_boxes:
                xyxy = (left + split, top + split, left + width - split - 1, top + pitch - split - 1)
                if xyxy[2] > xyxy[0] + 2 and xyxy[3] > xyxy[1] + 2:
                    sheet.box(xyxy, ground, alpha, round(split), edge)
            if cell is not None and rng.random() < 0.9:
                slack = (width - cell.mask.width) / 2
                sheet.write(
                    left + (gap / 2 if align == "left" else slack), top + pitch / 2 + hand.size * 0.36, cell, hand.ink
                )
            left += width
    return sheet


def _menu(hand: Hand) -> Sheet:
    """A list with marks before its lines and figures behind them, far enough to be lines of their own."""
    rng = hand.rng
    hand.size = min(hand.size, 30)
    count, pitch = int(rng.integers(2, 9)), hand.size * rng.uniform(1.5, 2.4)
    names = [hand.letters(hand.words(3, 18)) for _ in range(count)]
    ends = [hand.letters(hand.number()) if rng.random() < 0.5 else None for _ in range(count)]
    mark = hand.size * 1.8 if rng.random() < 0.5 else hand.size * 0.5
    wide = mark + max((each.mask.width for each in names if each), default=0) + hand.size * rng.uniform(2, 6)
    width = wide + max((each.mask.width for each in ends if each), default=0) + hand.size * 0.5
    sheet = Sheet(int(width) + 1, int(pitch * count) + 1)
    if rng.random() < 0.85:
        sheet.box((0, 0, sheet.width - 1, sheet.height - 1), _against(rng, hand.ink), float(rng.choice([1, 0.8])))
    for at, (name, end) in enumerate(zip(names, ends, strict=True)):
        baseline = at * pitch + pitch / 2 + hand.size * 0.36
        if mark > hand.size and rng.random() < 0.7:
            top = baseline - hand.size * 0.8
            side = hand.size * rng.uniform(0.5, 0.8)
            sheet.box(
                (hand.size * 0.4, top, hand.size * 0.4 + side, top + side),
                hand.ink.colour,
                float(rng.choice([0, 1])),
                round(side / 2 * rng.random()),
                hand.ink.colour,
            )
        if name is not None:
            sheet.write(mark, baseline, name, hand.ink)
        if end is not None:
            sheet.write(width - hand.size * 0.5 - end.mask.width, baseline, end, hand.ink)
    return sheet


Layout = Callable[[Hand], Sheet]
LAYOUTS: Mapping[str, tuple[Layout, float]] = {
    "caption": (_caption, 3), "single": (_single, 3), "figure": (_figure, 3), "page": (_page, 1.2), "sign": (_sign, 2),
    "grid": (_grid, 2), "menu": (_menu, 1.2),
}  # fmt: skip
_FIGURES = {"figure"}
