"""Comparing in the window: what the views draw, the choices, the panel, the split's line, and all of it by script."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from player.compare.pairing import Offset
from tests.helpers.clip_writer import VideoPlan, write
from tests.helpers.clips import Clips
from tests.helpers.numbered import read_number_from_luma
from tests.ui.compare_child import numbered
from tests.ui.ipc_kit import running
from tests.ui.video_screen import run_under, x_server
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.compare.facts import state_json
from ui.compare.graph import runs_of, scale_of
from ui.compare.panel import ComparePanel
from ui.video.raster_view import RasterView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from player.records import Picture

Shown = dict[str, NDArray[np.uint8]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    target = tmp_path_factory.mktemp("pairs") / "drawn.npz"
    with x_server() as display:
        run_under(display, ["tests.ui.compare_child", str(target)])
    with np.load(target) as found:
        return dict(found)


@pytest.mark.parametrize("kind", ["raster", "gpu"])
def test_a_view_holds_a_picture_only_against_its_own_reference(drawn: Shown, kind: str) -> None:
    for name in ("pair-20", "alone-11", "pair-21", "pair-22", "flicker-22", "flicker-12", "alone-12"):
        shown = drawn[f"{kind}/{name}"][..., :3].mean(axis=-1)
        assert read_number_from_luma(shown) == int(name.partition("-")[2]), name
    grey = drawn[f"{kind}/grey"][2:-2, 2:-2, :3].astype(int)
    assert np.abs(grey - 128).max() <= 2
    half, a, b = (drawn[f"{kind}/{name}"].astype(int) for name in ("half", "alone-12", "pair-22"))
    middle = half.shape[1] // 2
    assert np.abs(half[:, : middle - 2] - a[:, : middle - 2]).max() <= 1
    assert np.abs(half[:, middle + 2 :] - b[:, middle + 2 :]).max() <= 1


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    view = RasterView()
    with a_window(qapp, view=view) as made:
        made.controller.looks.view = view
        made.play()
        yield made


def show(desk: Desk, picture: Picture | None) -> None:
    """As the bridge does."""
    desk.controller.looks.before_picture(picture)
    desk.controller.compare.before_picture(picture)
    view: Any = desk.controller.zoom.view
    view.show_picture(picture)


def test_nothing_of_the_engine_is_there_before_it_is_used(desk: Desk) -> None:
    compare = desk.controller.compare
    show(desk, numbered(1))
    show(desk, numbered(2))
    assert compare._engine is None
    compare.choose("off")
    assert compare._engine is None


def test_the_picture_before_is_handed_to_the_view_with_its_picture(desk: Desk) -> None:
    compare, looks = desk.controller.compare, desk.controller.looks
    pictures = [numbered(each) for each in range(4)]
    show(desk, pictures[0])
    compare.choose("previous")
    assert compare.problem == "There is no picture before the first."
    for before, picture in itertools.pairwise(pictures):
        show(desk, picture)
        assert looks.reference is before
        assert looks._reference == (before, picture)
    show(desk, numbered(9))  # 8 is not at hand
    assert looks.reference is None
    assert desk.player.calls[-1] == ("fetch", 8)
    state = state_json(compare, compare.picture)
    assert (state["state"], state["b"]) == ("pending", None)
    compare.choose("off")
    assert looks.look.against == "none"
    assert looks.reference is None


def test_pinned_from_the_keyboard(desk: Desk) -> None:
    compare = desk.controller.compare
    pinned = numbered(5)
    show(desk, pinned)
    QTest.keyClick(desk.window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert compare.against == "pinned"
    show(desk, numbered(7))
    pair = compare.pair
    assert pair is not None
    assert (pair.picture.index, pair.reference.index) == (7, 5)
    QTest.keyClick(desk.window, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert (compare.how, desk.controller.looks.look.against) == ("difference", "difference")
    gain = compare.gain
    QTest.keyClick(desk.window, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert compare.gain > gain
    QTest.keyClick(desk.window, Qt.Key.Key_K)
    assert not compare.is_on
    QTest.keyClick(desk.window, Qt.Key.Key_K)
    assert compare.against == "pinned"


def test_flicker_shows_one_after_the_other_and_ends_with_it(desk: Desk) -> None:
    compare, looks = desk.controller.compare, desk.controller.looks
    show(desk, numbered(5))
    compare.pin()
    show(desk, numbered(6))
    compare.set_rate(20)
    compare.set_how("flicker")
    for state in (True, False, True):
        wait_until(lambda state=state: looks.look.flicker_on is state, "the change")  # type: ignore[misc]
    compare.choose("off")
    assert not looks.look.flicker_on
    assert not compare._flicker.isActive()


def test_the_line_is_dragged_on_the_picture(desk: Desk, qapp: QApplication) -> None:
    compare = desk.controller.compare
    show(desk, numbered(5))
    compare.pin()
    marks: Any = None
    wait_until(lambda: desk.window._compare_marks is not None, "the line")
    marks = desk.window._compare_marks
    wait_until(lambda: marks.line.isVisible() and marks.a.isVisible() and marks.b.isVisible(), "line and names")
    assert (marks.a.text(), marks.b.text()) == ("A  5", "B  5")
    assert marks.line.cursor().shape() is Qt.CursorShape.SplitHCursor
    stage, view = desk.window.stage, desk.window.stage.view
    placement = desk.controller.zoom.placement
    assert placement is not None
    middle = marks.line.geometry().center()
    assert abs(middle.x() - (placement.rect.x + placement.rect.width / 2)) <= 1
    QTest.mousePress(marks.line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(7, 60))
    aim = QPoint(placement.rect.x + placement.rect.width // 4, 60)
    QTest.mouseMove(marks.line, marks.line.mapFrom(stage, view.mapTo(stage, aim)))
    wait_until(lambda: abs(compare.split - 0.25) < 0.02, "the drag")
    QTest.mouseRelease(marks.line, Qt.MouseButton.LeftButton)
    assert abs(marks.line.geometry().center().x() - aim.x()) <= 2
    compare.set_split(0.0)
    assert not marks.a.isVisible()  # there is no room for it beside the line
    compare.choose("off")
    wait_until(lambda: not marks.line.isVisible(), "the line to go")


def test_the_panel_says_what_is_compared(desk: Desk) -> None:
    compare = desk.controller.compare
    QTest.keyClick(desk.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    panel = desk.window.docks.panel("compare")
    assert isinstance(panel, ComparePanel)
    assert not panel.how.isVisible()
    show(desk, numbered(5))
    compare.pin()
    show(desk, numbered(6))
    wait_until(lambda: panel.pair.texts()[0] == ["Picture", "6", "5"], "the pair")
    wait_until(lambda: 6 in compare.seen, "the figures")
    wait_until(lambda: any(row[1].endswith(" dB") for row in panel.figures.texts()[-1:]), "the figures in the panel")
    assert [row[0] for row in panel.figures.texts()] == ["Y'", "Cb", "Cr", "All"]
    assert set(compare.seen) <= {5, 6}, "the pinned one against itself, where there was time for it"
    panel.how.activated.emit(1)
    assert compare.how == "difference"
    panel.amount.setValue(30)
    assert compare.gain == pytest.approx(8.0)
    panel.against.activated.emit(0)
    assert not compare.is_on


def test_another_file_that_cannot_be_opened_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    show(desk, numbered(5))
    desk.controller.compare.choose("file", str(tmp_path / "nothing.mp4"))
    wait_until(lambda: bool(desk.complaints), "the complaint")
    assert desk.complaints == [f"Cannot open {tmp_path / 'nothing.mp4'}: there is no such file."]
    assert desk.messages[-1] == desk.complaints[0]


def test_shutting_down_leaves_no_thread(desk: Desk, clips: Clips) -> None:
    compare = desk.controller.compare
    show(desk, numbered(5))
    compare.choose("file", str(clips("cfr").path))
    compare.set_offset(Offset(pictures=2))
    compare.shutdown()
    assert not [each.name for each in threading.enumerate() if each.name.startswith("compare")]


def test_the_graph_is_cut_where_nothing_was_measured() -> None:
    values = {4: 40.0, 5: 41.5, 9: 38.25, 10: float("inf")}
    assert runs_of(values) == [[(4, 40.0), (5, 41.5)], [(9, 38.25), (10, float("inf"))]]
    assert scale_of(values) == (38.0, 42.0)
    assert scale_of({1: 40.2}) == (40.0, 42.0)


def test_by_script_in_a_real_window(clips: Clips, tmp_path: Path) -> None:
    """Every fifth picture of the same in another file: pairs stay exact through steps, jumps, play and offsets."""
    plan = VideoPlan(tuple(range(0, 50, 5)), tuple(range(10)), Fraction(1, 5), rate=Fraction(5))
    other = write(tmp_path / "other.mkv", plan)
    with (
        running(tmp_path, "--pause", "--compare", str(other), str(clips("cfr").path)) as window,
        window.connect() as remote,
    ):
        remote.do("observe_property", 1, "overplay/compare")

        def settled(index: int) -> dict[str, Any]:
            found: dict[str, Any] = remote.until_change(
                "overplay/compare",
                lambda state: state and state["state"] == "exact" and state["a"]["index"] == index and state["metrics"],
            )
            return found

        assert settled(0)["b"]["index"] == 0
        for target in (23, 24, 25, 7, 49, 48):
            remote.do("overplay/go-to-frame", target)
            assert settled(target)["b"]["index"] == target // 5
        remote.do("set_property", "overplay/compare", {"offset_frames": -2, "mode": "difference", "gain": 8})
        state = remote.until_change("overplay/compare", lambda state: state["b"] and state["b"]["index"] == 7)
        assert (state["mode"], state["gain"], state["offset_frames"]) == ("difference", 8.0, -2)
        remote.do("overplay/pin")
        state = remote.until_change("overplay/compare", lambda state: state["against"] == "pinned" and state["metrics"])
        assert state["metrics"]["all"] == {"psnr": None, "ssim": pytest.approx(1.0), "equal": True}
        for wrong in ({"mode": "sideways"}, {"gain": 0}, {"offset_frames": 1.5}, {"nothing": 1}, {"split": True}):
            assert remote.ask("set_property", "overplay/compare", wrong)["error"] != "success"
        remote.do("set_property", "overplay/compare", {"against": "off"})
        assert remote.get("overplay/compare")["state"] == "off"
        remote.do("quit")
        assert window.end() == 0
