"""What paused seeks keep on their way becomes the reader's: steps back from where they land find it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.media.frame_cache import native_bytes
from player.media.trail import trail_length

if TYPE_CHECKING:
    from player.inspection import Inspection
    from player.media.frame_index import FrameIndex
    from player.pipeline import Pipeline
    from player.records import Picture

LEAST_DISTANCE = 24
"""A shorter way tells little of how quick the decoder is."""


class Trailing:
    """Used by the owner's thread alone."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._distance = 0  # of the last seek
        self._picture_s: float | None = None  # what a picture took on the way of the last one that told

    def length(self, index: FrameIndex | None, ordinal: int | None, screen: Picture | None) -> int:
        """How many pictures before number `ordinal` a paused seek to it should keep."""
        self._distance = 0
        if index is None or ordinal is None or screen is None or not _from_anywhere(index, self._pipeline):
            return 0
        self._distance = ordinal - index.entry_for(ordinal).ordinal
        return trail_length(self._distance, self._picture_s, screen.duration_s, native_bytes(screen))

    def hand_over(self, index: FrameIndex, inspection: Inspection, serial: int) -> None:
        """The seek of `serial` has landed: `inspection` gets what it kept."""
        trail = self._pipeline.trail
        took_s = trail.took_s(serial)
        if took_s is not None and self._distance >= LEAST_DISTANCE:
            self._picture_s = took_s / self._distance
        for picture in trail.take(serial):
            ordinal = None if picture.pts is None else index.ordinal_of(picture.pts)
            if ordinal is not None:
                inspection.add(picture, ordinal)


def _from_anywhere(index: FrameIndex, pipeline: Pipeline) -> bool:
    """Pictures are the same wherever decoding begins, and the pipeline's are as the reader's."""
    return not (index.damaged or index.counted) and pipeline.hwdec.used == "no"
