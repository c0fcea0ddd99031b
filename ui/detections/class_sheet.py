"""What classifiers take a picture for, as it is drawn on it and told to scripts: a few names with probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QLinearGradient, QPainter

from player.analysis.classes import class_name as name_of
from player.errors import plain
from ui import theme
from ui.controls.osd import MARGIN
from ui.controls.time_label import tabular
from ui.detections.colours import LIGHT
from ui.detections.heat_painter import ramp_colours
from ui.detections.sheet import class_name, percent
from ui.detections.tags import mark_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

    from player.analysis.view import View
    from ui.detections.manner import Stale

GROUND = QColor(12, 14, 18, 205)
FAINT = QColor("#a4abb6")
BAR = QColor(theme.DARK.accent)
GROOVE = QColor(255, 255, 255, 36)
PAD, GAP, RADIUS = 10.0, 8.0, 6.0
"""In device-independent pixels, as all here."""
NAME_WIDTH, BAR_WIDTH = 150.0, 56.0
"""A longer name is cut: the panel has all of it."""
RAMP_HEIGHT = 6.0
SCORE_DIGITS = 4
LIKELY = 0.005
"""What is less likely gets no line, but for the first."""
MOST_HEIGHT = 0.4
"""Of the picture in sight: it is there to be looked at."""


@dataclass(frozen=True, slots=True)
class Block:
    """One model's lines."""

    heading: str
    """Which of two models it is; '' where there is one."""
    rows: tuple[tuple[str, float], ...]
    """Names and probabilities, the likeliest first."""
    heat: str
    """Whose heat map is shown; ''."""
    is_old: bool


def blocks(views: Sequence[View], stale: Stale) -> list[Block]:
    """Of all models that tell classes; `stale` is what becomes of those of an earlier picture."""
    found = []
    for rank, view in enumerate(views):
        if view.classes is None or not (view.state == "exact" or (view.state == "stale" and stale == "dim")):
            continue
        pairs = view.classes.pairs()
        rows = tuple((class_name(view.labels, each), sure) for each, sure in pairs[:1]) + tuple(
            (class_name(view.labels, each), sure) for each, sure in pairs[1:] if sure >= LIKELY
        )
        heading = f"{mark_text(rank)}  {plain(view.model)}" if len(views) > 1 else ""
        heat = "" if view.classes.heat is None else class_name(view.labels, view.classes.heat.class_id)
        found.append(Block(heading, rows, heat, view.state == "stale"))
    return found


class Sheet:
    """Draws blocks one below the other."""

    def __init__(self, font: QFont) -> None:
        self._font = tabular(font)
        self._metrics = QFontMetrics(self._font)
        self._line = self._metrics.height() + 2
        self._percent = self._metrics.horizontalAdvance("100%")

    def fitted(self, given: list[Block], height: float) -> list[Block]:
        """With fewer lines where there is room for no more; the first of each stays."""
        most = max((len(block.rows) for block in given), default=0)
        for count in range(most, 0, -1):
            found = [Block(each.heading, each.rows[:count], each.heat, each.is_old) for each in given]
            if self.size(found)[1] <= height or count == 1:
                return found
        return given

    def size(self, given: list[Block]) -> tuple[float, float]:
        """Width and height."""
        lines = sum(len(block.rows) + bool(block.heading) for block in given)
        ramps = sum(bool(block.heat) for block in given)
        high = lines * self._line + ramps * (self._line + RAMP_HEIGHT + 4) + (len(given) - 1) * GAP
        return 2 * PAD + self._name_width(given) + BAR_WIDTH + self._percent + 2 * GAP, 2 * PAD + high

    def _name_width(self, given: list[Block]) -> float:
        names = [name for block in given for name, _ in block.rows]
        widest = max((self._metrics.horizontalAdvance(name) for name in names), default=0)
        return min(NAME_WIDTH, max(float(widest), NAME_WIDTH / 2))

    def draw(self, painter: QPainter, given: list[Block]) -> None:
        width, height = self.size(given)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(QRectF(0, 0, width, height), RADIUS, RADIUS)
        painter.setFont(self._font)
        y, room = PAD, width - 2 * PAD
        for block in given:
            if block.heading:
                self._text(painter, block.heading, FAINT, PAD, y, room)
                y += self._line
            names = self._name_width(given)
            for number, (name, sure) in enumerate(block.rows):
                self._row(painter, name, sure, y, names, FAINT if block.is_old or number else LIGHT, block.is_old)
                y += self._line
            if block.heat:
                self._text(painter, f"Heat map: {block.heat}", FAINT, PAD, y + 2, room)
                self._ramp(painter, QRectF(PAD, y + 2 + self._line, room, RAMP_HEIGHT))
                y += self._line + RAMP_HEIGHT + 4
            y += GAP

    def _row(
        self, painter: QPainter, name: str, sure: float, y: float, names: float, ink: QColor, is_old: bool
    ) -> None:
        self._text(painter, name, ink, PAD, y, names)
        left = PAD + names + GAP
        bar = QRectF(left, y + self._line / 2 - 2, BAR_WIDTH, 4)
        painter.fillRect(bar, GROOVE)
        painter.fillRect(QRectF(bar.x(), bar.y(), bar.width() * min(1.0, sure), 4), FAINT if is_old else BAR)
        said = percent(sure)
        right = left + BAR_WIDTH + GAP + self._percent
        painter.setPen(ink)
        painter.drawText(QPointF(right - self._metrics.horizontalAdvance(said), y + self._metrics.ascent() + 1), said)

    def _text(self, painter: QPainter, text: str, ink: QColor, x: float, y: float, room: float) -> None:
        painter.setPen(ink)
        cut = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QPointF(x, y + self._metrics.ascent() + 1), cut)

    def _ramp(self, painter: QPainter, place: QRectF) -> None:
        gradient = QLinearGradient(place.topLeft(), place.topRight())
        for at, colour in enumerate(ramp_colours(11).tolist()):
            gradient.setColorAt(at / 10, QColor(*(round(part) for part in colour)))
        painter.fillRect(place, gradient)


def class_rows(view: View) -> list[dict[str, object]]:
    """For files and scripts: the likeliest classes."""
    return [
        {"class_id": each, "class_name": name_of(view.labels, each), "score": round(sure, SCORE_DIGITS)}
        for each, sure in (() if view.classes is None else view.classes.pairs())
    ]


def heat_name(view: View) -> str | None:
    """For scripts: the class whose heat map there is."""
    heat = None if view.classes is None else view.classes.heat
    return None if heat is None else name_of(view.labels, heat.class_id)


def draw_on_still(image: QImage, views: Sequence[View], font: QFont, ratio: float) -> None:
    """At the upper right of a picture that is saved, everything `ratio` times larger."""
    sheet = Sheet(font)
    found = sheet.fitted(blocks(views, "hide"), image.height() / ratio * MOST_HEIGHT)
    if found:
        width = image.width() / ratio
        with QPainter(image) as painter:
            painter.translate(max(0.0, width - MARGIN - sheet.size(found)[0]), MARGIN)
            sheet.draw(painter, found)
