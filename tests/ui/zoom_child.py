"""Run as a program under an X server: shows every zoomed case in both views and saves what they drew.

python -m tests.ui.zoom_child OUT.npz
"""

from __future__ import annotations

import sys

from tests.ui.both_views import Drawn, save_what_both_draw
from tests.ui.video_child import show
from tests.ui.zoom_cases import zoom_cases
from ui.video.gpu_view import GpuView
from ui.video.raster_view import RasterView


def draw(raster: RasterView, gpu: GpuView) -> Drawn:
    drawn: Drawn = {}
    for case in zoom_cases():
        for name, view in (("raster", raster), ("gpu", gpu)):
            view.set_viewport(case.viewport)
            drawn[f"{name}/{case.name}"] = show(view, case.picture(), case.area)
    return drawn


if __name__ == "__main__":
    sys.exit(save_what_both_draw(sys.argv[1], draw))
