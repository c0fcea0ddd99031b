"""A player driven as a window drives it, with a deadline on every wait instead of a sleep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from player.audio.null_sink import NullSinks
from player.audio.sink import SinkFactory
from player.events import EndReached, Event, Failed, FirstPicture, OpenFailed
from player.options import OpenOptions
from player.player import Player
from player.records import Picture
from player.sync.refresh import Refresh
from tests.helpers.clips import Clip
from tests.helpers.fake_time import FakeTime
from tests.helpers.numbered import read_number

DEADLINE_S = 10.0
"""A wait that lasts this long fails its test: everything a clip does takes a fraction of a second."""
UNREADABLE = -1

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Shown:
    """What is kept of a picture that came on screen; not the picture, which would pin its memory."""

    number: int
    """The number that the picture carries, `UNREADABLE` where it is damaged or carries none."""
    pts: int | None
    time_s: float | None
    at: float
    size: tuple[int, int]


def number_of(picture: Picture) -> int:
    try:
        return read_number(picture.frame)
    except ValueError:
        return UNREADABLE


class Playing:
    """A `Player` and its event loop. Use it in a `with`, so that the player is closed whatever happens.

    `numbered` reads the number out of every picture shown. With a `fake` clock the loop moves time on
    itself, as far as the player asks it to wait: only for what has no sound, whose thread waits in real time.
    """

    def __init__(
        self,
        *,
        untimed: bool = False,
        sinks: SinkFactory | None = None,
        fake: FakeTime | None = None,
        prepare: Callable[[Picture], object | None] | None = None,
        numbered: bool = True,
    ) -> None:
        self.woken = threading.Event()
        self._fake = fake
        self._numbered = numbered
        now: Callable[[], float] = time.monotonic if fake is None else fake
        self._now = now
        open_sink = NullSinks(now, untimed=untimed).open if sinks is None else sinks
        self.player = Player(now=now, sinks=open_sink, wakeup=self.woken.set, prepare=prepare, untimed=untimed)
        self.shown: list[Shown] = []
        self.events: list[Event] = []
        self._ends_told = 0  # ends of the file that `until_next` has answered with
        self.last = Refresh(None, False, None)
        self._handed: Picture | None = None  # it comes again when its number is known: that is no other picture

    def __enter__(self) -> Playing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.last, self._handed = Refresh(None, False, None), None
        self.player.close()

    # What was seen so far.

    @property
    def numbers(self) -> list[int]:
        return [shown.number for shown in self.shown]

    @property
    def number(self) -> int:
        """The number of the picture on screen."""
        picture = self.last.picture
        assert picture is not None, "no picture is on screen"
        return number_of(picture)

    def events_of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    # The loop.

    def look(self) -> Refresh:
        """One turn of the loop, without waiting."""
        self.last = self.player.refresh()
        before, picture = self._handed, self.last.picture
        self._handed = picture
        if self.last.changed:
            assert picture is not None
        if self.last.changed and picture is not None and (before is None or picture.frame is not before.frame):
            number = number_of(picture) if self._numbered else UNREADABLE
            self.shown.append(Shown(number, picture.pts, picture.time_s, self._now(), picture.coded_size))
        self.events.extend(self.player.take_events())
        return self.last

    def until(self, done: Callable[[], bool], *, limit_s: float = DEADLINE_S) -> None:
        """Runs the loop until `done()`; fails at the deadline, saying where the player stood."""
        deadline = time.monotonic() + limit_s
        while True:
            look = self.look()
            if done():
                return
            left = deadline - time.monotonic()
            assert left > 0.0, f"still waiting after {limit_s} s: {self.describe()}"
            if self._fake is not None and look.wait_s is not None:
                self._fake.advance(look.wait_s)
                continue
            self.woken.wait(left if look.wait_s is None else min(look.wait_s, left))
            self.woken.clear()

    def until_event(self, kind: type[E], *, limit_s: float = DEADLINE_S) -> E:
        """Runs until an event of `kind` that was not there before; returns it."""
        before = len(self.events)
        self.until(lambda: any(isinstance(event, kind) for event in self.events[before:]), limit_s=limit_s)
        return next(event for event in self.events[before:] if isinstance(event, kind))

    def until_over(self, *, limit_s: float = DEADLINE_S) -> EndReached | OpenFailed | Failed:
        """Runs to the end of the file or the failure that stops it."""
        before = len(self.events)
        self.until(lambda: self._over(before) is not None, limit_s=limit_s)
        over = self._over(before)
        assert over is not None
        return over

    def _over(self, before: int) -> EndReached | OpenFailed | Failed | None:
        kinds = (EndReached, OpenFailed, Failed)
        return next((event for event in self.events[before:] if isinstance(event, kinds)), None)

    def until_shown(self, count: int) -> None:
        """Runs until `count` pictures have come on screen since the beginning."""
        self.until(lambda: len(self.shown) >= count)

    def until_next(self) -> bool:
        """Runs until another picture comes on screen; False when the end comes first."""
        shown = len(self.shown)
        self.until(lambda: len(self.shown) > shown or len(self.events_of(EndReached)) > self._ends_told)
        if len(self.shown) > shown:
            return True  # the end may have come in the same look: the next call tells
        self._ends_told = len(self.events_of(EndReached))
        return False

    def until_settled(self) -> None:
        """Runs until no seek is under way and its picture is on screen."""
        self.until(lambda: not self.player.snapshot().seeking)

    def pass_time(self, seconds: float) -> None:
        """Runs the loop for `seconds` of the player's clock."""
        end = self._now() + seconds
        while (left := end - self._now()) > 0.0:
            look = self.look()
            wait = left if look.wait_s is None else min(left, look.wait_s)
            if self._fake is not None:
                self._fake.advance(wait)
            else:
                self.woken.wait(wait)
                self.woken.clear()

    # Usual beginnings.

    def open(self, path: Clip | Path | str, options: OpenOptions | None = None) -> None:
        self.player.open(str(path), options)

    def open_paused(self, path: Clip | Path | str, options: OpenOptions | None = None) -> None:
        """Opens `path` paused and waits for its first picture."""
        self.player.open(str(path), options or OpenOptions(paused=True))
        self.until_event(FirstPicture)

    def seek(self, position_s: float, *, exact: bool = True) -> None:
        """Seeks and waits for the picture."""
        self.player.seek(position_s, exact=exact)
        self.until_settled()

    def describe(self) -> str:
        snapshot = self.player.snapshot()
        return (
            f"{snapshot.state}, paused {snapshot.paused}, seeking {snapshot.seeking}, at {snapshot.position_s}, "
            f"{len(self.shown)} pictures shown, last {self.shown[-1:]}, events {self.events[-5:]}"
        )
