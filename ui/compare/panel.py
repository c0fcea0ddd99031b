"""The Compare panel: what pictures are held against, how, from where, and how far the two on screen are apart."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.compare.compare import HOW_NAMES, HOWS, LARGEST_GAIN, RATES
from ui.compare.facts import picture_words, psnr_words, ssim_words
from ui.compare.graph import PsnrGraph
from ui.controls.panel_parts import heading, small_button
from ui.controls.text_grid import TextGrid, name_label, value_label
from ui.wording import file_name

if TYPE_CHECKING:
    from player.compare.comparison import Against
    from player.compare.metrics import Figures
    from ui.compare.compare import Compare
    from ui.theme import Colours

WIDTH, LEAST_WIDTH = 320, 280
CHOICES: tuple[tuple[Against, str], ...] = (
    ("off", "Nothing"), ("previous", "The picture before"), ("pinned", "A pinned picture"),
    ("file", "Another file"), ("time", "The same file, other time"),
)  # fmt: skip
GAIN_STEPS = 60
"""Of the slider, over the gains from 1 to the largest, logarithmic."""
DASH = "–"
NOTHING = "Choose what the picture on screen is held against, or drop another file here."


class ComparePanel(QWidget):
    """Shows what `compare` knows, and measures while it is seen."""

    def __init__(self, compare: Compare) -> None:
        super().__init__()
        self.setAccessibleName("Compare")
        self.setAcceptDrops(True)
        self.setMinimumWidth(LEAST_WIDTH)
        self._compare = compare
        self._lay_out()
        compare.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        self.against = QComboBox()
        for value, text in CHOICES:
            self.against.addItem(text, value)
        self.against.setAccessibleName("Compare with")
        self.against.activated.connect(self._on_against)
        self.pin = small_button("Pin this picture", "Hold all pictures against the one on screen (Shift+P)")
        self.pin.clicked.connect(self._compare.pin)
        self.file = small_button("Choose file…", "Or drop a file on this panel")
        self.file.clicked.connect(self._compare.file_wanted)
        self.state = name_label("")
        self.state.setWordWrap(True)
        self.how = QComboBox()
        for how in HOWS:
            self.how.addItem(HOW_NAMES[how], how)
        self.how.setAccessibleName("How")
        self.how.activated.connect(lambda at: self._compare.set_how(HOWS[at]))
        self.amount = QSlider(Qt.Orientation.Horizontal)
        self.amount.valueChanged.connect(self._on_amount)
        self.amount_text = value_label("")
        self.amount_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.amount_text.setMinimumWidth(self.fontMetrics().horizontalAdvance("00.0 a second"))
        self.pictures = QSpinBox()
        self.pictures.setRange(-1_000_000, 1_000_000)
        self.pictures.setSuffix(" pictures")
        self.pictures.setAccessibleName("Offset in pictures")
        self.pictures.valueChanged.connect(self._on_offset)
        self.seconds = QDoubleSpinBox()
        self.seconds.setRange(-100_000.0, 100_000.0)
        self.seconds.setDecimals(3)
        self.seconds.setSingleStep(0.1)
        self.seconds.setSuffix(" s")
        self.seconds.setAccessibleName("Offset in seconds")
        self.seconds.valueChanged.connect(self._on_offset)
        for spin in (self.pictures, self.seconds):
            spin.setKeyboardTracking(False)
            spin.setMinimumWidth(64)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.pin)
        buttons.addWidget(self.file)
        buttons.addStretch(1)
        form = QGridLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 1)
        self._offset_row = QWidget()
        offsets = QHBoxLayout(self._offset_row)
        offsets.setContentsMargins(0, 0, 0, 0)
        offsets.setSpacing(8)
        offsets.addWidget(self.pictures, 1)
        offsets.addWidget(self.seconds, 1)
        self._amount_name = name_label("")
        self._offset_name = name_label("B is later by")
        self._how_name = name_label("How")
        self._amount_row = QWidget()
        amounts = QHBoxLayout(self._amount_row)
        amounts.setContentsMargins(0, 0, 0, 0)
        amounts.addWidget(self.amount, 1)
        amounts.addWidget(self.amount_text)
        rows: tuple[tuple[QWidget, QWidget], ...] = (
            (name_label("With"), self.against), (self._how_name, self.how),
            (self._amount_name, self._amount_row), (self._offset_name, self._offset_row),
        )  # fmt: skip
        for line, (name, field) in enumerate(rows):
            form.addWidget(name, line, 0)
            form.addWidget(field, line, 1)
        column.addLayout(form)
        column.addLayout(buttons)
        column.addWidget(self.state)
        self._found = QWidget()
        found = QVBoxLayout(self._found)
        found.setContentsMargins(0, 4, 0, 0)
        found.setSpacing(8)
        self.pair = TextGrid(("", "A", "B"), gap=12)
        self.figures = TextGrid(("", "PSNR", "SSIM"), gap=12)
        for grid in (self.pair, self.figures):
            grid.keep_room_for("Picture ")
        self.remark = name_label("")
        self.remark.setWordWrap(True)
        self.graph = PsnrGraph()
        for widget in (heading("Pictures"), self.pair, heading("Figures"), self.figures, self.remark, self.graph):
            found.addWidget(widget)
        column.addWidget(self._found)
        column.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def set_colours(self, colours: Colours) -> None:
        self.graph.set_colours(colours)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._compare.set_read(True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._compare.set_read(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._compare.choose("file", paths[0])

    # -- what is asked

    @Slot(int)
    def _on_against(self, at: int) -> None:
        self._compare.choose(CHOICES[at][0])

    @Slot(int)
    def _on_amount(self, value: int) -> None:
        if self._compare.how == "split":
            self._compare.set_split(value / self.amount.maximum())
        elif self._compare.how == "difference":
            self._compare.set_gain(LARGEST_GAIN ** (value / GAIN_STEPS))
        else:
            self._compare.set_rate(value / 2)

    @Slot()
    def _on_offset(self) -> None:
        offset = replace(self._compare.offset, seconds=self.seconds.value(), pictures=self.pictures.value())
        self._compare.set_offset(offset)

    # -- what is said

    @Slot()
    def refresh(self) -> None:
        compare = self._compare
        against = compare.against
        has_offset = against in ("file", "time")
        blockers = [QSignalBlocker(each) for each in (self.amount, self.pictures, self.seconds)]
        self.against.setCurrentIndex([value for value, _ in CHOICES].index(against))
        self.how.setCurrentIndex(HOWS.index(compare.how))
        self.pictures.setValue(compare.offset.pictures)
        self.pictures.setSuffix(" picture" if abs(compare.offset.pictures) == 1 else " pictures")
        self.seconds.setValue(compare.offset.seconds)
        self._show_amount()
        del blockers
        for widget in (self._how_name, self.how, self._amount_name, self._amount_row, self._found):
            widget.setVisible(compare.is_on)
        for widget in (self._offset_name, self._offset_row):
            widget.setVisible(has_offset)
        self.pin.setEnabled(compare.picture is not None)
        self.state.setText(self._state_words())
        self.state.setVisible(bool(self.state.text()))
        self._show_pair()

    def _state_words(self) -> str:
        compare = self._compare
        if not compare.is_on:
            return NOTHING
        if compare.problem:
            return compare.problem
        if compare.counting:
            return "The pictures are still being counted."
        if compare.waiting:
            return "B is behind: A is shown alone."
        return file_name(compare.file) if compare.against == "file" else ""

    def _show_amount(self) -> None:
        compare = self._compare
        if compare.how == "split":
            name, limits, value = "Split", (0, 1000), round(compare.split * 1000)
            text = f"{compare.split * 100:.0f} %"
        elif compare.how == "difference":
            name, limits = "Gain", (0, GAIN_STEPS)
            value = round(GAIN_STEPS * math.log(max(1.0, compare.gain), LARGEST_GAIN))
            text = f"× {compare.gain:.3g}"
        else:
            name, limits, value = "Rate", (round(RATES[0] * 2), round(RATES[1] * 2)), round(compare.rate * 2)
            text = f"{compare.rate:g} a second"
        self._amount_name.setText(name)
        self.amount.setAccessibleName(name)
        self.amount.setRange(*limits)
        if not self.amount.isSliderDown():
            self.amount.setValue(value)
        self.amount_text.setText(text)

    def _show_pair(self) -> None:
        compare = self._compare
        pair, measured = compare.pair, compare.measured
        ours = compare.picture if pair is None else pair.picture
        theirs = None if pair is None else pair.reference
        a = picture_words(ours, None if ours is None else compare.number_of(ours))
        b = picture_words(theirs, None if theirs is None else theirs.index)
        names = ("Picture", "pts", "Time", "Type")
        self.pair.show_rows(list(zip(names, a, b, strict=True)))
        if measured is not None and measured.metrics is not None:
            metrics = measured.metrics
            self.figures.show_rows(
                [_row(each, each.name) for each in (*metrics.components,)] + [_row(metrics.overall, "All")]
            )
            remark = metrics.remark + "." if metrics.remark else ""
        elif measured is not None:
            self.figures.show_rows([("All", DASH, DASH)])
            remark = measured.problem
        else:
            # While it plays the former figures stay to be read until the next ones are there.
            if pair is None or not self.figures.texts():
                self.figures.show_rows([("All", DASH, DASH)])
            remark = self.remark.text() if pair is not None else ""
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))
        self.graph.show_values(compare.seen, None if ours is None else compare.number_of(ours))


def _row(figures: Figures, name: str) -> tuple[str, str, str]:
    return (name, psnr_words(figures.psnr_db), ssim_words(figures.ssim))
