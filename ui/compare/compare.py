"""Comparing as the window does it: the choices of panel, keys and scripts, and each picture's reference."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from player.media.look import changed_look
from player.records import Snapshot, State
from ui.wording import file_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.compare.comparison import Against, Comparison
    from player.compare.meter import Measured, Meter
    from player.compare.other_file import Reading
    from player.compare.pairing import Offset, Pair
    from player.options import OpenOptions
    from player.records import Picture
    from ui.look.looks import Looks
    from ui.player_face import PlayerFace

How = Literal["split", "difference", "flicker"]
HOWS: tuple[How, ...] = get_args(How)
HOW_NAMES: dict[How, str] = {"split": "Split", "difference": "Difference", "flicker": "Flicker"}
TOLD_MS = 80
"""While it plays, what is known of the pair is told this often at most."""
FIRST_GAIN, LARGEST_GAIN = 4.0, 64.0
RATES = (0.5, 20.0)
SPLIT_STEP = 0.02
GRAPH_PLACES = 4096
"""So many pictures' figures are kept for the graph."""


class Compare(QObject):
    """GUI thread only. Nothing of the engine is there before something is compared."""

    message = Signal(str)
    changed = Signal()  # a choice, the pair on screen, or what is known of it
    file_wanted = Signal()  # ask for a file to compare with

    def __init__(
        self,
        player: PlayerFace,
        looks: Looks,
        options: Callable[[], OpenOptions],
        complain: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._looks = looks
        self._options = options
        self._complain = complain
        self._engine: Comparison | None = None
        self._meter: Meter | None = None
        self._picture: Picture | None = None
        self._playing_path = ""
        self._begins_with = ""  # a file to compare with as soon as there is a picture
        self._snapshot = Snapshot()
        self._last: Against = "previous"  # what switching on again takes
        self.how: How = "split"
        self.file = ""
        """The other file, chosen last; '' before."""
        self.rate = 2.0
        """How often a second flicker changes over."""
        self._measured: Measured | None = None
        self._asked: Pair | None = None
        self._readers = 0
        self._choice = 0  # grows with every other choice of what to compare
        self._complained = ""
        self.seen: dict[int, float] = {}
        """PSNR over all, by the number of the picture, of what was measured with the present choice."""
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.timeout.connect(self._tell)
        self._flicker = QTimer(self)
        self._flicker.timeout.connect(self._on_flicker)
        self._look_pending = False
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)
        looks.changed.connect(self._on_look)

    _woken = Signal()

    # -- what there is

    @property
    def against(self) -> Against:
        return "off" if self._engine is None else self._engine.against

    @property
    def is_on(self) -> bool:
        return self.against != "off"

    @property
    def pair(self) -> Pair | None:
        """The picture on screen and what it is held against, always both of them."""
        return None if self._engine is None else self._engine.pair

    @property
    def picture(self) -> Picture | None:
        return self._picture

    @property
    def pinned(self) -> Picture | None:
        return None if self._engine is None else self._engine.pinned

    @property
    def offset(self) -> Offset:
        from player.compare.pairing import NO_OFFSET

        return NO_OFFSET if self._engine is None else self._engine.offset

    @property
    def waiting(self) -> bool:
        return self._engine is not None and self._engine.waiting

    @property
    def counting(self) -> bool:
        """What it waits for is the numbers of the pictures."""
        return self._engine is not None and self._engine.counting

    @property
    def problem(self) -> str | None:
        return None if self._engine is None else self._engine.problem

    @property
    def measured(self) -> Measured | None:
        """Of the pair on screen; None while that is not measured."""
        measured, pair = self._measured, self.pair
        return measured if measured is not None and pair is not None and _same(measured.pair, pair) else None

    def number_of(self, picture: Picture) -> int | None:
        return picture.index if self._engine is None else self._engine.number_of(picture)

    # -- choices

    def choose(self, against: Against, path: str | None = None) -> None:
        """`path` is the other file, for "file"; without it the last one, and where there was none it is asked for."""
        if against == "off" and self._engine is None:
            return
        if against == "file":
            if not path and not self.file:
                self.file_wanted.emit()
                self.changed.emit()
                return
            self.file = path or self.file
        engine = self._made_engine()
        if against == "pinned" and engine.pinned is None:
            engine.pin()
        engine.choose(against, self._reading(against))
        if against != "off":
            self._last = against
        self._complained = ""
        self._forget_figures()
        self._set_look()
        self._apply()
        self.message.emit(f"Compared with {self.title}" if self.is_on else "Not compared")

    def choose_again(self) -> None:
        """On with what was chosen last, or off."""
        self.choose("off" if self.is_on else self._last)

    def begin_with(self, path: str) -> None:
        """Compare with this file as soon as there is a picture to compare."""
        self._begins_with = path

    def pin(self) -> None:
        """Holds all pictures against the one that is on screen now."""
        if self._picture is None:
            return
        self._made_engine().pin()
        self._forget_figures()
        if self.against == "pinned":
            self._apply()
        else:
            self.choose("pinned")
        self.message.emit("Picture pinned to compare with")

    def set_how(self, how: How) -> None:
        self.how = how
        self._set_look()
        self.changed.emit()

    def next_how(self) -> None:
        self.set_how(HOWS[(HOWS.index(self.how) + 1) % len(HOWS)])
        self.message.emit(HOW_NAMES[self.how])

    def set_split(self, split: float) -> None:
        self._change(split=min(1.0, max(0.0, split)))

    def split_by(self, by: float) -> None:
        self.set_split(self._looks.look.split + by)

    @property
    def split(self) -> float:
        return self._looks.look.split

    @property
    def gain(self) -> float:
        return self._looks.look.gain

    def set_gain(self, gain: float) -> None:
        self._change(gain=min(LARGEST_GAIN, max(1.0, gain)))

    def gain_times(self, factor: float) -> None:
        self.set_gain(self.gain * factor)
        self.message.emit(f"Difference × {self.gain:.3g}")

    def set_rate(self, rate: float) -> None:
        self.rate = min(RATES[1], max(RATES[0], rate))
        self._flicker.setInterval(round(1000 / self.rate))
        self.changed.emit()

    def set_offset(self, offset: Offset) -> None:
        self._made_engine().set_offset(offset)
        self._forget_figures()
        self._apply()

    def offset_by(self, pictures: int) -> None:
        """The other file's pictures so many further on."""
        if self.against not in ("file", "time"):
            self.message.emit("Only another file or time has an offset")
            return
        self.set_offset(replace(self.offset, pictures=self.offset.pictures + pictures))
        self.message.emit(f"B {self.offset.pictures:+d} pictures")

    def _change(self, **values: float) -> None:
        self._looks.set_look(changed_look(self._looks.look, values))

    def _set_look(self) -> None:
        on = self.is_on
        look = replace(self._looks.look, against=self.how if on else "none", flicker_on=False)
        self._looks.set_look(look)
        if not on:
            self._looks.set_reference(None)
        if on and self.how == "flicker":
            self._flicker.start(round(1000 / self.rate))
        else:
            self._flicker.stop()

    def _reading(self, against: Against) -> Reading | None:
        from player.compare.other_file import Reading

        options = self._options()
        if against == "file":
            return Reading(self.file, index_folder=options.index_folder, max_pixels=options.max_pixels)
        if against == "time" and self._playing_path:
            return Reading(
                self._playing_path, input=options.input, track=self._snapshot.vid or options.vid,
                max_pixels=options.max_pixels,
            )  # fmt: skip
        return None

    def _made_engine(self) -> Comparison:
        if self._engine is None:
            from player.compare.comparison import Comparison

            self._engine = Comparison(
                index=lambda: self._player.index, fetch=self._fetch, is_busy=self._is_playing,
                wakeup=self._wake, now=time.perf_counter,
            )  # fmt: skip
            self._engine.show(self._picture)
            if self.gain == 1.0:
                self._change(gain=FIRST_GAIN)
        return self._engine

    def _fetch(self, ordinal: int, done: Callable[[Picture | None], None]) -> None:
        if self._snapshot.vf:
            done(None)  # the file's own picture is not what filters make of it
        else:
            self._player.fetch(ordinal, done)

    def _is_playing(self) -> bool:
        """Any thread."""
        snapshot = self._snapshot
        return snapshot.state is State.READY and not snapshot.paused

    # -- what is on screen

    def before_picture(self, picture: Picture | None) -> None:
        """The view is about to be shown `picture`: with its reference, where that is there, and else alone."""
        self._picture = picture
        if self._engine is None:
            if picture is not None and self._begins_with:
                path, self._begins_with = self._begins_with, ""
                QTimer.singleShot(0, self, lambda: self.choose("file", path))
            return
        self._engine.show(picture)
        if self.is_on:
            self._hand_on()
            self._after()

    @Slot(str)
    def on_started(self, path: str) -> None:
        """This file plays from now on; '' is none."""
        self._playing_path = path
        self._picture = None
        if self._engine is not None:
            self._engine.forget()
            self._forget_figures()
            if self.against == "time" and path:
                self._engine.choose("time", self._reading("time"))
            self._apply()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        former, self._snapshot = self._snapshot, snapshot
        if not self.is_on:
            return
        if former.paused != snapshot.paused or former.frame_final != snapshot.frame_final or self.waiting:
            self._wake()

    def _wake(self) -> None:
        """Any thread."""
        if not self._look_pending:
            self._look_pending = True
            self._woken.emit()

    @Slot()
    def _on_woken(self) -> None:
        self._look_pending = False
        if self._engine is None:
            return
        found = self._meter.take() if self._meter is not None else None
        if found is not None:
            self._take_figures(found)
        if self.is_on:
            self._engine.look()
            self._apply()

    def _apply(self) -> None:
        """The choice, or what is known, is another one; the picture stays."""
        if self.is_on:
            self._hand_on()
            if self.pair is None and self._looks.reference is not None:
                self._looks.set_reference(None)
        self._after()

    def _hand_on(self) -> None:
        pair = self.pair
        if pair is not None:
            # A pinned picture belongs to all: the view may hold the next ones against it before they are shown.
            self._looks.set_reference(pair.reference, None if self.against == "pinned" else pair.picture)

    def _after(self) -> None:
        if self._readers:
            self.measure()
        if not self._told.isActive():
            self._told.start(TOLD_MS if self._is_playing() else 0)

    @Slot()
    def _tell(self) -> None:
        problem = self.problem
        if self._engine is not None and self.against == "file" and problem != self._complained:
            self._complained = problem or ""
            if problem and self._engine.other_failed:
                self._complain(problem)
                self.message.emit(problem)
        self.changed.emit()

    # -- figures

    def set_read(self, read: bool) -> None:
        """Somebody looks at the figures, or does not any more."""
        self._readers += 1 if read else -1
        if self._readers:
            self.measure()

    def measure(self) -> None:
        """Finds out how far the pair on screen is apart; `changed` follows when that is known."""
        pair = self.pair
        if pair is None or (self._asked is not None and _same(self._asked, pair)):
            return
        if self._meter is None:
            from player.compare.meter import Meter

            self._meter = Meter(self._wake)
        self._asked = pair
        self._meter.ask(pair, self._choice)

    def _take_figures(self, found: Measured) -> None:
        self._measured = found
        number = self.number_of(found.pair.picture)
        if found.metrics is not None and number is not None and found.tag == self._choice:
            if len(self.seen) >= GRAPH_PLACES:
                self.seen.clear()
            self.seen[number] = found.metrics.overall.psnr_db

    def _forget_figures(self) -> None:
        self._choice += 1
        self.seen.clear()
        self._measured = self._asked = None

    # -- the rest

    @Slot()
    def _on_flicker(self) -> None:
        if self.pair is not None:
            look = self._looks.look
            self._looks.set_look(replace(look, flicker_on=not look.flicker_on))

    @Slot()
    def _on_look(self) -> None:
        """Somebody else may have changed how pictures are held against each other."""
        against = self._looks.look.against
        if self.is_on and against != "none" and against != self.how:
            self.set_how(against)
        elif self.is_on:
            self.changed.emit()

    @property
    def title(self) -> str:
        """What pictures are held against, in a few words."""
        if self.against == "file":
            return file_name(self.file)
        return {"previous": "the picture before", "pinned": "the pinned picture", "time": "another time"}.get(
            self.against, "nothing"
        )

    def shutdown(self) -> None:
        """Ends what it has started. Raises ThreadStuckError."""
        self._flicker.stop()
        self._told.stop()
        engine, meter = self._engine, self._meter
        self._engine = self._meter = None
        self._picture = self._measured = self._asked = None
        try:
            if meter is not None:
                meter.close()
        finally:
            if engine is not None:
                engine.shutdown()


def _same(one: Pair, other: Pair) -> bool:
    return one.picture is other.picture and one.reference is other.reference
