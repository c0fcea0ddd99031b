"""The labels on the boxes: class and confidence on the class's colour; before that, which of two models it is."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QFont, QFontMetrics

from ui.controls.time_label import tabular
from ui.detections.colours import COLOURS, DARK, LIGHT, TEXTS, colour_number
from ui.detections.labels import Label, place_labels
from ui.detections.outlines import reach, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from ui.detections.sheet import Sheet
    from ui.video.geometry import Rect

FONT_PX = 12
"""In device-independent pixels."""
PAD = 4
MOST_WIDTHS = 4096


class Tags:
    """Knows the font and the widths of texts at one device pixel ratio."""

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self.font = tabular(QFont())
        self.font.setPixelSize(max(1, round(FONT_PX * ratio)))
        self._metrics = QFontMetrics(self.font)
        self._pad = round(PAD * ratio)
        self._line = unit(ratio)
        self._ascent = self._metrics.ascent()
        self._height = self._metrics.height() + 2 * self._line
        self._widths: dict[str, int] = {}

    def place(self, sheets: Sequence[Sheet], room: Rect, *, first: Sequence[tuple[Sheet, int]], marked: bool) -> None:
        """Give the sheets their labels, those of `first` before all others. `marked` says that there are two models."""
        if not sheets:
            return
        more = 2 * self._pad + (self._mark_width() if marked else 0)
        starts = [0, *accumulate(len(sheet.boxes) for sheet in sheets)]
        for label in place_labels(
            np.concatenate([sheet.boxes for sheet in sheets]),
            np.concatenate([sheet.confidence for sheet in sheets]),
            [self._width(text) + more for sheet in sheets for text in sheet.texts],
            self._height,
            room,
            line=reach(self.ratio),
            first=[starts[sheets.index(sheet)] + at for sheet, at in first],
        ):
            owner = bisect_right(starts, label.box) - 1
            sheets[owner].labels.append(Label(label.box - starts[owner], label.x, label.y, label.width))

    def draw(self, painter: QPainter, sheet: Sheet, *, marked: bool) -> None:
        if not sheet.labels:
            return
        painter.setFont(self.font)
        line, base, height = self._line, self._line + self._ascent, self._height
        mark = self._mark_width() if marked else 0
        for label in sheet.labels:
            number, x, y = colour_number(sheet.class_ids[label.box]), label.x, label.y
            painter.fillRect(x, y, label.width, height, DARK)
            painter.fillRect(
                x + line + mark, y + line, label.width - mark - 2 * line, height - 2 * line, COLOURS[number]
            )
            painter.setPen(TEXTS[number])
            painter.drawText(x + mark + self._pad, y + base, sheet.texts[label.box])
            if marked:
                painter.setPen(LIGHT)
                painter.drawText(x + self._pad, y + base, mark_text(sheet.rank))

    def _width(self, text: str) -> int:
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= MOST_WIDTHS:
                self._widths.clear()
            width = self._widths[text] = self._metrics.horizontalAdvance(text)
        return width

    def _mark_width(self) -> int:
        return self._width(mark_text(1)) + self._pad + self._line


def mark_text(rank: int) -> str:
    """What tells the boxes of two models apart."""
    return f"M{rank + 1}"
