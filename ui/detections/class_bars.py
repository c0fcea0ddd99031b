"""The page of a classifier in the Detections panel: the likeliest classes as bars, and the heat map of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.controls.panel_parts import dim_label, small_button
from ui.controls.time_label import tabular
from ui.detections.band_slider import BandSlider
from ui.detections.own_keys import OwnKeys
from ui.detections.sheet import class_name
from ui.detections.wording import classes_words
from ui.detections.wrapped_label import WrappedLabel
from ui.theme import DARK

if TYPE_CHECKING:
    from player.analysis.view import View
    from ui.detections.detecting import Detecting
    from ui.detections.opening import Seat
    from ui.theme import Colours

ROWS = 5
EDGE = 6
NAME_SHARE = 0.42
"""Of a row's width: what a name has."""
BAR_HEIGHT = 6


class ClassBars(QWidget):
    """Shows what `detecting` knows of one classifier."""

    def __init__(self, detecting: Detecting) -> None:
        super().__init__()
        self._detecting = detecting
        self._seat: Seat | None = None
        self._view: View | None = None
        self._model: tuple[str, ...] | None = None  # whose classes the rows have
        self.said = dim_label("")
        self.copy = small_button("Copy", "The likeliest classes as columns")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))
        self.rows = [ScoreRow() for _ in range(ROWS)]
        for row in self.rows:
            row.clicked.connect(self._on_row)
        self.heat = QCheckBox("Heat map")
        self.heat.setToolTip("What in the picture speaks for the likeliest class, or for the one that is clicked above")
        self.heat.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.heat.toggled.connect(detecting.heat.set_on)
        self.opacity = BandSlider("Heat map: opacity", single=True)
        self.opacity.setToolTip("How much the heat map covers the picture")
        self.opacity.moved.connect(lambda _low, value: detecting.heat.set_opacity(value))
        self.why = WrappedLabel()
        detecting.heat.changed.connect(self._show_heat)
        self._lay_out()
        self._show_heat()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(self.copy)
        column.addLayout(head)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for row in self.rows:
            rows.addWidget(row)
        column.addLayout(rows)
        column.addSpacing(4)
        heat = QHBoxLayout()
        heat.setSpacing(10)
        heat.addWidget(self.heat)
        heat.addWidget(self.opacity, 1)
        column.addLayout(heat)
        column.addWidget(self.why)
        column.addStretch(1)

    def set_colours(self, colours: Colours) -> None:
        self.opacity.set_colours(colours)
        for row in self.rows:
            row.set_colours(colours)

    def show_view(self, seat: Seat | None, view: View | None) -> None:
        """While nothing is known of the picture on screen, the rows stay as they were, and dim."""
        self._seat, self._view = seat, view
        classes = None if view is None else view.classes
        labels = None if view is None else view.labels
        if classes is not None and view is not None:
            pairs = classes.pairs(ROWS)
            for place, row in enumerate(self.rows):
                row.setVisible(place < len(pairs))
                if place < len(pairs):
                    class_id, sure = pairs[place]
                    row.show_class(class_id, class_name(view.labels, class_id), sure)
        elif labels is not self._model:
            for row in self.rows:
                row.hide()
        self._model = labels
        for row in self.rows:
            row.setEnabled(view is not None and view.state == "exact")
        self.said.setText(classes_words(view))
        self.copy.setEnabled(classes is not None)
        self._show_heat()

    @Slot()
    def _show_heat(self) -> None:
        heat, seat, view = self._detecting.heat, self._seat, self._view
        no_heat = "" if view is None else view.no_heat
        blocker = QSignalBlocker(self.heat)
        self.heat.setChecked(heat.is_on and not no_heat)
        del blocker
        self.heat.setEnabled(not no_heat)
        self.opacity.setEnabled(heat.is_on and not no_heat)
        self.opacity.set_band(0.0, heat.opacity)
        chosen = None if seat is None or no_heat or not heat.is_on else heat.chosen(seat)
        for row in self.rows:
            row.setCheckable(not no_heat)
            row.setChecked(not no_heat and chosen is not None and row.class_id == chosen)
        if no_heat:
            self.why.say(no_heat)
        elif not heat.is_on or view is None:
            self.why.say("")
        elif chosen is None:
            self.why.say("Of the likeliest class. Click another for its own.")
        else:
            self.why.say(f"Of {class_name(view.labels, chosen)}, in every picture. Click it again for the likeliest.")

    @Slot()
    def _on_row(self) -> None:
        row, heat = self.sender(), self._detecting.heat
        if isinstance(row, ScoreRow) and self._seat is not None and row.isCheckable():
            heat.choose(self._seat, None if heat.chosen(self._seat) == row.class_id else row.class_id)

    def as_text(self) -> str:
        """Columns between tabs, with a heading."""
        view = self._view
        if view is None or view.classes is None:
            return ""
        lines = [f"{class_name(view.labels, each)}\t{sure:.4f}" for each, sure in view.classes.pairs(ROWS)]
        return "\n".join(["class\tprobability", *lines]) + "\n"


class ScoreRow(QAbstractButton):
    """A name, a bar, a probability. Checked: the heat map is its class's."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(tabular(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._keys = OwnKeys(self, (Qt.Key.Key_Space,))
        self.class_id = -1
        self._name = ""
        self._sure = 0.0
        self._colours = DARK
        self.hide()

    def show_class(self, class_id: int, name: str, sure: float) -> None:
        if (class_id, name, sure) != (self.class_id, self._name, self._sure):
            self.class_id, self._name, self._sure = class_id, name, sure
            self.setAccessibleName(f"{name}, {score_text(sure)}")
            self.update()

    @property
    def words(self) -> tuple[str, str]:
        return self._name, score_text(self._sure)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, self.fontMetrics().height() + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, metrics, is_on = self._colours, self.fontMetrics(), self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or (self.isCheckable() and self.underMouse() and is_on):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover if self.isChecked() else colours.bar))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        names = self.width() * NAME_SHARE - EDGE
        ends = metrics.horizontalAdvance("99.9%")
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        painter.setPen(QColor(colours.text if is_on else colours.dim))
        painter.drawText(QPointF(EDGE, base), metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, int(names)))
        said = score_text(self._sure)
        painter.drawText(QPointF(self.width() - EDGE - metrics.horizontalAdvance(said), base), said)
        left = EDGE + names + EDGE
        bar = QRectF(left, (self.height() - BAR_HEIGHT) / 2, self.width() - 2 * EDGE - ends - left, BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.groove))
        painter.drawRoundedRect(bar, 3, 3)
        bar.setWidth(bar.width() * min(1.0, self._sure))
        painter.setBrush(QColor(colours.accent if is_on else colours.faint))
        painter.drawRoundedRect(bar, min(3.0, bar.width() / 2), 3)
        painter.end()


def score_text(sure: float) -> str:
    """Never 100 of what is only nearly certain."""
    return "100%" if sure >= 1 else f"{min(99.9, sure * 100):.1f}%"
