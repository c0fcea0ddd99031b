"""What is said of how models look: whether pictures wait for them, what becomes of old boxes, at what they look."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from ui.controls.panel_parts import dim_label, small_button
from ui.detections.manner import STALES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

    from player.analysis.input_map import Rectangle
    from player.analysis.selection import Selection
    from ui.detections.detecting import Detecting
    from ui.detections.manner import Stale

MOST_BOXES = 1000
STALE_NAMES: dict[Stale, str] = {"dim": "Dim, with their age", "hide": "Not at all"}
TILES: tuple[tuple[int | None, str], ...] = (
    (None, "The picture as a whole"), (0, "In pieces, every pixel"), (640, "In pieces of 640"),
    (1280, "In pieces of 1280"),
)  # fmt: skip


class Options(QWidget):
    """Shows what `detecting` has, and changes it."""

    turned = Signal(object)  # the selection that the user makes of the one that is shown

    def __init__(self, detecting: Detecting) -> None:
        super().__init__()
        self._detecting = detecting
        self._selection: Selection | None = None
        self.live = QRadioButton("Never waits")
        self.live.setToolTip("The newest picture is looked at; boxes may be some pictures late")
        self.sync = QRadioButton("Waits")
        self.sync.setToolTip("A picture is shown when its boxes are there (Shift+O)")
        group = QButtonGroup(self)
        for button in (self.live, self.sync):
            group.addButton(button)
        self.live.clicked.connect(lambda: detecting.manner.set_policy("live"))
        self.sync.clicked.connect(lambda: detecting.manner.set_policy("sync"))
        self.top_k = QSpinBox()
        self.top_k.setRange(1, MOST_BOXES)
        self.top_k.setAccessibleName("Most boxes")
        self.top_k.setToolTip("So many boxes of a picture are shown at most, the surest")
        self.top_k.setKeyboardTracking(False)
        self.agnostic = QCheckBox("Across classes")
        self.agnostic.setToolTip("Boxes of different classes that overlap are one thing, too")
        self.top_k.valueChanged.connect(lambda value: self._turn(top_k=value))
        self.agnostic.toggled.connect(lambda on: self._turn(agnostic=on))
        self.stale = QComboBox()
        self.stale.setAccessibleName("Old boxes")
        self.stale.setToolTip("How boxes of an earlier picture are drawn")
        for stale in STALES:
            self.stale.addItem(STALE_NAMES[stale], stale)
        self.stale.activated.connect(lambda at: detecting.manner.set_stale(STALES[at]))
        self.tiles = QComboBox()
        self.tiles.setAccessibleName("Large pictures")
        self.tiles.setToolTip("Pieces find small things in large pictures, and take longer")
        for tile, name in TILES:
            self.tiles.addItem(name, tile)
        self.tiles.activated.connect(lambda at: detecting.manner.set_tile(TILES[at][0]))
        self.region = QLabel("")
        self.region.setTextFormat(Qt.TextFormat.PlainText)
        self.draw = small_button("Draw…", "Draw a rectangle on the picture: models see nothing else (Shift+R)")
        self.draw.clicked.connect(detecting.manner.draw_region)
        self._of_boxes: list[QWidget] = [self.top_k, self.agnostic, self.tiles]
        """What says nothing of a classifier."""
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget | QLayout], ...] = (
            ("At most", _row(self.top_k, self.agnostic)), ("Playback", _row(self.live, self.sync)),
            ("Old boxes", self.stale), ("Looks at", _row(self.region, self.draw)), ("Sees it", self.tiles),
        )  # fmt: skip
        for line, (name, field) in enumerate(rows):
            label = dim_label(name)
            grid.addWidget(label, line, 0)
            if name in ("At most", "Sees it"):
                self._of_boxes.append(label)
            if isinstance(field, QWidget):
                grid.addWidget(field, line, 1)
            else:
                grid.addLayout(field, line, 1)
        grid.setRowStretch(len(rows), 1)

    def show_selection(self, selection: Selection | None, *, has_boxes: bool = True) -> None:
        self._selection = selection if has_boxes else None
        for widget in self._of_boxes:
            widget.setVisible(has_boxes)
        selection = self._selection
        for widget in (self.top_k, self.agnostic):
            widget.setEnabled(selection is not None)
        if selection is not None:
            blockers = [QSignalBlocker(each) for each in (self.top_k, self.agnostic)]
            self.top_k.setValue(selection.top_k)
            self.agnostic.setChecked(selection.agnostic)
            del blockers

    def _turn(self, **changes: int | bool) -> None:
        if self._selection is not None:
            self.turned.emit(replace(self._selection, **changes))  # type: ignore[arg-type]  # the callers know

    @Slot()
    def refresh(self) -> None:
        detecting = self._detecting
        (self.sync if detecting.manner.policy == "sync" else self.live).setChecked(True)
        self.stale.setCurrentIndex(STALES.index(detecting.manner.stale))
        tiles = [tile for tile, _ in TILES]
        if detecting.manner.tile not in tiles:  # by a script
            self.tiles.setCurrentIndex(-1)
        else:
            self.tiles.setCurrentIndex(tiles.index(detecting.manner.tile))
        self.region.setText(region_words(detecting.manner.region))
        self.draw.setText("Draw…" if detecting.manner.region is None else "Whole")


def region_words(region: Rectangle | None) -> str:
    """`the whole picture`, `320×200 at 10, 20`."""
    if region is None:
        return "The whole picture"
    left, top, right, bottom = region
    return f"{right - left:.0f}×{bottom - top:.0f} at {left:.0f}, {top:.0f}"


def _row(*widgets: QWidget) -> QLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
