"""Both views draw the same, within 3 of 255 away from the picture's border, and both draw the truth.

The GPU view needs OpenGL, and Qt's off-screen platform has none: a program of its own draws every case under an Xvfb.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from player.media.raster_pixels import checkerboard
from tests.ui.video_cases import cases
from tests.ui.video_frames import Case, Floats, alpha_at, colors_at
from tests.ui.video_screen import run_under, x_server
from ui.video.geometry import Rect, coded_from_upright, fit

CASES = {case.name: case for case in cases()}
HIDPI = ["yuv420p", "yuva444p", "turn-True-1", "smaller", "wide-pixels", "odd-p010"]
TOLERANCE = 3
MARGIN = 6
"""Device pixels left out along the border, where the two filters meet the edge differently."""

Shown = dict[str, NDArray[np.uint8]]


def draw(display: str, target: Path, scale: int, names: list[str]) -> Shown:
    run_under(display, ["tests.ui.video_child", str(target), *names], QT_SCALE_FACTOR=str(scale))
    with np.load(target) as drawn:
        return dict(drawn)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Shown]:
    """By device pixel ratio: what each view drew, as `raster/NAME` and `gpu/NAME`."""
    folder = tmp_path_factory.mktemp("views")
    with x_server() as display:
        return {
            1: draw(display, folder / "1.npz", 1, list(CASES)),
            2: draw(display, folder / "2.npz", 2, HIDPI),
        }


def rect_of(case: Case, shape: tuple[int, ...]) -> Rect:
    width, height = case.size
    if case.aspect >= 1:
        width = round(width * case.aspect)
    else:
        height = round(height / case.aspect)
    display = (height, width) if case.orientation.swaps_axes else (width, height)
    return fit(display, (shape[1], shape[0]))


def truth(case: Case, rect: Rect) -> Floats:
    """What `rect` ought to show, 0 to 255."""
    y, x = np.mgrid[0 : rect.height, 0 : rect.width] + 0.5
    coded = coded_from_upright(case.orientation, (0.0, 0.0))
    right = coded_from_upright(case.orientation, (1.0, 0.0))
    down = coded_from_upright(case.orientation, (0.0, 1.0))
    u, v = (
        coded[axis] + (right[axis] - coded[axis]) * x / rect.width + (down[axis] - coded[axis]) * y / rect.height
        for axis in (0, 1)
    )
    rgb = colors_at(u, v) * 255
    if not case.is_transparent:
        return rgb
    alpha = alpha_at(u)[..., None]
    return rgb * alpha + checkerboard(rect.width, rect.height) * (1 - alpha)


def inside(pixels: NDArray[np.uint8], rect: Rect) -> Floats:
    rows = slice(rect.y + MARGIN, rect.y + rect.height - MARGIN)
    columns = slice(rect.x + MARGIN, rect.x + rect.width - MARGIN)
    return pixels[rows, columns].astype(float)


@pytest.mark.parametrize(("scale", "name"), [*((1, name) for name in CASES), *((2, name) for name in HIDPI)])
def test_the_views_agree(drawn: dict[int, Shown], scale: int, name: str) -> None:
    case = CASES[name]
    raster, gpu = drawn[scale][f"raster/{name}"], drawn[scale][f"gpu/{name}"]
    assert raster.shape == gpu.shape == (case.view[1] * scale, case.view[0] * scale, 3)
    rect = rect_of(case, raster.shape)
    difference = np.abs(inside(raster, rect) - inside(gpu, rect))
    assert difference.max() <= TOLERANCE
    if case.is_gray or case.format == "rgb565le":  # no colours, or too few for this
        return
    wanted = truth(case, rect)[MARGIN:-MARGIN, MARGIN:-MARGIN]
    for shown in (raster, gpu):
        assert np.abs(inside(shown, rect) - wanted).max() <= 5


@pytest.mark.parametrize("name", ["turn-False-1", "wide-pixels", "smaller"])
def test_the_bars_are_black_in_both(drawn: dict[int, Shown], name: str) -> None:
    for kind in ("raster", "gpu"):
        shown = drawn[1][f"{kind}/{name}"].copy()
        rect = rect_of(CASES[name], shown.shape)
        shown[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width] = 0
        assert not shown.any()


def test_stripes_are_averaged_alike(drawn: dict[int, Shown]) -> None:
    """One-pixel stripes at a quarter of the size: plain interpolation would show them, or a moire, at full strength."""
    for kind in ("raster", "gpu"):
        shown = drawn[1][f"{kind}/stripes"][MARGIN:-MARGIN, MARGIN:-MARGIN].astype(int)
        assert np.abs(shown - 128).max() <= 6


def test_each_picture_goes_up_once(drawn: dict[int, Shown]) -> None:
    uploads, pictures = drawn[1]["gpu-uploads"]
    assert uploads == pictures
