"""Zoomed in, both views fill exactly the square that the placement gives a pixel with exactly its colour."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from player.media.raster import RasterConverter
from tests.ui.video_frames import colors_at
from tests.ui.video_screen import run_under, x_server
from tests.ui.zoom_cases import ZoomCase, zoom_cases
from ui.video.geometry import Placement, place_picture, upright_from_coded

CASES = {case.name: case for case in zoom_cases()}
SCALES = (1, 2)
TOLERANCE = 3
Shown = dict[str, NDArray[np.uint8]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Shown]:
    """By device pixel ratio: what each view drew, as `raster/NAME` and `gpu/NAME`."""
    found = {}
    folder = tmp_path_factory.mktemp("zoomed")
    with x_server() as display:
        for scale in SCALES:
            target = folder / f"{scale}.npz"
            run_under(display, ["tests.ui.zoom_child", str(target)], QT_SCALE_FACTOR=str(scale))
            with np.load(target) as shown:
                found[scale] = dict(shown)
    return found


def placed(case: ZoomCase, scale: int) -> Placement:
    return place_picture(case.picture(), (case.area[0] * scale, case.area[1] * scale), case.viewport)


def truth(case: ZoomCase, placement: Placement) -> NDArray[np.uint8]:
    """The device pixels of a line across and of one down are asked one by one which pixel they belong to."""
    colours = RasterConverter().convert(case.picture(), placement.pixel_size).pixels[..., 2::-1]
    width, height = placement.area
    inside = placement.visible
    middle = inside.x + inside.width // 2 + 0.5, inside.y + inside.height // 2 + 0.5
    columns = [upright(placement, (x + 0.5, middle[1])) for x in range(inside.x, inside.x + inside.width)]
    rows = [upright(placement, (middle[0], y + 0.5)) for y in range(inside.y, inside.y + inside.height)]
    wanted = np.zeros((height, width, 3), np.uint8)
    blocks = colours[np.ix_([row[1] for row in rows], [column[0] for column in columns])]
    wanted[inside.y : inside.y + inside.height, inside.x : inside.x + inside.width] = blocks
    return wanted


def upright(placement: Placement, point: tuple[float, float]) -> tuple[int, int]:
    """Which pixel of the upright picture is under a point of the widget."""
    pixel = placement.pixel_at(point)
    assert pixel is not None
    across, down = placement.coded_size
    u, v = upright_from_coded(placement.orientation, ((pixel[0] + 0.5) / across, (pixel[1] + 0.5) / down))
    return int(u * placement.pixel_size[0]), int(v * placement.pixel_size[1])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.viewport.nearest])
def test_every_pixel_is_a_block(drawn: dict[int, Shown], name: str, scale: int) -> None:
    case = CASES[name]
    wanted = truth(case, placed(case, scale))
    assert np.array_equal(drawn[scale][f"raster/{name}"], wanted)
    off = np.abs(drawn[scale][f"gpu/{name}"].astype(int) - wanted)
    assert off.max() <= TOLERANCE


@pytest.mark.parametrize("scale", SCALES)
def test_made_smaller_it_is_filtered_and_in_its_place(drawn: dict[int, Shown], scale: int) -> None:
    case = CASES["less-than-one"]
    placement = placed(case, scale)
    part = placement.visible
    rows, columns = slice(part.y + 6, part.y + part.height - 6), slice(part.x + 6, part.x + part.width - 6)
    y, x = np.mgrid[0 : placement.area[1], 0 : placement.area[0]] + 0.5
    rect = placement.rect
    wanted = colors_at((x - rect.x) / rect.width, (y - rect.y) / rect.height)[rows, columns] * 255
    for kind in ("raster", "gpu"):
        shown = drawn[scale][f"{kind}/less-than-one"][rows, columns]
        assert np.abs(shown - wanted).max() <= 5
