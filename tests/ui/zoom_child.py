"""Run as a program under an X server: shows every zoomed case in both views and saves what they drew.

python -m tests.ui.zoom_child OUT.npz
"""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtWidgets import QApplication

from tests.ui.video_child import show
from tests.ui.zoom_cases import zoom_cases
from ui.video.gpu_view import GpuView
from ui.video.raster_view import RasterView


def main(target: str) -> int:
    app = QApplication([])
    raster, gpu = RasterView(), GpuView()
    raster.show()
    gpu.show()
    app.processEvents()
    failures: list[str] = []
    gpu.failed.connect(failures.append)
    drawn = {}
    for case in zoom_cases():
        for name, view in (("raster", raster), ("gpu", gpu)):
            view.set_viewport(case.viewport)
            drawn[f"{name}/{case.name}"] = show(view, case.picture(), case.area)
    for view in (raster, gpu):
        view.shutdown()
        view.deleteLater()
    app.processEvents()
    np.savez(target, allow_pickle=False, **drawn)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
