"""Pictures through the graphics card: planes go up as they are, the shader makes them R'G'B'."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import (
    QColor,
    QResizeEvent,
    QRhiCommandBuffer,
    QRhiDepthStencilClearValue,
    QRhiRenderTarget,
    QRhiResourceUpdateBatch,
)
from PySide6.QtWidgets import QRhiWidget, QWidget

from player.media.color import Color, Matrix, Range, Siting, is_rgb, picture_color
from player.media.frame_parts import FrameParts
from player.media.look import PLAIN, Look
from player.media.raster import CHECKER_LEVELS, CHECKER_SQUARE, FrameConverter
from player.records import Picture
from ui.video.geometry import FIT, Placement, Viewport, coded_from_upright, device_size, place_picture
from ui.video.gpu_pipeline import GraphicsError, PicturePipeline, Upload
from ui.video.yuv_planes import (
    MAX_PLANES,
    Layout,
    color_sum,
    layout_of,
    plane_data,
    stand_in,
    texture_place,
    texture_step,
)

if TYPE_CHECKING:
    from player.media.raster import Frame

Floats = NDArray[np.float32]
Stage = Literal["convert", "upload", "paint"]


@dataclass(frozen=True, slots=True)
class PlanarPicture:
    """A frame whose format has a layout, with what its values mean. Holding it keeps the planes alive."""

    frame: Frame
    layout: Layout
    color: Color
    uploads: tuple[Upload, ...]
    coded_size: tuple[int, int]
    bottom_up: bool
    look: Look
    """The look it was made for."""

    def suits(self, look: Look) -> bool:
        """True where it need not be made anew for this look."""
        return (self.look.field, self.look.override) == (look.field, look.override)


class _Tools:
    """What one thread converts frames with."""

    def __init__(self) -> None:
        self.converter = FrameConverter()
        self.parts = FrameParts()


class GpuView(QRhiWidget):
    """Shows one picture at a time, letterboxed on black, or the part of it that the viewport says."""

    painted = Signal()
    """A new picture is on screen. Not repeated for repaints of the same one."""
    placement_changed = Signal()
    """`placement` is another one."""
    failed = Signal(str)
    """The graphics system cannot draw: a sentence for a person. The view stays black; a RasterView can take over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on_timing: Callable[[Stage, float], None] = _no_timing
        self._converters = threading.local()  # libswscale contexts, one a thread
        self._wide = True  # 16-bit textures; written on the GUI thread, read anywhere
        self._look = PLAIN  # likewise
        # GUI thread only from here on
        self._picture: Picture | None = None
        self._viewport = FIT
        self._placement: Placement | None = None
        self._planes: PlanarPicture | None = None
        self._to_upload = False
        self._unseen = False
        self._reference: Picture | None = None
        self._pipeline: PicturePipeline | None = None
        self.frameSubmitted.connect(self._tell_painted)
        self.renderFailed.connect(lambda: self.failed.emit("There is no graphics system to draw with."))

    @property
    def placement(self) -> Placement | None:
        return self._placement

    def prepare(self, picture: Picture) -> object | None:
        """Decode thread: converts what no texture can hold; None where the planes go up as they are.

        Raises StreamError for a pixel format that nothing can convert.
        """
        layout = layout_of(picture.frame.format.name)
        if layout is not None and (self._wide or not layout.wide) and self._look.field == "both":
            return None
        started = time.perf_counter()
        planes = self._converted(picture)
        self.on_timing("convert", time.perf_counter() - started)
        return planes

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        self._planes = None if picture is None else self._planes_of(picture)
        self._to_upload = self._unseen = picture is not None
        self._note_placement()
        self.update()

    def set_look(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            if self._picture is not None:
                self._planes = self._planes_of(self._picture)
                self._to_upload = True
                self.update()

    def set_reference(self, picture: Picture | None) -> None:
        self._reference = picture

    def set_viewport(self, viewport: Viewport) -> None:
        if viewport != self._viewport:
            self._viewport = viewport
            self._note_placement()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._note_placement()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._note_placement()
        return super().event(event)

    def _note_placement(self) -> None:
        picture, placement = self._picture, None
        if picture is not None:
            area = device_size(self.width(), self.height(), self.devicePixelRatioF())
            placement = place_picture(picture, area, self._viewport)
        if placement != self._placement:
            self._placement = placement
            self.placement_changed.emit()

    def shutdown(self) -> None:
        """The view has no threads; it lets go of its picture."""
        self._picture = self._planes = self._reference = None
        self._to_upload = self._unseen = False

    def initialize(self, cb: QRhiCommandBuffer) -> None:
        """Qt calls this before the first paint, after a resize, and with another QRhi after a lost context."""
        rhi = self.rhi()
        if self._pipeline is not None and self._pipeline.lives_in(rhi):
            return
        self.releaseResources()
        self._wide = PicturePipeline.wide_textures(rhi)
        try:
            self._pipeline = PicturePipeline(rhi, self.renderTarget())
        except GraphicsError as error:
            self.failed.emit(str(error))
            return
        if self._picture is not None:
            self._planes = self._planes_of(self._picture)
            self._to_upload = True

    def releaseResources(self) -> None:
        if self._pipeline is not None:
            self._pipeline.release()
            self._pipeline = None
        self._to_upload = self._planes is not None

    def render(self, cb: QRhiCommandBuffer) -> None:  # type: ignore[override] # QRhiWidget hides QWidget.render so
        self.initialize(cb)  # nothing to do as a rule; Qt forgets to ask when a hidden view is grabbed twice
        target = self.renderTarget()
        batch = self.rhi().nextResourceUpdateBatch()
        if not self._drawn(cb, target, batch):
            cb.beginPass(target, QColor("black"), QRhiDepthStencilClearValue(1.0, 0), batch)
            cb.endPass()

    def _drawn(self, cb: QRhiCommandBuffer, target: QRhiRenderTarget, batch: QRhiResourceUpdateBatch) -> bool:
        """Draws the picture; False, with nothing begun, when there is none or the graphics system refuses it."""
        pipeline, planes, picture = self._pipeline, self._planes, self._picture
        if pipeline is None or planes is None or picture is None:
            return False
        size = target.pixelSize()
        placement = place_picture(picture, (size.width(), size.height()), self._viewport)
        if placement.visible.empty:
            return False
        started = time.perf_counter()
        fresh, self._to_upload = self._to_upload, False
        if fresh:
            try:
                pipeline.upload(batch, planes.uploads)
            except GraphicsError as error:
                self._planes = None
                self.failed.emit(str(error))
                return False
        pipeline.place(batch, _corners(placement), _uniforms(planes, placement))
        pipeline.begin(cb, target, batch)
        uploaded = time.perf_counter()
        pipeline.draw(cb, placement.visible, size.height())
        cb.endPass()
        if fresh:
            self.on_timing("upload", uploaded - started)
        self.on_timing("paint", time.perf_counter() - uploaded)
        return True

    def _planes_of(self, picture: Picture) -> PlanarPicture:
        prepared, look = picture.prepared, self._look
        if isinstance(prepared, PlanarPicture) and (self._wide or not prepared.layout.wide) and prepared.suits(look):
            return prepared
        layout = layout_of(picture.frame.format.name)
        if layout is None or (layout.wide and not self._wide) or look.field != "both":
            return self._converted(picture)  # prepared for another view or look; rare, so here
        return _planar(picture.frame, layout, picture_color(picture, look.override), look)

    def _converted(self, picture: Picture) -> PlanarPicture:
        tools: _Tools | None = getattr(self._converters, "kept", None)
        if tools is None:
            tools = self._converters.kept = _Tools()
        frame, look = picture.frame, self._look
        color = picture_color(picture, look.override)
        if look.field != "both":
            frame = tools.parts.field(frame, top=look.field == "top")
        layout = layout_of(frame.format.name)
        if layout is None or (layout.wide and not self._wide):
            name = stand_in(frame.format, wide=self._wide)
            frame = tools.converter.convert(frame, color, name)
            layout = layout_of(name)
            assert layout is not None, f"{name} stands in for other formats and must have a layout"
            if is_rgb(name):
                color = replace(color, matrix=Matrix.RGB, range=Range.FULL, siting=Siting.CENTRE)
        return _planar(frame, layout, color, look)

    def _tell_painted(self) -> None:
        if self._unseen:
            self._unseen = False
            self.painted.emit()


def _planar(frame: Frame, layout: Layout, color: Color, look: Look) -> PlanarPicture:
    uploads = tuple(Upload(use, use.size(frame.width, frame.height), plane_data(frame, use)) for use in layout.planes)
    bottom_up = uploads[0].data.bottom_up
    return PlanarPicture(frame, layout, color, uploads, (frame.width, frame.height), bottom_up, look)


def _corners(placement: Placement) -> Floats:
    """(4, 6) for a triangle strip over what is visible: clip x y, coded u v, and where over the shown picture.

    That is in device pixels, or in the picture's own in a close-up.
    """
    visible, rect = placement.visible, placement.rect
    width, height = placement.pixel_size if placement.viewport.nearest else rect.size
    rows = []
    for x, y in ((0, 1), (1, 1), (0, 0), (1, 0)):
        upright = placement.to_upright((visible.x + x * visible.width, visible.y + y * visible.height))
        u, v = coded_from_upright(placement.orientation, upright)
        rows.append([2 * x - 1, 1 - 2 * y, u, v, upright[0] * width, upright[1] * height])
    return np.array(rows, np.float32)


def _uniforms(planes: PlanarPicture, placement: Placement) -> Floats:
    """The fragment shader's block, in its std140 order."""
    matrices, constant = color_sum(planes.layout, planes.color)
    shown = placement.rect.size[::-1] if placement.orientation.swaps_axes else placement.rect.size
    place, extent = np.zeros((2, MAX_PLANES, 4), np.float32)
    for at, upload in enumerate(planes.uploads):
        place[at] = texture_place(upload.use, planes.coded_size, planes.color.siting, bottom_up=planes.bottom_up)
        extent[at] = texture_step(upload.use, planes.coded_size, shown)
    dark, light = (level / 255 for level in CHECKER_LEVELS)
    checker = np.array([CHECKER_SQUARE, dark, light, len(planes.uploads)], np.float32)
    whole = np.array([*planes.coded_size, float(placement.viewport.nearest), 0], np.float32)
    columns = matrices.transpose(0, 2, 1)  # GLSL's matrices are stored by columns
    parts = (columns, place, extent, constant, checker, whole)
    return np.concatenate([part.ravel() for part in parts]).astype(np.float32)


def _no_timing(stage: Stage, seconds: float) -> None:
    """Nobody measures."""
