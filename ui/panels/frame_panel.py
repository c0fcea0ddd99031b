"""The Frame panel (Ctrl+F): everything there is to know of the picture on screen, to read, select and copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from player.records import Snapshot, State
from ui.controls.panel_parts import dim_label, heading, small_button
from ui.controls.time_label import tabular
from ui.panels.frame_text import NOTHING, SECTIONS, as_json, as_text, rows
from ui.wording import file_name

if TYPE_CHECKING:
    from player.media.frame_facts import Facts
    from player.records import Picture
    from ui.frame_facts import FrameFacts

PLAYING_MS = 250
"""Between two looks while pictures follow one another by themselves."""
WIDTH, LEAST_WIDTH = 320, 270
VALUE_WIDTH = 110
NO_PICTURE = "There is no picture on screen."


class FramePanel(QWidget):
    """Follows every picture while paused; while playing it looks now and then, and asks the file nothing."""

    def __init__(self, source: FrameFacts) -> None:
        super().__init__()
        self.setAccessibleName("Frame")
        self._source = source
        self._snapshot = Snapshot()
        self._picture: Picture | None = None
        self._facts: Facts | None = None
        self._values: dict[str, QLabel] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PLAYING_MS)
        self._timer.timeout.connect(self._look)
        self.setMinimumWidth(LEAST_WIDTH)  # with and without a picture
        self._lay_out()
        source.details_came.connect(self._look)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.copy_text = small_button("Copy text", "All rows as lines of text")
        self.copy_json = small_button(
            "Copy JSON", "All facts for programs, as overplay probe --frames --json gives them"
        )
        self.copy_text.clicked.connect(self._copy_text)
        self.copy_json.clicked.connect(self._copy_json)
        row.addWidget(self.copy_text)
        row.addWidget(self.copy_json)
        row.addStretch(1)
        self._empty = QLabel(NO_PICTURE)
        self._empty.setObjectName("dim")
        self._empty.setWordWrap(True)
        self._table = QWidget()
        grid = QGridLayout(self._table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(1, VALUE_WIDTH)
        grid.setColumnStretch(1, 1)
        line = 0
        for title, names in SECTIONS:
            if title:
                grid.addWidget(_heading(title), line, 0, 1, 2)
                line += 1
            for name in names:
                grid.addWidget(dim_label(name), line, 0, Qt.AlignmentFlag.AlignTop)
                self._values[name] = _value(name)
                grid.addWidget(self._values[name], line, 1)
                line += 1
        for each in (self._empty, self._table):
            column.addWidget(each)
        column.addWidget(self._buttons)
        column.addStretch(1)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    # -- what it is told

    def show_snapshot(self, snapshot: Snapshot) -> None:
        stopped = not _plays(snapshot) and _plays(self._snapshot)
        renumbered = snapshot.frame_final != self._snapshot.frame_final or (
            snapshot.frame_count != self._snapshot.frame_count and not _plays(snapshot)
        )
        self._snapshot = snapshot
        if stopped or renumbered:
            self._look()

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        if picture is None or not _plays(self._snapshot):
            self._look()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        """Say what is known of the picture on screen now, and have the rest looked up if there is time."""
        self._timer.stop()
        picture = self._picture
        self._facts = None if picture is None else self._source.facts(picture, self._snapshot)
        self._show()
        if picture is not None and self.isVisible() and not _plays(self._snapshot):
            self._source.look_up(picture, self._snapshot)

    def _show(self) -> None:
        facts = self._facts
        self._empty.setVisible(facts is None)
        self._table.setVisible(facts is not None)
        self._buttons.setVisible(facts is not None)
        if facts is not None:
            for name, text in rows(facts).items():
                label = self._values[name]
                if label.text() != text:  # setting it would lose what is selected
                    label.setText(text)

    # -- copying

    @Slot()
    def _copy_text(self) -> None:
        info = self._snapshot.info
        if self._facts is not None:
            QGuiApplication.clipboard().setText(as_text(self._facts, "" if info is None else file_name(info.path)))

    @Slot()
    def _copy_json(self) -> None:
        if self._facts is not None:
            QGuiApplication.clipboard().setText(as_json(self._facts))


def _plays(snapshot: Snapshot) -> bool:
    return snapshot.state is State.READY and not snapshot.paused and not snapshot.seeking


def _heading(text: str) -> QLabel:
    label = heading(text)
    label.setContentsMargins(0, 8, 0, 0)
    return label


def _value(name: str) -> QLabel:
    """Selectable, in digits of one width; what is too long for the column goes on below."""
    label = QLabel(NOTHING)
    label.setAccessibleName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFont(tabular(label.font()))
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
