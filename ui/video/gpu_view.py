"""Pictures through the graphics card: planes go up as they are, the shader makes them R'G'B'."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

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

from player.media.look import PLAIN, Look
from player.records import Picture
from ui.video.geometry import FIT, Placement, Viewport, coded_from_upright, device_size, place_picture
from ui.video.gpu_pipeline import GraphicsError, PicturePipeline
from ui.video.gpu_uniforms import LOOK_BYTES, PLAIN_BYTES, is_plain, look_uniforms, plain_uniforms
from ui.video.planar_picture import PlanarConverter, PlanarPicture, as_it_is, is_planar

Floats = NDArray[np.float32]
Stage = Literal["convert", "upload", "paint"]


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
        self._reference_of: Picture | None = None  # the only picture that it belongs to; None: to all
        self._reference_planes: PlanarPicture | None = None
        self._reference_to_upload = False
        self._pipeline: PicturePipeline | None = None
        self._look_pipeline: PicturePipeline | None = None
        self._in_use: PicturePipeline | None = None  # which of the two holds the picture's planes
        self.frameSubmitted.connect(self._tell_painted)
        self.renderFailed.connect(lambda: self.failed.emit("There is no graphics system to draw with."))

    @property
    def placement(self) -> Placement | None:
        return self._placement

    @property
    def painting(self) -> Picture | None:
        return self._picture

    def prepare(self, picture: Picture) -> object | None:
        """Decode thread: converts what no texture can hold; None where the planes go up as they are.

        Raises StreamError for a pixel format that nothing can convert.
        """
        if is_planar(picture, self._look, wide=self._wide):
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
            if self._planes is not None and not self._planes.suits(look) and self._picture is not None:
                self._planes = self._planes_of(self._picture)
                self._to_upload = True
            self._take_reference()
            self.update()

    def set_reference(self, picture: Picture | None, of: Picture | None = None) -> None:
        if picture is not self._reference:
            self._reference, self._reference_planes = picture, None
            self._take_reference()
            self.update()
        if of is not self._reference_of:
            self._reference_of = of
            self.update()

    def _take_reference(self) -> None:
        """Its planes as the look needs them: none while nothing is held against it."""
        planes, picture = self._reference_planes, self._reference
        if picture is None or self._look.against == "none":
            self._reference_planes = None
        elif planes is None or not planes.suits(self._look):
            self._reference_planes = self._planes_of(picture)
            self._reference_to_upload = True

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
        self._picture = self._planes = None
        self._reference = self._reference_of = self._reference_planes = None
        self._to_upload = self._unseen = False

    def initialize(self, cb: QRhiCommandBuffer) -> None:
        """Qt calls this before the first paint, after a resize, and with another QRhi after a lost context."""
        rhi = self.rhi()
        if self._pipeline is not None and self._pipeline.lives_in(rhi):
            return
        self.releaseResources()
        self._wide = PicturePipeline.wide_textures(rhi)
        try:
            self._pipeline = PicturePipeline(rhi, self.renderTarget(), "video.frag.qsb", PLAIN_BYTES)
        except GraphicsError as error:
            self.failed.emit(str(error))
            return
        if self._picture is not None:
            self._planes = self._planes_of(self._picture)
            self._to_upload = True
        self._reference_planes = None
        self._take_reference()

    def releaseResources(self) -> None:
        for pipeline in (self._pipeline, self._look_pipeline):
            if pipeline is not None:
                pipeline.release()
        self._pipeline = self._look_pipeline = self._in_use = None
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
        planes, picture = self._planes, self._picture
        if self._pipeline is None or planes is None or picture is None:
            return False
        size = target.pixelSize()
        placement = place_picture(picture, (size.width(), size.height()), self._viewport)
        if placement.visible.empty:
            return False
        started = time.perf_counter()
        belongs = self._reference_of is None or self._reference_of is picture
        reference = self._reference_planes if belongs else None
        try:
            pipeline, uniforms = self._for_look(planes, reference, placement)
            fresh, self._to_upload = self._to_upload, False
            if fresh:
                pipeline.upload(batch, planes.uploads)
            if reference is not None and self._reference_to_upload and pipeline is self._look_pipeline:
                self._reference_to_upload = False
                pipeline.upload(batch, reference.uploads, picture=1)
        except GraphicsError as error:
            self._planes = None
            self.failed.emit(str(error))
            return False
        pipeline.place(batch, _corners(placement), uniforms)
        pipeline.begin(cb, target, batch)
        uploaded = time.perf_counter()
        pipeline.draw(cb, placement.visible, size.height())
        cb.endPass()
        if fresh:
            self.on_timing("upload", uploaded - started)
        self.on_timing("paint", time.perf_counter() - uploaded)
        return True

    def _for_look(
        self, planes: PlanarPicture, reference: PlanarPicture | None, placement: Placement
    ) -> tuple[PicturePipeline, Floats]:
        """The pipeline that draws the look, with its uniforms. The one for looks is made when it is first needed."""
        assert self._pipeline is not None
        plain = is_plain(planes, self._look, has_reference=reference is not None)
        if not plain and self._look_pipeline is None:
            self._look_pipeline = PicturePipeline(
                self.rhi(), self.renderTarget(), "look.frag.qsb", LOOK_BYTES, pictures=2
            )
            self._reference_to_upload = True
        pipeline = self._pipeline if plain or self._look_pipeline is None else self._look_pipeline
        if pipeline is not self._in_use:
            self._in_use, self._to_upload = pipeline, True
        if plain:
            return pipeline, plain_uniforms(planes, placement)
        return pipeline, look_uniforms(planes, reference, placement, self._look)

    def _planes_of(self, picture: Picture) -> PlanarPicture:
        prepared, look = picture.prepared, self._look
        if isinstance(prepared, PlanarPicture) and (self._wide or not prepared.layout.wide) and prepared.suits(look):
            return prepared
        if is_planar(picture, look, wide=self._wide):
            return as_it_is(picture, look)
        return self._converted(picture)  # prepared for another view or look; rare, so here

    def _converted(self, picture: Picture) -> PlanarPicture:
        converter: PlanarConverter | None = getattr(self._converters, "kept", None)
        if converter is None:
            converter = self._converters.kept = PlanarConverter()
        return converter.convert(picture, self._look, wide=self._wide)

    def _tell_painted(self) -> None:
        if self._unseen:
            self._unseen = False
            self.painted.emit()


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


def _no_timing(stage: Stage, seconds: float) -> None:
    """Nobody measures."""
