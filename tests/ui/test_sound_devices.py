"""The choice of the sound device and the correction kept for each, in the window: menu, keys, settings."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from player.cli.options import parse_play
from player.errors import AudioDeviceError
from ui import settings
from ui.settings import WindowSettings

from .window_kit import Desk, a_window, wait_until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ONE, TWO = "sdl/pulseaudio/One", "sdl/pulseaudio/Two"


def entries(desk: Desk) -> list[tuple[str, bool]]:
    return [(action.text(), action.isChecked()) for action in desk.window.menus.devices.actions()]


def delays_set(desk: Desk) -> list[object]:
    return [call[1] for call in desk.player.calls if call[0] == "set_audio_delay"]


def test_the_menu_lists_the_devices_when_it_is_opened(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        gate = threading.Event()

        def slow() -> list[str]:
            gate.wait(5.0)
            return ["Built-in & more", "Phones"]

        desk.controller.sound.offer(slow)
        desk.window.menus.devices.aboutToShow.emit()
        assert entries(desk) == [("&As the system", True), ("Looking…", False)], "the window waits for the sound system"
        gate.set()
        wait_until(lambda: len(entries(desk)) == 3, "the devices")
        assert entries(desk) == [("&As the system", True), ("Built-in && more", False), ("Phones", False)]
        desk.window.menus.devices.actions()[2].trigger()
        assert ("set_audio_device", "Phones") in desk.player.calls
        assert desk.messages[-1] == "Sound device: Phones"
        desk.window.menus.devices.aboutToShow.emit()
        wait_until(lambda: ("Phones", True) in entries(desk), "the mark at the device that was chosen")
        desk.controller.sound.join(5.0)


def test_a_chosen_device_that_is_not_there_stays_in_the_menu(qapp: QApplication) -> None:
    def none() -> list[str]:
        raise AudioDeviceError("no sound")

    with a_window(qapp) as desk:
        desk.controller.sound.restore("Phones", {}, delay_s=None)
        desk.controller.sound.offer(none)
        desk.window.menus.devices.aboutToShow.emit()
        wait_until(lambda: ("Phones (not there)", True) in entries(desk), "the missing device")
        desk.controller.sound.join(5.0)


def test_the_keys_move_the_sound_and_the_device_keeps_it(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.controller.sound.restore("", {TWO: 0.25}, delay_s=None)
        desk.play(audio_device=ONE)
        QTest.keyClick(desk.window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(desk.window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(desk.window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
        assert desk.messages[-3:] == ["Sound delay +100 ms", "Sound delay +200 ms", "Sound delay +100 ms"]
        for device in (TWO, "none", ONE):
            desk.play(audio_device=device)
        assert delays_set(desk)[-2:] == [0.25, 0.1]
        assert desk.window.closing_settings().delays == ((TWO, 0.25), (ONE, 0.1))


def test_a_delay_of_the_command_line_holds_for_every_device_and_is_not_kept(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.controller.sound.restore("", {ONE: 0.25}, delay_s=0.5)
        for device in (ONE, TWO):
            desk.play(audio_device=device)
        assert delays_set(desk) == []
        assert desk.window.closing_settings().delays == ((ONE, 0.25),)


def test_device_and_delays_outlive_the_program(tmp_path: Path) -> None:
    kept = WindowSettings(device="Phones; 2", delays=((ONE, -0.1), (TWO, 0.25)))
    file = tmp_path / "settings.ini"
    assert settings.save(file, kept)
    assert settings.load(file) == kept


@pytest.mark.parametrize(
    ("line", "device"), [("", None), ("--audio-device=auto", ""), ("--audio-device Phones", "Phones")]
)
def test_the_device_on_the_command_line(line: str, device: str | None) -> None:
    assert parse_play(line.split()).audio_device == device
