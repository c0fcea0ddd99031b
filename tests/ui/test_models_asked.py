"""The models of the command line: checked before there is a window, opened when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from player.cli.detect_options import DetectOptions
from player.cli.main import REFUSED, main
from tests.ui.fake_player import FakePlayer
from ui.detections.asked import open_asked
from ui.detections.detecting import Detecting
from ui.detections.opening import Wish

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def test_a_model_that_is_not_there_ends_it_before_a_window_opens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "nowhere.onnx", "film.mp4"]) == REFUSED
    assert capsys.readouterr().err == "overplay: There is no file nowhere.onnx.\n"


def test_they_are_opened_side_by_side_as_was_asked(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, Any]] = []
    detecting = Detecting(FakePlayer(), lambda _sentence: None)
    monkeypatch.setattr(detecting, "open_model", lambda name, **asked: opened.append((name, asked)))
    options = DetectOptions(("a.onnx", "b.onnx"), "cpu", 0.3, 0.9, 0.6, ("person",))
    open_asked(detecting, options)
    wish = Wish("cpu", 0.3, 0.9, 0.6, ("person",))
    assert opened == [
        ("a.onnx", {"place": 0, "wish": wish, "by_hand": True}),
        ("b.onnx", {"place": 1, "wish": wish, "by_hand": True}),
    ]
