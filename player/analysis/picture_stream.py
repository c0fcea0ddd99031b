"""Pictures of many files, one after the other, decoded on a thread of their own a few ahead of whoever takes them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.analysis.inputs import InputFile
from player.errors import OpenError, PlayerError, UsageError
from player.options import Input
from player.ordinals import Ordinals
from player.worker import Worker

if TYPE_CHECKING:
    from player.records import Picture

READER_DEADLINE_S = 10.0
"""A picture of a large file may take its time."""


@dataclass(frozen=True, slots=True)
class Decoded:
    file: InputFile
    picture: Picture


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or the rest of it, that cannot be had."""

    file: InputFile
    error: PlayerError


class PictureStream:
    """Use as a context manager; one thread takes. Of images all are wanted, of videos those of `ordinals`.

    A file that cannot be read is told and the next one follows.
    """

    def __init__(
        self,
        files: Sequence[InputFile],
        ordinals: Ordinals = Ordinals(),  # noqa: B008  # frozen
        *,
        ahead: int = 8,
        input: Input = Input(),  # noqa: B008  # the option's name; frozen
    ) -> None:
        self._files = files
        self._ordinals = ordinals
        self._ahead = ahead
        self._input = input
        self.damage: dict[str, int] = {}
        """How many packets the decoder refused, by file; whole when the stream has ended."""
        self._cond = threading.Condition()  # its lock is re-entrant: `abort` may come from a signal's handler
        self._waiting: deque[Decoded | Unreadable] = deque()  # guarded by _cond
        self._ended = False  # guarded by _cond
        self._aborted = False  # guarded by _cond
        self._fault: BaseException | None = None  # guarded by _cond
        self._worker = Worker("decode-files", self._read_all, self._fail)

    def __enter__(self) -> PictureStream:
        self._worker.start()
        return self

    def __exit__(self, *_unused: object) -> None:
        self.abort()
        self._worker.join(READER_DEADLINE_S)

    def abort(self) -> None:
        """Nothing more is wanted: `take` gives nothing from now on. Any thread."""
        with self._cond:
            self._aborted = True
            self._cond.notify_all()

    @property
    def aborted(self) -> bool:
        return self._aborted

    def take(self, most: int) -> list[Decoded | Unreadable]:
        """The next so many in order, fewer at the end, none behind it. Waits for them."""
        with self._cond:
            most = min(most, self._ahead)
            self._cond.wait_for(lambda: len(self._waiting) >= most or self._ended or self._aborted)
            if self._fault is not None:
                raise self._fault
            if self._aborted:
                return []
            taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
            self._cond.notify_all()
            return taken

    # The thread

    def _fail(self, error: BaseException) -> None:
        with self._cond:
            self._fault = error
            self._ended = True
            self._cond.notify_all()

    def _put(self, item: Decoded | Unreadable) -> bool:
        """False: nobody wants more."""
        with self._cond:
            self._cond.wait_for(lambda: len(self._waiting) < self._ahead or self._aborted)
            if self._aborted:
                return False
            self._waiting.append(item)
            self._cond.notify_all()
            return True

    def _read_all(self) -> None:
        for file in self._files:
            try:
                if not self._read(file):
                    return
            except PlayerError as error:
                if not self._put(Unreadable(file, error)):
                    return
        with self._cond:
            self._ended = True
            self._cond.notify_all()

    def _read(self, file: InputFile) -> bool:
        """False: nobody wants more. Raises PlayerError."""
        from player.media.picture_reader import PictureReader
        from player.media.source import choose_track, open_source

        wanted = Ordinals() if file.is_image else self._ordinals
        source = open_source(file.path, input=self._input)
        try:
            track = choose_track(source, "video", None)
            if track is None:
                raise OpenError(file.path, "there is no video in it")
            reader = PictureReader(source, track)
            any_wanted, last = False, -1
            for read in reader:
                if wanted.is_past(read.index):
                    break
                last = read.index
                if last in wanted:
                    any_wanted = True
                    if not self._put(Decoded(file, reader.whole_picture(read))):
                        return False
            if reader.errors:
                self.damage[file.path] = reader.errors
            if not any_wanted:
                raise UsageError(f"There is no picture {wanted.first} in {file.path}; the last one is {last}.")
        finally:
            source.close()
        return True
