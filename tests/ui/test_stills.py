"""Saving the picture on screen: by key, by dialog, and never over a file that is there unless asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from player.media.still import PngMaker
from player.media.still_file import Still
from player.records import Picture
from tests.helpers.numbered import draw_frame
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.still_dialog import StillDialog
from ui.stills import MAX_WAITING


def a_picture(number: int = 5, pixel_format: str = "yuv420p") -> Picture:
    return Picture(
        draw_frame(number, 160, 120, pixel_format), pts=number, time_base=Fraction(1, 25), time_s=number / 25,
        duration_s=0.04, serial=1, key=True, pict_type="I", index=number,
    )  # fmt: skip


@contextmanager
def showing(qapp: QApplication, folder: Path, picture: Picture | None = None) -> Iterator[Desk]:
    """A window that shows a picture of `film.mkv`; stills go to `folder`."""
    with a_window(qapp) as desk:
        desk.controller.open_paths([str(folder / "film.mkv")])
        desk.play()
        desk.controller.stills.folder = str(folder)
        desk.window.note_picture(picture or a_picture())
        try:
            yield desk
        finally:
            desk.controller.stills.join(5.0)


def press(desk: Desk, name: str) -> None:
    desk.window.actions_by_name[name].trigger()


def dialog_of(desk: Desk) -> StillDialog:
    press(desk, "save-picture")
    dialog = desk.window.asking.still
    assert dialog is not None
    return dialog


def test_a_key_saves_the_picture_at_once(qapp: QApplication, tmp_path: Path) -> None:
    with showing(qapp, tmp_path, a_picture(5, "yuv420p10le")) as desk:
        for expected in ("film-frame-000005.png", "film-frame-000005-2.png"):
            press(desk, "quick-still")
            wait_until(lambda name=expected: desk.messages[-1:] == [f"Saved {name}"], expected)  # type: ignore[misc]
            png = (tmp_path / expected).read_bytes()
            assert png == PngMaker(untagged_601=False).encode(draw_frame(5, 160, 120, "yuv420p10le"))


def test_without_a_picture_there_is_nothing_to_save(qapp: QApplication, tmp_path: Path) -> None:
    with a_window(qapp) as desk:
        desk.controller.stills.quick()
        desk.controller.stills.ask()
        assert desk.messages == ["There is no picture to save"] * 2
        assert desk.window.asking.still is None


def test_the_dialog_saves_the_picture_that_was_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    """Whatever plays meanwhile."""
    with showing(qapp, tmp_path) as desk:
        dialog = dialog_of(desk)
        desk.window.note_picture(a_picture(6))
        assert dialog.target.text() == str(tmp_path / "film-frame-000005.png")
        dialog.target.setText(str(tmp_path / "mine"))
        dialog.side_file.setChecked(True)
        dialog.accept()
        wait_until(lambda: desk.messages[-1:] == ["Saved mine.png"], "it is saved")
        assert (tmp_path / "mine.png").read_bytes() == PngMaker(untagged_601=False).encode(draw_frame(5, 160, 120))
        facts = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
        assert (facts["ordinal"], facts["pts"]) == (5, 5)
        assert desk.window.settings.still_folder == str(tmp_path)
        assert desk.window.asking.still is None


@pytest.mark.parametrize("may", [True, False])
def test_a_file_that_is_there_is_asked_about(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may: bool
) -> None:
    asked: list[str] = []
    with showing(qapp, tmp_path) as desk:
        target = tmp_path / "film-frame-000005.png"
        target.write_bytes(b"mine")
        dialog = dialog_of(desk)

        def answer(path: str) -> bool:
            asked.append(path)
            return may

        monkeypatch.setattr(dialog, "_may_replace", answer)
        dialog.accept()
        wait_until(lambda: bool(asked), "it asks")
        assert asked == [str(target)]
        if may:
            wait_until(lambda: target.read_bytes() != b"mine", "it is replaced")
            wait_until(lambda: desk.window.asking.still is None, "the dialog is gone")
        else:
            assert target.read_bytes() == b"mine"
            assert dialog.isVisible()
            dialog.reject()


def test_what_goes_wrong_is_said_in_the_dialog(qapp: QApplication, tmp_path: Path) -> None:
    with showing(qapp, tmp_path) as desk:
        dialog = dialog_of(desk)
        dialog.target.setText(str(tmp_path / "no" / "such" / "a.png"))
        dialog.accept()
        wait_until(lambda: dialog.words.text().startswith("Cannot write"), "the sentence")
        assert "No such file or directory" in dialog.words.text()
        dialog.reject()


def test_the_window_as_it_looks(qapp: QApplication, tmp_path: Path) -> None:
    with showing(qapp, tmp_path) as desk:
        grab = desk.controller.stills.grab
        assert grab is not None
        image = grab()
        done: list[object] = []
        desk.controller.stills.save(image, str(tmp_path / "window.png"), done=done.append)
        wait_until(lambda: bool(done), "it is saved")
        assert done == [str(tmp_path / "window.png")]
        assert QImage(str(tmp_path / "window.png")).size() == image.size() == desk.window.stage.size()


def test_only_so_many_wait(qapp: QApplication, tmp_path: Path) -> None:
    """Each holds a picture; who asks faster than they are written is refused."""
    with showing(qapp, tmp_path) as desk:
        stills = desk.controller.stills
        still = stills.still()
        assert still is not None
        large = replace(still, picture=replace(still.picture, frame=draw_frame(1, 1920, 1080)))
        taken = [stills.save(large, str(tmp_path / "a.png"), find_name=True) for _ in range(4 * MAX_WAITING)]
        assert taken.count(True) < len(taken)
        assert taken[:MAX_WAITING] == [True] * MAX_WAITING


def test_a_picture_gets_the_number_that_is_known_by_then(qapp: QApplication, tmp_path: Path) -> None:
    """It was decoded before there was an index. While pictures move, another one's number is no help."""
    picture = replace(a_picture(), index=None)
    with showing(qapp, tmp_path, picture) as desk:
        for paused, seeking, ordinal in ((True, False, 5), (False, False, None), (True, True, None)):
            desk.play(frame=5, paused=paused, seeking=seeking)
            still = desk.controller.stills.still()
            assert still is not None
            assert still.ordinal == ordinal
        desk.play(frame=5, paused=True, seeking=False)
        other = desk.controller.stills.still(picture=replace(picture, pts=9))
        assert other is not None
        assert other.ordinal is None


def test_a_look_is_part_of_what_is_displayed(qapp: QApplication, tmp_path: Path) -> None:
    from player.media.look import Look

    with showing(qapp, tmp_path) as desk:
        other = a_picture(9)
        desk.controller.stills.look = lambda: (Look(channel="y"), other)
        still = desk.controller.stills.still("displayed")
        assert isinstance(still, Still)
        assert (still.kind, still.look, still.reference) == ("displayed", Look(channel="y"), other)
