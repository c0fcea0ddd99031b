"""A GPU view that gives way to a raster view when the graphics system fails it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from player.media.look import PLAIN, Look
from player.records import Picture
from ui.video.geometry import FIT, Placement, Viewport
from ui.video.raster_view import RasterView

if TYPE_CHECKING:
    from ui.video.gpu_view import GpuView
    from ui.video.view import Stage


class FallbackView(QWidget):
    """Holds the view in use and passes everything on to it. Implements VideoView.

    `make_gpu` makes the first view; its `failed(str)` brings in a RasterView, for good.
    """

    painted = Signal()
    placement_changed = Signal()
    replaced = Signal(str)
    """Why pictures are drawn by the CPU from now on: one sentence."""

    def __init__(self, make_gpu: Callable[[QWidget], GpuView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_timing: Callable[[Stage, float], None] = lambda _stage, _seconds: None
        self._picture: Picture | None = None
        self._look = PLAIN
        self._reference: tuple[Picture | None, Picture | None] = (None, None)
        self._viewport = FIT
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        gpu = make_gpu(self)
        self._view: GpuView | RasterView = gpu  # replaced whole on the GUI thread, read on the decode thread
        self._take_in(gpu)
        # Queued: it may fail inside its own paint, where it must not be taken apart.
        gpu.failed.connect(self._fall_back, Qt.ConnectionType.QueuedConnection)

    @property
    def on_timing(self) -> Callable[[Stage, float], None]:
        return self._on_timing

    @on_timing.setter
    def on_timing(self, told: Callable[[Stage, float], None]) -> None:
        self._on_timing = self._view.on_timing = told

    @property
    def draws_on_gpu(self) -> bool:
        return not isinstance(self._view, RasterView)

    @property
    def placement(self) -> Placement | None:
        return self._view.placement

    @property
    def painting(self) -> Picture | None:
        return self._view.painting

    def prepare(self, picture: Picture) -> object | None:
        return self._view.prepare(picture)

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        self._view.show_picture(picture)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._view.set_look(look)

    def set_reference(self, picture: Picture | None, of: Picture | None = None) -> None:
        self._reference = (picture, of)
        self._view.set_reference(picture, of)

    def set_viewport(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._view.set_viewport(viewport)

    def shutdown(self) -> None:
        self._picture = None
        self._reference = (None, None)
        self._view.shutdown()

    @Slot(str)
    def _fall_back(self, sentence: str) -> None:
        if not self.draws_on_gpu:
            return
        former, raster = self._view, RasterView(self)
        raster.on_timing = self._on_timing
        raster.set_look(self._look)
        raster.set_reference(*self._reference)
        raster.set_viewport(self._viewport)
        self._view = raster
        former.shutdown()
        former.hide()
        former.deleteLater()
        self._take_in(raster)
        raster.show()
        raster.show_picture(self._picture)  # not prepared for it: its worker converts it
        self.replaced.emit(sentence)

    def _take_in(self, view: GpuView | RasterView) -> None:
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the mouse belongs to whoever holds us
        view.painted.connect(self.painted)
        view.placement_changed.connect(self.placement_changed)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(view)
