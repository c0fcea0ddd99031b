"""What is heard now, drawn where a picture would be: the waveform or the spectrum, moving to the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from player.audio.sound_picture import PEAK_LEVEL, SoundMode
from ui.sound_painter import SoundPainter, Strip, Wish
from ui.theme import DARK, Colours

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.audio.tap import Tap

PICTURE_MS = 50
"""Between two pictures: calm to look at, and cheap."""
SPEED = 80.0
"""Logical pixels to a second of media."""
MARGIN = 16


def _rgb(name: str) -> NDArray[np.float64]:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], np.float64)


def ramp(colours: Colours, mode: SoundMode) -> NDArray[np.uint32]:
    """256 opaque colours, `0xffrrggbb`, from the ground up."""
    ground, accent, text = (_rgb(colour) for colour in (colours.window, colours.accent, colours.text))
    if mode == "waves":
        stops = {0: ground, PEAK_LEVEL: (ground + accent) / 2.0, 255: accent}
    else:
        stops = {0: ground, 150: accent, 255: text}
    colour_stops = np.stack(list(stops.values()))
    red, green, blue = (
        np.round(np.interp(np.arange(256), list(stops), colour_stops[:, channel])).astype(np.uint32)
        for channel in range(3)
    )
    opaque: NDArray[np.uint32] = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    return opaque


class SoundView(QWidget):
    """Redraws only while it is seen and the sound moves. The mouse is left to what is behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAccessibleName("Sound")
        self.mode: SoundMode = "waves"
        self._colours = DARK
        self._moves = False
        self._tap: Tap | None = None
        self._heard_s: Callable[[], float | None] = lambda: None
        self._painter: SoundPainter | None = None
        # A ring: column k of the sound lies at k modulo the width; `_end` is one after the last.
        self._levels = np.zeros((0, 0), np.uint8)
        self._pixels = np.zeros((0, 0), np.uint32)
        self._end = 0
        self._ramp = ramp(DARK, self.mode)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setObjectName("dim")
        self.title.move(MARGIN, MARGIN)
        self._words = ""
        self._timer = QTimer(self)
        self._timer.setInterval(PICTURE_MS)
        self._timer.timeout.connect(self.look)

    # -- what is shown

    def listen(self, tap: Tap, heard_s: Callable[[], float | None]) -> None:
        """From now on draw what `tap` keeps; `heard_s` tells which moment of it is heard."""
        self._tap, self._heard_s = tap, heard_s
        self._painter = SoundPainter(tap, self)
        self._painter.drawn.connect(self._on_drawn, Qt.ConnectionType.QueuedConnection)

    def show_sound(self, mode: SoundMode, title: str, *, moves: bool) -> None:
        if mode != self.mode:
            self.mode = mode
            self._dress()
            self._blank()
        if title != self._words:
            self._words = title
            self._place_title()
        if moves != self._moves:
            self._moves = moves
            self._follow()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._dress()

    def shutdown(self) -> None:
        self._timer.stop()
        if self._painter is not None:
            self._painter.close()

    @property
    def moving(self) -> bool:
        return self._timer.isActive()

    @Slot()
    def look(self) -> None:
        """Ask for the columns up to what is heard now."""
        heard_s = self._heard_s()
        width, height = self._device_size()
        if self._painter is not None and heard_s is not None and width and height:
            self._painter.wish(Wish(self.mode, width, height, SPEED * self.devicePixelRatioF(), heard_s))

    @Slot(object)
    def _on_drawn(self, strip: Strip) -> None:
        wish = strip.wish
        if wish.mode != self.mode or (wish.width, wish.height) != self._device_size():
            return
        if strip.anew or self._levels.shape != (wish.height, wish.width):
            self._levels = np.zeros((wish.height, wish.width), np.uint8)
            self._pixels = np.full((wish.height, wish.width), self._ramp[0], np.uint32)
        self._end = wish.end
        places = np.arange(wish.end - strip.levels.shape[1], wish.end) % wish.width
        self._levels[:, places] = strip.levels
        self._pixels[:, places] = self._ramp[strip.levels]
        self.update()

    def _dress(self) -> None:
        self._ramp = ramp(self._colours, self.mode)
        self._pixels = self._ramp[self._levels]
        self.update()

    def _blank(self) -> None:
        self._levels = np.zeros((0, 0), np.uint8)
        self._pixels = np.zeros((0, 0), np.uint32)
        self.look()
        self.update()

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def _follow(self) -> None:
        if self._moves and self.isVisible() and self._tap is not None:
            self._timer.start()
        else:
            self._timer.stop()

    def _place_title(self) -> None:
        room = max(0, self.width() - 2 * MARGIN)
        self.title.setText(self.title.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, room))
        self.title.adjustSize()

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        height, width = self._pixels.shape
        if not width or (width, height) != self._device_size():
            painter.fillRect(event.rect(), QColor(self._colours.window))
            return
        image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        painter.scale(1.0 / self.devicePixelRatioF(), 1.0 / self.devicePixelRatioF())
        oldest = self._end % width
        painter.drawImage(0, 0, image, oldest, 0, width - oldest, height)
        painter.drawImage(width - oldest, 0, image, 0, 0, oldest, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_title()
        self.look()

    def showEvent(self, event: QShowEvent) -> None:
        if self._tap is not None:
            self._tap.want(True)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._tap is not None:
            self._tap.want(False)
        self._follow()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._place_title()
