"""The one object that listens to the player: pulls pictures when they are due, and tells the widgets the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from player.events import Failed, OpenFailed
from player.records import Picture, Snapshot, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.player_face import PlayerFace

POLL_MS = 200
"""How often the position is read while it moves."""
EARLY_S = 0.001
NAP_LIMIT_S = 0.003
"""Qt counts whole milliseconds, and GLib's loop rounds them up once more: the timer is armed for the floor of a
millisecond less, and the rest, never more than this, is slept. So pictures are late by a tenth of a millisecond."""


class PictureSink(Protocol):
    """The part of a view that pictures are given to."""

    def show_picture(self, picture: Picture | None) -> None: ...


def is_moving(snapshot: Snapshot) -> bool:
    """Whether the position will be another one soon without a wake-up saying so."""
    if snapshot.seeking or snapshot.state is State.OPENING:
        return True
    return snapshot.state is State.READY and not snapshot.paused


class Bridge(QObject):
    """Turns the player's wake-ups into pictures on the view and signals for the widgets. Lives on the GUI thread.

    `now` and `nap` are the clock and the short sleep of the composition root; tests hand in their own.
    """

    snapshot_changed = Signal(object)  # a Snapshot
    event_arrived = Signal(object)  # an Event
    looked = Signal()  # after a wake-up: whatever it was for has been told
    _woken = Signal()

    def __init__(
        self,
        player: PlayerFace,
        view: PictureSink,
        *,
        now: Callable[[], float],
        nap: Callable[[float], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._view = view
        self._now = now
        self._nap = nap
        self._due: float | None = None
        self._wake_pending = False  # written by any thread; a lost race costs one idle wake-up, never a missed one
        self._closed = False
        self._shows_something = False
        self.snapshot = Snapshot()
        self._picture_timer = QTimer(self)
        self._picture_timer.setSingleShot(True)
        self._picture_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._picture_timer.timeout.connect(self._on_picture_due)
        self._poll_timer = QTimer(self)
        self._poll_timer.setInterval(POLL_MS)
        self._poll_timer.timeout.connect(self.poll)
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def wakeup(self) -> None:
        """Any thread: look at the player soon. Many calls before the GUI thread gets round to it count as one."""
        if not self._wake_pending and not self._closed:
            self._wake_pending = True
            self._woken.emit()

    def close(self) -> None:
        """From now on wake-ups do nothing and no timer runs."""
        self._closed = True
        self._picture_timer.stop()
        self._poll_timer.stop()

    @property
    def polling(self) -> bool:
        return self._poll_timer.isActive()

    @property
    def armed_ms(self) -> int | None:
        """What the picture timer was set to; None while it does not run."""
        return self._picture_timer.interval() if self._picture_timer.isActive() else None

    @Slot()
    def _on_woken(self) -> None:
        self._wake_pending = False
        if self._closed:
            return
        events = self._player.take_events()
        for event in events:
            if isinstance(event, OpenFailed | Failed):
                self.clear()
            self.event_arrived.emit(event)
        self.refresh()
        if events or not self._poll_timer.isActive():
            self.poll()
        self.looked.emit()

    @Slot()
    def _on_picture_due(self) -> None:
        if self._due is not None:
            rest_s = self._due - self._now()
            if 0.0 < rest_s <= NAP_LIMIT_S:
                self._nap(rest_s)
        self.refresh()

    def refresh(self) -> None:
        """Show what is due now and arm the timer for the next look."""
        if self._closed:
            return
        look = self._player.refresh()
        asked_at = self._now()  # before the view takes its time
        if look.changed:
            self._shows_something = look.picture is not None
            self._view.show_picture(look.picture)
            if not self._poll_timer.isActive():
                self.poll()
        if look.wait_s is None:
            self._due = None
            self._picture_timer.stop()
        else:
            self._due = asked_at + look.wait_s
            self._picture_timer.start(max(0, int((self._due - self._now() - EARLY_S) * 1000.0)))

    def clear(self) -> None:
        """Black, at once: nothing is open any more."""
        if self._shows_something:
            self._shows_something = False
            self._view.show_picture(None)

    @Slot()
    def poll(self) -> None:
        """Read the snapshot, tell the widgets if it is another one, and keep polling only while it moves."""
        if self._closed:
            return
        snapshot = self._player.snapshot()
        if snapshot != self.snapshot:
            self.snapshot = snapshot
            self.snapshot_changed.emit(snapshot)
        if is_moving(snapshot) != self._poll_timer.isActive():
            if is_moving(snapshot):
                self._poll_timer.start()
            else:
                self._poll_timer.stop()
