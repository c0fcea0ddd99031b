"""Saving the picture on screen: asked for by a key, a dialog or the IPC, encoded and written on a thread of its own."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QObject, QStandardPaths, Qt, Signal, Slot

from player.errors import PlayerError, plain
from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from player.media.look import Look
    from player.media.still_file import Drawing, Still, StillKind
    from player.records import Picture, Snapshot

MAX_WAITING = 16
"""Each holds a picture in memory."""
Done = "Callable[[str | Exception], None]"


@dataclass(frozen=True, slots=True)
class Job:
    """What the thread does: one picture, or the window as it looks, into a file."""

    what: Still | QImage
    target: str
    side_file: bool = False
    replace: bool = False
    find_name: bool = False
    """Take the next free name when `target` exists."""
    done: Callable[[str | Exception], None] | None = None
    """Gets the path that was written, or why not; on the GUI thread."""


class Stills(QObject):
    """GUI thread only. `path` gives the open file's; `note_picture` is told of every picture on screen."""

    message = Signal(str)  # a few words to show for a moment
    dialog_wanted = Signal(object)  # a Still: the picture when it was asked for, and not a later one
    _finished = Signal(object, object)

    def __init__(
        self, path: Callable[[], str | None], snapshot: Callable[[], Snapshot], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._snapshot = snapshot
        self._picture: Picture | None = None
        self.look: Callable[[], tuple[Look, Picture | None]] | None = None
        """How the view looks at pictures, and its reference picture; None: plainly."""
        self.drawing: Callable[[Picture], Drawing | None] = lambda _picture: None
        """What can be drawn over a picture that is on screen; None: nothing."""
        self.grab: Callable[[], QImage] | None = None
        """The picture's part of the window as it looks."""
        self.folder = ""
        """Where pictures are saved without asking; '' is the system's folder for pictures."""
        self._lock = threading.Lock()
        self._jobs: deque[Job] = deque()  # guarded by _lock, as is _thread
        self._thread: threading.Thread | None = None
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def note_picture(self, picture: Picture | None) -> None:
        self._picture = picture

    # -- what can be asked for

    def still(self, kind: StillKind = "picture", picture: Picture | None = None) -> Still | None:
        """The picture on screen (or this one) with all that is needed to save it; None when there is none."""
        from player.media.look import PLAIN
        from player.media.still_file import Still

        picture, path = picture or self._picture, self._path()
        if picture is None or path is None:
            return None
        look, reference = (PLAIN, None) if self.look is None else self.look()
        return Still(picture, path, self._ordinal(picture), kind, look, reference)

    def _ordinal(self, picture: Picture) -> int | None:
        """A picture that came on screen before its number was known is still the one that a paused player counts."""
        snapshot = self._snapshot()
        at_rest = picture is self._picture and snapshot.paused and not snapshot.seeking
        return snapshot.frame if picture.index is None and at_rest else picture.index

    def quick(self) -> None:
        """The picture itself, into the folder for pictures, under a name that is free."""
        still = self.still()
        if still is None:
            self.message.emit("There is no picture to save")
            return
        self.save(still, self.suggest(still), find_name=True)

    def ask(self) -> None:
        still = self.still()
        if still is None:
            self.message.emit("There is no picture to save")
        else:
            self.dialog_wanted.emit(still)

    def suggest(self, still: Still) -> str:
        """A path for it: the folder for pictures, else the film's own."""
        from player.media.still_file import still_name

        folder = self.folder or QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        if not os.path.isdir(folder):
            folder = os.path.dirname(os.path.abspath(still.path))
        return os.path.join(folder, still_name(still.path, still.ordinal, still.picture.time_s))

    def save(
        self,
        what: Still | QImage,
        target: str,
        *,
        side_file: bool = False,
        replace: bool = False,
        find_name: bool = False,
        done: Callable[[str | Exception], None] | None = None,
    ) -> bool:
        """Encodes and writes beside the GUI thread; False when too many wait. The window tells, or `done`."""
        job = Job(what, target, side_file, replace, find_name, done)
        with self._lock:
            if len(self._jobs) >= MAX_WAITING:
                return False
            self._jobs.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="stills")
                self._thread.start()
        return True

    def join(self, timeout_s: float) -> None:
        """What is being written is written; what waits is not."""
        with self._lock:
            self._jobs.clear()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    # -- the thread

    def _run(self) -> None:
        while True:
            with self._lock:
                job = self._jobs.popleft() if self._jobs else None
                if job is None:
                    self._thread = None
                    return
            try:
                result: str | Exception = _write(job)
            except (PlayerError, OSError, MemoryError) as error:
                result = error
            self._finished.emit(job, result)

    @Slot(object, object)
    def _on_finished(self, job: Job, result: str | Exception) -> None:
        if job.done is not None:
            job.done(result)
        elif isinstance(result, str):
            self.message.emit(f"Saved {plain(os.path.basename(result))}")
        elif isinstance(result, FileExistsError):
            self.message.emit(plain(f"{os.path.basename(job.target)} exists already"))
        else:
            self.message.emit(plain(str(result)))


def _write(job: Job) -> str:
    """The path that was written. Raises PlayerError and OSError."""
    from player.media.still_file import Still, free_path, save_still
    from player.whole_file import write_whole

    target = job.target
    while True:
        if job.find_name:
            target = free_path(job.target)
        try:
            if isinstance(job.what, Still):
                save_still(job.what, target, side_file=job.side_file, replace=job.replace)
            else:
                write_whole(target, _png_of(job.what), replace=job.replace)
        except FileExistsError:
            if not job.find_name or not os.path.lexists(target):
                raise
            continue  # somebody took the name meanwhile
        return target


def _png_of(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stubs want bytes
        raise PlayerError("The window cannot be made into PNG.")
    return bytes(buffer.data().data())
