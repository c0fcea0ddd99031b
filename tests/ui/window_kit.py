"""A real main window on a fake player, and waits that end when the thing waited for is true."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.fake_player import FakePlayer
from ui.controller import Controller
from ui.main_window import MainWindow
from ui.settings import WindowSettings
from ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from player.options import OpenOptions
    from player.records import MediaInfo
    from ui.video.raster_view import RasterView


class StillView(QWidget):
    """Stands in for a view: `painted` is the test's to emit."""

    painted = Signal()


@dataclass
class Desk:
    """Everything a window test touches."""

    player: FakePlayer
    controller: Controller
    window: MainWindow
    theme: Theme
    complaints: list[str]
    messages: list[str] = field(default_factory=list)
    quits: list[int] = field(default_factory=list)

    def play(self, info: MediaInfo | None = None, **changes: object) -> None:
        """As if a file had been opened and its first snapshot read."""
        from player.events import Opened

        self.player.become_open(info, **changes)
        assert self.player.state.info is not None
        self.controller.on_event(Opened(self.player.state.info))
        self.tell()

    def page(self) -> str:
        """Which page the window shows now."""
        return self.window.stage.page

    def full_screen(self) -> bool:
        return self.controller.full_screen

    def tell(self) -> None:
        """As if the bridge had polled."""
        self.controller.on_snapshot(self.player.state)
        self.window.on_snapshot(self.player.state)


@contextmanager
def a_window(
    app: QApplication,
    *,
    options: OpenOptions | None = None,
    autoexit: bool = False,
    settings: WindowSettings | None = None,
    view: RasterView | None = None,
) -> Iterator[Desk]:
    """A shown window with a plain widget as its view, or with a real one; gone again afterwards."""
    player = FakePlayer()
    complaints: list[str] = []
    theme = Theme(app)
    controller = Controller(player, options=options, autoexit=autoexit, complain=complaints.append)
    controller.zoom.view = view
    window = MainWindow(controller, view or StillView(), theme, settings or WindowSettings())
    desk = Desk(player, controller, window, theme, complaints)
    controller.message.connect(desk.messages.append)
    controller.quit_requested.connect(desk.quits.append)
    window.resize(880, 560)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowExposed(window, 5000)
    try:
        yield desk
    finally:
        assert window.reader.join(5.0)
        controller.frame_facts.shutdown()
        controller.bookmarks.shutdown()
        controller.compare.shutdown()
        controller.detecting.shutdown()
        window.inspection.shutdown()
        if view is not None:
            view.shutdown()
        window.close()
        for each in (window, controller, theme):
            each.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.setStyleSheet("")


def wait_until(is_true: Callable[[], bool], what: str, deadline_ms: int = 5000) -> None:
    """Run the event loop until `is_true`; fails with `what` at the deadline."""
    clock = QElapsedTimer()
    clock.start()
    while not is_true():
        assert clock.elapsed() < deadline_ms, f"not in time: {what}"
        QTest.qWait(2)
