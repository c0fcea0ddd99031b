"""The runs there are: how far each came, how good it got, and what can be done with it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from player.errors import plain
from ui.controls.panel_parts import make_list, small_button
from ui.detections.own_keys import OwnKeys
from ui.detections.wrapped_label import WrappedLabel
from ui.training.wording import DASH, metric_text, metric_words, run_words, title_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.training.runs import Run

HEADINGS = ("Run", "State", "Best")
STATE, BEST = 1, 2
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
NO_RUNS = "There are no runs yet. What is trained here, or by “overplay train”, is listed here and can be resumed."
LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RunModel(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.runs: tuple[Run, ...] = ()
        self.live = ""
        """The folder of the one that is under way."""

    def show_runs(self, runs: tuple[Run, ...], live: str) -> None:
        if (runs, live) != (self.runs, self.live):
            self.beginResetModel()
            self.runs, self.live = runs, live
            self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self.runs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            is_live = run.folder == self.live
            return (
                title_words(run),
                "under way" if is_live else run_words(run),
                DASH if run.best is None else metric_text(run.metric, run.best),
            )[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            metric = "" if run.best is None else f"<br>{escape(metric_words(run.metric))}"
            return f"<p>{escape(plain(run.folder))}{metric}</p>"
        return None


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == BEST else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class RunsPage(QWidget):
    shown_wanted = Signal(object)  # a Run whose curves are to be seen
    resume_wanted = Signal(object)  # a Run
    overlay_wanted = Signal(str)
    folder_chosen = Signal(str)  # of a run that lies elsewhere

    def __init__(self) -> None:
        super().__init__()
        self._is_busy = False
        self.table = QTableView()
        self.table.setAccessibleName("Runs")
        self.model = RunModel(self)
        self.table.setModel(self.model)
        make_list(self.table, 10)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._keys = OwnKeys(self.table, LIST_KEYS)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.activated.connect(lambda _index: self._show())
        self.table.selectionModel().selectionChanged.connect(self._show_ready)
        self.hint = WrappedLabel()
        self.show_ = small_button("Show", "Its curves")
        self.resume = small_button("Resume", "Goes on from its checkpoint, as if it had not been interrupted")
        self.overlay = small_button("Use as overlay", "Opens its best weights as a model over the picture")
        self.other = small_button("Other folder…", "A run that lies elsewhere")
        self.show_.clicked.connect(self._show)
        self.resume.clicked.connect(lambda: self._tell(self.resume_wanted))
        self.overlay.clicked.connect(self._on_overlay)
        self.other.clicked.connect(self._look_elsewhere)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.hint)
        column.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for each in (self.show_, self.resume, self.overlay):
            buttons.addWidget(each)
        buttons.addStretch(1)
        column.addLayout(buttons)
        last = QHBoxLayout()
        last.addWidget(self.other)
        last.addStretch(1)
        column.addLayout(last)
        self.show_runs((), "", is_busy=False)

    @property
    def selected(self) -> Run | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.runs[rows[0].row()] if rows else None

    def show_runs(self, runs: Sequence[Run], live: str, *, is_busy: bool) -> None:
        """`live` is the folder of the one that is under way."""
        former = self.selected
        self._is_busy = is_busy
        self.model.show_runs(tuple(runs), live)
        self.hint.say("" if runs else NO_RUNS)
        if former is not None and self.selected is None:
            self.select(former.folder)
        self._show_ready()

    def select(self, folder: str) -> None:
        for row, run in enumerate(self.model.runs):
            if run.folder == folder:
                self.table.selectRow(row)

    @Slot()
    def _show_ready(self) -> None:
        run = self.selected
        is_live = run is not None and run.folder == self.model.live
        self.show_.setEnabled(run is not None)
        self.resume.setEnabled(
            run is not None and run.can_resume and run.state != "done" and not is_live and not self._is_busy
        )
        self.overlay.setEnabled(run is not None and bool(run.weights))

    @Slot()
    def _show(self) -> None:
        self._tell(self.shown_wanted)

    def _tell(self, signal: Any) -> None:
        if self.selected is not None:
            signal.emit(self.selected)

    @Slot()
    def _on_overlay(self) -> None:
        run = self.selected
        if run is not None and run.weights:
            self.overlay_wanted.emit(run.weights)

    @Slot()
    def _look_elsewhere(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder of a run — Overplay")
        if folder:
            self.folder_chosen.emit(folder)
