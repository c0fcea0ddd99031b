"""Pictures through the processor: libswscale makes them the widget's pixels ahead, painting only copies those."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeGuard

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from player.errors import StreamError, ThreadStuckError
from player.media.look import PLAIN, Look
from player.media.raster import RasterConverter, RasterImage, is_rapid
from player.records import Picture
from ui.video.geometry import Rect, Size, bars, device_size, fit

Stage = Literal["convert", "upload", "paint"]
JOIN_S = 2.0
STAYS_MS = 150
"""A picture that is still there after so long is made finely: three of 25 a second have gone by."""


@dataclass(frozen=True, slots=True)
class _Converted:
    """What the worker made, and of what."""

    picture: Picture
    image: RasterImage


@dataclass(frozen=True, slots=True)
class _Style:
    """How pictures are looked at; the number grows with every change."""

    look: Look = PLAIN
    reference: Picture | None = None
    serial: int = 0


class RasterView(QWidget):
    """Shows one picture at a time, letterboxed on black.

    A picture that was prepared for another size is drawn stretched until the worker has made it anew. One that was
    made the quick way is made again finely when it stays, as when paused.
    """

    painted = Signal()
    """A new picture is on screen. Not repeated for repaints of the same one."""
    _converted = Signal()  # the worker has a result

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.on_timing: Callable[[Stage, float], None] = _no_timing
        self._converters = threading.local()  # libswscale contexts, one a thread
        self._area: Size = self._device_area()  # written by the GUI thread, replaced whole, read anywhere
        self._style = _Style()  # likewise
        # GUI thread only
        self._picture: Picture | None = None
        self._image: RasterImage | None = None
        self._image_of: Picture | None = None  # whose pixels these are: an older picture's, until the worker is done
        self._unseen = False
        self._worker: _Reconverter | None = None
        self._converted.connect(self._take_converted)
        self._stays = QTimer(self)
        self._stays.setSingleShot(True)
        self._stays.setInterval(STAYS_MS)
        self._stays.timeout.connect(self._refine)

    def prepare(self, picture: Picture) -> object | None:
        """Decode thread: the picture's pixels for the widget's size now; None while the widget has no area.

        Raises StreamError for a pixel format that nothing can convert.
        """
        size = fit(picture.display_size, self._area).size
        return None if 0 in size else self._convert(picture, size, quick=is_rapid(picture, size))

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        self._unseen = picture is not None
        if picture is None:
            self._image = self._image_of = None
        elif self._fits_style(picture.prepared):
            self._image, self._image_of = picture.prepared, picture
        if self._image is not None and self._image.quick:
            self._stays.start()
        else:
            self._stays.stop()
        self._reconvert_if_needed()
        self.update()

    def set_look(self, look: Look) -> None:
        if look != self._style.look:
            self._set_style(replace(self._style, look=look, serial=self._style.serial + 1))

    def set_reference(self, picture: Picture | None) -> None:
        former, style = self._style, replace(self._style, reference=picture)
        if picture is former.reference:
            return
        if former.look.against == "none":
            self._style = style  # no picture was made with it
        else:
            self._set_style(replace(style, serial=style.serial + 1))

    def _set_style(self, style: _Style) -> None:
        self._style = style
        self._reconvert_if_needed()

    def _fits_style(self, prepared: object) -> TypeGuard[RasterImage]:
        return isinstance(prepared, RasterImage) and prepared.look_serial == self._style.serial

    def shutdown(self) -> None:
        """Ends the worker and lets go of the picture. Raises ThreadStuckError when it takes over 2 s."""
        self._stays.stop()
        worker, self._worker = self._worker, None
        self._picture = self._image = self._image_of = None
        self._style = _Style()
        self._unseen = False
        if worker is not None:
            worker.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._note_area()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._note_area()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        started = time.perf_counter()
        image, picture = self._image, self._picture
        rect = Rect(0, 0, 0, 0) if picture is None else fit(picture.display_size, self._area)
        painter = QPainter(self)
        # Device pixels: at one to one the transformation is then the identity, and drawing is a plain copy.
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        if image is None or rect.empty:
            painter.fillRect(QRect(0, 0, *self._area), Qt.GlobalColor.black)
        else:
            for bar in bars(rect, self._area):
                painter.fillRect(QRect(bar.x, bar.y, bar.width, bar.height), Qt.GlobalColor.black)
            whole = QImage(
                image.lines.data, image.width, image.height, image.lines.shape[1], QImage.Format.Format_RGB32
            )
            if image.size == rect.size:
                painter.drawImage(rect.x, rect.y, whole)
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(QRect(rect.x, rect.y, rect.width, rect.height), whole)
        painter.end()
        self.on_timing("paint", time.perf_counter() - started)
        if self._unseen and image is not None and self._image_of is picture:
            self._unseen = False
            self.painted.emit()

    def _device_area(self) -> Size:
        return device_size(self.width(), self.height(), self.devicePixelRatioF())

    def _note_area(self) -> None:
        self._area = self._device_area()
        self._reconvert_if_needed()
        self.update()

    def _reconvert_if_needed(self) -> None:
        picture = self._picture
        if picture is None:
            return
        size = fit(picture.display_size, self._area).size
        image = self._image if self._image_of is picture else None
        if 0 not in size and (not self._fits_style(image) or image.size != size):
            self._ask_worker(picture, size)

    def _refine(self) -> None:
        """The picture has stayed a while."""
        picture, image = self._picture, self._image
        if picture is not None and image is not None and image.quick:
            self._ask_worker(picture, image.size)

    def _ask_worker(self, picture: Picture, size: Size) -> None:
        if self._worker is None:
            self._worker = _Reconverter(self._convert, self._converted.emit)
        self._worker.ask(picture, size)

    def _take_converted(self) -> None:
        result = self._worker.take() if self._worker is not None else None
        if result is None or result.picture is not self._picture:
            return
        self._image, self._image_of = result.image, result.picture
        self.update()

    def _convert(self, picture: Picture, size: Size, *, quick: bool = False) -> RasterImage:
        converter: RasterConverter | None = getattr(self._converters, "kept", None)
        if converter is None:
            converter = self._converters.kept = RasterConverter()
        started = time.perf_counter()
        style = self._style
        image = converter.convert(picture, size, quick=quick, look=style.look, reference=style.reference)
        self.on_timing("convert", time.perf_counter() - started)
        return replace(image, look_serial=style.serial)


class _Reconverter:
    """A thread that converts the latest picture asked for; older requests that it has not begun are forgotten."""

    def __init__(self, convert: Callable[[Picture, Size], RasterImage], wakeup: Callable[[], None]) -> None:
        self._convert = convert
        self._wakeup = wakeup
        self._cond = threading.Condition()
        self._request: tuple[Picture, Size] | None = None  # guarded by _cond
        self._result: _Converted | None = None  # guarded by _cond
        self._stopping = False  # guarded by _cond
        self._thread = threading.Thread(target=self._run, name="raster-view")
        self._thread.start()

    def ask(self, picture: Picture, size: Size) -> None:
        with self._cond:
            self._request = (picture, size)
            self._cond.notify()

    def take(self) -> _Converted | None:
        with self._cond:
            result, self._result = self._result, None
            return result

    def stop(self) -> None:
        with self._cond:
            self._stopping = True
            self._cond.notify()
        self._thread.join(JOIN_S)
        if self._thread.is_alive():
            raise ThreadStuckError(self._thread.name)

    def _run(self) -> None:
        while True:
            with self._cond:
                self._cond.wait_for(lambda: self._request is not None or self._stopping)
                request, self._request = self._request, None
                if self._stopping or request is None:
                    return
            try:
                image = self._convert(*request)
            except StreamError:
                continue  # `prepare` met the same picture before and told the player
            with self._cond:
                self._result = _Converted(request[0], image)
            self._wakeup()


def _no_timing(stage: Stage, seconds: float) -> None:
    """Nobody measures."""
