"""Pictures and viewports with which both views must show every pixel as one block, where the placement has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import av
import numpy as np

from player.records import UPRIGHT, Orientation, Picture
from tests.ui.video_frames import Case, make_picture
from ui.video.geometry import Viewport


@dataclass(frozen=True, slots=True)
class ZoomCase:
    name: str
    viewport: Viewport
    case: Case | None = None
    """None: noise in R'G'B', in which every neighbour is another colour."""
    orientation: Orientation = UPRIGHT
    aspect: Fraction = Fraction(1)
    area: tuple[int, int] = (300, 220)
    """The widget's logical size."""
    size: tuple[int, int] = (91, 67)

    def picture(self) -> Picture:
        if self.case is not None:
            return make_picture(self.case)
        noise = np.random.default_rng(7).integers(0, 256, (self.size[1], self.size[0], 3), np.uint8)
        plain = make_picture(Case("", "gbrp"))
        frame = av.VideoFrame.from_ndarray(noise, format="rgb24")
        return replace(plain, frame=frame, orientation=self.orientation, sample_aspect=self.aspect)


def zoom_cases() -> list[ZoomCase]:
    middle = (0.4, 0.7)
    found = [
        ZoomCase("one-to-one", Viewport(1.0, middle)),
        ZoomCase("three", Viewport(3.0, middle)),
        ZoomCase("eight", Viewport(8.0, middle)),
        ZoomCase("sixty-four", Viewport(64.0, middle)),
        ZoomCase("corner", Viewport(16.0, (1.0, 1.0))),
        ZoomCase("no-whole-number", Viewport(5.3, middle)),
        ZoomCase("wide-pixels", Viewport(8.0, middle), aspect=Fraction(16, 11)),
        ZoomCase("tall-pixels", Viewport(6.0, middle), aspect=Fraction(3, 4)),
        ZoomCase("large", Viewport(64.0, (0.9, 0.3)), size=(4096, 700)),
        ZoomCase("odd-area", Viewport(7.0, middle), area=(301, 199)),
        ZoomCase("small-in-the-middle", Viewport(2.0, middle), area=(400, 100)),
    ]
    for mirrored in (False, True):
        for turns in range(4):
            turned = Orientation(mirrored, turns)
            found.append(ZoomCase(f"turn-{mirrored}-{turns}", Viewport(12.0, middle), orientation=turned))
    for name in ("yuv420p", "yuv422p10le", "yuv444p", "nv12", "p010le", "yuyv422", "yuva420p", "gray"):
        found.append(ZoomCase(name, Viewport(16.0, middle), Case(name, name, full=name == "gray")))
    found.append(ZoomCase("less-than-one", Viewport(0.6, middle), Case("", "yuv420p", size=(640, 480))))
    return found
