"""A chart of lines over the epochs: numbered axes, a legend that tells the values, and those under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.controls.time_label import tabular
from ui.training.axes import tick_texts, value_text, value_ticks
from ui.training.plot import (
    GAP,
    Plane,
    Series,
    paint_axes,
    paint_lines,
    paint_nothing,
    paint_pointer,
    paint_ring,
    pen_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent

    from ui.theme import Colours

PAD = 4
SAMPLE = 12
"""Of a line, before its name in the legend; all in logical pixels."""
LEAST_LABEL = "100.0 %"
"""Charts whose numbers are no wider have their axes one below the other."""
LEAST_SHARE = 0.01
"""What the axis of shares spans at least."""


class Chart(QWidget):
    """Draws what it was told last. `at` is a place on the epochs' axis."""

    hovered = Signal(object)  # at, or None: for other charts of the same epochs

    def __init__(self, title: str, *, lines: int) -> None:
        """`lines` is how many of its text's lines high its drawing is at least."""
        super().__init__()
        self._title = title
        self._lines = lines
        self._series: Sequence[Series] = ()
        self._percent = False
        self._last = 1.0
        self._mark: tuple[float, float] | None = None
        self._at: float | None = None
        self._colours: Colours | None = None
        self._box = QRectF()
        font = tabular(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        self.setFont(font)
        self.setMouseTracking(True)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def set_title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self.update()

    def show_series(
        self, series: Sequence[Series], last: float, *, percent: bool = False, mark: tuple[float, float] | None = None
    ) -> None:
        """`last` is the last epoch on the axis; `mark` a point to be ringed."""
        self._series, self._last, self._percent, self._mark = series, max(last, 1.0), percent, mark
        said = ", ".join(f"{name} {text}" for name, text in self.legend())
        self.setAccessibleDescription(said or "Nothing yet")
        self.updateGeometry()
        self.update()

    def hover(self, at: float | None) -> None:
        if at != self._at:
            self._at = at
            self.update()

    def legend(self) -> list[tuple[str, str]]:
        """Names and values: those under the mouse, else the last."""
        found = []
        for each in self._series:
            if each.look != "back" and each.line.at:
                at = each.line.at[-1] if self._at is None else self._at
                found.append((each.name, value_text(each.line.near(at), percent=self._percent)))
        return found

    def heading(self) -> str:
        return self._title if self._at is None else f"{self._title} at epoch {self._at:.4g}"

    # -- Qt

    def sizeHint(self) -> QSize:
        return QSize(300, self._head_height(self.fontMetrics()) + (self._lines + 3) * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(160, self._head_height(metrics) + (self._lines + 1) * metrics.height() + 2 * PAD)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box, x = self._box, event.position().x()
        is_inside = box.width() > 0 and box.left() - GAP <= x <= box.right() + GAP and any(
            each.line.at for each in self._series
        )  # fmt: skip
        share = min(max((x - box.left()) / max(box.width(), 1.0), 0.0), 1.0)
        self._tell(share * self._last if is_inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._tell(None)

    def _tell(self, at: float | None) -> None:
        nearest = None if at is None else self._nearest(at)
        self.hover(nearest)
        self.hovered.emit(nearest)

    def _nearest(self, at: float) -> float | None:
        """A place where something is known: a whole epoch where lines have only those."""
        places = [x for each in self._series if each.look != "back" for x in each.line.at]
        return min(places, key=lambda x: abs(x - at), default=None)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._colours
        if colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        self._paint_head(painter, colours, metrics)
        top = self._head_height(metrics) + metrics.height() / 2
        bottom = self.height() - PAD - metrics.height() - 4
        low, high = self._limits()
        if low is not None and high is not None:
            ticks = value_ticks(low, high, max(1, int((bottom - top) / (1.9 * metrics.height()))))
            texts = tick_texts(ticks, percent=self._percent)
            left = max(metrics.horizontalAdvance(text) for text in (*texts, LEAST_LABEL)) + GAP
            self._box = QRectF(left, top, self.width() - left - PAD - 2, bottom - top)
            plane = Plane(self._box, ticks[0], ticks[-1], self._last)
            paint_axes(painter, plane, ticks, texts, self.width(), colours)
            paint_lines(painter, plane, self._series, colours)
            if self._mark is not None:
                paint_ring(painter, plane, self._mark, colours)
            if self._at is not None:
                paint_pointer(painter, plane, self._series, self._at, colours)
        else:
            self._box = QRectF()
            paint_nothing(painter, QRectF(PAD, top, self.width() - 2 * PAD, bottom - top), colours)
        painter.end()

    def _limits(self) -> tuple[float, float] | tuple[None, None]:
        """The least and the greatest value; shares are not told apart by less than a hundredth.

        What lies behind the other lines counts while those are short: a first loss far above all others leaves no
        room for what follows.
        """
        front = [each for each in self._series if each.look != "back"]
        is_long = any(len(each.line.at) > 1 for each in front)
        values = [value for each in (front if is_long else self._series) for value in each.line.values]
        if not values:
            return None, None
        low, high = min(values), max(values)
        if self._percent and high - low < LEAST_SHARE:
            low = max(0.0, high - LEAST_SHARE)
        return low, high

    # -- head: title and legend

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _head(self, metrics: QFontMetrics) -> list[tuple[Series | None, str, str, float, int]]:
        """Series (None for the title), name, value, left edge and line of each part.

        The legend stands at the right of the title, or below it where both do not fit.
        """
        parts: list[tuple[Series | None, str, str, float, int]] = [(None, self.heading(), "", 0.0, 0)]
        shown = [each for each in self._series if each.look != "back" and each.line.at]
        widths = []
        for each, (name, text) in zip(shown, self.legend(), strict=True):
            room = metrics.horizontalAdvance(max(text, "0.0000", key=metrics.horizontalAdvance))
            widths.append((each, name, text, SAMPLE + 4 + metrics.horizontalAdvance(f"{name} ") + room))
        title = QFontMetrics(self._bold()).horizontalAdvance(f"{self._title} at epoch 00.00") + 2 * GAP
        whole = sum(width + 2 * GAP for _series, _name, _text, width in widths) - 2 * GAP
        x, line = (self.width() - PAD - whole, 0) if title + whole + PAD <= self.width() else (0.0, 1)
        for series, name, text, width in widths:
            if x > 0 and x + width > self.width():
                x, line = 0.0, line + 1
            parts.append((series, name, text, x, line))
            x += width + 2 * GAP
        return parts

    def _head_height(self, metrics: QFontMetrics) -> int:
        return PAD + (self._head(metrics)[-1][4] + 1) * (metrics.height() + 2)

    def _paint_head(self, painter: QPainter, colours: Colours, metrics: QFontMetrics) -> None:
        for series, name, text, x, line in self._head(metrics):
            base = PAD + line * (metrics.height() + 2) + metrics.ascent()
            if series is None:
                painter.setFont(self._bold())
                painter.setPen(QColor(colours.text))
                painter.drawText(QPointF(x, base), name)
                painter.setFont(self.font())
                continue
            painter.setPen(pen_of(series.look, colours))
            middle = base - metrics.xHeight() / 2
            painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE, middle))
            painter.setPen(QColor(colours.dim))
            words = x + SAMPLE + 4
            painter.drawText(QPointF(words, base), name)
            painter.setPen(QColor(colours.text))
            painter.drawText(QPointF(words + metrics.horizontalAdvance(f"{name} "), base), text)
