"""Detections over a playing file: which models look at which pictures, and what they see in the one on screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from player.analysis.chosen import Chosen
from player.analysis.input_map import Rectangle
from player.analysis.runner import Runner
from player.analysis.seeing import Found, Sees
from player.analysis.selection import Selection
from player.analysis.trust import Trust
from player.analysis.view import View, ViewState
from player.errors import ThreadStuckError, UsageError
from player.watching import MOST_MODELS, Precision
from player.worker import JOIN_DEADLINE_S

if TYPE_CHECKING:
    from player.analysis.detections import Detections, Result
    from player.media.frame_index import FrameIndex
    from player.records import Picture

__all__ = ["Analysis", "Policy", "Rectangle", "View"]

Policy = Literal["live", "sync"]
BUDGET_BYTES = 64 * 1024 * 1024
"""Of each model's results: 2,500 pictures with the most boxes that are kept, or half an hour of usual ones."""


class _Seat:
    """A model and what is shown of it. Owner's thread, but for `prepare`."""

    def __init__(self, name: str, selection: Selection | None) -> None:
        self.name = name
        self.selection = selection or Selection()
        self.by_card = selection is None
        self.chosen = Chosen()
        self.heat: int | None = None
        self.view: View | None = None
        self.made_of: tuple[object, ...] = ()
        self.runner: Runner

    def prepare(self, result: Result) -> None:
        """On the model's thread, so that nothing is left to do when the picture is on screen."""
        self.chosen.of(result, self.selection)


class Analysis:
    """Up to two models, each on its own thread `analysis-N`. All methods belong to the owner's thread unless said.

    Hand it to `Player.set_watch` (it is a `player.watching.Watch`), and what is on screen to `shown`. `wakeup` is
    called, on any thread, when `look` may tell something else. Other files, tracks, filters and numbers the player
    tells by itself. `load` makes a model, on its thread; by default `player.analysis.opening.open_model`.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        wakeup: Callable[[], None],
        budget_bytes: int = BUDGET_BYTES,
        load: Callable[..., Sees] | None = None,
    ) -> None:
        self._now = now
        self._wakeup = wakeup
        self._budget_bytes = budget_bytes
        self._load = load or _open_model
        self._opened: Callable[[], None] = lambda: None
        self._seats: dict[int, _Seat] = {}
        self._runners: tuple[Runner, ...] = ()  # of the seats; replaced whole, read by any thread
        self._leaving: list[Runner] = []
        self._since = 0  # any thread; whoever writes it looks at _runners afterwards, and `add` the other way round
        self._numbers: tuple[FrameIndex | None, int] = None, 0
        self._screen: tuple[Picture, bool] | None = None
        self._speed = 1.0
        self._region: Rectangle | None = None
        self._tile: int | None = None
        self.policy: Policy = "live"
        self.on = True

    # Models.

    def add(
        self,
        path: str | Path,
        *,
        device: str = "auto",
        precision: Precision = "auto",
        trust: Trust,
        selection: Selection | None = None,
    ) -> int:
        """Loads a model on a thread of its own; returns the slot (0 or 1). Raises UsageError when two are there.

        Without a selection the model's card says what is shown.
        """
        slot = next((each for each in range(MOST_MODELS) if each not in self._seats), None)
        if slot is None:
            raise UsageError(f"Not more than {MOST_MODELS} models can run at once.")
        seat = _Seat(Path(path).stem, selection)
        runner = seat.runner = Runner(
            slot,
            partial(self._load, path, device=device, precision=precision, trust=trust),
            now=self._now,
            changed=self._wakeup,
            opened=self._open_gate,
            ready=seat.prepare,
            most_bytes=self._budget_bytes,
        )
        self._seats[slot] = seat
        self._runners = tuple(each.runner for each in self._seats.values())
        runner.set_on(self.on)
        runner.set_holding(self.policy == "sync")
        runner.set_speed(self._speed)
        runner.set_view(self._region, self._tile)
        runner.since(self._since)
        runner.number_by(*self._numbers)
        if self._screen is not None:
            runner.shown(self._screen[0], resting=self._screen[1])
        runner.start()
        return slot

    def remove(self, slot: int) -> None:
        """Lets a model go, at once; its thread ends when its present run has."""
        seat = self._seats.pop(slot)
        self._runners = tuple(each.runner for each in self._seats.values())
        seat.runner.ask_to_end()
        self._leaving = [each for each in (*self._leaving, seat.runner) if each.alive]
        self._opened()

    def close(self, deadline_s: float = JOIN_DEADLINE_S) -> None:
        """Ends all threads. Raises ThreadStuckError when a run does not end in time: it cannot be interrupted."""
        leaving = [*self._runners, *self._leaving]
        self._seats, self._runners, self._leaving, self._screen = {}, (), [], None
        for runner in leaving:
            runner.ask_to_end()
        until = time.monotonic() + deadline_s
        stuck: ThreadStuckError | None = None
        for runner in leaving:
            try:
                runner.join(max(0.0, until - time.monotonic()))
            except ThreadStuckError as error:
                stuck = stuck or error
        if stuck is not None:
            raise stuck

    # What is wanted.

    def set_policy(self, policy: Policy) -> None:
        """live: playback never waits. sync: a picture is shown when its boxes are there."""
        self.policy = policy
        for runner in self._runners:
            runner.set_holding(policy == "sync")
        self._opened()

    def set_on(self, on: bool) -> None:
        self.on = on
        for runner in self._runners:
            runner.set_on(on)
        self._show_again()
        self._opened()

    def set_region(self, region: Rectangle | None) -> None:
        """All that the models see, in coded pixels; what they found before is forgotten."""
        self._region = region
        for runner in self._runners:
            runner.set_view(region, self._tile)

    def set_tile(self, tile: int | None) -> None:
        """How wide the pieces are that large pictures are looked at in; None: as a whole."""
        self._tile = tile
        for runner in self._runners:
            runner.set_view(self._region, tile)

    def set_selection(self, slot: int, selection: Selection) -> None:
        """At once and with no new run."""
        self._seats[slot].selection, self._seats[slot].by_card = selection, False

    def selection(self, slot: int) -> Selection:
        """Of a model that is still loading and was given none: a usual one."""
        return self._seats[slot].selection

    def set_heat(self, slot: int, heat: int | None) -> None:
        """The class of a classifier whose heat map is wanted, or classes.TOP for the likeliest; None: no heat map.

        A class must be one of the model's labels. What was found so far stays; the heat is looked for.
        """
        self._seats[slot].heat = heat
        self._seats[slot].runner.set_heat(heat)

    def forget(self) -> None:
        """Nothing that was found so far counts."""
        for runner in self._runners:
            runner.forget()

    # The picture on screen.

    def shown(self, picture: Picture, *, resting: bool) -> None:
        """`picture` is on screen. `resting`: paused or stepped to, so that it must become exact.

        To be told again when that changes.
        """
        self._screen = replace(picture, prepared=None), resting
        for runner in self._runners:
            runner.shown(picture, resting=resting)

    def look(self, picture: Picture | None) -> tuple[View, ...]:
        """A view a slot, for the picture on screen; of None, how the models fare.

        Cheap when nothing has changed: they are the same Views then.
        """
        return tuple(self._view(slot, seat, seat.runner.look(picture)) for slot, seat in self._seats.items())

    def report(self) -> dict[str, object]:
        """The playback report's `inference`; empty without a model. A second model's is within as `second`."""
        reports = [runner.report() for runner in self._runners]
        if len(reports) > 1:
            reports[0]["second"] = reports[1]
        return reports[0] if reports else {}

    # What the player tells and asks (`player.watching.Watch`).

    def listen(self, wakeup: Callable[[], None]) -> None:
        self._opened = wakeup

    def set_speed(self, speed: float) -> None:
        self._speed = speed
        for runner in self._runners:
            runner.set_speed(speed)

    def since(self, serial: int) -> None:
        """Any thread."""
        self._since = max(self._since, serial)
        for runner in self._runners:
            runner.since(serial)

    def number_by(self, index: FrameIndex | None, serial: int) -> None:
        self._numbers = index, serial
        for runner in self._runners:
            runner.number_by(index, serial)

    def coming(self, picture: Picture) -> None:
        """The decode-video thread."""
        for runner in self._runners:
            runner.coming(picture)

    def is_ready(self, picture: Picture) -> bool:
        return self.policy != "sync" or all(runner.is_ready(picture) for runner in self._runners)

    def wait_for(self, picture: Picture) -> None:
        for runner in self._runners:
            if not runner.is_ready(picture):
                runner.hold(picture)

    # Within.

    def _open_gate(self) -> None:
        """Any thread."""
        self._opened()

    def _show_again(self) -> None:
        if self._screen is not None:
            self.shown(self._screen[0], resting=self._screen[1])

    def _view(self, slot: int, seat: _Seat, found: Found) -> View:
        facts, result = found.facts, found.result
        if facts is not None and seat.by_card:
            seat.selection, seat.by_card = replace(seat.selection, low=facts.conf, iou=facts.iou), False
        state = self._state(found)
        drawn = result if state in ("exact", "stale") else None
        made_of = (
            state,
            found.age,
            None if drawn is None else drawn.raw,
            seat.selection,
            seat.heat,
            facts,
            found.error,
        )
        if seat.view is not None and _are_same(made_of, seat.made_of):
            return seat.view
        view = View(slot, seat.name if facts is None else facts.name, state=state)
        if facts is not None:
            view = replace(
                view, labels=facts.labels, engine=facts.engine, device=facts.device, precision=facts.precision,
                remark=facts.remark, task=facts.task, no_heat=facts.no_heat,
            )  # fmt: skip
        if found.error is not None:
            view = replace(view, sentence=str(found.error), error=found.error)
        if drawn is not None:
            detections: Detections = seat.chosen.of(drawn, seat.selection)
            view = replace(
                view,
                age_frames=found.age,
                detections=detections,
                raw_count=len(drawn.raw),
                infer_ms=drawn.infer_s * 1000.0,
                classes=None if drawn.classes is None else drawn.classes.with_heat_of(seat.heat),
            )
        seat.view, seat.made_of = view, made_of
        return view

    def _state(self, found: Found) -> ViewState:
        if found.state == "failed" or (not self.on and found.state == "ready"):
            return "failed" if found.state == "failed" else "off"
        if found.state == "loading":
            return "loading"
        if found.result is None:
            return "pending"
        return "exact" if found.age == 0 else "stale"


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(a is b or a == b for a, b in zip(one, other, strict=True))


def _open_model(path: str | Path, *, device: str, precision: Precision, trust: Trust) -> Sees:
    from player.analysis.opening import open_model  # loads what models need: on the model's thread

    return open_model(path, device=device, precision=precision, trust=trust)
