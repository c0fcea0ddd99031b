"""Run as a program under an X server: shows every case in both views and saves what they drew.

python -m tests.ui.video_child OUT.npz
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from player.media.raster_pixels import Pixels
from player.records import Picture
from tests.ui.both_views import Drawn, save_what_both_draw
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


def draw(raster: RasterView, gpu: GpuView, names: list[str]) -> Drawn:
    uploads: list[str] = []
    gpu.on_timing = lambda stage, seconds: uploads.append(stage) if stage == "upload" else None
    drawn: Drawn = {}
    chosen = [case for case in cases() if case.name in names]
    for case in chosen:
        picture = make_picture(case)
        drawn[f"raster/{case.name}"] = show(raster, picture, case.view)
        drawn[f"gpu/{case.name}"] = show(gpu, picture, case.view)
    drawn["gpu-uploads"] = np.array([len(uploads), len(chosen)])
    return drawn


if __name__ == "__main__":
    sys.exit(save_what_both_draw(sys.argv[1], lambda raster, gpu: draw(raster, gpu, sys.argv[2:])))
