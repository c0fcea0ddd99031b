"""What the sound is played on: the choice, the devices there are, and the correction that is kept for each."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.errors import AudioDeviceError, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from player.records import Snapshot
    from ui.player_face import PlayerFace

MAX_DELAY_S = 10.0
SILENT = ("", "none", "null")
"""What the player calls having no device."""


class SoundDevices(QObject):
    """GUI thread only; the sound system is asked on a thread of its own, because it may take its time to answer."""

    message = Signal(str)  # a few words to show for a moment
    listed = Signal(list)  # the devices' names; empty when there are none
    _answered = Signal(list)

    def __init__(self, player: PlayerFace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.choice = ""
        """'' is the system's default."""
        self._delays: dict[str, float] = {}
        self._device = ""  # what plays, as the snapshot last said
        self._keeps_delay = False
        self._list: Callable[[], list[str]] | None = None
        self._thread: threading.Thread | None = None
        self._asking = False  # GUI thread only
        self._answered.connect(self._on_answer, Qt.ConnectionType.QueuedConnection)

    # -- what is remembered

    def restore(self, device: str, delays: Mapping[str, float], *, delay_s: float | None) -> None:
        """As remembered, without a word about it. `delay_s` is the command line's: it holds for every device."""
        self._delays = dict(delays)
        self._keeps_delay = delay_s is not None
        self.choice = device
        self._player.set_audio_device(device)

    @property
    def delays(self) -> dict[str, float]:
        """Seconds by device, those that are not 0."""
        self._note_delay()
        return {device: delay for device, delay in self._delays.items() if delay}

    @Slot(object)
    def on_snapshot(self, snapshot: Snapshot) -> None:
        """A device takes its own correction with it."""
        device = snapshot.audio_device
        if device in SILENT or device == self._device:
            return
        self._note_delay()
        self._device = device
        if not self._keeps_delay:
            self._player.set_audio_delay(self._delays.get(device, 0.0))

    def _note_delay(self) -> None:
        """Whoever set it (a key, the IPC): it is the device's from now on."""
        if self._device and not self._keeps_delay:
            self._delays[self._device] = self._player.audio_delay_s

    # -- what is asked for

    def choose(self, device: str) -> None:
        self.choice = device
        self._player.set_audio_device(device)
        self.message.emit(f"Sound device: {plain(device) or 'as the system'}")

    def delay_by(self, delta_s: float) -> None:
        """Sound later (positive) or earlier, for the device that plays."""
        delay = round(max(-MAX_DELAY_S, min(MAX_DELAY_S, self._player.audio_delay_s + delta_s)), 3)
        self._player.set_audio_delay(delay + 0.0)
        self.message.emit(f"Sound delay {delay * 1000:+.0f} ms" if delay else "Sound delay 0 ms")

    # -- what there is

    def offer(self, list_devices: Callable[[], list[str]]) -> None:
        """From now on devices can be listed and chosen. `list_devices` may wait; it raises AudioDeviceError."""
        self._list = list_devices

    @property
    def on_offer(self) -> bool:
        return self._list is not None

    def look(self) -> None:
        """Ask what there is; `listed` follows."""
        if self._list is not None and not self._asking:
            self._asking = True
            self._thread = threading.Thread(target=self._ask, args=(self._list,), name="device-lister")
            self._thread.start()

    def join(self, timeout_s: float) -> None:
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _ask(self, list_devices: Callable[[], list[str]]) -> None:
        names: list[str] = []
        try:
            names = list_devices()
        except AudioDeviceError:
            pass
        finally:
            self._answered.emit(names)

    @Slot(list)
    def _on_answer(self, names: list[str]) -> None:
        self._asking = False  # and not when the thread is gone: it may still be ending when its answer is here
        self.listed.emit(names)
