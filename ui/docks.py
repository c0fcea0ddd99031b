"""The panels beside the picture: made when they are first asked for, remembered, and fed only while they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QByteArray, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtWidgets import QAbstractScrollArea, QDockWidget, QFrame, QMainWindow, QScrollArea, QTabWidget, QWidget

from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction

    from player.records import Picture, Snapshot
    from ui.ipc.on_screen import OnScreen
    from ui.theme import Colours
    from ui.video.view import VideoView

Area = Literal["left", "right", "top", "bottom"]
AREAS: dict[Area, Qt.DockWidgetArea] = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "top": Qt.DockWidgetArea.TopDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
LEAST_STAGE = (240, 180)
"""Docks never squeeze the picture and its bar below this."""


@dataclass(slots=True)
class _Offer:
    title: str
    make: Callable[[], QWidget]
    area: Area
    dock: QDockWidget | None = None
    panel: QWidget | None = None


class Docks(QObject):
    """The docks of one main window, by name. GUI thread only.

    A panel may have `set_colours(colours)`, `show_snapshot(snapshot)`, `show_picture(picture)` (the picture on screen,
    None for none; called between two paints) and `shutdown()`. Snapshots and pictures reach it only while it is seen,
    and the newest of both as soon as it is. The command that opens and closes the dock `name` is `name-panel`.
    """

    def __init__(self, window: QMainWindow, stage: QWidget, view: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        self._stage = stage
        self._view = view
        self._actions = actions
        self._least = window.minimumSize()
        self._offers: dict[str, _Offer] = {}
        self._seen: set[str] = set()
        self._colours: Colours | None = None
        self._snapshot: Snapshot | None = None
        self._picture: Picture | None = None  # the newest the view was given
        self._on_screen: OnScreen | None = None  # while a dock is seen
        self._grown = QSize(0, 0)  # what the window has grown by to make room
        self._before_full: list[str] | None = None  # while in full screen: what is open in the window
        self._remembered: tuple[tuple[str, ...], str] = ((), "")
        self._is_set_up = False

    # -- what there is

    def offer(self, name: str, title: str, make: Callable[[], QWidget], area: Area = "right") -> None:
        """A dock that `make` fills when it is first opened. What is taller than the dock scrolls."""
        self._offers[name] = _Offer(title, make, area)

    def panel(self, name: str) -> QWidget | None:
        """What is in the dock; None before it was first opened."""
        return self._offers[name].panel

    def is_open(self, name: str) -> bool:
        """Whether it is there, be it behind another as a tab."""
        dock = self._offers[name].dock
        return dock is not None and not dock.isHidden()

    @property
    def extra(self) -> QSize:
        """What the open docks take of the window beside the stage and the menu bar."""
        if not any(self.is_open(name) for name in self._offers):
            return QSize(0, 0)
        menu = self._window.menuBar()
        bar = 0 if menu.isHidden() else menu.height()
        return (self._window.size() - self._stage.size() - QSize(0, bar)).expandedTo(QSize(0, 0))

    @property
    def grown(self) -> QSize:
        """What of the window's size is there for the docks' sake."""
        return self._grown

    # -- opening and closing

    @Slot(str)
    def toggle(self, name: str) -> None:
        """Open it, bring it to the front, or close it."""
        if self.is_open(name) and name not in self._seen and self._window.isVisible():
            dock = self._offers[name].dock
            assert dock is not None
            dock.raise_()
            self._mark()
        elif self.is_open(name):
            self.close(name)
        else:
            self.open(name)

    def open(self, name: str, *, grow: bool = True) -> None:
        """The window grows by what the dock takes, as far as the screen has room."""
        if self.is_open(name):
            return
        before, stage_before = self._window.size(), self._stage.size()
        offer = self._offers[name]
        dock = offer.dock or self._make(name, offer)
        dock.show()
        dock.raise_()
        self._settle()
        if grow and not self._fills_screen():
            self._grow(stage_before)
            self._grown += (self._window.size() - before).expandedTo(QSize(0, 0))
        self._mark()

    def close(self, name: str) -> None:
        """The window gives back what it grew by."""
        dock = self._offers[name].dock
        if dock is None or dock.isHidden():
            return
        if dock.isAncestorOf(self._window.focusWidget() or self._window):
            self._stage.setFocus()
        before = self._stage.size()
        dock.hide()
        self._settle()
        if not self._fills_screen() and not dock.isFloating():
            self._shrink(before)
        self._mark()

    def _make(self, name: str, offer: _Offer) -> QDockWidget:
        from ui.dock_title import DockTitle  # few open a dock at once: the start-up does without

        self._set_up()
        panel = offer.make()
        command = self._actions.get(f"{name}-panel")
        title = DockTitle(offer.title, command.shortcut().toString() if command is not None else "")
        title.close_wanted.connect(lambda: self.close(name))
        dock = QDockWidget(offer.title, self._window)
        dock.setObjectName(name)  # what the remembered layout knows it by
        dock.setTitleBarWidget(title)
        dock.setWidget(panel if isinstance(panel, QAbstractScrollArea) else _Scrolled(panel))
        offer.dock, offer.panel = dock, panel
        if self._colours is not None:
            self._dress(offer)
        dock.visibilityChanged.connect(lambda is_seen: self._on_seen(name, is_seen))
        if not self._window.restoreDockWidget(dock):
            self._place(dock, AREAS[offer.area])
        return dock

    def _place(self, dock: QDockWidget, area: Qt.DockWidgetArea) -> None:
        """Below the others of its area where all have the height they want, else as a tab over the last of them."""
        others = [
            other
            for each in self._offers.values()
            if (other := each.dock) is not None
            and other is not dock
            and not other.isHidden()
            and not other.isFloating()
            and self._window.dockWidgetArea(other) is area
        ]
        self._window.addDockWidget(area, dock)
        wanted = sum(each.sizeHint().height() for each in (*others, dock))
        if others and wanted > self._stage.height():
            self._window.tabifyDockWidget(others[-1], dock)

    def _set_up(self) -> None:
        """What the window needs once it has docks at all."""
        if self._is_set_up:
            return
        self._is_set_up = True
        window = self._window
        self._stage.setMinimumSize(*LEAST_STAGE)
        window.setAnimated(False)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.TopRightCorner, AREAS["right"])
        window.setCorner(Qt.Corner.BottomRightCorner, AREAS["right"])
        window.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # Qt's own list of docks
        if self._remembered[1]:
            window.restoreState(QByteArray.fromBase64(self._remembered[1].encode()))

    # -- the window's size

    def _fills_screen(self) -> bool:
        return self._window.isFullScreen() or self._window.isMaximized() or self._before_full is not None

    def _grow(self, stage_before: QSize) -> None:
        """Give the stage back what it had, growing to the right, and to the left where the screen ends."""
        window = self._window
        lost = (stage_before - self._stage.size()).expandedTo(QSize(0, 0))
        area = window.screen().availableGeometry()
        frame, inner = window.frameGeometry(), window.geometry()
        room = (area.size() - frame.size()).expandedTo(QSize(0, 0))
        more = lost.boundedTo(room)
        over = QPoint(
            max(0, frame.right() + more.width() - area.right()), max(0, frame.bottom() + more.height() - area.bottom())
        )
        window.resize(inner.size() + more)
        if not over.isNull():
            window.move(frame.topLeft() - over)

    def _shrink(self, stage_before: QSize) -> None:
        less = (self._stage.size() - stage_before).expandedTo(QSize(0, 0)).boundedTo(self._grown)
        self._grown -= less
        if less != QSize(0, 0):
            self._window.resize(self._window.size() - less)

    def _settle(self) -> None:
        """Lay out now, and let the window be no smaller than what is in it."""
        layout = self._window.layout()
        assert layout is not None
        layout.invalidate()
        layout.activate()
        least = self._least
        if any(self.is_open(name) for name in self._offers):
            least = least.expandedTo(layout.minimumSize())
        self._window.setMinimumSize(least.boundedTo(self._window.screen().availableGeometry().size()))

    def set_full_screen(self, is_full: bool) -> None:
        """Full screen belongs to the picture: what is open goes until the window is back. To be called before it is."""
        if is_full and self._before_full is None:
            self._before_full = self._open_names()
            for name in self._before_full:
                self.close(name)
        elif not is_full and self._before_full is not None:
            for name in self._before_full:
                self.open(name, grow=False)
            self._before_full = None

    def _open_names(self) -> list[str]:
        return [name for name in self._offers if self.is_open(name)]

    # -- what the panels are told

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        for offer in self._offers.values():
            self._dress(offer)

    def _dress(self, offer: _Offer) -> None:
        if offer.dock is not None:
            _tell(offer.dock.titleBarWidget(), "set_colours", self._colours)
            _tell(offer.panel, "set_colours", self._colours)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        for name in self._seen:
            _tell(self._offers[name].panel, "show_snapshot", snapshot)

    def note_picture(self, picture: Picture | None) -> None:
        """The view shows this from now on."""
        self._picture = picture
        if self._on_screen is not None:
            self._on_screen.note(picture)

    @Slot()
    def _on_picture(self) -> None:
        if self._on_screen is not None:
            for name in self._seen:
                _tell(self._offers[name].panel, "show_picture", self._on_screen.picture)

    def _on_seen(self, name: str, is_seen: bool) -> None:
        """Tell what newly is seen what there is to see. A tab behind another is not seen."""
        self._mark()
        if is_seen == (name in self._seen):
            return
        self._seen ^= {name}
        self._follow(bool(self._seen))
        if is_seen:
            panel = self._offers[name].panel
            if self._snapshot is not None:
                _tell(panel, "show_snapshot", self._snapshot)
            if self._on_screen is not None:
                _tell(panel, "show_picture", self._on_screen.picture)

    def _mark(self) -> None:
        """Tick in the menu what is open."""
        for name in self._offers:
            command = self._actions.get(f"{name}-panel")
            if command is not None:
                command.setChecked(self.is_open(name))

    def _follow(self, on: bool) -> None:
        """Listen to the view only while somebody wants to know."""
        if on and self._on_screen is None:
            from ui.ipc.on_screen import OnScreen

            # The view is a VideoView, of which Python's types cannot say that it is a widget too.
            view: VideoView = self._view  # type: ignore[assignment]
            self._on_screen = OnScreen(view, self._view, self)
            self._on_screen.picture = self._picture
            self._on_screen.changed.connect(self._on_picture, Qt.ConnectionType.QueuedConnection)
        elif not on and self._on_screen is not None:
            self._on_screen.deleteLater()
            self._on_screen = None

    # -- what is remembered

    def remember(self, names: tuple[str, ...], layout: str) -> None:
        """As `remembered` said in the last run; `restore` opens them."""
        self._remembered = (names, layout)

    def restore(self, *, grow: bool) -> None:
        """Open what was open last time."""
        names, layout = self._remembered
        known = [name for name in names if name in self._offers]
        if self._window.isFullScreen():
            self._before_full = known
        else:
            for name in known:
                self.open(name, grow=grow)
        self._remembered = ((), layout)

    def remembered(self) -> tuple[tuple[str, ...], str]:
        """The names of what is open, and where everything is."""
        if not self._is_set_up:
            waiting = self._before_full or ()
            return (tuple(waiting) or self._remembered[0], self._remembered[1])
        names = self._open_names() if self._before_full is None else self._before_full
        return tuple(names), bytes(self._window.saveState().toBase64().data()).decode()

    def shutdown(self) -> None:
        """Panels end what they have started."""
        self._follow(False)
        self._seen = set()
        for offer in self._offers.values():
            _tell(offer.panel, "shutdown")


def _tell(panel: QWidget | None, what: str, *values: object) -> None:
    act = getattr(panel, what, None)
    if act is not None:
        act(*values)


class _Scrolled(QScrollArea):
    """As wide as its panel wants; where the height does not suffice it scrolls."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setObjectName("dock-scroll")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(panel)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the window's keys stay the window's
        self._panel = panel

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint() + QSize(self.verticalScrollBar().sizeHint().width(), 0)

    def minimumSizeHint(self) -> QSize:
        width = self._panel.minimumSizeHint().expandedTo(self._panel.minimumSize()).width()
        return QSize(width + self.verticalScrollBar().sizeHint().width(), 80)
