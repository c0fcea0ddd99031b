"""How a model fares, in a few figures and a small graph: at the foot of the Detections panel."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ui.controls.time_label import tabular
from ui.detections.wording import DASH
from ui.panels.graph import PLACES, paint_graph, scale_text
from ui.panels.page import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ui.theme import Colours

LOOK_MS = 500
"""Between two looks at the figures."""
RATE_S = 3.0
"""The rate is that of so long a time."""
GRAPH_HEIGHT = 30
NAMES = ("Inference", "Rate", "Age", "Skipped", "Memory")
TIPS = (
    "What preparing a picture, running the model and reading its answer took for the boxes on screen",
    "Pictures the model looks at in a second",
    "How many pictures ago the boxes on screen were computed; 0: they are of this picture",
    "Pictures that were shown without the model having looked at them",
    "What this program takes of the computer's memory",
)


class Fare(NamedTuple):
    """What the strip shows of one model."""

    infer_ms: float | None
    ran: int
    skipped: int
    age_frames: int | None
    memory_mb: float | None


class Strip(QWidget):
    """Looks at what `read` gives while it is seen."""

    def __init__(self, read: Callable[[], Fare | None]) -> None:
        super().__init__()
        self.setAccessibleName("Performance")
        self._read = read
        self._clock = QElapsedTimer()
        self._clock.start()
        self._ran: deque[tuple[float, int]] = deque()  # when it had looked at how many
        self._values: list[QLabel] = []
        self.graph = _Graph()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        for at, (name, tip) in enumerate(zip(NAMES, TIPS, strict=True)):
            heading, value = QLabel(name), QLabel(DASH)
            heading.setObjectName("dim")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setFont(tabular(value.font()))
            for label in (heading, value):
                label.setToolTip(tip)
            heading.setFont(scaled(heading.font(), 0.85))
            grid.addWidget(heading, 0, at)
            grid.addWidget(value, 1, at)
            grid.setColumnStretch(at, 1)
            self._values.append(value)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(6)
        column_.addLayout(grid)
        column_.addWidget(self.graph)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def set_colours(self, colours: Colours) -> None:
        self.graph.set_colours(colours)

    def note(self, infer_ms: float) -> None:
        """What a picture took, one after the other."""
        self.graph.add(infer_ms)

    def forget(self) -> None:
        """It is another model's turn."""
        self._ran.clear()
        self.graph.clear()
        self.look()

    def texts(self) -> list[str]:
        return [value.text() for value in self._values]

    @Slot()
    def look(self) -> None:
        fare = self._read()
        words = [DASH] * len(NAMES) if fare is None else self._words(fare)
        for label, text in zip(self._values, words, strict=True):
            if label.text() != text:
                label.setText(text)

    def _words(self, fare: Fare) -> list[str]:
        return [
            DASH if fare.infer_ms is None else f"{fare.infer_ms:.0f} ms",
            self._rate(fare.ran),
            DASH if fare.age_frames is None else str(fare.age_frames),
            str(fare.skipped),
            DASH if fare.memory_mb is None else f"{fare.memory_mb:.0f} MB",
        ]

    def _rate(self, ran: int) -> str:
        now_s = self._clock.elapsed() / 1000.0
        while self._ran and (now_s - self._ran[0][0] > RATE_S or self._ran[0][1] > ran):
            self._ran.popleft()
        self._ran.append((now_s, ran))
        since_s, before = self._ran[0]
        return DASH if now_s - since_s < LOOK_MS / 2000.0 else f"{(ran - before) / (now_s - since_s):.1f}/s"

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._ran.clear()


class _Graph(QWidget):
    """What each picture took, the newest at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Inference over the pictures")
        self._values: deque[float] = deque(maxlen=PLACES)
        self._colours: Colours | None = None
        font = tabular(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        self.setFont(font)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def add(self, value: float) -> None:
        self._values.append(value)
        self.update()

    def clear(self) -> None:
        self._values.clear()
        self.update()

    @property
    def values(self) -> Sequence[float]:
        return tuple(self._values)

    def sizeHint(self) -> QSize:
        return QSize(240, GRAPH_HEIGHT + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        box = QRectF(0.5, 1.5, self.width() - 1.0, self.height() - metrics.height() - 3.0)
        paint_graph(painter, box, self.values, self._colours)
        painter.setPen(QColor(self._colours.dim))
        words = scale_text(self.values, signed=False) if self._values else "Nothing has been looked at yet"
        painter.drawText(QRectF(0, box.bottom() + 1, self.width(), metrics.height() + 2), 0, words)
        painter.end()
