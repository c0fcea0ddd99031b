"""The bookmarks of the open file: kept at once, off the GUI thread, and found again wherever the file is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from player.bookmarks import Bookmark, Marks, at_picture, neighbour, put, tidy, without
from player.errors import UsageError
from player.timebase import format_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from player.bookmark_store import Shelf
    from player.media.frame_index import FrameIndex
    from player.records import MediaInfo, Picture
    from ui.bookmarks.jobs import Jobs

LOAD_MS = 300
"""So long after a file was opened its bookmarks are read: its first picture has the disk and the processor before."""


class Book(QObject):
    """GUI thread only. `go` takes the player to a bookmark, `index` gives what is known of the pictures' numbers."""

    changed = Signal()  # the marks are others, or the picture they are counted from
    message = Signal(str)  # a few words to show for a moment

    def __init__(
        self,
        go: Callable[[Bookmark], None],
        index: Callable[[], FrameIndex | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._go = go
        self._index = index
        self._jobs: Jobs | None = None  # from the first file work on
        self._folder: Path | None = None
        self._info: MediaInfo | None = None
        self._shelf: Shelf | None = None
        self._loaded = False  # False while what was kept before is not known yet
        self._picture: Picture | None = None
        self._opened = 0  # counts files, so that an answer for a former one is known
        self.marks: Marks = ()

    def keep_in(self, folder: Path | None) -> None:
        """Where files are kept; None: nowhere, and bookmarks last as long as the file is open."""
        self._folder = folder

    @property
    def path(self) -> str | None:
        """Of the open file."""
        return None if self._info is None else self._info.path

    @property
    def start_s(self) -> float:
        """Where positions count from."""
        return 0.0 if self._info is None else self._info.start_s

    # -- which file

    def open_file(self, info: MediaInfo) -> None:
        self.close_file()
        self._info = info
        folder, number = self._folder, self._opened
        if folder is None:
            self._loaded = True
            return

        def load() -> tuple[Shelf | None, Marks, UsageError | None]:
            from player.bookmark_store import shelf_of

            shelf = shelf_of(info.path, folder)
            try:
                return shelf, () if shelf is None else shelf.load(), None
            except UsageError as error:
                return shelf, (), error

        def begin() -> None:
            if number == self._opened:
                self._do(load, lambda answer: self._on_loaded(number, answer))

        QTimer.singleShot(LOAD_MS, self, begin)

    def _on_loaded(self, number: int, answer: object) -> None:
        if number != self._opened or not isinstance(answer, tuple):
            return
        self._shelf, kept, error = answer
        self._loaded = True
        if error is not None:
            self.message.emit(str(error))
        made = self.marks  # while the file was being read
        self.marks = kept
        if made:
            self._set(put(kept, *made))
        elif kept:
            self.changed.emit()

    @Slot()
    def close_file(self) -> None:
        self._opened += 1
        self._info = self._shelf = self._picture = None
        self._loaded = False
        if self.marks:
            self.marks = ()
            self.changed.emit()

    def shutdown(self) -> None:
        """What was changed is written before."""
        if self._jobs is not None:
            self._jobs.finish()

    def _do(self, job: Callable[[], object], then: Callable[[object], None]) -> None:
        if self._jobs is None:
            from ui.bookmarks.jobs import Jobs  # the start-up does without

            self._jobs = Jobs(self)
        self._jobs.do(job, then)

    # -- marking

    def note_picture(self, picture: Picture | None) -> None:
        """The picture on screen from now on."""
        self._picture = picture

    @property
    def here(self) -> Bookmark | None:
        """The bookmark at the picture on screen."""
        return None if self._picture is None else self.at(self._picture)

    def at(self, picture: Picture) -> Bookmark | None:
        number = self._number(picture)
        return next((mark for mark in self.marks if mark.is_at(picture.pts, number, picture.time_s)), None)

    def _number(self, picture: Picture) -> int | None:
        index = self._index()
        if picture.index is not None or index is None or picture.pts is None:
            return picture.index
        return index.ordinal_of(picture.pts)

    def toggle(self) -> None:
        """Mark the picture on screen, or take its mark away; a note that goes with it is said."""
        here = self.here
        if here is not None:
            self.remove(here)
            self.message.emit(f"Bookmark removed: {here.note}" if here.note else "Bookmark removed")
        else:
            self.message.emit("No picture to mark" if self.add() is None else "Bookmark")

    def add(self, note: str = "") -> Bookmark | None:
        """At the picture on screen; one that is there gets the note. None where there is no picture."""
        picture = self._picture
        if self._info is None or picture is None or picture.attached:
            return None
        mark = at_picture(picture, self._number(picture), note)
        if mark is not None:
            self._set(put(self.marks, mark))
        return self.here

    def set_note(self, mark: Bookmark, note: str) -> None:
        self._set(tuple(replace(each, note=tidy(note)) if each == mark else each for each in self.marks))

    def remove(self, mark: Bookmark) -> None:
        self._set(without(self.marks, mark))

    def _set(self, marks: Marks) -> None:
        if marks == self.marks:
            return
        self.marks = marks
        self.changed.emit()
        shelf = self._shelf
        if shelf is not None and self._loaded:
            self._do(lambda: shelf.save(marks), self._complain)

    def _complain(self, answer: object) -> None:
        if isinstance(answer, UsageError):
            self.message.emit(str(answer))

    # -- going

    def go(self, mark: Bookmark) -> None:
        self._go(mark)
        self.message.emit(self.name(mark))

    def find_by(self, by: int) -> Bookmark | None:
        """The next or the one before, seen from the picture on screen."""
        time_s = None if self._picture is None else self._picture.time_s
        return None if time_s is None else neighbour(self.marks, time_s, by)

    def go_by(self, by: int) -> None:
        mark = self.find_by(by)
        if mark is not None:
            self.go(mark)
        else:
            where = "after" if by > 0 else "before"
            self.message.emit(f"No bookmark {where} this" if self.marks else "No bookmarks")

    def name(self, mark: Bookmark) -> str:
        """`Bookmark 2 of 5: the note`."""
        place = self.marks.index(mark) + 1 if mark in self.marks else 0
        return f"Bookmark {place} of {len(self.marks)}" + (f": {mark.note}" if mark.note else "")

    def position_s(self, mark: Bookmark) -> float:
        """From the container's start, as the slider and the clock count."""
        return max(0.0, mark.time_s - self.start_s)

    # -- other files

    def export(self, path: str, then: Callable[[UsageError | None], None] | None = None) -> None:
        """As CSV or JSON by the name's end; there must be nothing of that name."""
        marks, of = self.marks, self.path or ""

        def write() -> None:
            from player.bookmark_store import export_marks

            export_marks(marks, path, of)

        self._do(write, lambda answer: self._report(answer, f"{len(marks)} bookmarks written", then))

    def take_in(self, path: str, then: Callable[[UsageError | None], None] | None = None) -> None:
        """Those of an exported file, besides those there are."""
        number = self._opened

        def read() -> Marks:
            from player.bookmark_store import import_marks

            return import_marks((), path)

        def arrived(answer: object) -> None:
            count = 0
            if isinstance(answer, tuple) and number == self._opened and self._info is not None:
                count = len(answer)
                self._set(put(self.marks, *answer))
            self._report(answer, f"{count} bookmarks read", then)

        self._do(read, arrived)

    def _report(self, answer: object, sentence: str, then: Callable[[UsageError | None], None] | None) -> None:
        error = answer if isinstance(answer, UsageError) else None
        self.message.emit(sentence if error is None else str(error))
        if then is not None:
            then(error)


def place_text(mark: Bookmark, start_s: float) -> tuple[str, str]:
    """Number and time of a bookmark for a list."""
    number = "–" if mark.index is None else str(mark.index)
    return number, format_time(max(0.0, mark.time_s - start_s), milliseconds=True)
