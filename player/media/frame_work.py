"""What the reader thread does, one small piece at a time: the wanted picture first, then those that will be."""

from __future__ import annotations

import dataclasses
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import av

from player.errors import PlayerError
from player.media.frame_cache import PREPARED_AHEAD, FrameCache
from player.media.part_reader import PartReader
from player.media.random_access import RandomAccess
from player.media.read_ahead import LEAST, REACH, Part, Standing, next_part, part_for_jump
from player.memory import trim

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.options import Input
    from player.records import Picture, Track

Done = Callable[["Picture | None"], None]

PREPARE_AHEAD = PREPARED_AHEAD - 2
"""So many pictures ahead of travel are prepared for the view."""


class FrameWork:
    """The mailbox and the cache may be used from any thread; `turn` and `end` belong to the reader thread.

    `prepare` is the view's hook. `wakeup` is called on the reader thread when the wanted picture has come, or will not;
    `on_doubt` when the file does not do what the index says.
    """

    def __init__(
        self,
        path: str,
        track: Track,
        *,
        index: Callable[[], FrameIndex | None],
        budget_bytes: int,
        prepare: Callable[[Picture], object | None] | None,
        wakeup: Callable[[], None],
        now: Callable[[], float],
        on_doubt: Callable[[str], None],
        max_pixels: int,
        input: Input,
    ) -> None:
        self._index_of = index
        self._prepare = prepare
        self._wakeup = wakeup
        self.changed = threading.Condition()
        """Notified when the mailbox is written to; guards what follows."""
        self._cache = FrameCache(budget_bytes)
        self._want: tuple[int, int] | None = None
        self._announced = True  # the wanted picture's coming was told, or it was there at once
        self._resting = False  # nothing is read ahead
        self._fetches: deque[tuple[int, Done]] = deque()
        self._thrown: list[FrameCache] = []  # to be let go of on the reader thread
        self._fresh = False  # something was written since the last turn
        self.stopped = False
        self.failed: str | None = None
        # The reader thread's own:
        self._parts = PartReader(RandomAccess(path, track, max_pixels=max_pixels, input=input), now, on_doubt)
        self._index: FrameIndex | None = None
        self._for_fetch = False  # the part under way is for a fetch
        self._planned_for: tuple[int, int] | None = None  # the want for which that is read ahead
        self._futile: tuple[Part, int] | None = None  # not all of this part could be kept while travel stood there

    # From any thread.

    def want(self, ordinal: int, direction: int) -> None:
        with self.changed:
            self._want = (ordinal, direction)
            self._announced = self._is_ready(ordinal)
            self._resting = False
            self._cache.focus(ordinal, direction)
            self._write()

    def get(self, ordinal: int) -> Picture | None:
        with self.changed:
            return self._cache.get(ordinal) if self._is_ready(ordinal) else None

    def _is_ready(self, ordinal: int) -> bool:
        """It is there, prepared, and has this number by the newest index, which may not be the one it came by."""
        picture = self._cache.get(ordinal)
        if picture is None or (self._prepare is not None and not self._cache.is_ready(ordinal)):
            return False
        return self._is_at(picture, ordinal)

    def _is_at(self, picture: Picture, ordinal: int) -> bool:
        index = self._index_of()
        return index is None or (0 <= ordinal < index.count and index.pts_of(ordinal) == picture.pts)

    def fetch(self, ordinal: int, done: Done) -> None:
        with self.changed:
            stopped = self.stopped
            if not stopped:
                self._fetches.append((ordinal, done))
                self._write()
        if stopped:
            done(None)

    def add(self, picture: Picture, ordinal: int) -> None:
        with self.changed:
            if self._is_at(picture, ordinal):
                own = picture if picture.index == ordinal else dataclasses.replace(picture, index=ordinal)
                self._cache.add(ordinal, own)

    def forget_prepared(self) -> None:
        with self.changed:
            self._cache.forget_prepared()
            self._write()

    def rest(self) -> None:
        with self.changed:
            self._resting = True

    def release_memory(self) -> None:
        with self.changed:
            self._thrown.append(self._cache)
            self._cache = FrameCache(self._cache.budget_bytes)
            self._want = None
            self._write()

    def poke(self) -> None:
        """There is a newer index."""
        with self.changed:
            self._write()

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self._write()

    def _write(self) -> None:
        self._fresh = True
        self.changed.notify_all()

    @property
    def size_bytes(self) -> int:
        with self.changed:
            return self._cache.size_bytes

    # On the reader thread.

    def wait(self) -> bool:
        """Until the mailbox was written to since the last turn; False once stopped."""
        with self.changed:
            self.changed.wait_for(lambda: self._fresh or self.stopped)
            return not self.stopped

    def turn(self) -> bool:
        """One piece of work: a packet decoded, a picture prepared. False when there is nothing to do."""
        with self.changed:
            self._fresh = False
            want, thrown = self._want, self._thrown
            self._thrown = []
        if thrown:
            self._let_go(thrown)
            return True
        index = self._index_of()
        if index is None:
            return False
        if index is not self._index:
            self._adopt(index)
        try:
            return self._serve(index, want) or self._fetch_next(index) or self._prefetch(index, want)
        except (PlayerError, av.FFmpegError, OSError) as error:
            self._fail(error)
            return True

    def end(self) -> None:
        """Closes the file; whoever waits for a picture is told that there is none."""
        with self.changed:
            fetches, self._fetches = list(self._fetches), deque()
            thrown, self._thrown = [*self._thrown, self._cache], []
        for _, done in fetches:
            done(None)
        self._let_go(thrown)

    def _let_go(self, thrown: list[FrameCache]) -> None:
        """Pictures first, then the decoder: what goes back to a pool whose decoder is closed stays in memory for as
        long as a single picture of it is held, and the one on screen is."""
        with self.changed:
            if self._want is None and not self.stopped:
                thrown.append(self._cache)
                self._cache = FrameCache(self._cache.budget_bytes)
        for cache in thrown:
            cache.drop_all()
        self._parts.close()
        self._futile = None
        trim()

    def _fail(self, error: Exception) -> None:
        with self.changed:
            self.failed = str(error)
            self._want = None
            fetches, self._fetches = list(self._fetches), deque()
        self._parts.close()
        for _, done in fetches:
            done(None)
        self._wakeup()

    def _adopt(self, index: FrameIndex) -> None:
        """Goes by `index`; the pictures at hand get its numbers."""
        before, self._index = self._index, index
        self._futile = None
        if before is not None:
            with self.changed:
                miscounted = (
                    before.counted and before.pts is not index.pts
                )  # then timestamps were given by a wrong count
                if before.damaged != index.damaged or miscounted:
                    self._cache.clear()  # what damage looks like depends on where decoding began
                else:
                    self._cache.renumber(lambda ordinal, picture: _renumbered(before, index, ordinal, picture))
        self._parts.adopt(index)

    # The wanted picture.

    def _serve(self, index: FrameIndex, want: tuple[int, int] | None) -> bool:
        """Works towards the wanted picture, or prepares one that will be wanted next."""
        if want is None:
            return False
        here, direction = want
        if here in self._parts.missing or not 0 <= here < index.count:
            if here in self._parts.missing or index.final:
                self._announce(here, there=False)
            return False
        if self._prepare_at(here):
            return True
        with self.changed:
            there, room = here in self._cache, self._cache.room
        if not there:
            part = self._parts.part
            if part is None or here not in part or here in self._parts.came:
                part = part_for_jump(index, here, direction, room, self._parts.costs(index))
                self._futile = None
            self._decode(index, part, for_fetch=False)
            return True
        self._announce(here)
        if direction == 0:
            return self._prepare_at(here - 1) or self._prepare_at(here + 1)
        return any(self._prepare_at(here + direction * away) for away in range(1, PREPARE_AHEAD + 1))

    def _prepare_at(self, ordinal: int) -> bool:
        """Prepares the picture where it is there and was not."""
        if self._prepare is None:
            return False
        with self.changed:
            picture = None if self._cache.is_ready(ordinal) else self._cache.get(ordinal)
        if picture is None:
            return False
        try:
            prepared = self._prepare(picture)
        except PlayerError:
            prepared = None  # the player has met the same picture and said so
        with self.changed:
            self._cache.set_prepared(ordinal, prepared)
        self._announce(ordinal)
        return True

    def _announce(self, ordinal: int, *, there: bool = True) -> None:
        """Tells once that the wanted picture has come, or will not, where `ordinal` is still the wanted one."""
        with self.changed:
            if self._announced or self._want is None or self._want[0] != ordinal:
                return
            self._announced = not there or self._is_ready(ordinal)
            tell = self._announced
        if tell:
            self._wakeup()

    # Others.

    def _fetch_next(self, index: FrameIndex) -> bool:
        with self.changed:
            if not self._fetches:
                return False
            ordinal = self._fetches[0][0]
            picture = self._cache.get(ordinal)
        if picture is not None or ordinal in self._parts.missing or not 0 <= ordinal < index.count:
            self._hand_out(ordinal, picture)
            return True
        part = self._parts.part
        if part is None or ordinal not in part or ordinal in self._parts.came:
            part = Part(ordinal, ordinal + 1, drain=False)
        self._decode(index, part, for_fetch=True)
        return True

    def _hand_out(self, ordinal: int, picture: Picture | None) -> None:
        """To everybody who asked for it."""
        with self.changed:
            waiting = [done for each, done in self._fetches if each == ordinal]
            if waiting:
                self._fetches = deque(each for each in self._fetches if each[0] != ordinal)
        for done in waiting:
            done(picture)

    def _prefetch(self, index: FrameIndex, want: tuple[int, int] | None) -> bool:
        if want is None or want[0] in self._parts.missing or not 0 <= want[0] < index.count:
            return False
        here, direction = want
        under_way = self._parts.part
        if under_way is not None and not self._for_fetch and self._planned_for == want and not self._resting:
            self._decode(index, under_way, for_fetch=False)
            return True
        with self.changed:
            if self._resting:
                return False
            room = self._cache.room
            reach = max(REACH, room)
            at = Standing(
                here,
                direction,
                self._cache.lowest_of_run(here, reach),
                self._cache.end_of_run(here, reach),
                room,
                self._parts.next_ordinal,
            )
        part = next_part(index, at, self._parts.costs(index))
        if under_way is not None and not self._for_fetch and _goes_on(under_way, part, at):
            part = under_way
        if part is None or (part is not under_way and self._is_futile(part, here)):
            return False
        self._decode(index, part, for_fetch=False)
        self._planned_for = want
        return True

    def _is_futile(self, part: Part, here: int) -> bool:
        return self._futile is not None and self._futile[0] == part and abs(here - self._futile[1]) < LEAST

    # Decoding.

    def _decode(self, index: FrameIndex, part: Part, *, for_fetch: bool) -> None:
        """One packet of `part`, which is begun when it is not the one under way."""
        self._for_fetch = for_fetch
        pictures = self._parts.read(index, part, self._wanted)
        self.failed = None
        if pictures is None:
            with self.changed:
                kept = all(each in self._cache for each in range(part.first, part.end))
                here = self._want[0] if self._want is not None else -1
            if not kept:
                self._futile = (part, here)
        elif pictures:
            with self.changed:
                for ordinal, picture in pictures:
                    self._cache.add(ordinal, picture)
            for ordinal, picture in pictures:
                self._hand_out(ordinal, picture)

    def _wanted(self) -> set[int]:
        """Pictures that somebody waits for."""
        with self.changed:
            shown = set() if self._want is None else {self._want[0]}
            return shown.union(ordinal for ordinal, _ in self._fetches)


def _renumbered(before: FrameIndex, after: FrameIndex, ordinal: int, picture: Picture) -> int | None:
    """The ordinal by the new index of a picture that had `ordinal` by the old one; None when that is not certain."""
    if picture.pts is not None and not after.counted:
        return after.ordinal_of(picture.pts)
    same = ordinal < min(before.count, after.count) and before.pts_of(ordinal) == after.pts_of(ordinal)
    return (
        ordinal
        if same and before.counted == after.counted and before.time_of(ordinal) == after.time_of(ordinal)
        else None
    )


def _goes_on(under_way: Part, part: Part | None, at: Standing) -> bool:
    """Whether the part under way is still what brings travel on: it touches the run of pictures that are there."""
    before, behind = under_way.first < at.lowest <= under_way.end, under_way.first <= at.end < under_way.end
    if part is None:
        return before or behind
    return before if part.end <= at.here else behind
