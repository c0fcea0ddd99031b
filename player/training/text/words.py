"""What is written: words of many scripts, and the forms that text in pictures has (clocks, scores, prices, names)."""

from __future__ import annotations

import numpy as np

from player.training.text.alphabets import CASED, HAN, JOINED, LATIN_EXTRA, LETTERS, SIGNS, WORDS


def write(rng: np.random.Generator, script: str, letters: int, *, has_figures: bool) -> str:
    """A line of about so many characters; the font has figures, or none may be in it."""
    if script == "digits":
        return number(rng)
    if script in JOINED:
        return "".join(_letters(rng, script, max(1, letters)))
    words: list[str] = []
    while (length := sum(map(len, words)) + len(words)) < letters or not words:
        words.append(_word(rng, script, letters - length))
    line = " ".join(words)
    if script in CASED:
        line = rng.choice([line, line.capitalize(), line.title(), line.upper()], p=[0.2, 0.3, 0.15, 0.35])
    if has_figures and rng.random() < 0.25:
        line += rng.choice([".", "!", "?", ",", ":", " -", "...", ";"])
    if has_figures and rng.random() < 0.12:
        line = f"{line} {number(rng)}" if rng.random() < 0.5 else f"{number(rng)} {line}"
    return str(line)


def number(rng: np.random.Generator) -> str:
    """A figure as boards, clocks and price tags have it."""
    n = rng.integers
    kind = int(n(0, 12))
    if kind == 0:
        return f"{n(0, 24):02d}:{n(0, 60):02d}"
    if kind == 1:
        return f"{n(0, 24):02d}:{n(0, 60):02d}:{n(0, 60):02d}"
    if kind == 2:
        return f"{n(0, 24):02d}:{n(0, 60):02d}:{n(0, 60):02d}.{n(0, 1000):03d}"
    if kind == 3:
        return f"{n(0, 10)} - {n(0, 10)}" if rng.random() < 0.5 else f"{n(0, 150)}:{n(0, 150)}"
    if kind == 4:
        return f"{n(1, 32):02d}.{n(1, 13):02d}.{n(1950, 2040)}" if rng.random() < 0.5 else f"{n(1950, 2040)}"
    if kind == 5:
        return f"{n(0, 100)}%" if rng.random() < 0.5 else f"{n(0, 1000) / 10}%"
    if kind == 6:
        return f"{rng.choice(['$', '£', '+', '-', '#', 'x', 'No. '])}{n(0, 1000)}"
    if kind == 7:
        return f"{n(0, 10000) / 100:.2f}"
    if kind == 8:
        return f"{n(0, 10 ** int(n(1, 7)))}"
    if kind == 9:
        return f"{n(0, 10**4):04d}" if rng.random() < 0.5 else f"{n(0, 1000):03d}"
    if kind == 10:
        return f"{n(1, 100)}/{n(1, 1000)} {n(10, 99)} {n(10, 99)}"
    return f"{n(0, 10)}" if rng.random() < 0.5 else f"{n(0, 100)}"


def _word(rng: np.random.Generator, script: str, most: int) -> str:
    if script == "latin" and rng.random() < 0.75:
        return str(rng.choice(WORDS))
    length = max(1, min(int(rng.integers(1, 10)), max(most, 1)))
    return "".join(_letters(rng, script, length))


def _letters(rng: np.random.Generator, script: str, count: int) -> list[str]:
    if script == "han":
        return [HAN[at] for at in rng.integers(0, len(HAN), count)]
    if script == "hangul":
        return [chr(int(code)) for code in rng.integers(0xAC00, 0xD7A4, count)]
    if script == "latin":
        letters = "bcdfghjklmnprstvwz", "aeiou" + LATIN_EXTRA
        return [str(rng.choice(list(letters[at % 2]))) for at in range(count)]
    letters_of, signs = list(LETTERS[script]), list(SIGNS.get(script, ""))
    made = []
    for _ in range(count):
        made.append(str(rng.choice(letters_of)))
        if signs and rng.random() < 0.4:
            made[-1] += str(rng.choice(signs))
    return made
