"""The pictures that wait for one model, and which of them is next. Nothing here waits or locks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from player.analysis.keys import PictureKey
from player.analysis.policy import Mark, choose, due_at

if TYPE_CHECKING:
    from player.records import Picture

MOST_WAITING = 2
"""As many as the player has queued for showing, so that these take no memory of their own."""


@dataclass(frozen=True, slots=True)
class Job:
    picture: Picture
    key: PictureKey


class Mailbox:
    """First the picture that playback is held for, then the one at rest on screen, then those that will be shown."""

    def __init__(self) -> None:
        self._waiting: list[Job] = []  # oldest first
        self._held: Job | None = None
        self.screen: Job | None = None
        self.resting = False
        self.holds = False
        """Pictures are held back until they were looked at: none is begun that will be late, and so perhaps dropped."""
        self.speed = 1.0
        self._last: Mark | None = None  # while playing
        self.skipped = 0
        """Pictures that were or will be shown without having been looked at."""

    def coming(self, job: Job) -> None:
        """Will be shown."""
        self._let_go(lambda other: other.key.serial != job.key.serial)
        self._waiting.append(job)
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[0]
            self.skipped += 1

    def hold(self, job: Job) -> None:
        """Is not shown before it was looked at."""
        self._held = job

    @property
    def held(self) -> Job | None:
        return self._held

    def shown(self, job: Job, *, resting: bool, at: float) -> None:
        """Is on screen."""
        is_new = self.screen is None or self.screen.picture.frame is not job.picture.frame
        self.screen, self.resting, self._held = job, resting, None
        if resting or job.picture.time_s is None:
            self._last = None
        elif is_new:
            self._last = Mark(at, job.picture.time_s, job.key.serial)
        self._let_go(lambda other: other.key.serial == job.key.serial and other.key.order < job.key.order)

    def renumber(self, key_of: Callable[[Picture], PictureKey]) -> None:
        """Pictures have other keys than when they came."""

        def again(job: Job | None) -> Job | None:
            return None if job is None else replace(job, key=key_of(job.picture))

        self._waiting = [replace(job, key=key_of(job.picture)) for job in self._waiting]
        self._held, self.screen = again(self._held), again(self.screen)

    def clear(self, *, screen: bool = False) -> None:
        """None of those that will be shown counts; with `screen`, neither does the one that is."""
        self._waiting.clear()
        self._held = None
        if screen:
            self.screen = None

    def take(self, is_known: Callable[[PictureKey], bool], ready_at: float) -> Job | None:
        """The next picture to look at, None when there is none. `ready_at` is when that would be done."""
        if self._held is not None and not is_known(self._held.key):
            return self._taken(self._held)
        screen = self.screen
        if self.resting and screen is not None and not is_known(screen.key) and screen.key.is_same(screen.key):
            return self._taken(screen)
        self._waiting = [job for job in self._waiting if not is_known(job.key)]
        if not self._waiting:
            return None
        due = [due_at(job.picture.time_s, job.key.serial, self._last, self.speed) for job in self._waiting]
        place = choose(due, ready_at, or_newest=not self.holds)
        return None if place is None else self._taken(self._waiting[place])

    def _taken(self, job: Job) -> Job:
        self._waiting = [other for other in self._waiting if not other.key.is_same(job.key)]
        return job

    def _let_go(self, has_passed: Callable[[Job], bool]) -> None:
        kept = [job for job in self._waiting if not has_passed(job)]
        self.skipped += len(self._waiting) - len(kept)
        self._waiting = kept
