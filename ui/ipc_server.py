"""The JSON IPC in the window's event loop: lets clients in, shares the time among them, tells them what happens.

The socket itself is made before Qt is loaded (`player.ipc.unix_socket`), so that a client may connect at once; its
first requests are answered as soon as the event loop runs.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot

from player.ipc.budget import Budget
from player.ipc.client import Values
from player.ipc.commands import Commands
from player.ipc.host import Topic
from player.ipc.table import build
from ui.ipc.announcer import Announcer
from ui.ipc.connection import Connection
from ui.ipc.on_screen import OnScreen
from ui.ipc.window_host import WindowHost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from player.ipc.unix_socket import UnixSocket
    from player.player import Player
    from player.records import Picture
    from ui.bridge import Bridge
    from ui.controller import Controller
    from ui.video.view import VideoView

MAX_CLIENTS = 32
SOUND_MS = 100
"""How often the position is told where there is no moving picture to tell it by."""
REPORT_MS = 1000
"""How often the report is told; making it takes milliseconds."""


class IpcServer(QObject):
    """Serves `player` as the window drives it. `view` is the picture's widget; GUI thread only.

    Must be made before the controller is connected to the bridge: it tells of an end before the next start.
    """

    def __init__(
        self,
        socket: UnixSocket,
        player: Player,
        controller: Controller,
        bridge: Bridge,
        view: VideoView,
        widget: QWidget,
        *,
        now: Callable[[], float],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._socket = socket
        self._on_screen = OnScreen(view, widget, self)
        self._host = WindowHost(player, controller, self._on_screen, self._answer_first, now=now, parent=self)
        self._announcer = Announcer(self._host, controller, self._on_screen, self)
        self._commands = Commands(self._host, build())
        self._budget = Budget(now)
        self._connections: list[Connection] = []
        self._waiting: deque[Connection] = deque()  # those that may have something to work on, each once
        self._count = 0
        self._working = False  # in a turn, or closing: nothing starts another
        self._holds = 0
        self._held: list[dict[str, object]] = []  # events that wait for a command's answer
        self._held_topics = Topic(0)
        self._turn_timer = self._timer(self._take_turn, single=True)
        self._sound_timer = self._timer(self._on_sound_tick)
        self._report_timer = self._timer(lambda: self._tell_changes(Topic.REPORT))
        self._connect(controller, bridge)
        self._arrivals = QSocketNotifier(socket.fileno(), QSocketNotifier.Type.Read, self)
        self._arrivals.activated.connect(self._let_in)

    def _timer(self, act: Callable[[], None], *, single: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(single)
        timer.timeout.connect(act)
        return timer

    def _connect(self, controller: Controller, bridge: Bridge) -> None:
        announcer = self._announcer
        announcer.announced.connect(self._broadcast)
        announcer.logged.connect(self._log)
        self._host.event_wanted.connect(self._broadcast)
        bridge.event_arrived.connect(announcer.on_event)
        bridge.event_arrived.connect(self._host.on_event)
        bridge.looked.connect(announcer.look)
        for signal in (bridge.looked, bridge.snapshot_changed, controller.playlist_changed, self._host.touched):
            signal.connect(self._on_state)
        self._host.seen.connect(self._on_picture)
        self._on_screen.changed.connect(self._on_picture)

    def note_picture(self, picture: Picture | None) -> None:
        """The view was given this picture."""
        self._on_screen.note(picture)

    def close(self) -> None:
        """Says goodbye to everybody and takes the socket away."""
        self._working = True
        self._arrivals.setEnabled(False)
        self._socket.close()
        self._announcer.close()
        for timer in (self._turn_timer, self._sound_timer, self._report_timer):
            timer.stop()
        for connection in self._connections:
            connection.farewell()
        self._connections.clear()
        self._waiting.clear()
        self._on_screen.forget()
        self._host.close()

    # Clients and their turns.

    @Slot()
    def _let_in(self) -> None:
        while (socket := self._socket.accept()) is not None:
            if len(self._connections) >= MAX_CLIENTS:
                socket.close()
                continue
            connection = Connection(f"ipc_{self._count}", socket, self._commands, self)
            self._count += 1
            self._connections.append(connection)
            connection.waiting.connect(partial(self._on_waiting, connection))
            connection.gone.connect(partial(self._on_gone, connection))
            self._on_waiting(connection)

    def _on_waiting(self, connection: Connection) -> None:
        if connection not in self._waiting:
            self._waiting.append(connection)
        if not self._turn_timer.isActive() and not self._working:
            self._take_turn()

    def _on_gone(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        if connection in self._waiting:
            self._waiting.remove(connection)
        connection.deleteLater()
        self._run_timers()

    @Slot()
    def _take_turn(self) -> None:
        """One command of each client in turn, as long as the budget allows; the rest when the loop comes round."""
        if not self._waiting:
            return
        wait_s = self._budget.wait_s()
        if wait_s == 0.0:
            self._working = True
            try:
                self._work()
            finally:
                self._working = False
            wait_s = self._budget.wait_s()
        if self._waiting:
            self._turn_timer.start(ceil(wait_s * 1000.0))

    def _work(self) -> None:
        until = self._budget.begin_turn()
        served = set()
        while self._waiting:
            connection = self._waiting.popleft()
            with self._answer_first():
                worked = connection.work()
            if worked:
                served.add(connection)
                if connection in self._connections and connection not in self._waiting:
                    self._waiting.append(connection)
            if self._budget.is_over(until):
                break
        for connection in served:
            connection.flush()
        self._budget.end_turn()
        self._run_timers()

    # What happens.

    @contextmanager
    def _answer_first(self) -> Iterator[None]:
        """What happens by a command is told after its answer, as by mpv."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            if self._holds == 0:
                held, self._held = self._held, []
                topics, self._held_topics = self._held_topics, Topic(0)
                for message in held:
                    self._broadcast(message)
                self._tell_changes(topics)

    @Slot(object)
    def _broadcast(self, message: dict[str, object]) -> None:
        if self._holds:
            self._held.append(message)
            return
        for connection in tuple(self._connections):
            connection.client.tell(message)
            connection.flush()

    @Slot(str, str)
    def _log(self, level: str, text: str) -> None:
        for connection in tuple(self._connections):
            connection.client.log(level, text)

    @Slot()
    def _on_state(self) -> None:
        calmly = self._sound_timer.isActive()
        self._tell_changes(Topic.STATE if calmly else Topic.STATE | Topic.PICTURE)
        self._run_timers()

    @Slot()
    def _on_picture(self) -> None:
        self._tell_changes(Topic.PICTURE)

    @Slot()
    def _on_sound_tick(self) -> None:
        self._tell_changes(Topic.PICTURE)

    def _tell_changes(self, topic: Topic) -> None:
        if self._holds:
            self._held_topics |= topic
            return
        watching = [each for each in self._connections if each.client.watches(topic)]
        if not watching:
            return
        values = Values(self._commands)
        for connection in watching:
            connection.client.tell_changes(topic, values)
            connection.flush()

    def _run_timers(self) -> None:
        """Each runs while somebody watches what it is for."""
        self._run(self._report_timer, REPORT_MS, self._watched(Topic.REPORT))
        picture = self._host.picture
        by_sound = (picture is None or picture.attached) and self._watched(Topic.PICTURE)
        self._run(self._sound_timer, SOUND_MS, by_sound and self._host.is_playing())

    def _watched(self, topic: Topic) -> bool:
        return any(each.client.watches(topic) for each in self._connections)

    def _run(self, timer: QTimer, interval_ms: int, wanted: bool) -> None:
        if wanted and not timer.isActive():
            timer.start(interval_ms)
        elif not wanted and timer.isActive():
            timer.stop()
