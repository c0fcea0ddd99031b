"""Steps of zoom, and what the state of looking closely does when things change around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from shiboken6 import delete

from tests.ui.video_frames import Case, make_picture
from ui.video.geometry import FIT, Viewport
from ui.video.raster_view import RasterView
from ui.zoom import STEPS, Zoom, former_zoom, next_zoom, zoom_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

PICTURE = make_picture(Case("", "yuv420p", size=(192, 128)))


@pytest.fixture
def zoom(qapp: QApplication) -> Iterator[Zoom]:
    view = RasterView()
    view.resize(96, 64)
    view.show()
    made = Zoom()
    made.view = view
    view.show_picture(replace(PICTURE, prepared=view.prepare(PICTURE)))
    made.note_picture(PICTURE)
    yield made
    view.shutdown()
    view.close()
    delete(view)


def test_zooming_in_passes_all_steps_above_the_whole_and_back(zoom: Zoom) -> None:
    seen = []
    for _ in range(40):
        zoom.step(1)
        seen.append(zoom.viewport.zoom)
    above = [step for step in STEPS if step > 0.5]
    assert seen[: len(above)] == above
    assert seen[-1] == 64
    seen = []
    for _ in range(40):
        zoom.step(-1)
        seen.append(zoom.viewport.zoom)
    assert seen[: len(above)] == [*reversed(above[:-1]), None]
    assert zoom.viewport == FIT


@pytest.mark.parametrize(
    ("zoom", "fit_zoom", "nearer", "farther"),
    [(0.6, 0.6, 0.75, None), (1.0, 0.6, 2, 0.75), (0.75, 0.6, 1, None), (8.0, 8.0, 12, None), (1.0, 8.0, 2, 1.0)],
)
def test_steps_around_the_whole_picture(zoom: float, fit_zoom: float, nearer: float, farther: float | None) -> None:
    assert next_zoom(zoom, fit_zoom) == nearer
    assert former_zoom(zoom, fit_zoom) == farther


def test_one_to_one_and_back(zoom: Zoom) -> None:
    zoom.toggle_one_to_one()
    assert zoom.viewport.zoom == 1
    zoom.toggle_one_to_one()
    assert zoom.viewport == FIT


def test_arrows_look_further(zoom: Zoom) -> None:
    zoom.step(3)
    before = zoom.placement
    assert before is not None
    zoom.pan_step(1, 0)
    after = zoom.placement
    assert after is not None
    assert (after.rect.x, after.rect.y) == (before.rect.x - 12, before.rect.y)
    zoom.pan_step(0, -1)
    last = zoom.placement
    assert last is not None
    assert last.rect.y == after.rect.y + 8


def test_the_whole_picture_cannot_be_moved(zoom: Zoom) -> None:
    assert not zoom.can_pan
    zoom.pan_step(1, 1)
    zoom.centre_on((0.1, 0.1))
    assert zoom.viewport == FIT


def test_two_fingers_take_any_zoom_down_to_the_whole(zoom: Zoom) -> None:
    zoom.scale(3.3, (48, 32))
    assert zoom.viewport.zoom == pytest.approx(0.5 * 3.3)
    zoom.scale(0.1, (48, 32))
    assert zoom.viewport == FIT


def test_it_says_how_large(zoom: Zoom) -> None:
    said: list[str] = []
    zoom.message.connect(said.append)
    zoom.step(1)
    zoom.pan_step(1, 0)
    zoom.fit()
    assert said == ["Zoom 1:1.33", "Whole picture"]
    assert [zoom_text(each) for each in (64, 5.3, 1, 0.5)] == ["64:1", "5.3:1", "1:1", "1:2"]


def test_a_selection_belongs_to_pictures_of_one_size(zoom: Zoom) -> None:
    zoom.select((1, 2, 3, 4))
    zoom.note_picture(make_picture(Case("", "gray", size=(192, 128))))
    assert zoom.selection == (1, 2, 3, 4)
    zoom.note_picture(make_picture(Case("", "gray", size=(64, 48))))
    assert zoom.selection is None


def test_another_file_is_seen_whole(zoom: Zoom) -> None:
    zoom.step(4)
    zoom.select((0, 0, 2, 2))
    zoom.reset()
    assert zoom.viewport == FIT
    assert zoom.selection is None


def test_without_a_view_nothing_happens() -> None:
    zoom = Zoom()
    zoom.step(1)
    zoom.toggle_one_to_one()
    zoom.pan_step(1, 0)
    zoom.set_viewport(Viewport(8.0))
    assert zoom.viewport == FIT
