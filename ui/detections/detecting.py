"""Detection as the window does it: the models that are open, and what they see in the picture on screen."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.errors import ModelError, PlayerError, UsageError
from player.home import DEFAULT_MODEL, TRUST_REGISTRY
from player.records import Snapshot, State
from player.watching import MOST_MODELS
from ui.detections.arrivals import Arrivals
from ui.detections.heat import Heat
from ui.detections.keeping import Kept
from ui.detections.manner import STALES, Manner
from ui.detections.opening import Examined, Opening, Seat, Wish, wished
from ui.detections.pointed import Pointed, Spot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QAction

    from player.analysis.analysis import Analysis
    from player.analysis.selection import Selection
    from player.analysis.view import View
    from player.records import Picture
    from player.watching import Precision
    from ui.detections.drawn import Drawn
    from ui.detections.manner import Stale
    from ui.player_face import PlayerFace

NO_WISH = Wish()


def _nobody(_error: PlayerError | None) -> None:
    """Nobody waits for the end of it."""


class Detecting(QObject):
    """GUI thread only. Nothing of the engine is there before a model is asked for."""

    message = Signal(str)
    changed = Signal()  # `views` are others
    models_changed = Signal()  # what is open or opened, on what; how models look; on or off
    file_wanted = Signal(int)  # ask for a model file, for `choose` with this place
    _woken = Signal()

    def __init__(self, player: PlayerFace, complain: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._complain = complain
        self.arrivals = Arrivals(self)
        self.arrivals.arrived.connect(self._add)
        self.arrivals.refused.connect(self._refuse)
        self.arrivals.library_changed.connect(self.models_changed)
        self.arrivals.library_said.connect(self._on_library)
        self.arrivals.fetched.connect(self.choose)
        self.manner = Manner(self)
        self.manner.message.connect(self.message)
        self.manner.changed.connect(self._on_manner)
        self.manner.stale_changed.connect(self.models_changed)
        self.manner.stale_changed.connect(self.changed)
        self.pointed = Pointed(self)
        self.kept = Kept()
        self.heat = Heat(self)
        self._analysis: Analysis | None = None
        self._picture: Picture | None = None
        self._snapshot = Snapshot()
        self._look_pending = False
        self._count = 0  # of the models that were opened so far
        self.views: tuple[View, ...] = ()
        """Of the picture that the view shows now, one a model."""
        self.seats: list[Seat] = []
        """The open models, oldest first."""
        self.problem = ""
        """Why the last model that was asked for is not open."""
        self.is_on = True
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def keep_in(self, folder: Path | None, vouched: tuple[str, ...] = ()) -> None:
        """Where it is remembered which programs may run, and what the command line vouched for.

        The folder is `player.home.data_home()`; None remembers for this run alone.
        """
        examiner = self.arrivals.examiner
        examiner.registry = None if folder is None else folder / TRUST_REGISTRY
        examiner.vouched = vouched

    def restore(self, recent: tuple[str, ...], turned: tuple[tuple[str, str], ...], stale: str) -> None:
        """As `recent`, `turned` and `stale` were in the last run."""
        self.kept = Kept(recent, turned)
        self.manner.stale = next((known for known in STALES if known == stale), self.manner.stale)

    # -- models

    def open_model(
        self, name: str, *, place: int | None = None, wish: Wish = NO_WISH, by_hand: bool = False,
        done: Callable[[PlayerError | None], None] = _nobody,
    ) -> None:  # fmt: skip
        """Open a file, or an installed model by its name.

        It comes instead of all that are open, or of the one at `place` alone: 0 is the first, 1 the second. `done` is
        told when it is ready, or why it cannot be. Whether a program can be trusted is asked `by_hand` only.
        """
        self.problem = ""
        self.arrivals.begin(Opening(name, place, wish, by_hand, done))
        self.models_changed.emit()

    @property
    def opening(self) -> list[Opening]:
        """Models that are on their way."""
        return self.arrivals.opening

    def close_model(self, slot: int) -> None:
        seat = self.seat(slot)
        if seat is None or self._analysis is None:
            return
        self.seats.remove(seat)
        self._analysis.remove(slot)
        seat.done(ModelError(f"{seat.path} was closed."))
        if not self.seats:
            self._player.set_watch(None)  # playback pays for nothing any more
        self.models_changed.emit()
        self._look()

    def close_models(self) -> None:
        for seat in tuple(self.seats):
            self.close_model(seat.slot)

    def close_place(self, place: int) -> None:
        if place < len(self.seats):
            self.close_model(self.seats[place].slot)

    def choose(self, path: str, place: int) -> None:
        """A person picked it."""
        self.set_on(True)
        self.open_model(path, place=place, by_hand=True)

    def ask_for_file(self, place: int = 0) -> None:
        self.file_wanted.emit(place)

    @Slot(str)
    def _on_library(self, sentence: str) -> None:
        self.problem = sentence
        self.message.emit(sentence)
        self.models_changed.emit()

    def seat(self, slot: int) -> Seat | None:
        return next((seat for seat in self.seats if seat.slot == slot), None)

    def view(self, slot: int) -> View | None:
        return next((view for view in self.views if view.slot == slot), None)

    def run_on(self, slot: int, device: str, precision: Precision) -> None:
        """Opens it anew there and so."""
        seat = self.seat(slot)
        if seat is not None and (device, precision) != (seat.wish.device, seat.wish.precision):
            self._remember(slot)
            self.open_model(seat.path, place=self.seats.index(seat), wish=Wish(device, precision=precision))

    @property
    def notice(self) -> str:
        """What there is to say of a model that is not open, or not yet."""
        return self.arrivals.notice or self.problem

    # -- what is shown of what they see

    def selection(self, slot: int) -> Selection | None:
        """None while there is no such model."""
        if self._analysis is None or self.seat(slot) is None:
            return None
        return self._analysis.selection(slot)

    def set_selection(self, slot: int, selection: Selection) -> None:
        """Acts at once, on everything that was looked at."""
        if self._analysis is None or self.selection(slot) in (None, selection):
            return
        self._analysis.set_selection(slot, selection)
        self._remember(slot)
        self.models_changed.emit()
        self._look()

    def set_heat(self, slot: int, heat: int | None) -> None:
        """The class of a classifier whose heat map is wanted (see `Analysis.set_heat`)."""
        if self._analysis is not None:
            self._analysis.set_heat(slot, heat)
            self._look()

    def toggle(self) -> None:
        """Boxes, or none. With no model open, the one that was picked last, or else the one in the box."""
        if not self.seats and not self.opening:
            self.is_on = True
            self.open_model(self.kept.recent[0] if self.kept.recent else DEFAULT_MODEL, by_hand=True)
            return
        self.set_on(not self.is_on)
        self.message.emit("Detections" if self.is_on else "No detections")

    def set_on(self, on: bool) -> None:
        self.is_on = on
        if self._analysis is not None:
            self._analysis.set_on(on)
            if on:
                self._show()
        self.models_changed.emit()
        self._look()

    def report(self) -> dict[str, object]:
        """The playback report's inference part; empty while no model was asked for."""
        return {} if self._analysis is None else self._analysis.report()

    def mark(self, actions: dict[str, QAction]) -> None:
        """Keeps the marks in the menu true."""

        def show() -> None:
            actions["detections"].setChecked(self.is_on and bool(self.seats))
            actions["detect-sync"].setChecked(self.manner.policy == "sync")
            actions["detect-tiles"].setChecked(self.manner.tile is not None)
            actions["detect-old"].setChecked(self.manner.stale == "dim")

        self.models_changed.connect(show)
        for name in ("detections", "detect-sync", "detect-tiles", "detect-old"):
            actions[name].triggered.connect(show)  # a click turns the mark by itself
        show()
        self.heat.mark(actions["detect-heat"])

    def counts(self, slot: int) -> tuple[int, int]:
        """How many pictures the model looked at, and how many were shown without."""
        report: Any = self.report()
        in_order = [seat.slot for seat in sorted(self.seats, key=lambda seat: seat.number)]
        if slot in in_order[1:]:
            report = report.get("second", {})
        return report.get("ran", 0), report.get("skipped", 0)

    # -- what is on screen

    def before_picture(self, picture: Picture | None) -> None:
        """The view is about to be shown `picture`."""
        self._picture = picture
        if self.seats:
            self._show()
            self._look()

    @property
    def picture(self) -> Picture | None:
        """What `views` are of."""
        return self._picture

    @property
    def stale(self) -> Stale:
        return self.manner.stale

    @property
    def hovered(self) -> Spot | None:
        return self.pointed.hovered

    @property
    def selected(self) -> Spot | None:
        return self.pointed.selected

    def views_of(self, picture: Picture | None) -> tuple[View, ...]:
        """What is known of `picture`, which is or was on screen."""
        return self._analysis.look(picture) if self._analysis is not None and self.seats else ()

    def drawing(self, picture: Picture) -> Drawn | None:
        """What models found in this very picture, to be drawn when it is saved; None when that is nothing."""
        if not self.is_on or picture is not self._picture or not any(view.found_something for view in self.views):
            return None
        from ui.detections.drawn import boxes_of  # for few pictures that are saved

        return boxes_of(self, self.heat.opacity)

    @Slot(str)
    def on_started(self, _path: str) -> None:
        """Another file, or none, plays from now on. What was found in the last one the player forgets by itself."""
        self._picture = None
        if self.manner.region is not None:
            self.manner.set_region(None)
        self._look()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        former, self._snapshot = self._snapshot, snapshot
        if self.seats and (former.paused, former.state) != (snapshot.paused, snapshot.state):
            self._show()
            self._look()

    def _show(self) -> None:
        """Tells the models what is on screen."""
        if self._analysis is not None and self._picture is not None:
            resting = self._player.paused or self._snapshot.state is State.ENDED or self._picture.attached
            self._analysis.shown(self._picture, resting=resting)

    def _wake(self) -> None:
        """Any thread."""
        if not self._look_pending:
            self._look_pending = True
            self._woken.emit()

    @Slot()
    def _on_woken(self) -> None:
        self._look_pending = False
        self._look()

    def _look(self) -> None:
        former, self.views = self.views, self.views_of(self._picture)
        if former == self.views:
            return
        for view in self.views:
            self._hear(view)
        self.pointed.follow(former, self.views)
        self.changed.emit()

    @Slot()
    def _on_manner(self) -> None:
        self.models_changed.emit()
        self._look()

    def _hear(self, view: View) -> None:
        """A model has become ready, or has failed."""
        seat = self.seat(view.slot)
        if seat is None or view.state == "loading":
            return
        if view.state == "failed":
            if not seat.failed:
                seat.failed = True
                self.problem = view.sentence
                self._complain(view.sentence)
                self.message.emit(view.sentence)
                self._settle(seat, ModelError(view.sentence))
        elif seat.is_new:
            selection = self.selection(seat.slot)
            if selection is not None and self._analysis is not None:
                self._analysis.set_selection(seat.slot, self._granted(seat.wish, selection, view.labels))
                self._wake()
            self._settle(seat, None)

    def _granted(self, wish: Wish, base: Selection, labels: tuple[str, ...]) -> Selection:
        """With all classes, where one was named that the model does not know."""
        try:
            return wished(wish, base, labels)
        except UsageError as error:
            self._complain(str(error))
            self.message.emit(str(error))
            return wished(replace(wish, classes=()), base, labels)

    def _settle(self, seat: Seat, error: PlayerError | None) -> None:
        if seat.is_new:
            seat.is_new = False
            done, seat.done = seat.done, _nobody
            done(error)
        self.models_changed.emit()

    # -- opening

    @Slot(object, object)
    def _refuse(self, opening: Opening, error: PlayerError) -> None:
        self.problem = str(error)
        self._complain(self.problem)
        self.message.emit(self.problem)
        opening.done(error)
        self.models_changed.emit()

    @Slot(object, object)
    def _add(self, opening: Opening, examined: Examined) -> None:
        place = 0 if opening.place is None else min(opening.place, len(self.seats), MOST_MODELS - 1)
        if opening.place is None:
            self.close_models()
        else:
            self.close_place(place)
        analysis = self._made_analysis()
        path = str(examined.file.path)
        known = self.kept.selection(examined.file.sha256[:12])
        wish = opening.wish
        slot = analysis.add(path, device=wish.device, precision=wish.precision, trust=examined.trust, selection=known)
        self._count += 1
        seat = Seat(slot, self._count, path, examined.file.sha256, wish, opening.done)
        self.seats.insert(place, seat)
        if opening.by_hand:
            self.kept.note_picked(path)
        self._player.set_watch(analysis)
        self._show()
        self.models_changed.emit()
        self._look()

    def _made_analysis(self) -> Analysis:
        if self._analysis is None:
            self._analysis = self.make_analysis(self._wake)
            self._analysis.set_on(self.is_on)
            self.manner.rule(self._analysis)
        return self._analysis

    def make_analysis(self, wakeup: Callable[[], None]) -> Analysis:
        from player.analysis.analysis import Analysis  # loaded by the examiner's thread before

        return Analysis(now=time.perf_counter, wakeup=wakeup)

    def _remember(self, slot: int) -> None:
        seat, selection = self.seat(slot), self.selection(slot)
        if seat is not None and selection is not None:
            self.kept.note(seat.model_id, selection)

    def shutdown(self) -> None:
        """Ends what it has started. Raises ThreadStuckError."""
        analysis, self._analysis = self._analysis, None
        self.seats, self.views, self._picture = [], (), None
        self.manner.rule(None)
        try:
            if analysis is not None:
                self._player.set_watch(None)
                analysis.close()
        finally:
            self.arrivals.shutdown()
