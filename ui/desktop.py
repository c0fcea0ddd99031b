"""Everything of Qt that `ui.app` needs, put together: application, theme, view, window, bridge."""

from __future__ import annotations

import gc
import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QApplication

from player.cli.home import settings_path
from player.errors import ThreadStuckError
from player.home import data_home
from player.records import Picture, Snapshot, State
from ui import settings
from ui.bridge import Bridge
from ui.controller import Controller
from ui.icons import app_icon
from ui.main_window import MainWindow
from ui.theme import STYLE, Theme
from ui.video.fallback_view import FallbackView
from ui.video.view import make_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.cli.options import PlayOptions
    from player.ipc.unix_socket import UnixSocket
    from player.player import Player
    from ui.ipc_server import IpcServer
    from ui.relay import Relay

SHOW_AT_LATEST_MS = 700
"""The window waits so long for the first picture, to open in its size; then it opens without."""
DOCKS_MS = 150
"""The first picture is on screen so long after the window opened: the docks of the last run may come."""
SETTLED_MS = 2000
"""Start-up is over so long after the window opened: what was made by then is there for good."""
GC_THRESHOLDS = (20_000, 20, 50)


class Desktop(QObject):
    """The running window. `paths` are the command line's files; the player was told of the first already."""

    def __init__(
        self,
        player: Player,
        relay: Relay,
        options: PlayOptions,
        paths: list[str],
        socket: UnixSocket | None = None,
        *,
        now: Callable[[], float],
        nap: Callable[[float], None],
        complain: Callable[[str], None],
    ) -> None:
        self._app = _application()
        super().__init__()
        self._options = options
        self._player = player
        self._complain = complain
        self._settings_file = settings_path(options)
        remembered = settings.load(self._settings_file)
        self._theme = Theme(self._app)
        self._theme.set_appearance(remembered.appearance)
        self.view = make_view("auto" if options.vo == "null" else options.vo)
        self.view.on_timing = player.note_time
        self.bridge = Bridge(player, self, now=now, nap=nap, parent=self)
        controller = Controller(
            player, options=options.open, autoexit=options.autoexit, complain=complain, parent=self
        )  # fmt: skip
        self._controller = controller
        controller.speed = options.speed
        if self._settings_file is not None:
            controller.bookmarks.keep_in(self._settings_file.parent / "bookmarks")
        controller.detecting.keep_in(
            None if options.no_config else data_home(), options.detect.models if options.detect.trust else ()
        )
        controller.training.keeps = not options.no_config
        controller.show_mode = options.show_mode
        controller.zoom.view = self.view
        controller.looks.view = self.view
        controller.stills.look = lambda: (controller.looks.look, controller.looks.reference)
        controller.stills.drawing = controller.detecting.drawing
        self.window = MainWindow(controller, self.view, self._theme, remembered)
        controller.restore_sound(
            remembered.volume if options.volume is None else options.volume,
            options.muted or (remembered.muted and options.volume is None),  # who asks for a volume wants to hear it
        )
        controller.sound.restore(
            remembered.device if options.audio_device is None else options.audio_device,
            dict(remembered.delays), delay_s=options.audio_delay_s,
        )  # fmt: skip
        if options.ao != "null" and not options.untimed:
            controller.sound.offer(_list_devices)
        self.window.stage.listen(player.tap, player.heard_s)
        controller.quit_requested.connect(self.quit)
        self.window.closed.connect(lambda: self.quit(0))
        self._show_timer = QTimer(self)
        self._show_timer.setSingleShot(True)
        self._show_timer.timeout.connect(self._show)
        self._shown = False
        if relay.picture_size is not None:  # the screen and the first picture get ready beside what follows
            self.window.expect_picture(paths[0], relay.picture_size)
            self._show()
        relay.attach(self.bridge.wakeup, self.view.prepare)
        self._ipc = None if socket is None else self._serve(socket, controller, now)
        self.bridge.event_arrived.connect(controller.on_event)
        if isinstance(self.view, FallbackView):
            self.view.replaced.connect(lambda why: controller.message.emit(f"{why} Pictures are drawn by the CPU."))
        self.bridge.snapshot_changed.connect(controller.on_snapshot)
        self.bridge.snapshot_changed.connect(self.window.on_snapshot)
        self.bridge.snapshot_changed.connect(self._on_snapshot)
        self._interrupts = Interrupts(self.quit, self)
        controller.detecting.manner.set_policy(options.detect.policy)
        self._models_wait = bool(options.detect.models)
        if options.detect.policy == "sync":
            self._open_models()
        if options.compare is not None:
            controller.compare.begin_with(options.compare)
        if paths:
            controller.adopt(paths)

    def _open_models(self) -> None:
        """Those of the command line: once the first picture is on screen, or before where pictures wait for boxes."""
        if self._models_wait:
            from ui.detections.asked import open_asked

            self._models_wait = False
            open_asked(self._controller.detecting, self._options.detect)

    def _serve(self, socket: UnixSocket, controller: Controller, now: Callable[[], float]) -> IpcServer:
        from ui.ipc_server import IpcServer  # few starts need it

        return IpcServer(
            socket, self._player, controller, self.bridge, self.view, self.view,
            now=now, parent=self,
        )  # fmt: skip

    def run(self) -> int:
        """The event loop; returns the exit code."""
        if not self._shown:
            self._show_timer.start(SHOW_AT_LATEST_MS if self._options.paths else 0)
        self.bridge.wakeup()
        return self._app.exec()

    def show_picture(self, picture: Picture | None) -> None:
        """The bridge's pictures pass here: the first one gives the window its size."""
        self._controller.looks.before_picture(picture)
        self._controller.compare.before_picture(picture)
        self._controller.detecting.before_picture(picture)
        self.view.show_picture(picture)
        self.window.note_picture(picture)
        if picture is not None and not self._shown:
            self._show()
        if self._ipc is not None:
            self._ipc.note_picture(picture)

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if not self._shown and snapshot.state is State.READY and snapshot.vid is None:
            self._show()

    @Slot()
    def _show(self) -> None:
        if self._shown:
            return
        self._shown = True
        self._show_timer.stop()
        geometry = self._options.geometry
        self.window.show_first(geometry, self._options.fullscreen)
        asked = geometry.width is not None or geometry.height is not None
        QTimer.singleShot(0, self, self._open_models)
        QTimer.singleShot(DOCKS_MS, self, lambda: self.window.docks.restore(grow=not asked))
        QTimer.singleShot(SETTLED_MS, self, settle_memory)

    @Slot(int)
    def quit(self, code: int) -> None:
        """Leave the event loop soon. Asked for before the loop runs (Ctrl+C during start-up), it still counts."""
        QTimer.singleShot(0, self, lambda: self._app.exit(code))

    def shut_down(self) -> None:
        """Keep the settings and end what the window started. The player is its owner's to close."""
        if self._ipc is not None:
            self._ipc.close()
        self.bridge.close()
        if not settings.save(self._settings_file, self.window.closing_settings()):
            self._complain(f"Cannot write {self._settings_file}.")
        self.window.hide()
        self.window.docks.shutdown()
        self.window.inspection.shutdown()
        self.view.shutdown()
        self.window.stage.shutdown()
        self.window.reader.join(0.5)
        self._controller.sound.join(0.5)
        self._controller.stills.join(2.0)
        self._controller.frame_facts.shutdown()
        self._controller.bookmarks.shutdown()
        self._controller.training.shutdown()
        for end in (self._controller.compare.shutdown, self._controller.detecting.shutdown):
            try:
                end()
            except ThreadStuckError as error:
                self._complain(str(error))  # a model's run cannot be interrupted: the process goes without it
        self._interrupts.close()  # last: `timeout` sends its signal twice, and the settings must not be lost to that


def _list_devices() -> list[str]:
    from player.audio.sdl_sink import list_devices

    return list_devices()


def _application() -> QApplication:
    QApplication.setApplicationName("overplay")
    QApplication.setApplicationDisplayName("Overplay")
    QApplication.setDesktopFileName("overplay")
    app = QApplication(["overplay", *STYLE])
    app.setWindowIcon(app_icon())
    app.setQuitOnLastWindowClosed(False)  # the window says itself when it is over, and with which exit code
    return app


def settle_memory() -> None:
    """From here on the collector leaves alone what start-up made, and looks less often (HOUSE fact 22)."""
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()


class Interrupts(QObject):
    """Ctrl+C in the terminal and SIGTERM end the event loop, which Python's own handlers could not interrupt."""

    def __init__(self, leave: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._leave = leave
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._former_fd = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._former = {each: signal.signal(each, self._on_signal) for each in (signal.SIGINT, signal.SIGTERM)}
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_byte)

    @Slot()
    def _on_byte(self) -> None:
        # Reading is all: Python runs its signal handlers as soon as this line of Python runs.
        self._near.recv(64)

    def _on_signal(self, number: int, _frame: object) -> None:
        self._leave(128 + number)

    def close(self) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._former_fd)
        for number, handler in self._former.items():
            signal.signal(number, handler)
        self._near.close()
        self._far.close()
