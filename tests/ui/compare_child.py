"""Run as a program under an X server: pairs of numbered pictures in both views, and what they drew.

python -m tests.ui.compare_child OUT.npz
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from player.media.look import Look
from player.records import Picture
from tests.helpers.numbered import draw_frame
from tests.ui.look_child import settle
from tests.ui.video_child import pixels_of
from ui.video.gpu_view import GpuView
from ui.video.raster_view import RasterView

SIZE = (160, 120)


def numbered(number: int, size: tuple[int, int] = SIZE) -> Picture:
    return Picture(
        frame=draw_frame(number, *size), pts=number, time_base=Fraction(1, 25), time_s=number / 25, duration_s=0.04,
        serial=0, key=True, pict_type="I", index=number,
    )  # fmt: skip


def shots(view: GpuView | RasterView) -> dict[str, NDArray[Any]]:
    """All of it is the reference where the split is at the left edge."""
    found: dict[str, NDArray[Any]] = {}

    def take(name: str) -> None:
        settle(view)
        image = view.grabFramebuffer() if isinstance(view, GpuView) else view.grab().toImage()
        found[name] = pixels_of(image)

    a, b = [numbered(each) for each in (10, 11, 12)], [numbered(each, (320, 240)) for each in (20, 21, 22)]
    view.set_look(Look(against="split", split=0.0))
    view.set_reference(b[0], a[0])
    view.show_picture(a[0])
    take("pair-20")
    view.show_picture(a[1])
    take("alone-11")  # its own reference is late
    view.set_reference(b[1], a[1])
    take("pair-21")
    view.set_reference(b[2], a[2])  # for the next one, before it is shown
    view.show_picture(a[2])
    take("pair-22")
    view.set_reference(a[2], a[2])
    view.set_look(Look(against="difference", gain=64.0))
    take("grey")
    view.set_reference(b[2], a[2])
    view.set_look(Look(against="flicker", flicker_on=True))
    take("flicker-22")
    view.set_look(Look(against="flicker"))
    take("flicker-12")
    view.set_look(Look(against="split", split=0.5))
    take("half")
    view.set_reference(None)
    take("alone-12")
    return found


def main(target: str) -> int:
    app = QApplication([])
    raster, gpu = RasterView(), GpuView()
    failures: list[str] = []
    gpu.failed.connect(failures.append)
    drawn: dict[str, NDArray[Any]] = {}
    for name, view in (("raster", raster), ("gpu", gpu)):
        view.resize(*SIZE)
        view.show()
        app.processEvents()
        drawn |= {f"{name}/{key}": value for key, value in shots(view).items()}
        view.shutdown()
        view.deleteLater()
    app.processEvents()
    np.savez(target, allow_pickle=False, **drawn)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
