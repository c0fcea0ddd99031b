"""The file that pictures are held against: opened, numbered and read beside the one that plays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from player.errors import OpenError, PlayerError
from player.media.frame_reader import FrameReader
from player.media.index_builder import IndexBuilder
from player.media.index_cache import IndexCache
from player.media.source import choose_track, open_source
from player.options import DEFAULT_MAX_PIXELS, Input, TrackChoice
from player.worker import Worker

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture, Track

BUDGET_BYTES = 256 << 20
"""For pictures that are read ahead: about 80 of 1080p."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file is to be read."""

    path: str
    input: Input = field(default_factory=Input)
    track: TrackChoice = None
    index_folder: Path | None = None
    """Where what is found out is kept for the next time; None keeps nothing."""
    max_pixels: int = DEFAULT_MAX_PIXELS


class OtherFile:
    """One second file. Made and used by its owner's thread, which waits for nothing but `join`.

    Its threads are "compare-open", which ends when the file is open, and those of the index and the reader. `wakeup` is
    called on any of them when there is something new: an index, a picture, a reason why not.
    """

    def __init__(
        self,
        reading: Reading,
        *,
        index: Callable[[], FrameIndex | None] | None = None,
        is_busy: Callable[[], bool],
        wakeup: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        """`index`: its pictures are numbered already, by this."""
        self._reading = reading
        self._given_index = index
        self._is_busy = is_busy
        self._wakeup = wakeup
        self._now = now
        self._lock = threading.Lock()
        self._closed = False  # guarded by _lock, as the two below are where they are set
        self._builder: IndexBuilder | None = None
        self._reader: FrameReader | None = None
        self._why_not: str | None = None
        self._opening = Worker("compare-open", self._open, self._on_error)
        self._closing: Worker | None = None
        self._stuck: BaseException | None = None
        self._wanted: tuple[int, int] | None = None
        self._poked: FrameIndex | None = None
        self._opening.start()

    @property
    def path(self) -> str:
        return self._reading.path

    @property
    def failed(self) -> str | None:
        """Why it cannot be read, in a sentence."""
        if self._why_not is not None:
            return self._why_not
        if self._reader is not None and self._reader.failed is not None:
            return self._reader.failed
        return None if self._builder is None or self._builder.index is not None else self._builder.failed

    @property
    def index(self) -> FrameIndex | None:
        if self._given_index is not None:
            return self._given_index()
        return None if self._builder is None else self._builder.index

    def picture(self, ordinal: int, direction: int) -> Picture | None:
        """The picture if it has been read; otherwise it comes soon. `direction` is where travel goes next."""
        reader = self._reader
        if reader is None:
            return None
        if self.index is not self._poked:
            self._poked = self.index
            self._wanted = None
            reader.poke()
        if self._wanted != (ordinal, direction):
            self._wanted = (ordinal, direction)
            reader.want(ordinal, direction)
        return reader.get(ordinal)

    def close(self) -> None:
        """Asks everything to end and returns; `join` waits for it."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._closing = Worker("compare-close", self._end, self._on_stuck)
        self._closing.start()

    def join(self) -> None:
        """Raises ThreadStuckError when it has not ended within 2 s."""
        self.close()
        assert self._closing is not None
        self._closing.join()
        if self._stuck is not None:
            raise self._stuck

    @property
    def ended(self) -> bool:
        return self._closing is not None and not self._closing.alive

    # The threads' own.

    def _open(self) -> None:
        reading = self._reading
        try:
            source = open_source(reading.path, input=reading.input, max_pixels=reading.max_pixels)
            try:
                track = choose_track(source, "video", reading.track)
                if track is None or track.attached:
                    raise OpenError(reading.path, "there are no moving pictures in it")
                if not source.seekable:
                    raise OpenError(reading.path, "it cannot be sought in")
            finally:
                source.close()
        except PlayerError as error:
            self._why_not = str(error)
            self._wakeup()
            return
        builder = None if self._given_index is not None else self._make_builder(track)
        reader = FrameReader(
            reading.path, track,
            index=lambda: self.index, budget_bytes=BUDGET_BYTES, wakeup=self._wakeup, now=self._now,
            on_doubt=self._doubt, max_pixels=reading.max_pixels, input=reading.input,
        )  # fmt: skip
        with self._lock:
            if not self._closed:
                self._builder, self._reader = builder, reader
                if builder is not None:
                    builder.start()
        self._wakeup()

    def _make_builder(self, track: Track) -> IndexBuilder:
        reading, folder = self._reading, self._reading.index_folder
        return IndexBuilder(
            reading.path, track,
            on_change=self._wakeup, cache=None if folder is None else IndexCache(folder), is_busy=self._is_busy,
            input=reading.input, max_pixels=reading.max_pixels,
        )  # fmt: skip

    def _doubt(self, reason: str) -> None:
        if self._builder is not None:
            self._builder.doubt(reason)

    def _on_error(self, error: BaseException) -> None:
        self._why_not = f"{self.path} cannot be compared: {error}"
        self._wakeup()

    def _on_stuck(self, error: BaseException) -> None:
        self._stuck = error

    def _end(self) -> None:
        self._opening.join()
        if self._reader is not None:
            self._reader.close()
        if self._builder is not None:
            self._builder.close()
