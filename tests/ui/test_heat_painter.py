"""Heat maps lie on the picture where the heat is, whatever is done to the picture, and are of this very picture."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from player.records import Orientation
from tests.ui.detection_cases import make_classes, spot_heat
from tests.ui.fake_player import FakePlayer
from tests.ui.video_frames import Case, make_picture
from ui.detections.detecting import Detecting
from ui.detections.drawn import boxes_of
from ui.detections.heat_painter import OLD, HeatPainter, ramp_colours
from ui.video.geometry import FIT, Placement, Viewport, place_picture

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QApplication

    from player.analysis.view import View
    from player.records import Picture

SIZE = (300, 200)
PICTURE = make_picture(Case("", "yuv420p", size=SIZE))
TURNS = [Orientation(mirrored, turns) for mirrored in (False, True) for turns in range(4)]
PLACES = [(0, 0), (6, 1), (3, 4)]


class Bench:
    def __init__(self) -> None:
        self.detecting = Detecting(FakePlayer(), lambda _sentence: None)
        self.on_view: Picture | None = PICTURE
        self.painter = HeatPainter(self.detecting, lambda: self.on_view, lambda: self.detecting.heat.opacity)
        self.detecting.before_picture(PICTURE)

    def covered(self, placement: Placement, *views: View) -> NDArray[np.float64]:
        """(rows, columns): how much of a white ground the heat has taken, 0 to 1."""
        self.detecting.views = views
        image = QImage(*placement.area, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        with QPainter(image) as painter:
            if self.painter.active:
                self.painter.paint(painter, placement)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(placement.area[1], placement.area[0], 4)
        taken: NDArray[np.float64] = 1 - pixels[..., 0] / 255  # blue: there is hardly any in the ramp's hot end
        return taken


@pytest.fixture
def bench(qapp: QApplication) -> Bench:
    return Bench()


def centre(taken: NDArray[np.float64]) -> tuple[float, float]:
    rows, columns = np.indices(taken.shape)
    weights = taken * (taken > taken.max() / 2)
    return float(((columns + 0.5) * weights).sum() / weights.sum()), float(
        ((rows + 0.5) * weights).sum() / weights.sum()
    )


@pytest.mark.parametrize("orientation", TURNS, ids=str)
@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(16, 11)], ids=str)
def test_the_heat_lies_where_it_was_found(bench: Bench, orientation: Orientation, aspect: Fraction) -> None:
    """Against where the view puts the coded pixel in the middle of the hot place, fitted and zoomed."""
    picture = replace(PICTURE, orientation=orientation, sample_aspect=aspect)
    for column, row in PLACES:
        hot = (column + 0.5) / 8 * SIZE[0], (row + 0.5) / 6 * SIZE[1]
        view = make_classes(heat=spot_heat(SIZE, column, row))
        for viewport in (FIT, Viewport(4.0, (0.5, 0.5))):
            placement = place_picture(picture, (640, 480), viewport)
            if viewport is not FIT:
                placement = place_picture(
                    picture, (640, 480), placement.centred_on(placement.to_upright(placement.to_widget(hot)))
                )
            x, y = placement.to_widget(hot)
            cell = placement.rect.width / 8, placement.rect.height / 6
            if not all(side <= at <= room - side for at, room, side in zip((x, y), placement.area, cell, strict=True)):
                continue  # cut off: what is left of it has another middle
            assert centre(bench.covered(placement, view)) == pytest.approx((x, y), abs=3)


def test_at_any_zoom_it_is_the_same_heat(bench: Bench) -> None:
    """Zoomed in far, the middle of the hot place fills the view."""
    view = make_classes(heat=spot_heat(SIZE, 4, 3))
    placement = place_picture(PICTURE, (320, 240), Viewport(64.0, (4.5 / 8, 3.5 / 6)))
    taken = bench.covered(placement, view)
    assert taken.min() > 0.3
    assert taken.max() - taken.min() < 0.15


def test_nothing_is_drawn_beyond_what_the_network_saw(bench: Bench) -> None:
    heat = replace(spot_heat(SIZE, 0, 0), values=np.ones((6, 8), np.float32), seen=(60.0, 40.0, 120.0, 100.0))
    placement = place_picture(PICTURE, SIZE)
    taken = bench.covered(placement, make_classes(heat=heat))
    inside = np.zeros(SIZE[::-1], bool)
    inside[40:100, 60:120] = True
    assert (taken[inside] > 0.3).all()
    assert (taken[~inside] == 0).all()


def test_the_heat_of_another_picture_is_never_at_full_strength(bench: Bench) -> None:
    heat = spot_heat(SIZE, 3, 3)
    placement = place_picture(PICTURE, SIZE)
    full = bench.covered(placement, make_classes(heat=heat)).max()
    old = bench.covered(placement, make_classes(heat=heat, state="stale", age_frames=2)).max()
    assert 0 < old < full * (OLD + 0.1)
    bench.on_view = make_picture(Case("", "yuv420p", size=SIZE))
    assert bench.covered(placement, make_classes(heat=heat)).max() == pytest.approx(old), "not yet on the view"
    bench.on_view = PICTURE
    bench.detecting.manner.set_stale("hide")
    assert bench.covered(placement, make_classes(heat=heat, state="stale", age_frames=2)).max() == 0
    for state in ("pending", "off", "failed"):
        assert bench.covered(placement, make_classes(heat=heat, state=state)).max() == 0


def test_it_is_as_strong_as_the_user_wants_it(bench: Bench) -> None:
    view, placement = make_classes(heat=spot_heat(SIZE, 3, 3)), place_picture(PICTURE, SIZE)
    strengths = []
    for opacity in (0.2, 0.5, 1.0):
        bench.detecting.heat.set_opacity(opacity)
        strengths.append(bench.covered(placement, view).max())
    assert np.diff(strengths).min() > 0.15
    bench.detecting.heat.set_opacity(0.0)
    assert not bench.painter.active


def test_the_ramp_grows_lighter_from_end_to_end() -> None:
    """So that it is read without colours."""
    luma = ramp_colours(64) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luma) > 0).all()
    assert luma[-1] - luma[0] > 120


def test_it_is_saved_with_the_picture(bench: Bench) -> None:
    bench.detecting.views = (make_classes(heat=spot_heat(SIZE, 1, 4)),)
    drawn = boxes_of(bench.detecting)
    assert drawn is not None
    grey = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    changed = np.abs(drawn.over(grey).astype(int) - 90).max(axis=2) > 20
    assert changed[150, 56], "the heat"
    assert changed[26, 200:280].any(), "the names, at the upper right"
    assert not changed[100:, 150:].any()
    assert drawn.facts() == {
        "models": [
            {
                "model": "Teller",
                "classes": [
                    {"class_id": 2, "class_name": "car", "score": 0.7},
                    {"class_id": 3, "class_name": "dog", "score": 0.15},
                    {"class_id": 1, "class_name": "bicycle", "score": 0.1},
                    {"class_id": 0, "class_name": "person", "score": 0.05},
                ],
            }
        ]
    }
