"""What a device that takes sound looks like to the rest of the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from player.media.samples import Samples as Samples
from player.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class AudioRequest:
    """What the file has; the device may take something else."""

    rate: int
    channels: int
    device: str = ""
    """By the name that `sdl_sink.list_devices` gives; '' is the system's default."""


@dataclass(frozen=True, slots=True)
class SinkFormat:
    """What the device took."""

    rate: int
    channels: int
    buffer_s: float
    """Sound that has left the queue and is not heard yet, on average."""
    device: str
    realtime: bool = True
    """False when it swallows everything at once: then an empty queue is no underrun."""


class AudioSink(Protocol):
    """A device with a queue. Used by the audio thread alone; may raise AudioDeviceError from any call."""

    @property
    def format(self) -> SinkFormat: ...

    def push(self, samples: Samples) -> None:
        """Appends to the queue; never waits."""

    def queued_s(self) -> float:
        """Seconds of sound in the queue."""

    def clear(self) -> None:
        """Throws the queue away."""

    def set_paused(self, paused: bool) -> None: ...

    def close(self) -> None: ...


SinkFactory = Callable[[AudioRequest], AudioSink]
"""Opens the device; called on the audio thread. Raises AudioDeviceError."""
