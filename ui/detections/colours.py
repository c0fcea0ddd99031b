"""A colour for each class of things: told apart by colour-blind people too, and the same in every picture and panel.

The palette is M. Okabe's and K. Ito's of "Color Universal Design" (2002, revised 2008; jfly.uni-koeln.de/color), which
B. Wong recommends in "Points of view: Color blindness", Nature Methods 8, 441 (2011). Its black is left out: that is
the line around every box, which makes the colours stand out from any picture.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

PALETTE = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Orange, sky blue, bluish green, yellow, blue, vermilion, reddish purple."""
DARK = QColor("#0c0e12")
LIGHT = QColor("#f4f6f8")
COLOURS = tuple(QColor(each) for each in PALETTE)


def luminance(colour: QColor) -> float:
    """Relative, 0 to 1, as WCAG 2 has it."""
    parts = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: QColor, other: QColor) -> float:
    """1 to 21, as WCAG 2 has it."""
    darker, brighter = sorted((luminance(one), luminance(other)))
    return (brighter + 0.05) / (darker + 0.05)


def _mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    parts = ((colour.red(), ground.red()), (colour.green(), ground.green()), (colour.blue(), ground.blue()))
    return QColor(*(round(one * share + other * (1 - share)) for one, other in parts))


TEXTS = tuple(DARK if contrast(DARK, each) >= contrast(LIGHT, each) else LIGHT for each in COLOURS)
"""What is readable on each of COLOURS."""
DIM_COLOURS = tuple(_mixed(each, QColor("#6b6f76"), 0.7) for each in COLOURS)
"""For boxes of a picture that is no longer on screen."""


def colour_number(class_id: int) -> int:
    """The place in COLOURS of a class, by its place in the model's labels.

    Each round begins one further on: of COCO's classes a person looks like a bench then, and not like a truck.
    """
    return (class_id + class_id // len(COLOURS)) % len(COLOURS)


def class_colour(class_id: int) -> QColor:
    return COLOURS[colour_number(class_id)]
