"""Sound through SDL 2, pushed into its queue (HOUSE fact 7). SDL is loaded on first use."""

from __future__ import annotations

import ctypes
import warnings
from typing import Any

import numpy as np

from player.audio.sink import AudioRequest, Samples, SinkFormat
from player.errors import AudioDeviceError

BUFFER_SAMPLES_S = 0.022
"""About the length of one device buffer; SDL wants a power of two in samples."""
MAX_CHANNELS = 8


def _load() -> Any:
    with warnings.catch_warnings():
        # pysdl2 announces the DLL package it found as a UserWarning on every import.
        warnings.simplefilter("ignore", UserWarning)
        import sdl2
    return sdl2


class SdlSink:
    """One SDL audio device, float32. Implements AudioSink."""

    def __init__(self, request: AudioRequest) -> None:
        sdl2 = self._sdl = _load()
        sdl2.SDL_SetHint(sdl2.SDL_HINT_NO_SIGNAL_HANDLERS, b"1")
        sdl2.SDL_SetHint(sdl2.SDL_HINT_AUDIO_DEVICE_APP_NAME, b"Overplay")
        if sdl2.SDL_InitSubSystem(sdl2.SDL_INIT_AUDIO) != 0:
            raise AudioDeviceError(f"no sound: {self._reason()}")
        wanted_samples = 1 << round(np.log2(max(request.rate, 8000) * BUFFER_SAMPLES_S))
        wanted = sdl2.SDL_AudioSpec(
            request.rate, sdl2.AUDIO_F32SYS, min(request.channels, MAX_CHANNELS), int(wanted_samples)
        )
        got = sdl2.SDL_AudioSpec(0, 0, 0, 0)
        changes = sdl2.SDL_AUDIO_ALLOW_FREQUENCY_CHANGE | sdl2.SDL_AUDIO_ALLOW_CHANNELS_CHANGE
        self._device: int = sdl2.SDL_OpenAudioDevice(None, 0, ctypes.byref(wanted), ctypes.byref(got), changes)
        if self._device == 0:
            reason = self._reason()
            sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_AUDIO)
            raise AudioDeviceError(f"no sound: {reason}")
        driver = sdl2.SDL_GetCurrentAudioDriver()
        self.format = SinkFormat(
            rate=got.freq,
            channels=got.channels,
            buffer_s=got.samples / got.freq,
            device=f"sdl/{driver.decode() if driver else 'unknown'}",
        )
        self._bytes_a_second: int = got.freq * got.channels * 4

    def push(self, samples: Samples) -> None:
        data = np.ascontiguousarray(samples, dtype=np.float32)
        if self._sdl.SDL_QueueAudio(self._device, data.ctypes.data_as(ctypes.c_void_p), data.nbytes) != 0:
            raise AudioDeviceError(f"the sound device stopped: {self._reason()}")
        if self._sdl.SDL_GetAudioDeviceStatus(self._device) == self._sdl.SDL_AUDIO_STOPPED:
            raise AudioDeviceError("the sound device went away")

    def queued_s(self) -> float:
        queued: int = self._sdl.SDL_GetQueuedAudioSize(self._device)
        return queued / self._bytes_a_second

    def clear(self) -> None:
        self._sdl.SDL_ClearQueuedAudio(self._device)

    def set_paused(self, paused: bool) -> None:
        self._sdl.SDL_PauseAudioDevice(self._device, int(paused))

    def close(self) -> None:
        if self._device:
            self._sdl.SDL_CloseAudioDevice(self._device)
            self._sdl.SDL_QuitSubSystem(self._sdl.SDL_INIT_AUDIO)
            self._device = 0

    def _reason(self) -> str:
        text: bytes = self._sdl.SDL_GetError() or b"unknown reason"
        return text.decode("utf-8", "replace")


def open_sdl(request: AudioRequest) -> SdlSink:
    """A SinkFactory for the system's default device. Raises AudioDeviceError."""
    return SdlSink(request)
