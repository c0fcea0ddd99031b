"""The rows that say which boxes are shown: how sure, and how much they may overlap."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QGridLayout,
    QWidget,
)

from ui.controls.panel_parts import dim_label
from ui.controls.time_label import tabular
from ui.detections.band_slider import BandSlider

if TYPE_CHECKING:
    from player.analysis.selection import Selection
    from ui.theme import Colours


class Thresholds(QWidget):
    """Shows a selection; `turned` has the one that the user makes of it."""

    turned = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._selection: Selection | None = None
        self.low, self.high = _spin("Least confidence"), _spin("Greatest confidence")
        self.band = BandSlider("Confidence")
        self.band.setToolTip("Boxes as sure as this are shown: from the least to the greatest confidence")
        self.iou = _spin("Overlap")
        self.iou_slider = BandSlider("Overlap", single=True)
        self.iou_slider.setToolTip("Two boxes that overlap by more than this (IoU) are one thing")
        self._lay_out()
        self.band.moved.connect(lambda low, high: self._turn(low=low, high=high))
        self.low.valueChanged.connect(self._on_low)
        self.high.valueChanged.connect(self._on_high)
        self.iou.valueChanged.connect(lambda value: self._turn(iou=round(value, 2)))
        self.iou_slider.moved.connect(lambda _low, value: self._turn(iou=value))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        grid.addWidget(dim_label("Confidence"), 0, 0)
        grid.addWidget(self.low, 0, 1)
        grid.addWidget(self.band, 0, 2)
        grid.addWidget(self.high, 0, 3)
        grid.addWidget(dim_label("Overlap"), 1, 0)
        grid.addWidget(self.iou, 1, 1)
        grid.addWidget(self.iou_slider, 1, 2, 1, 2)

    def set_colours(self, colours: Colours) -> None:
        self.band.set_colours(colours)
        self.iou_slider.set_colours(colours)

    def show_selection(self, selection: Selection | None) -> None:
        self._selection = selection
        self.setEnabled(selection is not None)
        if selection is None:
            return
        blockers = [QSignalBlocker(each) for each in (self.low, self.high, self.iou)]
        self.band.set_band(selection.low, selection.high)
        self.low.setValue(selection.low)
        self.high.setValue(selection.high)
        self.iou.setValue(selection.iou)
        self.iou_slider.set_band(0.0, selection.iou)
        del blockers

    @Slot(float)
    def _on_low(self, value: float) -> None:
        if self._selection is not None:
            low = round(value, 2)
            self._turn(low=low, high=max(low, self._selection.high))

    @Slot(float)
    def _on_high(self, value: float) -> None:
        if self._selection is not None:
            high = round(value, 2)
            self._turn(low=min(high, self._selection.low), high=high)

    def _turn(self, **changes: float | bool) -> None:
        if self._selection is not None:
            self.turned.emit(replace(self._selection, **changes))  # type: ignore[arg-type]  # the callers know


def _spin(name: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(0.0, 1.0)
    spin.setDecimals(2)
    spin.setSingleStep(0.01)
    spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    spin.setAlignment(Qt.AlignmentFlag.AlignRight)
    spin.setAccessibleName(name)
    spin.setFont(tabular(spin.font()))
    spin.setFixedWidth(spin.fontMetrics().horizontalAdvance("0.00") + 20)
    return spin
