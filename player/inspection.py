"""A second look into the open file: the numbers of its pictures, and any picture by its number."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture, Track


class Indexer(Protocol):
    """What `player.media.index_builder.IndexBuilder` is used for here."""

    @property
    def index(self) -> FrameIndex | None: ...
    @property
    def failed(self) -> str | None: ...
    def start(self) -> None: ...
    def doubt(self, reason: str) -> None: ...
    def close(self) -> None: ...


class Reader(Protocol):
    """What `player.media.frame_reader.FrameReader` is used for here."""

    @property
    def failed(self) -> str | None: ...
    def want(self, ordinal: int, direction: int = 0) -> None: ...
    def get(self, ordinal: int) -> Picture | None: ...
    def fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None: ...
    def add(self, picture: Picture, ordinal: int) -> None: ...
    def poke(self) -> None: ...
    def rest(self) -> None: ...
    def release_memory(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """How the workers for one track are made. Their modules are imported only then."""

    make_indexer: Callable[[Track], Indexer]
    make_reader: Callable[[Track, Callable[[], FrameIndex | None], Callable[[str], None]], Reader]


class Inspection:
    """Owns the indexer and the reader of one track. Made and used by the owner's thread; any thread may close it.

    Nothing is made before it is asked for: `begin` makes the indexer, the first wanted picture the reader.
    """

    def __init__(self, track: Track, tools: Tools) -> None:
        self.track = track
        self._tools = tools
        self._lock = threading.Lock()
        self._closed = False  # guarded by _lock, as the two below are where they are set
        self._indexer: Indexer | None = None
        self._reader: Reader | None = None
        self._doubted = False
        self._poked: FrameIndex | None = None
        self.blocked = False
        """Pictures on screen are not those of the file: filters are between."""

    def begin(self) -> None:
        """Finds out what pictures there are. Asking again changes nothing."""
        if self._indexer is not None:
            return
        indexer = self._tools.make_indexer(self.track)
        with self._lock:
            closed = self._closed
            if not closed:
                self._indexer = indexer
        if closed:
            indexer.close()
        else:
            indexer.start()

    @property
    def begun(self) -> bool:
        return self._indexer is not None

    @property
    def index(self) -> FrameIndex | None:
        """The newest; None while nothing is known."""
        return None if self._indexer is None else self._indexer.index

    @property
    def failed(self) -> str | None:
        """Why pictures cannot be had by number, in a sentence."""
        if self._reader is not None and self._reader.failed is not None:
            return self._reader.failed
        return None if self._indexer is None or self._indexer.index is not None else self._indexer.failed

    @property
    def reads(self) -> bool:
        """Whether pictures can be had by number now."""
        return not self.blocked and self.index is not None and self.failed is None

    def doubt(self, reason: str) -> None:
        """The index does not know a picture that came. Said once: it is settled then, whatever comes later."""
        if self._indexer is not None and not self._doubted:
            self._doubted = True
            self._indexer.doubt(reason)

    def look(self) -> None:
        """Tells the reader of a newer index."""
        if self._reader is not None and self.index is not self._poked:
            self._poked = self.index
            self._reader.poke()

    def want(self, ordinal: int, direction: int = 0) -> None:
        reader = self._made_reader()
        if reader is not None:
            reader.want(ordinal, direction)

    def get(self, ordinal: int) -> Picture | None:
        return None if self._reader is None or not self.reads else self._reader.get(ordinal)

    def fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None:
        """`done` is called once, on the reader's thread or on this one, with None when there is no such picture."""
        reader = self._made_reader() if self.index is not None and self.failed is None else None
        if reader is None:
            done(None)
        else:
            reader.fetch(ordinal, done)

    def add(self, picture: Picture, ordinal: int | None) -> None:
        """The pipeline has decoded it already: while a reader is there, it need not do that again."""
        if self._reader is not None and ordinal is not None:
            self._reader.add(picture, ordinal)

    def rest(self) -> None:
        """Somebody else needs the processors: no more pictures in advance until the next one is wanted."""
        if self._reader is not None:
            self._reader.rest()

    def release_memory(self) -> None:
        if self._reader is not None:
            self._reader.release_memory()

    def close(self) -> None:
        """Waits for both to end. Raises ThreadStuckError."""
        with self._lock:
            self._closed = True
            reader, indexer = self._reader, self._indexer
        try:
            if reader is not None:
                reader.close()
        finally:
            if indexer is not None:
                indexer.close()

    def _made_reader(self) -> Reader | None:
        if self._reader is None:
            reader = self._tools.make_reader(self.track, lambda: self.index, self.doubt)
            with self._lock:
                if not self._closed:
                    self._reader = reader
            if self._reader is None:
                reader.close()
            self._poked = self.index
        return self._reader
