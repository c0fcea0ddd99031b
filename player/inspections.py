"""Pictures by number, for whichever track is on screen: each track that was shown keeps its index and its reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from player.inspection import Inspection
from player.numbering import Numbering

if TYPE_CHECKING:
    from player.inspection import Tools
    from player.media.frame_index import FrameIndex
    from player.options import OpenOptions
    from player.pipeline import Pipeline
    from player.records import Picture
    from player.stepper import Stepper


class Inspections:
    """Used by the owner's thread alone, unless said. Without `tools` no picture can be had by number."""

    def __init__(self, pipeline: Pipeline, options: OpenOptions, tools: Tools | None) -> None:
        self._pipeline = pipeline
        self._options = options
        self._tools = tools
        self._all: list[Inspection] = []  # of the tracks shown so far; the last is that of the present one

    def follow(self, stepper: Stepper, serial: int) -> None:
        """Another video track has other pictures; filters make others of them. `serial` was read before."""
        stepper.serial = serial
        pipeline = self._pipeline
        slot = pipeline.slots["video"]
        track = slot.track if pipeline.shows_video else None
        known = self._all[-1].track if self._all else None
        if track is not None and track != known and self._tools is not None:
            from_start = not self._all and not self._options.start_s
            self._all.append(Inspection(track, self._tools))
            numbering = Numbering(
                slot.packets.serial if from_start else None, rewinds=not pipeline.source.has_timestamps
            )
            stepper.attend(self._all[-1], numbering)
        if self._all:
            blocked = self._all[-1].blocked = pipeline.filters.video is not None
            pipeline.around.watching.number_by(None if blocked else self.index, serial)

    @property
    def any(self) -> bool:
        """A moving picture was on screen, and its numbers can be asked for."""
        return bool(self._all)

    @property
    def index(self) -> FrameIndex | None:
        return self._all[-1].index if self._all else None

    @property
    def reads(self) -> bool:
        """Whether pictures can be had by number now."""
        return bool(self._all) and self._all[-1].reads

    def fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None:
        """`done` gets the picture, or None, on the reader's thread."""
        if self._all:
            self._all[-1].fetch(ordinal, done)
        else:
            done(None)

    def rest(self) -> None:
        """The pipeline needs the processors: the reader leaves them to it."""
        if self._all:
            self._all[-1].rest()

    def release_memory(self) -> None:
        for each in self._all:
            each.release_memory()

    def close(self) -> None:
        """Any thread; waits. Raises ThreadStuckError."""
        for each in self._all:
            each.close()
