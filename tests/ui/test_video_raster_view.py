"""The raster view: one paint a picture, conversion off the GUI thread, and a thread that ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtTest import QTest

from player.media.frame_cache import prepared_bytes
from player.media.raster import RasterConverter
from tests.ui.raster_kit import CASE, Counted, counted_view, end, prepared, until
from tests.ui.video_child import pixels_of
from tests.ui.video_frames import make_picture
from ui.video.raster_view import Made, RasterView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.fixture
def view(qapp: QApplication) -> Iterator[Counted]:
    with counted_view(qapp) as made:
        yield made


def until_shown_at(view: RasterView, size: tuple[int, int]) -> None:
    until(view, lambda image: image.size == size)


def test_a_prepared_picture_is_painted_once(qapp: QApplication, view: Counted) -> None:
    view.show_picture(prepared(view))
    qapp.processEvents()
    qapp.processEvents()
    assert (view.paints, view.news) == (1, 1)
    assert [stage for stage, _ in view.stages].count("convert") == 1
    assert view._worker is None


def test_what_it_prepares_says_how_large_it_is(qapp: QApplication, view: Counted) -> None:
    made = prepared(view).prepared
    assert isinstance(made, Made)
    assert prepared_bytes(made) == made.image.data.nbytes > 4 * 10_000


def test_before_it_is_shown_nothing_is_made_for_a_size_that_it_will_not_have(qapp: QApplication) -> None:
    """The first picture comes before the window has its size: it is made once, for that, and not painted before."""
    early = Counted()
    early.resize(192, 128)
    picture = prepared(early)
    assert picture.prepared is None
    early.show_picture(picture)
    early.show()
    try:
        until_shown_at(early, (192, 128))
        qapp.processEvents()
        assert early.stages.count(("convert", "raster-view")) == 1
        assert early.news == 1
    finally:
        end(early)


def test_its_pixels_reach_the_screen_unchanged(qapp: QApplication, view: Counted) -> None:
    picture = prepared(view)
    assert isinstance(picture.prepared, Made)
    view.show_picture(picture)
    assert np.array_equal(pixels_of(view.grab().toImage()), picture.prepared.image.pixels[..., 2::-1])


def test_the_rest_is_black(qapp: QApplication, view: Counted) -> None:
    view.resize(400, 128)
    qapp.processEvents()
    view.show_picture(prepared(view))
    shown = pixels_of(view.grab().toImage())
    assert not shown[:, :104].any()
    assert not shown[:, 296:].any()
    assert shown[:, 104:296].any(axis=-1).all()


def test_a_repaint_is_no_new_picture(qapp: QApplication, view: Counted) -> None:
    view.show_picture(prepared(view))
    qapp.processEvents()
    view.repaint()
    assert (view.paints, view.news) == (2, 1)


def test_after_a_resize_the_worker_converts(qapp: QApplication, view: Counted) -> None:
    view.show_picture(prepared(view))
    qapp.processEvents()
    view.resize(96, 64)
    qapp.processEvents()
    until_shown_at(view, (96, 64))
    assert view.stages.count(("convert", "raster-view")) == 1
    assert view.news == 1


def test_meanwhile_the_old_pixels_are_stretched(qapp: QApplication, view: Counted) -> None:
    picture = prepared(view)
    assert isinstance(picture.prepared, Made)
    size = (384, 256)
    view.show_picture(picture)
    qapp.processEvents()
    view._ask_worker = lambda *_wanted: None  # type: ignore[method-assign] # no answer from it yet
    view.resize(*size)
    shown = pixels_of(view.grab().toImage())
    assert shown.shape[:2] == (256, 384)
    assert np.abs(shown[::2, ::2].astype(int) - picture.prepared.image.pixels[..., 2::-1]).mean() < 4


def test_an_unprepared_picture_is_made_by_the_worker(qapp: QApplication, view: Counted) -> None:
    view.show_picture(make_picture(CASE))
    until_shown_at(view, (192, 128))
    QTest.qWait(0)
    assert view.news == 1
    assert {thread for stage, thread in view.stages if stage == "convert"} == {"raster-view"}


def test_an_unprepared_picture_replaces_one_of_the_same_size(qapp: QApplication, view: Counted) -> None:
    """The old pixels have the right size and still are another picture's."""
    first, second = prepared(view), make_picture(CASE)
    view.show_picture(first)
    qapp.processEvents()
    view.show_picture(second)
    until(view, lambda image: view._made is not first.prepared)
    QTest.qWait(0)
    assert view.news == 2
    assert view._made_of is second


def test_a_late_result_for_another_picture_is_dropped(qapp: QApplication, view: Counted) -> None:
    view.show_picture(make_picture(CASE))
    view.show_picture(None)
    view.shutdown()
    qapp.processEvents()
    assert view._made is None
    assert view.news == 0


def test_a_rapid_picture_that_stays_is_made_finely(qapp: QApplication, view: Counted) -> None:
    picture = replace(make_picture(CASE), duration_s=0.0001)
    picture = replace(picture, prepared=view.prepare(picture))
    assert isinstance(picture.prepared, Made)
    assert picture.prepared.image.quick
    view.show_picture(picture)
    qapp.processEvents()
    assert view.news == 1
    until(view, lambda image: not image.quick)
    assert ("convert", "raster-view") in view.stages
    assert np.array_equal(
        pixels_of(view.grab().toImage()), RasterConverter().convert(picture, (192, 128)).pixels[..., 2::-1]
    )
    assert view.news == 1


def test_none_clears_to_black(qapp: QApplication, view: Counted) -> None:
    view.show_picture(prepared(view))
    qapp.processEvents()
    view.show_picture(None)
    assert not pixels_of(view.grab().toImage()).any()
    assert view.news == 1


def test_a_view_without_area_prepares_nothing(qapp: QApplication) -> None:
    view = RasterView()
    view.resize(0, 0)
    view.show()
    assert view.prepare(make_picture(CASE)) is None
    end(view)


def test_shutdown_ends_the_worker_and_may_be_repeated(qapp: QApplication, view: Counted) -> None:
    view.show_picture(make_picture(CASE))
    view.shutdown()
    view.shutdown()
    assert "raster-view" not in {thread.name for thread in threading.enumerate()}


def test_a_picture_that_cannot_be_converted_leaves_the_worker_alive(qapp: QApplication, view: Counted) -> None:
    import av

    broken = replace(make_picture(CASE), frame=av.VideoFrame(16, 16, "rgb96le"))
    view.show_picture(broken)
    view.show_picture(make_picture(CASE))
    until_shown_at(view, (192, 128))
