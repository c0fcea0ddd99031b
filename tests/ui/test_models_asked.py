"""The models of the command line: checked before there is a window, opened when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from player.analysis.selection import Selection
from player.cli.detect_options import DetectOptions
from player.cli.main import REFUSED, main
from tests.ui.fake_player import FakePlayer
from tests.ui.window_kit import a_window
from ui.detections.asked import open_asked
from ui.detections.detecting import Detecting
from ui.detections.opening import Wish, wished

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

LABELS = ("person", "dog")
CARD = Selection(0.4, iou=0.5)


def test_a_model_that_is_not_there_ends_it_before_a_window_opens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "nowhere.onnx", "film.mp4"]) == REFUSED
    assert capsys.readouterr().err == "overplay: There is no file nowhere.onnx.\n"


def test_they_are_opened_side_by_side_as_was_asked(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, Any]] = []
    detecting = Detecting(FakePlayer(), lambda _sentence: None)
    monkeypatch.setattr(detecting, "open_model", lambda name, **asked: opened.append((name, asked)))
    options = DetectOptions(("a.onnx", "b.onnx"), "cpu", 0.3, 0.9, 0.6, ("person",), precision="bf16")
    open_asked(detecting, options)
    wish = Wish("cpu", 0.3, 0.9, 0.6, ("person",), "bf16")
    assert opened == [
        ("a.onnx", {"place": 0, "wish": wish, "by_hand": True}),
        ("b.onnx", {"place": 1, "wish": wish, "by_hand": True}),
    ]


def test_what_was_not_said_is_left_to_the_card() -> None:
    assert wished(Wish(), CARD, LABELS) == CARD
    assert wished(Wish(high=0.3), CARD, LABELS) == Selection(0.3, 0.3, iou=0.5)
    assert wished(Wish(classes=("dog",)), CARD, LABELS) == Selection(0.4, iou=0.5, hidden=frozenset({0}))


def test_a_class_that_the_model_does_not_know_is_named_and_the_rest_holds(qapp: QApplication) -> None:
    said: list[str] = []
    detecting = Detecting(FakePlayer(), said.append)
    given = detecting._granted(Wish(low=0.2, classes=("persn",)), CARD, LABELS)
    assert given == Selection(0.2, iou=0.5)
    assert said == ["The model knows no persn (did you mean person?)."]


def test_keys_turn_tiles_and_old_boxes(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.play()
        detecting, actions = desk.controller.detecting, desk.window.actions_by_name
        found = []
        for key in (Qt.Key.Key_T, Qt.Key.Key_A, Qt.Key.Key_T, Qt.Key.Key_A):
            QTest.keyClick(desk.window, key, Qt.KeyboardModifier.ShiftModifier)
            marks = actions["detect-tiles"].isChecked(), actions["detect-old"].isChecked()
            found.append((detecting.manner.tile, detecting.manner.stale, *marks))
        assert found == [
            (0, "dim", True, True), (0, "hide", True, False), (None, "hide", False, False), (None, "dim", False, True),
        ]  # fmt: skip
