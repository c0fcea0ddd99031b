"""One model on a thread of its own: it loads there, looks at picture after picture, and what it found is kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from player.analysis.detections import Detections, Result
from player.analysis.input_map import Rectangle
from player.analysis.keys import PictureKey, key_of, renumbered
from player.analysis.mailbox import Job, Mailbox
from player.analysis.policy import age_frames
from player.analysis.store import ResultStore
from player.analysis.tally import Tally
from player.errors import ModelError
from player.media.pace import lower_priority
from player.worker import Worker

if TYPE_CHECKING:
    from player.analysis.card import ModelCard
    from player.media.frame_index import FrameIndex
    from player.records import Picture

PATIENCE_S = 5.0
"""Playback is held for one picture's boxes so long at most. Then it goes on without, until the model has answered."""
NICENESS = 5
"""Where both need the same core, playback gets three quarters of it. Not more: where somebody takes this thread's core
while it holds the interpreter, playback waits."""
NEWEST = 8
"""Results among which an older one is looked for to be shown meanwhile."""
LEARNS = 0.3
"""How much of what the next run will take is what the last one took."""


class Sees(Protocol):
    """What `player.analysis.detector.Detector` is used for here."""

    card: ModelCard
    labels: tuple[str, ...]
    engine: str
    device: str
    model_id: str
    suppress: bool

    def infer(
        self, pictures: Sequence[Picture], *, region: Rectangle | None = None, tile: int | None = None
    ) -> list[Detections]: ...
    def warm_up(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a model once it is loaded."""

    name: str
    labels: tuple[str, ...]
    engine: str
    device: str
    conf: float
    iou: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a model has to say about one picture at this moment."""

    state: Literal["loading", "ready", "failed"]
    facts: Facts | None
    error: ModelError | None
    result: Result | None
    """The picture's own, or where `age` is not 0 that of one before."""
    age: int | None


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
        self._state: Literal["loading", "ready", "failed"] = "loading"
        self._facts: Facts | None = None
        self._error: ModelError | None = None
        self._on = True
        self._region: Rectangle | None = None
        self._tile: int | None = None
        self._since = 0
        self._index: FrameIndex | None = None
        self._era = 0  # results of a run that began in an earlier one do not count
        self._box = Mailbox()
        self._store = ResultStore(most_bytes)
        self._newest: deque[Result] = deque(maxlen=NEWEST)
        self._working: Job | None = None
        self._cost_s = 0.0  # of the next run, as far as one can tell
        self._held_since: float | None = None
        self._given_up = False  # it took too long: playback is not held until there is an answer
        self._tally = Tally()
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

    def forget(self) -> None:
        with self._cond:
            self._forget()

    def since(self, serial: int) -> None:
        with self._cond:
            if serial > self._since:
                self._since = serial
                self._index = None
                self._box.clear(screen=self._box.screen is not None and self._box.screen.picture.serial < serial)
                self._forget()

    def number_by(self, index: FrameIndex | None, serial: int) -> None:
        with self._cond:
            if serial < self._since or index is self._index:
                return
            former, self._index = self._index, index
            if index is None or former is None or not _same_numbers(index, former):
                self._store.number_by(index)
                self._box.renumber(self._key)
                self._newest = deque((replace(each, key=renumbered(each.key, index)) for each in self._newest), NEWEST)

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
            key = self._key(picture)
            if self._store.find(key) is not None:
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
            key = self._key(picture)
            result, age = self._store.find(key), 0
            if result is not None:
                return Found(self._state, self._facts, self._error, result, age)
            stale = None if self._box.resting else self._stale(key)
            return Found(self._state, self._facts, self._error, *(stale or (None, None)))

    def report(self) -> dict[str, object]:
        with self._cond:
            facts, skipped, tally = self._facts, self._box.skipped, self._tally.copy()
        return {
            "model": "" if facts is None else facts.name,
            "device": "" if facts is None else facts.device,
            "engine": "" if facts is None else facts.engine,
            "skipped": skipped,
            **tally.report(),
        }

    # With the lock held.

    def _takes(self, picture: Picture) -> bool:
        return self._on and not self._closing and self._state != "failed" and picture.serial >= self._since

    def _key(self, picture: Picture) -> PictureKey:
        return key_of(picture, self._index)

    def _job(self, picture: Picture) -> Job:
        return Job(replace(picture, prepared=None), self._key(picture))

    def _is_known(self, key: PictureKey) -> bool:
        working = self._working
        return (working is not None and working.key.is_same(key)) or self._store.find(key) is not None

    def _forget(self) -> None:
        self._era += 1
        self._working = None
        self._store.clear()
        self._newest.clear()
        self._cond.notify_all()

    def _stale(self, key: PictureKey) -> tuple[Result, int] | None:
        """The newest result of a picture before, while playing."""
        ages = ((age_frames(each.key, key), each) for each in self._newest if each.key.serial == key.serial)
        older = [(age, each) for age, each in ages if age is not None]
        if not older:
            return None
        age, result = min(older, key=lambda pair: pair[0])
        return result, age

    def _note_age(self, key: PictureKey) -> None:
        stale = self._stale(key)
        self._tally.shown(0 if self._store.find(key) is not None else None if stale is None else stale[1])

    # The thread.

    def _run(self) -> None:
        lower_priority(NICENESS)
        network = self._open()
        try:
            network.warm_up()
            card = network.card
            with self._cond:
                self._facts = Facts(card.name, network.labels, network.engine, network.device, card.conf, card.iou)
                self._state = "ready"
            self._changed()
            while (job := self._next()) is not None:
                self._look_at(network, job)
        finally:
            network.close()

    def _next(self) -> Job | None:
        """Waits for a picture; None when it is over."""
        job: Job | None = None

        def is_there() -> bool:
            nonlocal job
            if self._on and not self._closing:
                job = self._box.take(self._is_known, self._now() + self._cost_s)
            return job is not None or self._closing

        with self._cond:
            self._cond.wait_for(is_there)
            if self._closing or job is None:
                return None
            self._working = job
            return job

    def _look_at(self, network: Sees, job: Job) -> None:
        with self._cond:
            era, region, tile = self._era, self._region, self._tile
        began = self._now()
        raw = network.infer([job.picture], region=region, tile=tile)[0]
        took_s = self._now() - began
        with self._cond:
            self._tally.ran(took_s)
            self._cost_s += (took_s - self._cost_s) * (LEARNS if self._cost_s else 1.0)
            self._given_up = False
        result = Result(job.key, network.model_id, raw, network.suppress, took_s)
        self._ready(result)
        with self._cond:
            if era != self._era:
                return
            self._working = None
            screen, held = self._box.screen, self._box.held
            result = replace(result, key=self._key(job.picture))
            matters = screen is not None and self._store.find(screen.key) is None
            self._store.add(result)
            self._newest.append(result)
            was_held = held is not None and held.key.is_same(result.key)
        if matters:
            self._changed()
        if was_held:
            self._opened()

    def _fail(self, error: BaseException) -> None:
        """Nothing more will come; what was found before stays."""
        with self._cond:
            name = "The model" if self._facts is None else self._facts.name
            self._state = "failed"
            self._error = error if isinstance(error, ModelError) else ModelError(_sentence(name, error))
            self._error.__traceback__ = self._error.__context__ = self._error.__cause__ = None  # they hold the picture
            self._working = None
            self._box.clear()
        self._changed()
        self._opened()


def _same_numbers(index: FrameIndex, former: FrameIndex) -> bool:
    return index.pts is former.pts and (index.counted, index.complete) == (former.counted, former.complete)


def _sentence(name: str, error: BaseException) -> str:
    """What a library's error comes down to."""
    text = str(error).strip()
    if isinstance(error, MemoryError) or "out of memory" in text.lower():
        return f"{name} was switched off: there is not enough memory for it."
    first = text.splitlines()[0] if text else type(error).__name__
    return f"{name} was switched off: {first.rstrip('.')}."
