"""Everything below the menu bar: the picture or a panel in its place, the transport bar, the words over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QCursor, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.controls.osd import MARGIN, Osd
from ui.controls.transport import TransportBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QAction, QShowEvent

    from player.audio.tap import Tap
    from player.figures import Figures
    from player.records import Snapshot
    from ui.panels.audio_panel import AudioPanel
    from ui.panels.error_panel import ErrorPanel
    from ui.panels.sound_view import SoundView
    from ui.panels.statistics import StatisticsPanel
    from ui.panels.welcome import WelcomePanel
    from ui.theme import Colours

HIDE_MS = 1500
"""In full screen, bar and pointer go away after so long without the mouse."""
WHEEL_NOTCH = 120
OSD_ROOM = 160
"""Words over the picture stand beside the statistics when there is so much room for them."""
PageName = Literal["picture", "welcome", "error", "audio", "sound"]


class Stage(QWidget):
    """Places its children itself: in a window the bar lies under the picture, in full screen over its lower edge.

    The mouse as in mpv: a double click for full screen, the wheel for the volume, sideways for seeking, the right
    button for the menu; a single click on the picture does nothing, so that none is spent on waiting for a second.
    The pages beside the picture are made when they are first needed: most starts go straight to a picture.
    """

    open_wanted = Signal()
    recent_wanted = Signal(str)

    full_screen_toggled = Signal()
    volume_scrolled = Signal(float)  # notches, up is positive
    seek_scrolled = Signal(float)  # notches, right is positive
    menu_wanted = Signal(QPoint)  # in screen coordinates

    def __init__(self, view: QWidget, actions: dict[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("stage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.view = view
        self.bar = TransportBar(actions, self)
        view.setParent(self)
        view.setMouseTracking(True)
        self.osd = Osd(self)
        self.statistics: StatisticsPanel | None = None  # made when it is asked for
        self._colours: Colours | None = None
        self._pages: dict[PageName, QWidget] = {"picture": view}
        self._welcome: WelcomePanel | None = None
        self._error: ErrorPanel | None = None
        self._audio: AudioPanel | None = None
        self._sound: SoundView | None = None
        self._recent: Sequence[str] = ()
        self._sound_source: tuple[Tap, Callable[[], float | None]] | None = None
        self.explore: Callable[[QEvent], bool] | None = None
        """Is shown mouse events over a picture first; what it takes is for nobody else."""
        self._full = False
        self._last_pointer: QPointF | None = None
        self._hide_timer = QTimer(self)
        self._hide_timer.setSingleShot(True)
        self._hide_timer.setInterval(HIDE_MS)
        self._hide_timer.timeout.connect(self._hide_bar)
        self.page: PageName = "welcome"
        view.hide()

    # -- pages

    @property
    def welcome(self) -> WelcomePanel:
        if self._welcome is None:
            from ui.panels.welcome import WelcomePanel

            self._welcome = panel = WelcomePanel(self)
            panel.open_wanted.connect(self.open_wanted)
            panel.recent_wanted.connect(self.recent_wanted)
            panel.set_recent(self._recent)
            self._add_page("welcome", panel)
        return self._welcome

    @property
    def error(self) -> ErrorPanel:
        if self._error is None:
            from ui.panels.error_panel import ErrorPanel

            self._error = panel = ErrorPanel(self)
            panel.open_wanted.connect(self.open_wanted)
            self._add_page("error", panel)
        return self._error

    @property
    def audio(self) -> AudioPanel:
        if self._audio is None:
            from ui.panels.audio_panel import AudioPanel

            self._audio = AudioPanel(self)
            self._add_page("audio", self._audio)
        return self._audio

    @property
    def sound(self) -> SoundView:
        if self._sound is None:
            from ui.panels.sound_view import SoundView

            self._sound = SoundView(self)
            if self._sound_source is not None:
                self._sound.listen(*self._sound_source)
            self._add_page("sound", self._sound)
        return self._sound

    def _add_page(self, name: PageName, widget: WelcomePanel | ErrorPanel | AudioPanel | SoundView) -> None:
        self._pages[name] = widget
        widget.hide()
        if self._colours is not None:
            widget.set_colours(self._colours)
        self._place()

    def set_recent(self, paths: Sequence[str]) -> None:
        """What the welcome page offers."""
        self._recent = paths
        if self._welcome is not None:
            self._welcome.set_recent(paths)

    def listen(self, tap: Tap, heard_s: Callable[[], float | None]) -> None:
        """What the sound's page draws, and what of it is heard now."""
        self._sound_source = (tap, heard_s)
        if self._sound is not None:
            self._sound.listen(tap, heard_s)

    @property
    def can_listen(self) -> bool:
        return self._sound_source is not None

    def shutdown(self) -> None:
        """Ends what draws on threads of its own."""
        if self._sound is not None:
            self._sound.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        if self.page == "welcome":
            self.show_page("welcome")

    def show_page(self, name: PageName) -> None:
        self.page = name
        if name != "picture":
            getattr(self, name)
        for key, widget in self._pages.items():
            widget.setVisible(key == name)
        self.bar.raise_()
        self._place_statistics()
        self.osd.raise_()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        for widget in (self.bar, self._welcome, self._error, self._audio, self._sound):
            if widget is not None:
                widget.set_colours(colours)
        if self.statistics is not None:
            self.statistics.set_colours(colours)

    # -- statistics

    def show_statistics(self, read: Callable[[], Figures | None] | None, snapshot: Snapshot | None) -> None:
        """Over the picture while a file is open, read by `read`; None takes them away."""
        if read is None:
            if self.statistics is not None:
                self.statistics.hide()
                self.statistics.deleteLater()
            self.statistics = None
        elif self.statistics is None:
            from ui.panels.statistics import StatisticsPanel  # few ask for it: the start-up does without

            self.statistics = StatisticsPanel(read, self.view, self)
            if self._colours is not None:
                self.statistics.set_colours(self._colours)
            if snapshot is not None:
                self.statistics.show_snapshot(snapshot)
        self._place_statistics()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self.statistics is not None:
            self.statistics.show_snapshot(snapshot)

    def _place_statistics(self) -> None:
        panel = self.statistics
        self.osd.left = MARGIN
        if panel is not None:
            room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - self.extra_height())
            panel.place(room)
            panel.setVisible(self.page in ("picture", "audio", "sound"))
            panel.raise_()
            beside = panel.geometry().right() + MARGIN // 2
            if not panel.isHidden() and self.width() - beside >= OSD_ROOM:
                self.osd.left = beside
            self.bar.raise_()
            self.osd.raise_()
        self.osd.place()

    # -- full screen

    def set_full_screen(self, is_full: bool) -> None:
        self._full = is_full
        self.bar.show_full_screen(is_full)
        self._show_bar()
        self._place()

    @property
    def bar_hidden(self) -> bool:
        return self.bar.isHidden()

    def _show_bar(self) -> None:
        self.bar.show()
        self.unsetCursor()
        if self._full:
            self._hide_timer.start()
        else:
            self._hide_timer.stop()

    @Slot()
    def _hide_bar(self) -> None:
        if not self._full:
            return
        busy = self.bar.seek.isSliderDown() or self.bar.volume.slider.isSliderDown()
        if busy or self.bar.rect().contains(self.bar.mapFromGlobal(QCursor.pos())):
            self._hide_timer.start()
            return
        self.bar.hide()
        self.setCursor(Qt.CursorShape.BlankCursor)

    # -- mouse; the view leaves its events to us

    def _taken(self, event: QEvent) -> bool:
        return self.page == "picture" and self.explore is not None and self.explore(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.NativeGesture and self._taken(event):
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._taken(event):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._taken(event):
            super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._taken(event)
        # Hiding the bar makes Qt tell the pointer's place anew: only a real movement brings the bar back.
        place = event.globalPosition()
        if self._full and place != self._last_pointer:
            self._show_bar()
        self._last_pointer = place

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.full_screen_toggled.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._taken(event):
            return
        delta = event.angleDelta()
        if abs(delta.x()) > abs(delta.y()):
            self.seek_scrolled.emit(-delta.x() / WHEEL_NOTCH)
        elif delta.y():
            self.volume_scrolled.emit(delta.y() / WHEEL_NOTCH)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._last_pointer = None
        self._taken(event)

    # -- layout

    def extra_height(self) -> int:
        """What the bar takes of the height beside a picture."""
        return self.bar.sizeHint().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        height = self.extra_height()
        whole = self.rect()
        self.bar.setGeometry(0, whole.height() - height, whole.width(), height)
        above = whole if self._full else QRect(0, 0, whole.width(), max(0, whole.height() - height))
        for name, widget in self._pages.items():
            # A panel keeps clear of the bar in full screen too: its text must not lie under it.
            widget.setGeometry(
                above if name in ("picture", "sound") else above.adjusted(0, 0, 0, -height if self._full else 0)
            )
        self._place_statistics()
