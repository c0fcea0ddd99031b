"""What the picture on screen is held against: never a picture that does not belong to it."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from player.compare.other_file import OtherFile, Reading
from player.compare.pairing import NO_OFFSET, NoCounterpartError, Offset, Pair, counterpart

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture

Against = Literal["off", "previous", "pinned", "file", "time"]
Fetch = Callable[[int, Callable[["Picture | None"], None]], None]

NO_NUMBER = "The picture's number is not known."
FIRST = "There is no picture before the first."
NOTHING_PINNED = "No picture is pinned."
NO_FILE = "No other file is chosen."


class Comparison:
    """Belongs to one thread, which waits for nothing but `shutdown`; `wakeup` is called on any: `look` soon.

    `index` and `fetch` are the playing file's (Player.index, Player.fetch). A picture's reference is the one before it,
    a pinned one, or the other file's (or the same file's) that is on screen at the same time since the first picture,
    moved by `offset`.
    """

    def __init__(
        self,
        *,
        index: Callable[[], FrameIndex | None],
        fetch: Fetch,
        is_busy: Callable[[], bool],
        wakeup: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        self._index = index
        self._fetch = fetch
        self._is_busy = is_busy
        self._wakeup = wakeup
        self._now = now
        self.against: Against = "off"
        self.offset = NO_OFFSET
        self.pinned: Picture | None = None
        self.picture: Picture | None = None
        """The one on screen, or about to be."""
        self.reference: Picture | None = None
        """Its counterpart; None while or where there is none."""
        self.problem: str | None = None
        """Why there is none and will be none, in a sentence; None while it may still come."""
        self.counting = False
        """It waits for the numbers of one of the files' pictures."""
        self._mine: FrameIndex | None = None  # the playing file's, as of the newest decision; the reader looks at it
        self._before: Picture | None = None  # the picture that was on screen before this one
        self._other: OtherFile | None = None
        self._retired: list[OtherFile] = []
        self._lock = threading.Lock()
        self._fetching: Picture | None = None  # whose predecessor is being fetched
        self._fetched: tuple[Picture, Picture | None] | None = None  # guarded by _lock: of which picture, and what came

    @property
    def pair(self) -> Pair | None:
        if self.picture is None or self.reference is None:
            return None
        return Pair(self.picture, self.reference)

    @property
    def waiting(self) -> bool:
        """The reference of the picture on screen has not come yet."""
        return self.against != "off" and self.picture is not None and self.reference is None and self.problem is None

    @property
    def other_path(self) -> str | None:
        return None if self._other is None else self._other.path

    @property
    def other_failed(self) -> bool:
        """The other file cannot be read at all."""
        return self._other is not None and self._other.failed is not None

    # -- what to hold pictures against

    def choose(self, against: Against, reading: Reading | None = None) -> None:
        """`reading` says which file for "file" and "time" (there, the one that plays); without it the former stays."""
        self.against = against
        if against not in ("file", "time"):
            self._retire()
        elif reading is not None:
            self._retire()
            own = None if against == "file" else self._numbers
            self._other = OtherFile(
                reading, index=own, is_busy=self._is_busy, wakeup=self._wakeup, now=self._now
            )  # fmt: skip
        self._settle(None, None)
        self._decide()

    def pin(self) -> bool:
        """Keeps the picture on screen to hold others against; False without one."""
        if self.picture is None:
            return False
        self.pinned = dataclasses.replace(self._numbered(self.picture), prepared=None)
        self._decide()
        return True

    def set_offset(self, offset: Offset) -> None:
        self.offset = offset
        self._decide()

    # -- what is on screen

    def show(self, picture: Picture | None) -> None:
        """From now on this is on screen; `reference` is its own, if it is there already."""
        if picture is not self.picture:
            self._before, self.picture = self.picture, picture
        self._decide()

    def forget(self) -> None:
        """Another file plays from now on."""
        self._before = self.picture = self._fetching = None
        self._decide()

    def look(self) -> None:
        """After a wake-up."""
        with self._lock:
            fetched, self._fetched = self._fetched, None
        self._retired = [other for other in self._retired if not other.ended]
        if fetched is not None:
            self._fetching = None
        if fetched is not None and fetched[0] is self.picture and self.against == "previous":
            self._settle(fetched[1], "The picture before it cannot be read." if fetched[1] is None else None)
        else:
            self._decide()

    def shutdown(self) -> None:
        """Within 2 s for each file that is still being closed. Raises ThreadStuckError."""
        self.against = "off"
        self._retire()
        self.picture = self.reference = self.pinned = self._before = None
        for other in self._retired:
            other.join()
        self._retired.clear()

    # -- decisions

    def _decide(self) -> None:
        self._mine, picture = self._index(), self.picture
        if self.against == "off" or picture is None:
            self._settle(None, None)
        elif self.against == "pinned":
            self._settle(self.pinned, None if self.pinned is not None else NOTHING_PINNED)
        elif self.against == "previous":
            self._decide_previous(picture)
        else:
            self._decide_other(picture)

    def _settle(self, reference: Picture | None, problem: str | None, *, counting: bool = False) -> None:
        self.reference, self.problem, self.counting = reference, problem, counting

    def _decide_previous(self, picture: Picture) -> None:
        ordinal = self.number_of(picture)
        if ordinal is None:
            problem = self._why_no_number()
            self._settle(None, problem, counting=problem is None)
            return
        if ordinal == 0:
            self._settle(None, FIRST)
            return
        reference, before = self.reference, self._before
        if reference is not None and reference.index == ordinal - 1 and self._fetching is None:
            return
        if before is not None and self.number_of(before) == ordinal - 1:
            self._settle(self._numbered(before), None)
            return
        self._settle(None, None)
        if self._fetching is None:
            self._fetching = picture
            self._fetch(ordinal - 1, lambda found: self._take(picture, found))

    def _take(self, of: Picture, found: Picture | None) -> None:
        """On any thread."""
        with self._lock:
            self._fetched = (of, found)
        self._wakeup()

    def _decide_other(self, picture: Picture) -> None:
        other = self._other
        if other is None:
            self._settle(None, NO_FILE)
            return
        mine, its = self._mine, other.index
        if other.failed is not None:
            self._settle(None, other.failed)
            return
        if mine is None or its is None:
            self._settle(None, None, counting=True)
            return
        if picture.time_s is None:
            self._settle(None, NO_NUMBER)
            return
        try:
            ordinal = counterpart(picture.time_s, mine.time_of(0), float(picture.time_base), its, self.offset)
        except NoCounterpartError as reason:
            self._settle(None, str(reason))
            return
        found = None if ordinal is None else other.picture(ordinal, self._direction(picture))
        self._settle(found, None, counting=ordinal is None)

    def _direction(self, picture: Picture) -> int:
        """Where the pictures on screen go, so that the next ones are read before they are needed."""
        before = self._before
        if self._is_busy():
            return 1
        if before is None or before.time_s is None or picture.time_s is None:
            return 0
        return (picture.time_s > before.time_s) - (picture.time_s < before.time_s)

    def number_of(self, picture: Picture) -> int | None:
        """A picture's number in the playing file; None while or where it is not known."""
        if picture.index is not None:
            return picture.index
        index = self._mine
        if index is None or index.counted or picture.pts is None:
            return None
        return index.ordinal_of(picture.pts)

    def _numbered(self, picture: Picture) -> Picture:
        number = self.number_of(picture)
        return picture if number == picture.index else dataclasses.replace(picture, index=number)

    def _why_no_number(self) -> str | None:
        index = self._mine
        return NO_NUMBER if index is not None and index.complete else None

    def _numbers(self) -> FrameIndex | None:
        return self._mine

    def _retire(self) -> None:
        other, self._other = self._other, None
        if other is not None:
            other.close()
            self._retired.append(other)
