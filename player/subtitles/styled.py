"""The words of a cue with what its ASS line says of their look, as far as a player without libass draws it.

Bold, italic, underlined, struck out, and the place on the screen (`an`, `a`); fonts, colours, moves and drawings are
left out. The override tags are those of Aegisub's manual ("ASS Tags"), the old `a` numbers those of SSA v4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from player.errors import plain
from player.records import Cue

FIELDS_BEFORE_TEXT = 8
"""FFmpeg's event line: ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text."""
BOTTOM = 2
_PARTS = re.compile(r"\{([^}]*)\}|(\\[Nn])|(\\h)|([^{\\]+|[{\\])")
_TAG = re.compile(r"\\(an|[abiusp])(\d+)")
_FROM_SSA = {1: 1, 2: 2, 3: 3, 5: 7, 6: 8, 7: 9, 9: 4, 10: 5, 11: 6}


@dataclass(frozen=True, slots=True)
class Span:
    """Words in one look."""

    text: str
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """What is drawn in one place."""

    lines: tuple[tuple[Span, ...], ...]
    place: int = BOTTOM
    """As on a numeric keypad: 2 is below in the middle, 7 above on the left."""


def blocks_of(cues: Iterable[Cue]) -> tuple[Block, ...]:
    """A block for each event line of the cues, in their order; nothing for what has no words."""
    found = []
    for cue in cues:
        events = cue.ass.split("\n") if cue.ass else []
        blocks = [block_of(event) for event in events] or [_plain_block(cue.text)]
        found += [block for block in blocks if any(span.text.strip() for line in block.lines for span in line)]
    return tuple(found)


def _plain_block(text: str) -> Block:
    return Block(tuple((Span(plain(line)),) for line in text.split("\n")))


def block_of(event: str) -> Block:
    """One ASS event line as FFmpeg gives it."""
    text = event.split(",", FIELDS_BEFORE_TEXT)[-1]
    look, place, draws = Span(""), BOTTOM, False
    lines: list[list[Span]] = [[]]
    for tags, line_break, space, words in _PARTS.findall(text):
        if line_break:
            lines.append([])
        elif tags:
            for name, value in _TAG.findall(tags):
                number = int(value)
                if name == "an":
                    place = number if 1 <= number <= 9 else place
                elif name == "a":
                    place = _FROM_SSA.get(number, place)
                elif name == "p":
                    draws = number > 0  # what follows are the points of a drawing
                else:
                    look = _with(look, name, number > 0)
        elif not draws and (said := "\u00a0" if space else plain(words)):
            lines[-1].append(replace(look, text=said))
    return Block(tuple(tuple(line) for line in lines), place)


def _with(look: Span, tag: str, on: bool) -> Span:
    if tag == "b":
        return replace(look, bold=on)
    if tag == "i":
        return replace(look, italic=on)
    if tag == "u":
        return replace(look, underlined=on)
    return replace(look, struck=on)
