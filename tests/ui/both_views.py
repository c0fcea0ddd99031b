"""For the programs that compare what the two views draw: both on screen, and what they drew in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from ui.video.gpu_view import GpuView
from ui.video.raster_view import RasterView

Drawn = dict[str, NDArray[Any]]


def save_what_both_draw(target: str, draw: Callable[[RasterView, GpuView], Drawn]) -> int:
    """The exit status: 1 where the GPU view failed, and why on stderr."""
    app = QApplication([])
    raster, gpu = RasterView(), GpuView()
    raster.show()
    gpu.show()
    app.processEvents()
    failures: list[str] = []
    gpu.failed.connect(failures.append)
    drawn = draw(raster, gpu)
    for view in (raster, gpu):
        view.shutdown()
        view.deleteLater()
    app.processEvents()
    np.savez(target, allow_pickle=False, **drawn)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0
