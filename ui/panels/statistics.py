"""The statistics page (`i`): how playback fares, in numbers and three small graphs over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QWidget

from player.records import Snapshot, State
from ui.controls.time_label import tabular
from ui.panels.graph import paint_graph, scale_text
from ui.panels.statistics_text import Line, lines, those_that_fit
from ui.theme import DARK, Colours
from ui.video.view import name_gpu

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.figures import Figures

LOOK_MS = 500
"""Between two looks at the figures."""
PADDING = 12
COLUMN_GAP = 14
LABELS = ("Each picture", "Sound queue", "Video−sound")
"""The widest labels: they make the column, so that values do not move when lines come and go."""
VALUE_DIGITS = 46
"""Width of the values, in digits."""
GRAPH_GAP = 10
GROUND_ALPHA = 228
GRAPHS = ("Lateness", "Interval", "Video−sound")


class StatisticsPanel(QWidget):
    """Looks at what `read` gives while it is seen and the file plays, and once after every change while it does not.

    The page is drawn into a pixmap with every look; what moves under it makes it copy that, no more.
    """

    def __init__(self, read: Callable[[], Figures | None], view: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics")
        self.setAccessibleName("Statistics")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._read = read
        self._view = view
        self._colours = DARK
        self._snapshot = Snapshot()
        self._figures: Figures | None = None
        self._cpu_share: float | None = None
        self._changed = False  # since the last look
        self._gpu: str | None = None  # what draws, once it was asked for
        self._room = QRect()
        self._page: QPixmap | None = None
        self.shown_lines: list[Line] = []
        """What there is room for."""
        self.shown_graphs: list[str] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._on_timer)
        self.setFont(tabular(self.font()))
        self.hide()

    @property
    def looking(self) -> bool:
        """Whether it will look again by itself."""
        return self._timer.isActive()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._changed = True
        if self.isVisible() and not self._timer.isActive():
            self._look()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._redraw()

    def place(self, room: QRect) -> None:
        """Take the upper left corner of `room`, and no more of it than is needed."""
        self._room = room
        self._fit()

    # -- looking

    @Slot()
    def _on_timer(self) -> None:
        moves = self._snapshot.state is State.READY and not self._snapshot.paused
        if self.isVisible() and (moves or self._changed):
            self._look()

    def _look(self) -> None:
        self._changed = False
        self._timer.start()
        before, self._figures = self._figures, self._read()
        now = self._figures
        if before is not None and now is not None and now.at_s > before.at_s:
            self._cpu_share = (now.cpu_s - before.cpu_s) / (now.at_s - before.at_s)
        self._fit()

    def _renderer(self) -> str:
        if not getattr(self._view, "draws_on_gpu", False):
            return "raster, by the CPU"
        if self._gpu is None:
            self._gpu = name_gpu()
        return self._gpu

    # -- drawing

    def _fit(self) -> None:
        """Choose what there is room for, and take the size of it."""
        said = [] if self._figures is None else lines(self._snapshot, self._figures, self._renderer(), self._cpu_share)
        graphs = GRAPHS if self._figures is not None and self._figures.picture is not None else ()
        line_height = self.fontMetrics().height() + 2
        sizes = [(line.rank, line_height) for line in said] + [(6, self._graph_height() + GRAPH_GAP)] * len(graphs)
        stay = those_that_fit(sizes, self._room.height() - 2 * PADDING)
        self.shown_lines = [line for line, stays in zip(said, stay, strict=False) if stays]
        self.shown_graphs = [name for name, stays in zip(graphs, stay[len(said) :], strict=True) if stays]
        height = sum(size for (_rank, size), stays in zip(sizes, stay, strict=True) if stays)
        width = 2 * PADDING + self._label_width() + self.fontMetrics().horizontalAdvance("0") * VALUE_DIGITS
        size = QSize(min(width, self._room.width()), height + 2 * PADDING if height else 0)
        self.setGeometry(QRect(self._room.topLeft(), size))
        self._redraw()

    def _label_width(self) -> int:
        return max(self.fontMetrics().horizontalAdvance(label) for label in LABELS) + COLUMN_GAP

    def _graph_height(self) -> int:
        return 2 * self.fontMetrics().height()

    def _redraw(self) -> None:
        self._page = None
        self.update()

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        page = QPixmap(self.size() * ratio)
        page.setDevicePixelRatio(ratio)
        page.fill(Qt.GlobalColor.transparent)
        painter = QPainter(page)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        ground = QColor(self._colours.window)
        ground.setAlpha(GROUND_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        metrics, top = self.fontMetrics(), PADDING
        left = PADDING + self._label_width()
        room = self.width() - left - PADDING
        for line in self.shown_lines:
            painter.setPen(QColor(self._colours.dim))
            painter.drawText(PADDING, top + metrics.ascent(), line.label)
            painter.setPen(QColor(self._colours.text))
            cut = Qt.TextElideMode.ElideMiddle if line.rank == 0 else Qt.TextElideMode.ElideRight
            painter.drawText(left, top + metrics.ascent(), metrics.elidedText(line.value, cut, room))
            top += metrics.height() + 2
        for name in self.shown_graphs:
            top += GRAPH_GAP
            self._draw_graph(painter, name, QRectF(left, top, room, self._graph_height()))
            top += self._graph_height()
        painter.end()
        return page

    def _draw_graph(self, painter: QPainter, name: str, box: QRectF) -> None:
        if self._figures is None:
            return
        figures, signed = self._figures, name == "Video−sound"
        measured = {"Lateness": figures.late, "Interval": figures.interval, "Video−sound": figures.av_diff}[name]
        caption = f"{name}\n{scale_text(measured.newest, signed=signed)}"
        painter.setPen(QColor(self._colours.dim))
        painter.drawText(QRectF(PADDING, box.top(), box.left() - PADDING, box.height()), 0, caption)
        paint_graph(painter, box, measured.newest, self._colours, signed=signed)

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._page is None or self._page.devicePixelRatio() != self.devicePixelRatioF():
            self._page = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._page)
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._figures = None  # the next look must not count the time in between
        self._cpu_share = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._fit()
