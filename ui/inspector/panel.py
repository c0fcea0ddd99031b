"""The Inspector panel (Ctrl+I): the values of the pixel under the pointer, and the statistics of the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from ui.controls.panel_parts import heading, small_button
from ui.controls.text_grid import TextGrid, name_label, value_label
from ui.inspector.facts import as_json, as_text, number_text, rgb_text, value_text

if TYPE_CHECKING:
    from ui.inspector.facts import PixelFacts
    from ui.inspector.inspector import Inspector
    from ui.theme import Colours

WIDTH = 320
NO_PICTURE = "There is no picture on screen."
POINT = "Point at the picture to read a pixel."
SELECT = "Drag with Shift held to select pixels; Esc lets go of them."
READING = "…"
DASH = "–"


class InspectorPanel(QWidget):
    """Reads while it is seen, and tells the inspector so."""

    def __init__(self, inspector: Inspector) -> None:
        super().__init__()
        self.setAccessibleName("Inspector")
        self.setMinimumWidth(WIDTH)  # the tables are there only with a pixel or a selection: the dock has room for them
        self._inspector = inspector
        self._facts: PixelFacts | None = None
        self.place = name_label("")
        self.samples = TextGrid(("", "Value", "Bits", "Plane", "At"), gap=8, right=True)
        self.swatch = Swatch()
        self.displayed = value_label("")
        self.region = name_label("")
        self.statistics = TextGrid(("", "Mean", "Min", "Max", "Deviation"), gap=8, right=True)
        self.hexadecimal = QCheckBox("Hexadecimal")
        self.hexadecimal.setToolTip("Code values here and in the picture (Alt+X)")
        self.copy_text, self.copy_json = small_button("Copy text"), small_button("Copy JSON")
        self._lay_out()
        inspector.refreshed.connect(self._show)
        inspector.zoom.hexadecimal_changed.connect(self._show)
        self.hexadecimal.clicked.connect(inspector.zoom.toggle_hexadecimal)
        self.copy_text.clicked.connect(self._copy_text)
        self.copy_json.clicked.connect(self._copy_json)
        self._show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        self._shown = QWidget()
        row = QHBoxLayout(self._shown)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.swatch)
        row.addWidget(self.displayed, 1)
        column.addWidget(heading("Pixel"))
        for each in (self.place, self.samples, self._shown):
            column.addWidget(each)
        column.addSpacing(8)
        column.addWidget(heading("Selection"))
        for each in (self.region, self.statistics):
            column.addWidget(each)
        column.addSpacing(8)
        column.addWidget(self.hexadecimal)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy_text)
        buttons.addWidget(self.copy_json)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(max(WIDTH, super().minimumSizeHint().width()), super().sizeHint().height())

    def set_colours(self, colours: Colours) -> None:
        self.swatch.line = QColor(colours.line)
        self.swatch.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._inspector.set_read(True)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._inspector.set_read(False)

    # -- what is said

    @Slot()
    def _show(self) -> None:
        inspector = self._inspector
        if not self.isVisible():
            return
        self.hexadecimal.setChecked(inspector.zoom.hexadecimal)
        found = inspector.facts()
        if found is not None or inspector.picture is None or inspector.problem:
            self._facts = found  # the last pixel stays to be read and copied while the pointer is elsewhere
        elif self._facts is not None:
            self._facts = inspector.facts_at(self._facts.x, self._facts.y)
        self._show_pixel()
        self._show_selection()
        has_something = self._facts is not None or inspector.zoom.selection is not None
        self.copy_text.setEnabled(has_something)
        self.copy_json.setEnabled(has_something)

    def _show_pixel(self) -> None:
        facts, inspector = self._facts, self._inspector
        self.samples.setVisible(facts is not None)
        self._shown.setVisible(facts is not None)
        if facts is None:
            self.place.setText(inspector.problem or (NO_PICTURE if inspector.picture is None else POINT))
            return
        shown_x, shown_y = facts.shown_at
        same = (shown_x, shown_y) == (facts.x, facts.y)
        self.place.setText(f"x {facts.x}, y {facts.y}" + ("" if same else f"   displayed at {shown_x}, {shown_y}"))
        is_hexadecimal = inspector.zoom.hexadecimal
        self.samples.show_rows(
            [
                (
                    each.name, value_text(each.value, each.bits, hexadecimal=is_hexadecimal),
                    str(each.bits) if each.bits else "float", str(each.plane), f"{each.x}, {each.y}",
                )
                for each in facts.samples
            ]
        )  # fmt: skip
        self.swatch.show_rgb(facts.rgb)
        self.displayed.setText(f"Displayed  {'  '.join(map(str, facts.rgb))}   {rgb_text(facts.rgb)}")

    def _show_selection(self) -> None:
        region = self._inspector.zoom.selection
        self.statistics.setVisible(region is not None)
        if region is None:
            self.region.setText(SELECT)
            return
        x, y, width, height = region
        self.region.setText(f"{width} × {height} at {x}, {y}")
        self.statistics.show_rows(
            [
                (
                    each.name, f"{each.mean:.2f}" if each.bits else f"{each.mean:.4g}", number_text(each.minimum),
                    number_text(each.maximum), f"{each.deviation:.2f}" if each.bits else f"{each.deviation:.4g}",
                )
                for each in self._inspector.statistics() or ()
            ]
            or [(READING, *[DASH] * 4)]
        )  # fmt: skip

    # -- copying

    @Slot()
    def _copy_text(self) -> None:
        zoom = self._inspector.zoom
        text = as_text(self._facts, zoom.selection, self._inspector.statistics(), hexadecimal=zoom.hexadecimal)
        QGuiApplication.clipboard().setText(text)

    @Slot()
    def _copy_json(self) -> None:
        zoom = self._inspector.zoom
        QGuiApplication.clipboard().setText(as_json(self._facts, zoom.selection, self._inspector.statistics()))


class Swatch(QWidget):
    """A patch of the colour as displayed."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(36, 22)
        self.setAccessibleName("Colour as displayed")
        self.rgb = (0, 0, 0)
        self.line = QColor("#888888")

    def show_rgb(self, rgb: tuple[int, int, int]) -> None:
        if rgb != self.rgb:
            self.rgb = rgb
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.line)
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), QColor(*self.rgb))
        painter.end()
