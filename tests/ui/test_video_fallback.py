"""When the graphics system fails, pictures go on, drawn by the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QEventLoop, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import delete

from tests.ui.video_frames import Case, make_picture
from ui.video.fallback_view import FallbackView
from ui.video.geometry import Viewport
from ui.video.raster_view import RasterView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from player.records import Picture
    from player.stats import Stage
    from ui.video.gpu_view import GpuView

DEADLINE_MS = 5000
PICTURE = make_picture(Case("", "yuv420p"))


class FailingGpu(QWidget):
    """Looks like a GpuView and draws nothing."""

    painted = Signal()
    placement_changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown: list[Picture | None] = []
        self.viewports: list[Viewport] = []
        self.ended = False

    def set_viewport(self, viewport: Viewport) -> None:
        self.viewports.append(viewport)

    def prepare(self, picture: Picture) -> object | None:
        return None

    def show_picture(self, picture: Picture | None) -> None:
        self.shown.append(picture)

    def on_timing(self, stage: Stage, seconds: float) -> None:
        pass

    def shutdown(self) -> None:
        self.ended = True


class Kept:
    """The view and what it was made of."""

    def __init__(self) -> None:
        self.gpu: FailingGpu | None = None
        self.view = FallbackView(self._make)
        self.view.resize(192, 128)
        self.view.show()

    def _make(self, parent: QWidget) -> GpuView:
        self.gpu = FailingGpu(parent)
        return cast("GpuView", self.gpu)


@pytest.fixture
def kept(qapp: QApplication) -> Iterator[Kept]:
    made = Kept()
    yield made
    made.view.shutdown()
    made.view.close()
    delete(made.view)


def wait_for_paint(view: FallbackView) -> bool:
    loop, late = QEventLoop(), QTimer()
    painted: list[bool] = []
    view.painted.connect(lambda: painted.append(True))
    view.painted.connect(loop.quit)
    late.setSingleShot(True)
    late.timeout.connect(loop.quit)
    late.start(DEADLINE_MS)
    loop.exec()
    late.stop()
    return bool(painted)


def test_it_passes_on_what_it_is_given(kept: Kept) -> None:
    kept.view.show_picture(PICTURE)
    assert kept.gpu is not None
    assert kept.gpu.shown == [PICTURE]
    assert kept.view.draws_on_gpu


def test_the_picture_on_screen_is_drawn_again(kept: Kept) -> None:
    sentences: list[str] = []
    kept.view.replaced.connect(sentences.append)
    kept.view.show_picture(PICTURE)
    gpu = kept.gpu
    assert gpu is not None
    gpu.failed.emit("There is no graphics system to draw with.")
    assert wait_for_paint(kept.view)
    assert sentences == ["There is no graphics system to draw with."]
    assert gpu.ended
    assert not kept.view.draws_on_gpu


def test_it_stays_zoomed(kept: Kept) -> None:
    close = Viewport(8.0, (0.25, 0.75))
    kept.view.set_viewport(close)
    kept.view.show_picture(PICTURE)
    gpu = kept.gpu
    assert gpu is not None
    assert gpu.viewports == [close]
    moves: list[bool] = []
    kept.view.placement_changed.connect(lambda: moves.append(True))
    gpu.failed.emit("Lost.")
    assert wait_for_paint(kept.view)
    placement = kept.view.placement
    assert placement is not None
    assert placement.viewport == close
    assert moves


def test_timings_and_later_pictures_go_to_the_new_view(kept: Kept) -> None:
    stages: list[str] = []
    kept.view.on_timing = lambda stage, _seconds: stages.append(stage)
    gpu = kept.gpu
    assert gpu is not None
    gpu.failed.emit("Lost.")
    kept.view.show_picture(PICTURE)
    assert wait_for_paint(kept.view)
    assert {"convert", "paint"} <= set(stages)
    assert isinstance(kept.view._view, RasterView)
