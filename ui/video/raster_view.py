"""Pictures through the processor: libswscale makes them the widget's pixels ahead, painting only copies those.

Zoomed in, only the pixels in sight are converted, one to one, and enlarged to blocks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from player.errors import StreamError, ThreadStuckError
from player.media.look import PLAIN, Look
from player.media.raster import RasterConverter, RasterImage, is_rapid
from player.quick_dataclass import dataclass
from player.records import Picture
from ui.video.geometry import FIT, NOWHERE, Placement, Rect, Size, Viewport, bars, device_size, place_picture

Stage = Literal["convert", "upload", "paint"]
JOIN_S = 2.0
STAYS_MS = 150
"""A picture that is still there after so long is made finely: three of 25 a second have gone by."""


@dataclass(frozen=True, slots=True)
class Made:
    """A picture's pixels for one placement: its visible part in a close-up, otherwise the whole picture."""

    image: RasterImage
    placement: Placement
    reference: Picture | None = None
    """What the picture was held against."""

    @property
    def nbytes(self) -> int:
        """Of its pixels: whoever keeps prepared pictures counts them."""
        return self.image.data.nbytes

    @property
    def is_part(self) -> bool:
        return self.placement.viewport.nearest

    def serves(self, wanted: Placement) -> bool:
        """True where the pixels are those that `wanted` needs."""
        mine = self.placement
        if self.is_part or wanted.viewport.nearest:
            return mine == wanted
        return mine.rect.size == wanted.rect.size

    def rect_in(self, shown: Placement) -> Rect:
        """Where the pixels belong in another placement of the picture: stretched, where the sizes differ."""
        mine, whole = self.placement, shown.rect
        if not self.is_part:
            return whole
        part = mine.visible
        if mine.rect == whole:
            return part
        (left, top), (right, bottom) = (
            mine.to_upright(corner) for corner in ((part.x, part.y), (part.x + part.width, part.y + part.height))
        )
        x, y = round(whole.x + left * whole.width), round(whole.y + top * whole.height)
        far = round(whole.x + right * whole.width), round(whole.y + bottom * whole.height)
        return Rect(x, y, far[0] - x, far[1] - y)


@dataclass(frozen=True, slots=True)
class _Converted:
    """What the worker made, and of what."""

    picture: Picture
    made: Made


@dataclass(frozen=True, slots=True)
class _Style:
    """How pictures are looked at; the number grows with every change."""

    look: Look = PLAIN
    reference: Picture | None = None
    of: Picture | None = None
    """The only picture that the reference belongs to; None: to all."""
    serial: int = 0

    @property
    def pairs(self) -> bool:
        """Whether every picture is held against one of its own."""
        return self.of is not None and self.reference is not None and self.look.against != "none"

    def reference_of(self, picture: Picture) -> Picture | None:
        """What it is held against; None where nothing is."""
        return self.reference if self.look.against != "none" and (self.of is None or self.of is picture) else None


class RasterView(QWidget):
    """Shows one picture at a time, letterboxed on black, or the part of it that the viewport says.

    A picture that was prepared for another size is drawn stretched until the worker has made it anew. A close-up stays
    where it is until then: stretched, it would leave part of the widget empty for a moment. What was made the quick way
    is made again finely when it stays, as when paused.
    """

    painted = Signal()
    """A new picture is on screen. Not repeated for repaints of the same one."""
    placement_changed = Signal()
    """`placement` is another one."""
    _converted = Signal()  # the worker has a result

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.on_timing: Callable[[Stage, float], None] = _no_timing
        self._converters = threading.local()  # libswscale contexts, one a thread
        # Written by the GUI thread, replaced whole, read anywhere.
        self._aim: tuple[Size, Viewport] = ((0, 0), FIT)  # until it is shown: the size it is made with says nothing
        self._style = _Style()
        # GUI thread only
        self._picture: Picture | None = None
        self._wanted: Placement | None = None
        self._placement: Placement | None = None  # as it is drawn: `_wanted`, or a close-up's until that is made
        self._made: Made | None = None
        self._made_of: Picture | None = None  # whose pixels these are: an older picture's, until the worker is done
        self._unseen = False
        self._worker: _Reconverter | None = None
        self._converted.connect(self._take_converted)
        self._stays = QTimer(self)
        self._stays.setSingleShot(True)
        self._stays.setInterval(STAYS_MS)
        self._stays.timeout.connect(self._refine)

    @property
    def placement(self) -> Placement | None:
        return self._placement

    @property
    def painting(self) -> Picture | None:
        return self._made_of

    def prepare(self, picture: Picture) -> object | None:
        """Decode thread: the picture's pixels for the widget's size now; None while the widget has no area.

        None, too, while every picture is held against one of its own, which is known only when it is shown. Raises
        StreamError for a pixel format that nothing can convert.
        """
        placement = place_picture(picture, *self._aim)
        if placement.visible.empty or self._style.pairs:
            return None
        return self._convert(picture, placement, quick=is_rapid(picture, placement.rect.size))

    def show_picture(self, picture: Picture | None) -> None:
        waits = self._made_of is not self._picture
        self._picture = picture
        self._unseen = picture is not None
        if picture is None:
            self._made = self._made_of = self._wanted = None
        else:
            self._wanted = place_picture(picture, *self._aim)
            made = picture.prepared if isinstance(picture.prepared, Made) else None
            if made is not None and self._is_of_use(made, self._wanted, waits=waits):
                self._made, self._made_of = made, picture
        if self._made is not None and self._made.image.quick:
            self._stays.start()
        else:
            self._stays.stop()
        self._reconvert_if_needed()
        self._note_placement()
        self.update()

    def _is_of_use(self, made: Made, wanted: Placement, *, waits: bool) -> bool:
        """Whether to draw this at once rather than what is on screen until the worker is done.

        `waits` says that the worker is behind already.
        """
        if made.image.look_serial != self._style.serial:
            return False
        can_be_stretched = not made.is_part and not wanted.viewport.nearest
        return can_be_stretched or made.serves(wanted) or waits or self._made is None

    def set_viewport(self, viewport: Viewport) -> None:
        if viewport != self._aim[1]:
            self._take_aim((self._aim[0], viewport))

    def set_look(self, look: Look) -> None:
        if look != self._style.look:
            self._set_style(replace(self._style, look=look, serial=self._style.serial + 1))

    def set_reference(self, picture: Picture | None, of: Picture | None = None) -> None:
        former, style = self._style, replace(self._style, reference=picture, of=of)
        if picture is former.reference and of is former.of:
            return
        if former.look.against == "none":
            self._style = style  # no picture was made with it
        else:
            self._set_style(replace(style, serial=style.serial + 1))

    def _set_style(self, style: _Style) -> None:
        self._style = style
        if style.of is None or style.of is self._picture or style.reference is None:
            self._reconvert_if_needed()

    def shutdown(self) -> None:
        """Ends the worker and lets go of the picture. Raises ThreadStuckError when it takes over 2 s."""
        self._stays.stop()
        worker, self._worker = self._worker, None
        self._picture = self._made = self._made_of = self._wanted = None
        self._style = _Style()
        self._unseen = False
        if worker is not None:
            worker.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_aim((self._device_area(), self._aim[1]))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_aim((self._device_area(), self._aim[1]))
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        started = time.perf_counter()
        made, placement = self._made, self._placement
        painter = QPainter(self)
        # Device pixels: at one to one the transformation is then the identity, and drawing is a plain copy.
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        area = self._aim[0]
        rect = NOWHERE if made is None or placement is None else made.rect_in(placement)
        for bar in bars(rect.within(area), area):
            painter.fillRect(QRect(bar.x, bar.y, bar.width, bar.height), Qt.GlobalColor.black)
        if made is not None and not rect.empty:
            _draw(painter, made.image, rect, area)
        painter.end()
        self.on_timing("paint", time.perf_counter() - started)
        if self._unseen and made is not None and self._made_of is self._picture:
            self._unseen = False
            self.painted.emit()

    def _device_area(self) -> Size:
        return device_size(self.width(), self.height(), self.devicePixelRatioF())

    def _take_aim(self, aim: tuple[Size, Viewport]) -> None:
        self._aim = aim
        if self._picture is not None:
            self._wanted = place_picture(self._picture, *aim)
        self._reconvert_if_needed()
        self._note_placement()
        self.update()

    def _note_placement(self) -> None:
        made, placement = self._made, self._wanted
        if made is not None and placement is not None and made.is_part and not made.serves(placement):
            former = made.placement
            if former.seen_by(placement.viewport) == placement:
                placement = former
        if placement != self._placement:
            self._placement = placement
            self.placement_changed.emit()

    def _reconvert_if_needed(self) -> None:
        picture, wanted = self._picture, self._wanted
        if picture is None or wanted is None or wanted.visible.empty:
            return
        if self._made_of is not picture or not self._is_wanted(self._made):
            self._ask_worker(picture, wanted)

    def _is_wanted(self, made: Made | None) -> bool:
        """True where these pixels are the right ones, if they are of the right picture."""
        if made is None or self._wanted is None or made.image.look_serial != self._style.serial:
            return False
        return made.serves(self._wanted)

    def _refine(self) -> None:
        """The picture has stayed a while."""
        picture, wanted, made = self._picture, self._wanted, self._made
        if picture is not None and wanted is not None and made is not None and made.image.quick:
            self._ask_worker(picture, wanted)

    def _ask_worker(self, picture: Picture, placement: Placement) -> None:
        if self._worker is None:
            self._worker = _Reconverter(self._convert, self._converted.emit)
        self._worker.ask(picture, placement)

    def _take_converted(self) -> None:
        result = self._worker.take() if self._worker is not None else None
        picture = self._picture
        if result is None or picture is None:
            return
        if result.picture is picture:
            if result.made.reference is not self._style.reference_of(picture):
                return  # what it was held against is another picture by now: it is being made anew
            if self._made_of is picture and self._is_wanted(self._made) and not self._is_wanted(result.made):
                return  # asked for on the way to what is there already: a panel that opened and made the window grow
        elif result.made.reference is None or self._made_of is picture:
            return  # of the pictures that went by meanwhile, pairs are seen all the same: they take long to make
        self._made, self._made_of = result.made, result.picture
        self._note_placement()
        self.update()

    def _convert(self, picture: Picture, placement: Placement, *, quick: bool = False) -> Made:
        converter: RasterConverter | None = getattr(self._converters, "kept", None)
        if converter is None:
            converter = self._converters.kept = RasterConverter()
        started = time.perf_counter()
        style, region, size = self._style, None, placement.rect.size
        reference = style.reference_of(picture)
        if placement.viewport.nearest:
            from ui.video.close_up import enlarged, visible_region  # with numpy, which whole pictures do without

            region, quick = visible_region(placement), False
            size = region[3:1:-1] if placement.orientation.swaps_axes else region[2:]
        image = converter.convert(
            picture, size, quick=quick, look=style.look, region=region, reference=reference
        )  # fmt: skip
        if region is not None:
            image = enlarged(image, placement)
        self.on_timing("convert", time.perf_counter() - started)
        return Made(replace(image, look_serial=style.serial), placement, reference)


def _draw(painter: QPainter, image: RasterImage, rect: Rect, area: Size) -> None:
    whole = QImage(image.data, image.width, image.height, image.stride, QImage.Format.Format_RGB32)
    if image.size == rect.size:
        painter.drawImage(rect.x, rect.y, whole)
        return
    part = rect.within(area)  # Qt's painter knows no places beyond 32767
    across, down = image.width / rect.width, image.height / rect.height
    source = QRectF((part.x - rect.x) * across, (part.y - rect.y) * down, part.width * across, part.height * down)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(part.x, part.y, part.width, part.height), whole, source)


class _Reconverter:
    """A thread that converts the latest picture asked for; older requests that it has not begun are forgotten."""

    def __init__(self, convert: Callable[[Picture, Placement], Made], wakeup: Callable[[], None]) -> None:
        self._convert = convert
        self._wakeup = wakeup
        self._cond = threading.Condition()
        self._request: tuple[Picture, Placement] | None = None  # guarded by _cond
        self._result: _Converted | None = None  # guarded by _cond
        self._stopping = False  # guarded by _cond
        self._thread = threading.Thread(target=self._run, name="raster-view")
        self._thread.start()

    def ask(self, picture: Picture, placement: Placement) -> None:
        with self._cond:
            self._request = (picture, placement)
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
                made = self._convert(*request)
            except StreamError:
                continue  # `prepare` met the same picture before and told the player
            with self._cond:
                self._result = _Converted(request[0], made)
            self._wakeup()


def _no_timing(stage: Stage, seconds: float) -> None:
    """Nobody measures."""
