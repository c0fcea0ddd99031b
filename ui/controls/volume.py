"""The mute button and the volume slider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.controls.buttons import IconButton
from ui.controls.track_bar import TrackBar

if TYPE_CHECKING:
    from ui.theme import Colours

MAX_VOLUME = 130
SLIDER_WIDTH, SLIDER_GAP = 96, 4
VOLUME_WIDTH = SLIDER_WIDTH + SLIDER_GAP
"""What the slider takes beside its button, in logical pixels."""
STEP_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)


class VolumeSlider(TrackBar):
    """0 to 130 per cent, with a mark at 100, the file's own loudness. With the focus, the arrow keys are its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Volume", parent)
        self.setRange(0, MAX_VOLUME)
        self.setSingleStep(2)
        self.setPageStep(10)
        self.setFixedWidth(SLIDER_WIDTH)

    def ticks(self) -> list[float]:
        return [100 / MAX_VOLUME]

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in STEP_KEYS:
            event.accept()
            return True
        return super().event(event)


class VolumeControl(QWidget):
    """Shows what it is told; says what the user wants."""

    volume_wanted = Signal(float)
    mute_wanted = Signal()

    def __init__(self, mute_tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = IconButton("volume", "Mute", mute_tooltip, self)
        self.slider = VolumeSlider(self)
        self.slider.setToolTip("Volume (9 and 0, or the wheel)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SLIDER_GAP)
        layout.addWidget(self.button)
        layout.addWidget(self.slider)
        self.button.clicked.connect(self.mute_wanted)
        self.slider.valueChanged.connect(self._on_value)
        self._telling = False

    def set_colours(self, colours: Colours) -> None:
        self.button.set_colours(colours)
        self.slider.set_colours(colours)

    def show_state(self, volume: float, muted: bool) -> None:
        if muted or volume <= 0:
            self.button.set_icon_name("volume-off")
        else:
            self.button.set_icon_name("volume-low" if volume < 50 else "volume")
        self.button.setAccessibleName("Sound on" if muted else "Mute")
        if not self.slider.isSliderDown():
            self._telling = True
            self.slider.setValue(round(volume))
            self._telling = False

    @Slot(int)
    def _on_value(self, value: int) -> None:
        if not self._telling:
            self.volume_wanted.emit(float(value))
