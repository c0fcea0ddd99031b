"""Run as a program under an X server: the GPU view through paints, another window and back, as JSON.

python -m tests.ui.video_life
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.ui.video_child import pixels_of
from tests.ui.video_frames import Case, make_picture
from ui.video.gpu_view import GpuView

DEADLINE_MS = 5000


def wait(done: Callable[[], bool]) -> bool:
    """Runs Qt's loop until `done`, and one round more; False after the deadline."""
    loop, look, late = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if done() else None)
    late.timeout.connect(loop.quit)
    look.start(1)
    late.start(DEADLINE_MS)
    loop.exec()
    look.stop()
    late.stop()
    QApplication.processEvents()
    return done()


def window_with(view: QWidget) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(view)
    window.resize(192, 128)
    window.show()
    return window


def main() -> int:
    app = QApplication([])
    view = GpuView()
    stages: list[str] = []
    painted: list[int] = []
    failures: list[str] = []
    view.on_timing = lambda stage, seconds: stages.append(stage)
    view.painted.connect(lambda: painted.append(1))
    view.failed.connect(failures.append)
    first = window_with(view)
    wait(lambda: first.windowHandle() is not None and first.windowHandle().isExposed())
    stages.clear()
    found: dict[str, object] = {}

    view.show_picture(make_picture(Case("", "yuv420p")))
    wait(lambda: bool(painted))
    found["stages of one picture"] = list(stages)
    before = pixels_of(view.grabFramebuffer())

    second = window_with(view)  # another window, another context: everything is lost and made anew
    stages.clear()
    wait(lambda: "upload" in stages)
    found["stages in another window"] = list(stages)
    found["same pixels there"] = bool(np.array_equal(before, pixels_of(view.grabFramebuffer())))
    found["painted"] = len(painted)

    stages.clear()
    second.resize(400, 300)
    wait(lambda: "paint" in stages)
    found["uploads for a resize"] = stages.count("upload")

    view.show_picture(None)
    found["brightest without a picture"] = int(pixels_of(view.grabFramebuffer()).max())
    second.hide()
    view.show_picture(make_picture(Case("", "p010le")))
    second.show()
    wait(lambda: len(painted) == 2)
    found["painted at last"] = len(painted)
    view.shutdown()
    for widget in (first, second):
        widget.close()
    app.processEvents()
    print(json.dumps(found | {"failures": failures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
