"""The leak check notices what it is there to notice, and lets pass what ended in time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.helpers.fake_time import FakeTime
from tests.helpers.leaks import find_leaks, take_handles

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_thread_that_ends_when_told_is_no_leak() -> None:
    before = take_handles()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="obedient")
    thread.start()
    stop.set()
    assert find_leaks(before) == []


def test_a_thread_that_stays_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.helpers.leaks.GRACE_S", 0.01)
    before = take_handles()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="stubborn")
    thread.start()
    try:
        assert find_leaks(before) == ["thread 'stubborn' is still running"]
    finally:
        stop.set()
        thread.join()


def test_a_file_left_open_is_named(tmp_path: Path) -> None:
    before = take_handles()
    path = tmp_path / "open.txt"
    with path.open("w") as file:
        (leak,) = find_leaks(before)
        assert leak == f"descriptor {file.fileno()} is still open: {path}"
    assert find_leaks(before) == []


def test_a_file_in_a_reference_cycle_is_no_leak(tmp_path: Path) -> None:
    class Node:
        def __init__(self) -> None:
            self.itself = self
            self.descriptor = path.open("wb", buffering=0)

        def __del__(self) -> None:
            self.descriptor.close()

    path = tmp_path / "cycle.bin"
    before = take_handles()
    Node()
    assert find_leaks(before) == []


def test_a_timer_that_runs_on_is_named() -> None:
    application = QApplication.instance() or QApplication([])
    assert application is not None
    before = take_handles()
    widget = QWidget()
    timer = QTimer(widget)
    timer.setObjectName("poll")
    timer.start(1000)
    (leak,) = find_leaks(before)
    assert leak.startswith("timer poll of QWidget")
    timer.stop()
    assert find_leaks(before) == []


def test_fake_time_moves_only_when_told() -> None:
    time = FakeTime(50.0)
    assert [time(), time()] == [50.0, 50.0]
    time.advance(0.25)
    assert time() == 50.25
    time.advance_to(60.0)
    assert time() == 60.0
