"""Detection as the window does it: the choices of panel, keys, menus and scripts, and what models see on screen."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.errors import ModelError, PlayerError, UsageError
from player.home import TRUST_REGISTRY
from player.records import Snapshot, State
from player.watching import MOST_MODELS
from ui.detections.arrivals import Arrivals
from ui.detections.keeping import MOST_KEPT, read_selection, write_selection
from ui.detections.opening import Examined, Opening, Seat, Wish, wished

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QAction

    from player.analysis.analysis import Analysis, Policy
    from player.analysis.catalogue import Entry
    from player.analysis.devices import DeviceInfo
    from player.analysis.input_map import Rectangle
    from player.analysis.selection import Selection
    from player.analysis.view import View
    from player.records import Picture
    from ui.detections.drawn import Drawn
    from ui.detections.library import Library
    from ui.player_face import PlayerFace

MOST_RECENT = 8
Stale = Literal["dim", "hide"]
STALES: tuple[Stale, ...] = get_args(Stale)
NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class Spot:
    """One box of the picture on screen."""

    slot: int
    index: int
    """Its place in the view's `detections`."""


def _nobody(_error: PlayerError | None) -> None:
    """Nobody waits for the end of it."""


class Detecting(QObject):
    """GUI thread only. Nothing of the engine is there before a model is asked for."""

    message = Signal(str)
    changed = Signal()  # `views` are others
    models_changed = Signal()  # what is open or opened, on what; policy, region, looks of old boxes; on or off
    selected_changed = Signal(int, object)  # slot, and the box's place in its view or None
    hovered_changed = Signal()
    devices_changed = Signal()  # it is known what there is to run models on
    panel_wanted = Signal()  # there is something to choose first
    trust_wanted = Signal(object)  # an Opening that waits for `answer_trust`
    file_wanted = Signal(int)  # ask for a model file, for `choose` with this place
    region_wanted = Signal()  # the user is to draw what models look at, for `set_region`, or no longer: `is_drawing`
    _woken = Signal()

    def __init__(self, player: PlayerFace, complain: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._complain = complain
        self.arrivals = Arrivals(self)
        self.arrivals.arrived.connect(self._add)
        self.arrivals.refused.connect(self._refuse)
        self.arrivals.trust_wanted.connect(self.trust_wanted)
        self.arrivals.devices_changed.connect(self.devices_changed)
        self._fetched_for: int | None = None  # the place of what is fetched; None before the library is there
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
        self.hovered: Spot | None = None
        self.selected: Spot | None = None
        self.is_on = True
        self.policy: Policy = "live"
        self.stale: Stale = "dim"
        """What becomes of boxes that belong to an earlier picture."""
        self.region: Rectangle | None = None
        """All that the models see, in coded pixels."""
        self.is_drawing = False
        """The next drag over the picture is for a region."""
        self.tile: int | None = None
        """Large pictures are looked at in pieces so wide; 0: as wide as the model's input."""
        self.recent: tuple[str, ...] = ()
        """Models that were picked by hand, latest first."""
        self._turned: dict[str, str] = {}  # selections as text, by the start of the model's sha256; latest last
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
        self.recent, self._turned = recent[:MOST_RECENT], dict(turned)
        self.stale = next((known for known in STALES if known == stale), self.stale)

    @property
    def turned(self) -> tuple[tuple[str, str], ...]:
        """What was shown of the models that were turned last, for the settings."""
        return tuple(self._turned.items())[-MOST_KEPT:]

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

    def answer_trust(self, opening: Opening, trusted: bool) -> None:
        """What the person said of a program."""
        self.arrivals.answer_trust(opening, trusted)

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

    def fetch(self, entry: Entry, place: int = 0) -> None:
        """Over the network; it is opened when it is there."""
        library = self.library()
        self._fetched_for = place
        library.fetch(entry)

    def library(self) -> Library:
        """What models there are."""
        library = self.arrivals.library()
        if self._fetched_for is None:
            self._fetched_for = 0
            library.message.connect(self._on_library)
            library.changed.connect(self.models_changed)
            library.fetched.connect(lambda path: self.choose(path, self._fetched_for or 0))
        return library

    @Slot(str)
    def _on_library(self, sentence: str) -> None:
        self.problem = sentence
        self.message.emit(sentence)
        self.models_changed.emit()

    def seat(self, slot: int) -> Seat | None:
        return next((seat for seat in self.seats if seat.slot == slot), None)

    def view(self, slot: int) -> View | None:
        return next((view for view in self.views if view.slot == slot), None)

    def set_device(self, slot: int, device: str) -> None:
        """Opens it anew there."""
        seat = self.seat(slot)
        if seat is not None and device != seat.device:
            self._remember(slot)
            self.open_model(seat.path, place=self.seats.index(seat), wish=Wish(device=device))

    @property
    def notice(self) -> str:
        """What there is to say of a model that is not open, or not yet."""
        return self.arrivals.notice or self.problem

    @property
    def is_fetching(self) -> bool:
        return self.arrivals.is_fetching

    @property
    def devices(self) -> tuple[DeviceInfo, ...] | None:
        """What models can run on; None before somebody asked with `look_for_devices`."""
        return self.arrivals.devices

    def look_for_devices(self) -> None:
        """`devices_changed` follows."""
        self.arrivals.look_for_devices()

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

    def toggle(self) -> None:
        """Boxes, or none. With no model open, the one that was open last."""
        if not self.seats and not self.opening:
            if self.recent:
                self.is_on = True
                self.open_model(self.recent[0], by_hand=True)
            else:
                self.panel_wanted.emit()
                self.message.emit("There is no model yet: choose one")
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

    def set_policy(self, policy: Policy) -> None:
        self.policy = policy
        if self._analysis is not None:
            self._analysis.set_policy(policy)
        self.models_changed.emit()
        self._look()

    def toggle_policy(self) -> None:
        self.set_policy("live" if self.policy == "sync" else "sync")
        self.message.emit(
            "Every picture waits for its boxes" if self.policy == "sync" else "Playback waits for no boxes"
        )

    def set_stale(self, stale: Stale) -> None:
        self.stale = stale
        self.models_changed.emit()
        self.changed.emit()

    def toggle_stale(self) -> None:
        self.set_stale("hide" if self.stale == "dim" else "dim")
        self.message.emit("Boxes of earlier pictures are " + ("dim" if self.stale == "dim" else "hidden"))

    def set_region(self, region: Rectangle | None) -> None:
        self.region, self.is_drawing = region, False
        if self._analysis is not None:
            self._analysis.set_region(region)
        self.models_changed.emit()
        self._look()

    def draw_region(self) -> None:
        """The user is to draw one; with one in force, it goes."""
        if self.region is not None:
            self.set_region(None)
            self.message.emit("Models look at the whole picture")
        else:
            self.is_drawing = True
            self.region_wanted.emit()

    def let_go(self) -> bool:
        """Take back the region that is being drawn, or the one in force. False when there was none."""
        if self.is_drawing:
            self.is_drawing = False
            self.region_wanted.emit()
        elif self.region is not None:
            self.draw_region()
        else:
            return False
        return True

    def set_tile(self, tile: int | None) -> None:
        self.tile = tile
        if self._analysis is not None:
            self._analysis.set_tile(tile)
        self.models_changed.emit()
        self._look()

    def toggle_tiles(self) -> None:
        """In pieces as wide as the model's input, or as a whole."""
        self.set_tile(0 if self.tile is None else None)
        self.message.emit(
            "Pictures are looked at as a whole" if self.tile is None else "Pictures are looked at in pieces"
        )

    def select(self, slot: int, index: int | None) -> None:
        """A box of the picture on screen, or none."""
        spot = None if index is None else Spot(slot, index)
        if spot != self.selected:
            self.selected = spot
            self.selected_changed.emit(slot, index)

    def hover(self, spot: Spot | None) -> None:
        if spot != self.hovered:
            self.hovered = spot
            self.hovered_changed.emit()

    def report(self) -> dict[str, object]:
        """The playback report's inference part; empty while no model was asked for."""
        return {} if self._analysis is None else self._analysis.report()

    def mark(self, actions: dict[str, QAction]) -> None:
        """Keeps the marks in the menu true."""

        def show() -> None:
            actions["detections"].setChecked(self.is_on and bool(self.seats))
            actions["detect-sync"].setChecked(self.policy == "sync")
            actions["detect-tiles"].setChecked(self.tile is not None)
            actions["detect-old"].setChecked(self.stale == "dim")

        self.models_changed.connect(show)
        for name in ("detections", "detect-sync", "detect-tiles", "detect-old"):
            actions[name].triggered.connect(show)  # a click turns the mark by itself
        show()

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

    def views_of(self, picture: Picture | None) -> tuple[View, ...]:
        """What is known of `picture`, which is or was on screen."""
        return self._analysis.look(picture) if self._analysis is not None and self.seats else ()

    def drawing(self, picture: Picture) -> Drawn | None:
        """What models found in this very picture, to be drawn when it is saved; None when that is nothing."""
        if not self.is_on or picture is not self._picture or not any(len(view.detections) for view in self.views):
            return None
        from ui.detections.drawn import boxes_of  # for few pictures that are saved

        return boxes_of(self)

    @Slot(str)
    def on_started(self, _path: str) -> None:
        """Another file, or none, plays from now on. What was found in the last one the player forgets by itself."""
        self._picture = None
        if self.region is not None:
            self.set_region(None)
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
        self._keep_selected(former)
        self.changed.emit()

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

    def _keep_selected(self, former: tuple[View, ...]) -> None:
        """The same box stays selected when others come or go; that of another picture does not."""
        self.hover(None)
        spot = self.selected
        if spot is None:
            return
        before = next((view for view in former if view.slot == spot.slot), None)
        now = self.view(spot.slot)
        index = None if before is None or now is None else _same_box(before, now, spot.index)
        if index is None:
            self.select(spot.slot, None)
        elif index != spot.index:
            self.select(spot.slot, index)

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
        known = read_selection(self._turned.get(examined.file.sha256[:12], ""))
        slot = analysis.add(path, device=opening.wish.device, trust=examined.trust, selection=known)
        self._count += 1
        seat = Seat(slot, self._count, path, examined.file.sha256, opening.wish.device, opening.wish, opening.done)
        self.seats.insert(place, seat)
        if opening.by_hand:
            self.recent = (path, *(each for each in self.recent if each != path))[:MOST_RECENT]
        self._player.set_watch(analysis)
        self._show()
        self.models_changed.emit()
        self._look()

    def _made_analysis(self) -> Analysis:
        if self._analysis is None:
            self._analysis = self.make_analysis(self._wake)
            self._analysis.set_policy(self.policy)
            self._analysis.set_on(self.is_on)
            self._analysis.set_region(self.region)
            self._analysis.set_tile(self.tile)
        return self._analysis

    def make_analysis(self, wakeup: Callable[[], None]) -> Analysis:
        from player.analysis.analysis import Analysis  # loaded by the examiner's thread before

        return Analysis(now=time.perf_counter, wakeup=wakeup)

    def _remember(self, slot: int) -> None:
        seat, selection = self.seat(slot), self.selection(slot)
        if seat is not None and selection is not None:
            self._turned.pop(seat.model_id, None)
            self._turned[seat.model_id] = write_selection(selection)

    def shutdown(self) -> None:
        """Ends what it has started. Raises ThreadStuckError."""
        analysis, self._analysis = self._analysis, None
        self.seats, self.views, self._picture = [], (), None
        try:
            if analysis is not None:
                self._player.set_watch(None)
                analysis.close()
        finally:
            self.arrivals.shutdown()


def _same_box(before: View, now: View, index: int) -> int | None:
    """Where the box is now, when both are of one picture."""
    import numpy as np

    if index >= len(before.detections) or before.state != "exact" or now.state != "exact":
        return None
    old, new = before.detections, now.detections
    same = (new.xyxy == old.xyxy[index]).all(axis=1) & (new.class_id == old.class_id[index])
    same &= new.confidence == old.confidence[index]
    found = np.flatnonzero(same)
    return int(found[0]) if len(found) else None
