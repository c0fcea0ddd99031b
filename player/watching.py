"""Somebody who looks at the pictures on their way to the screen: the detection models. Told here, by all threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol, get_args

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture


MOST_MODELS = 2
"""So many models look at pictures at once, at most."""
Precision = Literal["auto", "fp32", "fp16", "bf16"]
"""What a model computes in; "auto" is halves where the device is quicker with them."""
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


class Watch(Protocol):
    """What the player tells and asks. Nothing here waits."""

    def listen(self, wakeup: Callable[[], None]) -> None:
        """`wakeup` is to be called, on any thread, when `is_ready` would answer otherwise than it did."""

    def set_speed(self, speed: float) -> None:
        """Owner's thread. Media seconds a second, while playing."""

    def since(self, serial: int) -> None:
        """Any thread. Others come, of another file, track or filter: pictures from before this serial do not count.

        Serials only rise, from file to file too; of two calls the greater counts.
        """

    def number_by(self, index: FrameIndex | None, serial: int) -> None:
        """Owner's thread. What pictures are numbered by, as of this serial; None when they have no numbers."""

    def coming(self, picture: Picture) -> None:
        """The decode-video thread. It will be shown, unless it is too late by then."""

    def is_ready(self, picture: Picture) -> bool:
        """Owner's thread. Whether this picture, the next while playing, may be shown."""

    def wait_for(self, picture: Picture) -> None:
        """Owner's thread. It is due and not ready: look at it next."""

    def report(self) -> dict[str, object]:
        """Owner's thread. The playback report's `inference`; empty when there is none."""


class Watching:
    """Stands between one player and whoever watches, who may come and go while a file plays."""

    def __init__(self) -> None:
        self._watch: Watch | None = None  # written by the owner's thread
        self._speed = 1.0
        self._serial = 0  # whoever writes it looks at _watch afterwards, and `attach` the other way round
        self._numbers: tuple[FrameIndex | None, int] = None, 0  # owner's thread only

    def attach(self, watch: Watch | None, wakeup: Callable[[], None]) -> None:
        """Owner's thread."""
        self._watch = watch
        if watch is not None:
            watch.listen(wakeup)
            watch.set_speed(self._speed)
            watch.since(self._serial)
            watch.number_by(*self._numbers)

    def set_speed(self, speed: float) -> None:
        self._speed = speed
        if self._watch is not None:
            self._watch.set_speed(speed)

    def since(self, serial: int) -> None:
        self._serial = max(self._serial, serial)
        if (watch := self._watch) is not None:
            watch.since(serial)

    def number_by(self, index: FrameIndex | None, serial: int) -> None:
        if index is not self._numbers[0] or serial != self._numbers[1]:
            self._numbers = index, serial
            if self._watch is not None:
                self._watch.number_by(index, serial)

    def coming(self, picture: Picture) -> None:
        if (watch := self._watch) is not None:
            watch.coming(picture)

    def is_ready(self, picture: Picture) -> bool:
        return self._watch is None or self._watch.is_ready(picture)

    def wait_for(self, picture: Picture) -> None:
        if self._watch is not None:
            self._watch.wait_for(picture)

    def complete(self, report: dict[str, object]) -> dict[str, object]:
        """The playback report with the part that is the watcher's."""
        inference = {} if self._watch is None else self._watch.report()
        stages = report.get("per_picture_ms")
        if isinstance(stages, dict):
            stages["infer"] = inference.get("infer_ms", {})
        return report | {"inference": inference} if inference else report
