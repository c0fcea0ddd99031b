"""How soon what is turned shows: `python -m tests.bench.turning [--boxes 1000] [--page boxes] [--profile]`.

A window with the Detections panel open, and a model that has looked at 500 pictures with many raw boxes each. From one
picture to another, the confidence, the overlap and the classes are turned, one thing a time; what counts is what the
window's thread does until the boxes are painted anew, and until the panel's lists are, too, which come a moment later:
in its own CPU time, as others use the machine. Needs a display.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication

from player.analysis.analysis import Analysis
from player.analysis.detections import Detections
from player.analysis.selection import Selection
from player.records import Picture
from tests.helpers.reading_model import ReadingModel, loads
from tests.ui.compare_child import numbered
from tests.ui.fake_analysis import FakeExaminer
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.detections.panel import DetectionsPanel
from ui.video.raster_view import RasterView

PICTURES, TURNS, CLASSES = 500, 60, 80
SIZE = (1920, 1080)
BAR_MS = 16.0
PAGES = {"classes": 0, "boxes": 1, "options": 2}


class Crowded(ReadingModel):
    """Finds so many things of all classes in every picture, each time elsewhere."""

    def __init__(self, boxes: int) -> None:
        super().__init__()
        self.suppress = True
        self.labels = tuple(f"thing {number}" for number in range(CLASSES))
        self._boxes = boxes

    def infer(self, pictures: Sequence[Picture], **_how: Any) -> list[Detections]:
        chance = np.random.default_rng(pictures[0].pts)
        corner = chance.uniform(0, 1, (self._boxes, 2)) * (SIZE[0] - 200, SIZE[1] - 200)
        boxes = np.concatenate((corner, corner + chance.uniform(15, 200, corner.shape)), axis=1).astype(np.float32)
        confidence = np.sort(chance.uniform(0.01, 1, self._boxes).astype(np.float32))[::-1].copy()
        return [Detections(boxes, confidence, chance.integers(0, CLASSES, self._boxes).astype(np.int32))]


class Turning:
    def __init__(self, app: QApplication, desk: Desk, view: RasterView, boxes: int, page: str) -> None:
        self._app, self._desk, self._view = app, desk, view
        self._detecting = desk.controller.detecting
        self._detecting.arrivals.examiner = FakeExaminer()
        load = loads(Crowded(boxes))
        self._detecting.make_analysis = lambda wakeup: Analysis(now=time.perf_counter, wakeup=wakeup, load=load)  # type: ignore[method-assign]
        desk.controller.looks.view = view
        desk.play(paused=True)
        desk.window.resize(1500, 900)
        desk.window.docks.open("detections")
        desk.window.docks.show_snapshot(desk.player.state)
        panel = desk.window.docks.panel("detections")
        assert isinstance(panel, DetectionsPanel)
        self._panel = panel
        self._later = self._panel._later
        self._panel.chips[PAGES[page]].click()
        self._show(0)
        self._detecting.open_model("/models/crowded.onnx")
        self._until_exact()
        for number in range(1, PICTURES):
            self._show(number)
            self._until_exact()

    def measure(
        self, turn: Callable[[Selection, int], Selection], profile: cProfile.Profile | None
    ) -> list[tuple[float, float]]:
        """Milliseconds of the window thread's until the boxes are painted, and from there until the panel is."""
        chance = random.Random(1)
        slot = self._detecting.seats[0].slot
        usual = Selection(low=0.25)
        took = []
        for number in range(TURNS):
            self._show(chance.randrange(PICTURES))
            self._until_exact()
            self._detecting.set_selection(slot, usual)
            self._settle()
            with profile or nullcontext():
                began = time.thread_time()
                self._detecting.set_selection(slot, turn(usual, number))
                self._app.processEvents()
                painted = time.thread_time()
                if self._later.isActive():
                    self._panel.refresh()
                self._app.processEvents()
                took.append(((painted - began) * 1000.0, (time.thread_time() - painted) * 1000.0))
        return took

    def _show(self, number: int) -> None:
        picture = numbered(number, SIZE)
        self._detecting.before_picture(picture)
        self._view.show_picture(picture)
        self._desk.window.note_picture(picture)

    def _until_exact(self) -> None:
        views = self._detecting
        wait_until(lambda: bool(views.views) and views.views[0].state == "exact", "the boxes are there", 20000)

    def _settle(self) -> None:
        """Until everything is painted."""
        wait_until(lambda: self._panel.is_told, "the panel shows what there is", 20000)
        self._app.processEvents()


TURNED: dict[str, Callable[[Selection, int], Selection]] = {
    "confidence": lambda usual, number: replace(usual, low=0.05 + number % 50 / 60),
    "overlap": lambda usual, number: replace(usual, iou=0.2 + number % 40 / 60),
    "class": lambda usual, number: replace(usual, hidden=frozenset({number % CLASSES})),
    "alone": lambda usual, number: replace(usual, hidden=frozenset(range(CLASSES)) - {number % CLASSES}),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--boxes", type=int, default=1000, help="raw boxes in a picture")
    parser.add_argument("--page", choices=PAGES, default="classes", help="of the panel")
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    chosen = parser.parse_args()
    app = QApplication(sys.argv[:1])
    view = RasterView()
    profile = cProfile.Profile() if chosen.profile else None
    good = True
    with a_window(app, view=view) as desk:
        turning = Turning(app, desk, view, chosen.boxes, chosen.page)
        for name, turn in TURNED.items():
            took = turning.measure(turn, profile)
            for what, values in zip(("boxes", "lists"), np.array(took).T, strict=True):
                most = float(np.percentile(values, 95))
                good = good and most <= BAR_MS
                usual = np.median(values)
                print(f"{name:<11}{what:<6} median {usual:5.1f}  95% {most:5.1f}  most {values.max():5.1f} ms")
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    print("PASS" if good else f"FAIL: more than {BAR_MS:.0f} ms")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
