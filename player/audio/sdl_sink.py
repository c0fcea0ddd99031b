"""Sound through SDL 2, pushed into its queue (HOUSE fact 7). SDL is loaded on first use.

Opening, closing and listing devices talk to a sound server and hang while it does (a stopped PulseAudio keeps
SDL_CloseAudioDevice for ever): those calls are made by `PatientCalls`. The others only touch SDL's own queue.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from typing import Any

from player.audio.patient import NotInTimeError, PatientCalls
from player.audio.sdl_library import load_sdl
from player.audio.sink import AudioRequest, Samples, SinkFormat
from player.errors import AudioDeviceError, plain

BUFFER_S = 0.032
"""About the length of one device buffer. Beside mpv and a screen recorder, sound and picture were 1.3 to 2.1 ms apart
by turns (one standard deviation) at this length, 3 to 4 ms at ffplay's 0.043."""
GRAIN_SAMPLES = 512
BEYOND_S = {"pulseaudio": 0.018}
"""What a sound system keeps besides one buffer, which SDL does not tell, by driver. PulseAudio tells those who ask it,
as mpv does: 14 to 26 ms more than a buffer in the same recordings (shared/bench/avsync.py, null sink)."""
MAX_CHANNELS = 8
OPEN_LIMIT_S = 1.2
CLOSE_LIMIT_S = 0.4
"""A device that takes longer is closed by itself, later or never."""

_calls = PatientCalls("sound-device")


def _reason(sdl2: Any) -> str:
    text: bytes = sdl2.SDL_GetError() or b"SDL gives no reason"
    return text.decode("utf-8", "replace")


def _init(sdl2: Any) -> None:
    sdl2.SDL_SetHint(sdl2.SDL_HINT_NO_SIGNAL_HANDLERS, b"1")
    sdl2.SDL_SetHint(sdl2.SDL_HINT_AUDIO_DEVICE_APP_NAME, b"Overplay")
    if sdl2.SDL_InitSubSystem(sdl2.SDL_INIT_AUDIO) != 0:
        raise AudioDeviceError(f"no sound: {_reason(sdl2)}")


class SdlSink:
    """One SDL audio device, float32. Implements AudioSink. Made within `_calls`."""

    def __init__(self, request: AudioRequest) -> None:
        sdl2 = self._sdl = load_sdl()
        _init(sdl2)
        try:
            self._device, got = self._open(request)
        except AudioDeviceError:
            sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_AUDIO)
            raise
        driver = (sdl2.SDL_GetCurrentAudioDriver() or b"unknown").decode("utf-8", "replace")
        name = request.device or _default_name(sdl2)
        self.format = SinkFormat(
            rate=got.freq,
            channels=got.channels,
            buffer_s=got.samples / got.freq + BEYOND_S.get(driver, 0.0),
            device="/".join(filter(None, ("sdl", driver, name))),
        )
        self._bytes_a_second: int = got.freq * got.channels * 4

    def _open(self, request: AudioRequest) -> tuple[int, Any]:
        sdl2 = self._sdl
        wanted_samples = GRAIN_SAMPLES * max(1, round(request.rate * BUFFER_S / GRAIN_SAMPLES))
        wanted = sdl2.SDL_AudioSpec(
            request.rate, sdl2.AUDIO_F32SYS, min(request.channels, MAX_CHANNELS), wanted_samples
        )
        got = sdl2.SDL_AudioSpec(0, 0, 0, 0)
        changes = sdl2.SDL_AUDIO_ALLOW_FREQUENCY_CHANGE | sdl2.SDL_AUDIO_ALLOW_CHANNELS_CHANGE
        # No name is the system's default, and goes where the sound server moves that.
        name = find_device(request.device, _names(sdl2)) if request.device else None
        if request.device and name is None:
            raise AudioDeviceError(f"the sound device {plain(request.device)} is not there")
        encoded = None if name is None else name.encode()
        device: int = sdl2.SDL_OpenAudioDevice(encoded, 0, ctypes.byref(wanted), ctypes.byref(got), changes)
        if device == 0:
            raise AudioDeviceError(f"no sound: {_reason(sdl2)}")
        return device, got

    def push(self, samples: Samples) -> None:
        data = bytes(samples.data)
        if self._sdl.SDL_QueueAudio(self._device, data, len(data)) != 0:
            raise AudioDeviceError(f"the sound device stopped: {_reason(self._sdl)}")

    def queued_s(self) -> float:
        # SDL goes on emptying the queue of a device that was unplugged: only its status tells.
        if self._sdl.SDL_GetAudioDeviceStatus(self._device) == self._sdl.SDL_AUDIO_STOPPED:
            raise AudioDeviceError("the sound device went away")
        queued: int = self._sdl.SDL_GetQueuedAudioSize(self._device)
        return queued / self._bytes_a_second

    def clear(self) -> None:
        self._sdl.SDL_ClearQueuedAudio(self._device)

    def set_paused(self, paused: bool) -> None:
        self._sdl.SDL_PauseAudioDevice(self._device, int(paused))

    def close(self) -> None:
        try:
            _calls.call(self.close_now, CLOSE_LIMIT_S)
        except NotInTimeError:
            pass  # it is closed when its server lets it

    def close_now(self) -> None:
        """However long it takes. Only within `_calls`."""
        device, self._device = self._device, 0
        if device:
            self._sdl.SDL_CloseAudioDevice(device)
            self._sdl.SDL_QuitSubSystem(self._sdl.SDL_INIT_AUDIO)


def find_device(wanted: str, names: Sequence[str]) -> str | None:
    """What SDL calls the device `wanted` now; None when it is not there.

    A device that went and came again while SDL was in use is "Phones (2)": SDL keeps its former name taken.
    """
    if wanted in names:
        return wanted
    base = first_name(wanted)
    return next((name for name in names if first_name(name) == base), None)


def first_name(name: str) -> str:
    """A device's name without the number that SDL adds to the second of a name."""
    return re.sub(r" \(\d+\)$", "", name)


def _names(sdl2: Any) -> list[str]:
    count: int = sdl2.SDL_GetNumAudioDevices(0)
    names: list[bytes | None] = [sdl2.SDL_GetAudioDeviceName(place, 0) for place in range(max(0, count))]
    return [name.decode("utf-8", "replace") for name in names if name]


def _default_name(sdl2: Any) -> str:
    """The device behind "default" just now; '' where SDL cannot tell."""
    name, spec = ctypes.c_char_p(), sdl2.SDL_AudioSpec(0, 0, 0, 0)
    if sdl2.SDL_GetDefaultAudioInfo(ctypes.byref(name), ctypes.byref(spec), 0) != 0 or not name.value:
        return ""
    found = name.value.decode("utf-8", "replace")
    sdl2.SDL_free(name)
    return found


def open_sdl(request: AudioRequest) -> SdlSink:
    """A SinkFactory. Raises AudioDeviceError, within OPEN_LIMIT_S also when the sound server does not answer."""
    try:
        return _calls.call(lambda: SdlSink(request), OPEN_LIMIT_S, undo=SdlSink.close_now)
    except NotInTimeError as error:
        raise AudioDeviceError("no sound: the sound system does not answer") from error


def list_devices() -> list[str]:
    """What sound can be played on, by the names that `AudioRequest.device` takes. Waits for the sound system.

    Raises AudioDeviceError when there is none, within OPEN_LIMIT_S also when it does not answer.
    """
    try:
        return _calls.call(_list, OPEN_LIMIT_S, undo=lambda _names: None)
    except NotInTimeError as error:
        raise AudioDeviceError("the sound system does not answer") from error


def _list() -> list[str]:
    sdl2 = load_sdl()
    _init(sdl2)
    try:
        names = _names(sdl2)
        single = [first_name(name) for name in names]
        return [base if single.count(base) == 1 else name for name, base in zip(names, single, strict=True)]
    finally:
        sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_AUDIO)
