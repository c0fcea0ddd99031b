"""The three clocks and which of them the others follow (ENGINE A7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from player.sync.clock import Clock
from player.sync.target_delay import NO_SYNC

Master = Literal["audio", "video", "external"]
EXTERNAL_SERIAL = 0
"""The external clock has a serial of its own: a seek sets it, so it is never stale."""


def choose_master(wanted: Master, *, has_audio: bool, has_video: bool) -> Master:
    """What is followed when `wanted` was asked for and the file has only some of the streams."""
    if wanted == "video":
        return "video" if has_video else ("audio" if has_audio else "external")
    if wanted == "audio":
        return "audio" if has_audio else "external"
    return "external"


class Clocks:
    """Audio, video and external clock of one session. Serials come from the packet queues."""

    def __init__(
        self, now: Callable[[], float], *, audio_serial: Callable[[], int], video_serial: Callable[[], int]
    ) -> None:
        self.audio = Clock(now)
        self.video = Clock(now)
        self.external = Clock(now)
        self._audio_serial = audio_serial
        self._video_serial = video_serial
        self.master: Master = "external"  # set by the session when its streams or its sound change

    def audio_s(self) -> float | None:
        return self.audio.get(self._audio_serial())

    def video_s(self) -> float | None:
        return self.video.get(self._video_serial())

    def external_s(self) -> float | None:
        return self.external.get(EXTERNAL_SERIAL)

    def master_s(self) -> float | None:
        """The followed clock's position in container seconds; None right after a seek."""
        if self.master == "video":
            return self.video_s()
        return self.audio_s() if self.master == "audio" else self.external_s()

    def set_video(self, time_s: float | None, serial: int, at: float) -> None:
        """A picture came on screen, due at `at`."""
        self.video.set(time_s, serial, at)
        self._lead_external(self.video_s())

    def set_audio(self, time_s: float | None, serial: int, at: float) -> None:
        """The sound was at `time_s` as of the moment `at`."""
        self.audio.set(time_s, serial, at)
        self._lead_external(self.audio_s())

    def set_external(self, time_s: float | None, at: float | None = None) -> None:
        self.external.set(time_s, EXTERNAL_SERIAL, at)

    def set_speed(self, speed: float) -> None:
        for clock in (self.audio, self.video, self.external):
            clock.set_speed(speed)

    def set_paused(self, paused: bool) -> None:
        for clock in (self.audio, self.video, self.external):
            clock.set_paused(paused)

    def _lead_external(self, time_s: float | None) -> None:
        if time_s is None:
            return
        external = self.external_s()
        if external is None or abs(external - time_s) > NO_SYNC:
            self.set_external(time_s)
