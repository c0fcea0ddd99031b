"""Run as a program under an X server: shows every look in both views and saves what they drew.

python -m tests.ui.look_child OUT.npz
"""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from player.media.look import PLAIN
from player.media.raster_pixels import Pixels
from tests.ui.both_views import Drawn, save_what_both_draw
from tests.ui.look_cases import LookCase, exact_cases, look_cases
from tests.ui.video_child import pixels_of
from tests.ui.video_frames import make_picture
from ui.video.gpu_view import GpuView
from ui.video.raster_view import RasterView


def show(view: GpuView | RasterView, case: LookCase) -> Pixels:
    """Half of the cases are prepared for their look, the others change it with the picture on screen."""
    picture = case.picture()
    view.resize(*case.size)
    QApplication.processEvents()
    view.set_viewport(case.viewport)
    view.set_reference(None if case.reference is None else make_picture(case.reference))
    view.set_look(case.look)
    view.show_picture(replace(picture, prepared=view.prepare(picture)))
    settle(view)
    if len(case.name) % 2:
        view.set_look(PLAIN)
        settle(view)
        view.set_look(case.look)
        settle(view)
    image = view.grabFramebuffer() if isinstance(view, GpuView) else view.grab().toImage()
    return pixels_of(image)


def settle(view: GpuView | RasterView) -> None:
    """Until the raster view's worker is through."""
    if isinstance(view, GpuView):
        return
    deadline = QDeadlineTimer(5000)
    while _is_behind(view) and not deadline.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _is_behind(view: RasterView) -> bool:
    made = view._made
    return made is None or view._made_of is not view._picture or made.image.look_serial != view._style.serial


def draw(raster: RasterView, gpu: GpuView) -> Drawn:
    drawn: Drawn = {}
    for case in (*exact_cases(), *look_cases()):
        drawn[f"raster/{case.name}"] = show(raster, case)
        drawn[f"gpu/{case.name}"] = show(gpu, case)
    return drawn


if __name__ == "__main__":
    sys.exit(save_what_both_draw(sys.argv[1], draw))
