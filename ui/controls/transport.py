"""The bar under the picture: the seek slider, and a row of buttons. It shows and asks; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from player.errors import plain
from player.records import Snapshot, State
from ui.controls.buttons import BUTTON_SIZE, IconButton
from ui.controls.frame_label import FrameLabel
from ui.controls.seek_slider import SeekSlider
from ui.controls.time_label import TimeLabel, tabular
from ui.controls.volume import VOLUME_WIDTH, VolumeControl

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction, QHideEvent, QResizeEvent

    from ui.theme import Colours

MARGIN = 8
GAP = 2
"""Between buttons; both in logical pixels."""


class TransportBar(QWidget):
    """`actions` are those of `ui.actions`, by name; a button triggers the action of its name."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions = actions
        self.seek = SeekSlider(self)
        self.previous = self._button("previous", "previous-file")
        self.play = self._button("play", "play-pause")
        self.step_back = self._button("step-back", "step-back")
        self.step = self._button("step", "step")
        self.next = self._button("next", "next-file")
        self.time = TimeLabel(self)
        self.frame = FrameLabel(actions["go-to"].toolTip(), self)
        self.volume = VolumeControl(actions["mute"].toolTip(), self)
        self.open = self._button("open", "open")
        self.full_screen = self._button("full-screen", "full-screen")
        self._host = parent
        self._has_several = False
        self._hover = QLabel(parent)
        self._hover.setObjectName("hover")
        self._hover.setTextFormat(Qt.TextFormat.PlainText)
        self._hover.setFont(tabular(self._hover.font()))
        self._hover.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hover.hide()
        self._lay_out()
        self.volume.mute_wanted.connect(actions["mute"].trigger)
        self.time.width_changed.connect(self._fit)
        self.frame.width_changed.connect(self._fit)
        self.frame.clicked.connect(actions["go-to"].trigger)
        self.seek.hovered.connect(self._on_hover)
        self.seek.unhovered.connect(self._hover.hide)
        self.show_playlist(False)
        self.show_snapshot(Snapshot())

    def _button(self, icon: str, command: str) -> IconButton:
        action = self._actions[command]
        button = IconButton(icon, action.toolTip().rpartition(" (")[0], action.toolTip(), self)
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, 4, MARGIN, 4)
        rows.setSpacing(0)
        rows.addWidget(self.seek)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        left: tuple[QWidget, ...] = (
            self.previous,
            self.play,
            self.step_back,
            self.step,
            self.next,
            self.time,
            self.frame,
        )
        right: tuple[QWidget, ...] = (self.volume, self.open, self.full_screen)
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        for widget in right:
            row.addWidget(widget)
        rows.addLayout(row)

    def set_colours(self, colours: Colours) -> None:
        for button in (
            self.previous,
            self.play,
            self.step_back,
            self.step,
            self.next,
            self.open,
            self.full_screen,
        ):
            button.set_colours(colours)
        self.seek.set_colours(colours)
        self.volume.set_colours(colours)

    def connect_seek(self, scrub: Callable[[float], None], release: Callable[[float], None]) -> None:
        self.seek.scrubbed.connect(scrub)
        self.seek.released.connect(release)

    def show_playlist(self, has_several: bool) -> None:
        """Previous and next are there only where there is something to go to."""
        self.previous.setVisible(has_several)
        self.next.setVisible(has_several)
        self._has_several = has_several
        self._fit()

    def hover_text(self) -> str:
        """What the label over the seek slider says; '' while it is hidden."""
        return "" if self._hover.isHidden() else self._hover.text()

    def show_full_screen(self, is_full: bool) -> None:
        self._hover.hide()
        self.full_screen.set_icon_name("full-screen-exit" if is_full else "full-screen")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        is_open = snapshot.state in (State.READY, State.ENDED)
        plays = snapshot.state in (State.OPENING, State.READY) and not snapshot.paused
        self.play.set_icon_name("pause" if plays else "play")
        self.play.setAccessibleName("Pause" if plays else "Play")
        seekable = is_open and snapshot.info is not None and snapshot.info.seekable
        self.seek.setEnabled(seekable and bool(snapshot.duration_s))
        self.seek.set_duration(snapshot.duration_s if is_open else None)
        self.seek.set_chapters(snapshot.info.chapters if is_open and snapshot.info is not None else ())
        self.seek.set_section(snapshot.section if is_open else (None, None))
        # The last picture begins before the end: whoever has seen it has seen the whole file.
        at_end = snapshot.state is State.ENDED and snapshot.duration_s is not None
        position_s = snapshot.duration_s if at_end else snapshot.position_s
        self.seek.set_position(position_s if is_open else None)
        self.frame.show_snapshot(snapshot)
        if self.seek.isSliderDown():
            self.time.set_times(self.seek.sliderPosition() / 1000.0, snapshot.duration_s)
        else:
            self.time.set_times(*((position_s, snapshot.duration_s) if is_open else (None, None)))

    @Slot(float, float)
    def _on_hover(self, position_s: float, x: float) -> None:
        chapter = self.seek.chapter_at(position_s)
        text = self.seek.hover_text(position_s)
        title = plain(chapter.title) if chapter is not None else ""
        self._hover.setText(f"{text}  {title}" if title else text)
        self._hover.adjustSize()
        at = self.seek.mapTo(self._host, QPoint(round(x), 0))
        left = min(max(at.x() - self._hover.width() // 2, 4), max(4, self._host.width() - self._hover.width() - 4))
        self._hover.move(left, at.y() - self._hover.height() - 8)
        self._hover.show()
        self._hover.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hover.hide()
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._hover.hide()

    @Slot()
    def _fit(self) -> None:
        """In a narrow window, what can be missed best gives up its place first."""
        buttons = 7 if self._has_several else 5  # those that are always there, and the two steps
        room = self.width() - 2 * MARGIN - buttons * (BUTTON_SIZE + GAP) - self.time.width_in_form(short=False) - GAP
        has_slider = room >= BUTTON_SIZE + GAP + VOLUME_WIDTH
        has_open = room >= BUTTON_SIZE + GAP
        spare = room - (BUTTON_SIZE + GAP) * has_open - VOLUME_WIDTH * has_slider
        self.frame.setVisible(0 < self.frame.room <= spare - GAP)
        self.volume.slider.setVisible(has_slider)
        self.open.setVisible(has_open)
        self.time.set_short(room < 0)
        shorter = self.time.width_in_form(short=False) - self.time.width_in_form(short=True)
        for button in (self.step, self.step_back):
            button.setVisible(room + shorter >= 0)
