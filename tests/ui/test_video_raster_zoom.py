"""The raster view's zoom: only what is in sight is converted, and a close-up stays put until the next one is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from tests.ui.raster_kit import CASE, Counted, counted_view, prepared, until
from tests.ui.video_frames import make_picture
from ui.video.geometry import FIT, Rect, Viewport
from ui.video.raster_view import Made

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CLOSE = Viewport(16.0, (0.25, 0.5))
BESIDE = Viewport(16.0, (0.5, 0.5))


@pytest.fixture
def view(qapp: QApplication) -> Iterator[Counted]:
    with counted_view(qapp) as made:
        yield made


def until_served(view: Counted) -> None:
    until(view, lambda _image: view._made is not None and view._wanted is not None and view._made.serves(view._wanted))


def test_the_worker_makes_the_close_up(qapp: QApplication, view: Counted) -> None:
    view.show_picture(prepared(view))
    qapp.processEvents()
    moves: list[object] = []
    view.placement_changed.connect(lambda: moves.append(view.placement))
    view.set_viewport(CLOSE)
    assert view.placement is not None
    assert view.placement.viewport == CLOSE  # the whole picture is there to be stretched
    until_served(view)
    assert moves == [view.placement]
    assert ("convert", "raster-view") in view.stages
    assert view.news == 1


def test_a_close_up_stays_until_the_next_is_made(qapp: QApplication, view: Counted) -> None:
    view.set_viewport(CLOSE)
    view.show_picture(prepared(view))
    qapp.processEvents()
    before = view.grab().toImage()
    placement = view.placement
    view.set_viewport(BESIDE)
    assert view.placement == placement
    assert view.grab().toImage() == before
    until_served(view)
    assert view.placement is not None
    assert view.placement.viewport == BESIDE
    assert view.grab().toImage() != before


def test_and_back_to_the_whole(qapp: QApplication, view: Counted) -> None:
    view.show_picture(prepared(view))
    whole = view.grab().toImage()
    view.set_viewport(CLOSE)
    until_served(view)
    view.set_viewport(FIT)
    until_served(view)
    assert view.grab().toImage() == whole


def test_a_picture_prepared_for_another_part_waits_for_the_worker(qapp: QApplication, view: Counted) -> None:
    view.set_viewport(CLOSE)
    first, second = prepared(view), prepared(view)
    view.show_picture(first)
    qapp.processEvents()
    view.set_viewport(BESIDE)
    until_served(view)
    view.show_picture(second)
    assert view._made_of is first
    until(view, lambda _image: view._made_of is second)
    QTest.qWait(0)
    assert view.placement is not None
    assert view.placement.viewport == BESIDE
    assert view.news == 2


def test_one_that_was_prepared_whole_waits_too(qapp: QApplication, view: Counted) -> None:
    first, second = prepared(view), prepared(view)
    view.show_picture(first)
    view.set_viewport(CLOSE)
    until_served(view)
    sharp = view.grab().toImage()
    view.show_picture(second)
    assert view.grab().toImage() == sharp
    until(view, lambda _image: view._made_of is second)
    assert view._made is not None
    assert view._made.is_part


def test_but_not_for_ever(qapp: QApplication, view: Counted) -> None:
    """Where the worker is slower than the pictures come, the next one is shown as it was prepared."""
    view.set_viewport(CLOSE)
    pictures = [prepared(view) for _ in range(3)]
    view.show_picture(pictures[0])
    qapp.processEvents()
    view._ask_worker = lambda *_wanted: None  # type: ignore[method-assign]
    view.set_viewport(BESIDE)
    view.show_picture(pictures[1])
    assert view._made_of is pictures[0]
    view.show_picture(pictures[2])
    assert view._made_of is pictures[2]
    assert view.placement is not None
    assert view.placement.viewport == CLOSE


def test_a_picture_prepared_when_zoomed_is_painted_as_it_is(qapp: QApplication, view: Counted) -> None:
    view.set_viewport(CLOSE)
    view.show_picture(prepared(view))
    qapp.processEvents()
    assert view.news == 1
    assert view._worker is None


def test_zoomed_pictures_are_never_made_the_quick_way(view: Counted) -> None:
    view.set_viewport(Viewport(1.0))
    made = view.prepare(replace(make_picture(CASE), duration_s=0.0001))
    assert isinstance(made, Made)
    assert not made.image.quick


def test_no_picture_no_placement(view: Counted) -> None:
    rects = []
    view.placement_changed.connect(lambda: rects.append(view.placement and view.placement.rect))
    assert view.placement is None
    view.show_picture(prepared(view))
    view.show_picture(prepared(view))
    view.show_picture(None)
    assert rects == [Rect(0, 0, 192, 128), None]
