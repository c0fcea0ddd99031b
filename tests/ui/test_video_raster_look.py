"""The raster view when the look changes: off the GUI thread, at once, and nothing of a former look is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from player.media.displayed import displayed_rgb
from player.media.look import PLAIN, Look
from tests.ui.raster_kit import Counted, counted_view, prepared, until
from tests.ui.video_child import pixels_of
from tests.ui.video_frames import Case, make_picture
from tests.ui.window_kit import wait_until
from ui.video.geometry import Viewport

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

LUMA = Look(channel="y")
OTHER = Case("", "yuv420p", colorspace=5, full=True)


@pytest.fixture
def view(qapp: QApplication) -> Iterator[Counted]:
    with counted_view(qapp) as made:
        yield made


def until_in_style(view: Counted) -> None:
    until(view, lambda image: image.look_serial == view._style.serial)


def test_the_picture_on_screen_is_made_anew_elsewhere(qapp: QApplication, view: Counted) -> None:
    picture = prepared(view)
    view.show_picture(picture)
    qapp.processEvents()
    view.stages.clear()
    view.set_look(LUMA)
    until_in_style(view)
    assert np.array_equal(pixels_of(view.grab().toImage()), displayed_rgb(picture, LUMA))
    assert [thread for stage, thread in view.stages if stage == "convert"] == ["raster-view"]
    qapp.processEvents()
    assert view.news == 1  # still the same picture


def test_the_same_look_again_costs_nothing(qapp: QApplication, view: Counted) -> None:
    view.show_picture(prepared(view))
    qapp.processEvents()
    view.stages.clear()
    view.set_look(PLAIN)
    view.set_reference(make_picture(OTHER))  # with nothing held against it
    qapp.processEvents()
    assert view.stages == []
    assert view._worker is None


def test_what_was_prepared_for_a_former_look_is_not_shown(qapp: QApplication, view: Counted) -> None:
    first, second = prepared(view), prepared(view, OTHER)
    view.show_picture(first)
    qapp.processEvents()
    view.set_look(LUMA)
    until_in_style(view)
    view.show_picture(second)
    assert view._made_of is not second
    until(view, lambda image: view._made_of is second)
    assert np.array_equal(pixels_of(view.grab().toImage()), displayed_rgb(second, LUMA))


def test_pictures_are_prepared_for_the_look(qapp: QApplication, view: Counted) -> None:
    view.set_look(LUMA)
    picture = prepared(view)
    view.show_picture(picture)
    assert np.array_equal(pixels_of(view.grab().toImage()), displayed_rgb(picture, LUMA))
    assert view._worker is None


def test_nothing_is_prepared_while_every_picture_has_a_reference_of_its_own(view: Counted) -> None:
    view.set_look(Look(against="difference"))
    view.set_reference(make_picture(OTHER))
    assert prepared(view).prepared is not None
    view.set_reference(make_picture(OTHER), make_picture(OTHER))
    assert prepared(view).prepared is None
    view.set_look(Look())
    assert prepared(view).prepared is not None


def test_another_reference_shows_at_once(qapp: QApplication, view: Counted) -> None:
    look = Look(against="difference")
    view.set_look(look)
    picture, reference = prepared(view), make_picture(OTHER)
    view.show_picture(picture)
    for held in (reference, replace(picture), None):
        view.set_reference(held)
        until_in_style(view)
        assert np.array_equal(pixels_of(view.grab().toImage()), displayed_rgb(picture, look, reference=held))


def test_pixels_asked_for_on_the_way_do_not_replace_the_right_ones(qapp: QApplication, view: Counted) -> None:
    """A panel squeezes the view and makes the window grow, all before the worker is done with the narrow view."""
    view.set_viewport(Viewport(zoom=8.0))
    picture = prepared(view)
    view.show_picture(picture)
    qapp.processEvents()
    shown = pixels_of(view.grab().toImage())
    view.stages.clear()
    view.resize(100, 128)
    view.resize(192, 128)
    wait_until(lambda: any(stage == "convert" for stage, _ in view.stages), "the narrow view's pixels")
    qapp.processEvents()
    qapp.processEvents()
    assert np.array_equal(pixels_of(view.grab().toImage()), shown)
