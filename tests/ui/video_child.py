"""Run as a program under an X server: shows every case in both views and saves what they drew.

python -m tests.ui.video_child OUT.npz
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from player.media.raster_pixels import Pixels
from player.records import Picture
from tests.ui.video_cases import cases
from tests.ui.video_frames import make_picture
from ui.video.gpu_view import GpuView
from ui.video.raster_view import RasterView


def pixels_of(image: QImage) -> Pixels:
    """(height, width, 3) red, green, blue."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return lines[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def show(view: GpuView | RasterView, picture: Picture, size: tuple[int, int]) -> Pixels:
    view.resize(*size)
    QApplication.processEvents()
    view.show_picture(replace(picture, prepared=view.prepare(picture)))
    image = view.grabFramebuffer() if isinstance(view, GpuView) else view.grab().toImage()
    return pixels_of(image)


def main(target: str, names: list[str]) -> int:
    app = QApplication([])
    raster, gpu = RasterView(), GpuView()
    raster.show()
    gpu.show()
    app.processEvents()
    failures: list[str] = []
    uploads: list[str] = []
    gpu.failed.connect(failures.append)
    gpu.on_timing = lambda stage, seconds: uploads.append(stage) if stage == "upload" else None
    drawn: dict[str, NDArray[Any]] = {}
    chosen = [case for case in cases() if case.name in names]
    for case in chosen:
        picture = make_picture(case)
        drawn[f"raster/{case.name}"] = show(raster, picture, case.view)
        drawn[f"gpu/{case.name}"] = show(gpu, picture, case.view)
    for view in (raster, gpu):
        view.shutdown()
        view.deleteLater()
    app.processEvents()
    drawn["gpu-uploads"] = np.array([len(uploads), len(chosen)])
    np.savez(target, allow_pickle=False, **drawn)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
