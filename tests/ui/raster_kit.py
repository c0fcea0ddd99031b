"""A raster view to watch at its work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent
from shiboken6 import delete

from player.media.raster import RasterImage
from tests.ui.video_frames import Case, make_picture
from ui.video.raster_view import RasterView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from player.records import Picture

DEADLINE_MS = 5000
CASE = Case("", "yuv420p")


class Counted(RasterView):
    """Counts its paints and notes on which thread it converted."""

    def __init__(self) -> None:
        super().__init__()
        self.paints = 0
        self.news = 0
        self.stages: list[tuple[str, str]] = []
        self.painted.connect(self._count)
        self.on_timing = lambda stage, seconds: self.stages.append((stage, threading.current_thread().name))

    def _count(self) -> None:
        self.news += 1

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 # Qt's name
        self.paints += 1
        super().paintEvent(event)


def end(view: RasterView) -> None:
    """Destroys it here and now, on the GUI thread, rather than wherever garbage is collected next."""
    view.shutdown()
    view.close()
    delete(view)


@contextmanager
def counted_view(qapp: QApplication) -> Iterator[Counted]:
    """On screen, and not painted since."""
    made = Counted()
    made.resize(192, 128)
    made.show()
    qapp.processEvents()
    made.paints = 0
    try:
        yield made
    finally:
        end(made)


def prepared(view: RasterView, case: Case = CASE) -> Picture:
    picture = make_picture(case)
    return replace(picture, prepared=view.prepare(picture))


def until(view: RasterView, satisfied: Callable[[RasterImage], bool]) -> None:
    """Run Qt's loop until the view's image is as wanted."""
    loop, look, late = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if view._made is not None and satisfied(view._made.image) else None)
    look.start(1)
    late.timeout.connect(loop.quit)
    late.start(DEADLINE_MS)
    loop.exec()
    look.stop()
    late.stop()
    assert view._made is not None
    assert satisfied(view._made.image)
