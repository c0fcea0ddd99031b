"""One model on a thread of its own: it loads there, looks at picture after picture, and what it found is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from player.analysis.classes import Classes
from player.analysis.detections import Detections, Result
from player.analysis.input_map import Rectangle
from player.analysis.keys import PictureKey
from player.analysis.known import Known
from player.analysis.mailbox import Job, Mailbox
from player.analysis.seeing import Facts, Found, ModelState, Sees, model_error, result_of
from player.analysis.tally import Tally
from player.errors import ModelError
from player.media.pace import lower_priority
from player.worker import Worker

if TYPE_CHECKING:
    from player.media.frame_index import FrameIndex
    from player.records import Picture

PATIENCE_S = 5.0
"""Playback is held for one picture's boxes so long at most. Then it goes on without, until the model has answered."""
NICENESS = 5
"""Where both need the same core, playback gets three quarters of it. Not more: where somebody takes this thread's core
while it holds the interpreter, playback waits."""
LEARNS = 0.3
"""How much of what the next run will take is what the last one took."""


@dataclass(eq=False, slots=True)
class _Run:
    """A picture on its way through the network."""

    job: Job
    era: int
    region: Rectangle | None
    tile: int | None
    heat: int | None
    began: float = 0.0
    finish: Callable[[], list[Detections] | list[Classes]] = list
    """Both are set when it begins."""


class Runner:
    """Owns the thread `analysis-SLOT`. Any thread may call anything; nothing but `join` waits.

    `open` makes the model, on the thread. `changed` is called there when the picture on screen may look otherwise,
    `opened` when a picture that was held back need not be any more, `ready` with a new result, outside the lock.
    """

    def __init__(
        self,
        slot: int,
        open: Callable[[], Sees],
        *,
        now: Callable[[], float],
        changed: Callable[[], None],
        opened: Callable[[], None],
        ready: Callable[[Result], None] = lambda _result: None,
        most_bytes: int,
    ) -> None:
        self.slot = slot
        self._open = open
        self._now = now
        self._changed = changed
        self._opened = opened
        self._ready = ready
        self._cond = threading.Condition()
        self._closing = False  # guarded by _cond, as all below
        self._state: ModelState = "loading"
        self._facts: Facts | None = None
        self._error: ModelError | None = None
        self._on = True
        self._region: Rectangle | None = None
        self._tile: int | None = None
        self._heat: int | None = None
        self._since = 0
        self._era = 0  # results of a run that began in an earlier one do not count
        self._box = Mailbox()
        self._known = Known(most_bytes)
        self._working: list[_Run] = []  # oldest first; more than one where the network overlaps
        self._cost_s = 0.0  # of the next run, as far as one can tell
        self._held_since: float | None = None
        self._given_up = False  # it took too long: playback is not held until there is an answer
        self._tally = Tally()
        self._ended = 0.0  # the model's thread only: when the last run did
        self._worker = Worker(f"analysis-{slot}", self._run, self._fail)

    def start(self) -> None:
        self._worker.start()

    def ask_to_end(self) -> None:
        """The thread ends when what it does now is done: neither loading nor a run can be interrupted."""
        with self._cond:
            self._closing = True
            self._box.clear(screen=True)
            self._cond.notify_all()

    def join(self, deadline_s: float) -> None:
        """Raises ThreadStuckError."""
        self._worker.join(deadline_s)

    @property
    def alive(self) -> bool:
        return self._worker.alive

    # What is wanted.

    def set_on(self, on: bool) -> None:
        with self._cond:
            self._on = on
            if not on:
                self._box.clear()
            self._cond.notify_all()

    def set_holding(self, holding: bool) -> None:
        """Playback is held for pictures that were not looked at."""
        with self._cond:
            self._box.holds = holding
            self._cond.notify_all()

    def set_speed(self, speed: float) -> None:
        with self._cond:
            self._box.speed = speed

    def set_view(self, region: Rectangle | None, tile: int | None) -> None:
        """How the model is to look at pictures from now on; what it found otherwise does not count."""
        with self._cond:
            if (region, tile) != (self._region, self._tile):
                self._region, self._tile = region, tile
                self._forget()

    def set_heat(self, heat: int | None) -> None:
        """The class whose heat map is wanted, or classes.TOP; what was found counts, but for the heat."""
        with self._cond:
            self._heat = heat
            self._cond.notify_all()

    def forget(self) -> None:
        with self._cond:
            self._forget()

    def since(self, serial: int) -> None:
        with self._cond:
            if serial > self._since:
                self._since = serial
                self._known.forget_numbers()
                self._box.clear(screen=self._box.screen is not None and self._box.screen.picture.serial < serial)
                self._forget()

    def number_by(self, index: FrameIndex | None, serial: int) -> None:
        with self._cond:
            if serial >= self._since and self._known.number_by(index):
                self._box.renumber(self._known.key)

    def coming(self, picture: Picture) -> None:
        with self._cond:
            if self._takes(picture):
                job = self._job(picture)
                if not self._is_known(job.key):
                    self._box.coming(job)
                    self._cond.notify_all()

    def is_ready(self, picture: Picture) -> bool:
        """Whether playback need not be held for this picture."""
        with self._cond:
            if self._state != "ready" or not self._takes(picture) or self._given_up:
                return True
            key = self._known.key(picture)
            if self._known.find(key) is not None:
                return True
            held = self._box.held
            if held is not None and held.key.is_same(key) and self._held_since is not None:
                self._given_up = self._now() - self._held_since >= PATIENCE_S
            return self._given_up

    def hold(self, picture: Picture) -> None:
        """Playback is held for this picture."""
        with self._cond:
            held = self._box.held
            job = self._job(picture)
            if self._state != "ready" or not self._takes(picture) or (held is not None and held.key.is_same(job.key)):
                return
            self._box.hold(job)
            self._held_since = self._now()
            self._cond.notify_all()

    def shown(self, picture: Picture, *, resting: bool) -> None:
        with self._cond:
            if self._closing or picture.serial < self._since:
                return
            job = self._job(picture)
            is_new = self._box.screen is None or self._box.screen.picture.frame is not picture.frame
            self._box.shown(job, resting=resting, at=self._now())
            self._held_since = None
            if is_new and not resting and self._on and self._state == "ready":
                self._note_age(job.key)
            self._cond.notify_all()

    # What is known.

    def look(self, picture: Picture | None) -> Found:
        with self._cond:
            if picture is None or picture.serial < self._since:
                return Found(self._state, self._facts, self._error, None, None)
            key = self._known.key(picture)
            result, age = self._known.find(key), 0
            if result is not None:
                return Found(self._state, self._facts, self._error, result, age)
            stale = None if self._box.resting else self._known.before(key)
            return Found(self._state, self._facts, self._error, *(stale or (None, None)))

    def report(self) -> dict[str, object]:
        with self._cond:
            facts, skipped, tally = self._facts, self._box.skipped, self._tally.copy()
        return {
            "model": "" if facts is None else facts.name,
            "device": "" if facts is None else facts.device,
            "engine": "" if facts is None else facts.engine,
            "precision": "" if facts is None else facts.precision,
            "skipped": skipped,
            **tally.report(),
        }

    # With the lock held.

    def _takes(self, picture: Picture) -> bool:
        return self._on and not self._closing and self._state != "failed" and picture.serial >= self._since

    def _job(self, picture: Picture) -> Job:
        return Job(replace(picture, prepared=None), self._known.key(picture))

    def _is_known(self, key: PictureKey) -> bool:
        if any(run.job.key.is_same(key) for run in self._working):
            return True
        found = self._known.find(key)
        return found is not None and found.has_heat(self._wanted_heat)

    @property
    def _wanted_heat(self) -> int | None:
        return None if self._facts is None or self._facts.no_heat else self._heat

    def _forget(self) -> None:
        self._era += 1
        self._working.clear()
        self._known.clear()
        self._cond.notify_all()

    def _note_age(self, key: PictureKey) -> None:
        stale = self._known.before(key)
        self._tally.shown(0 if self._known.find(key) is not None else None if stale is None else stale[1])

    # The thread.

    def _run(self) -> None:
        lower_priority(NICENESS)
        network = self._open()
        try:
            network.warm_up()
            with self._cond:
                self._facts = Facts.of(network)
                self._state = "ready"
            self._changed()
            run = self._begun(network, self._next())
            while run is not None:
                ahead = self._begun(network, self._at_hand()) if network.overlaps else None
                self._end(network, run)
                run = ahead or self._begun(network, self._next())
        finally:
            network.close()

    def _next(self) -> _Run | None:
        """Waits for a picture; None when it is over."""
        run: _Run | None = None

        def is_there() -> bool:
            nonlocal run
            run = self._at_hand()
            return run is not None or self._closing

        with self._cond:
            self._cond.wait_for(is_there)
            return run

    def _at_hand(self) -> _Run | None:
        """Of the picture to look at next, where there is one now."""
        with self._cond:
            if not self._on or self._closing:
                return None
            job = self._box.take(self._is_known, self._now() + self._cost_s)
            if job is None:
                return None
            run = _Run(job, self._era, self._region, self._tile, self._wanted_heat)
            self._working.append(run)
            return run

    def _begun(self, network: Sees, run: _Run | None) -> _Run | None:
        if run is not None:
            run.began = self._now()
            run.finish = network.begin([run.job.picture], region=run.region, tile=run.tile, heat=run.heat)
        return run

    def _end(self, network: Sees, run: _Run) -> None:
        seen = run.finish()[0]
        ended = self._now()
        latency_s, took_s = ended - run.began, ended - max(run.began, self._ended)
        self._ended = ended
        with self._cond:
            self._tally.ran(took_s)
            self._cost_s += (latency_s - self._cost_s) * (LEARNS if self._cost_s else 1.0)
            self._given_up = False
        result = result_of(run.job.key, network, seen, took_s)
        self._ready(result)
        with self._cond:
            is_other = self._facts != (facts := Facts.of(network))
            self._facts = facts
            if run in self._working:
                self._working.remove(run)
            counts = run.era == self._era
            matters = was_held = False
            if counts:
                screen, held = self._box.screen, self._box.held
                result = replace(result, key=self._known.key(run.job.picture))
                matters = screen is not None and not self._is_known(screen.key)
                self._known.add(result)
                was_held = held is not None and held.key.is_same(result.key)
        if matters or is_other:
            self._changed()
        if was_held:
            self._opened()

    def _fail(self, error: BaseException) -> None:
        """Nothing more will come; what was found before stays."""
        with self._cond:
            name = "The model" if self._facts is None else self._facts.name
            self._state = "failed"
            self._error = model_error(error, name)
            self._working.clear()
            self._box.clear()
        self._changed()
        self._opened()
