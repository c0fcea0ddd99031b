"""The table of the boxes on screen: sortable, to be selected in, to be copied from."""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from player.analysis.detections import Detections, no_detections
from player.errors import plain
from ui.controls.panel_parts import make_list

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = ("Class", "Conf", "x", "y", "w", "h", "Track")
CLASS, CONFIDENCE, TRACK = 0, 1, 6
TIPS = (
    "What the model takes it for", "How sure the model is, 0 to 1", "Left edge in coded pixels",
    "Upper edge in coded pixels", "Width in pixels", "Height in pixels", "The same thing in several pictures",
)  # fmt: skip
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ROLES = frozenset(
    int(role) for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.ToolTipRole)
)
"""What is asked for most is something else: it is said quickly that there is none."""
OWN_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class BoxModel(QAbstractTableModel):
    """Rows are the boxes in the order asked for: the surest first until somebody asks for another."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._boxes = no_detections()
        self._labels: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()  # the labels as they are written
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._sorted = (CONFIDENCE, Qt.SortOrder.DescendingOrder)

    def show_boxes(self, boxes: Detections, labels: tuple[str, ...]) -> None:
        if boxes is self._boxes and labels is self._labels:
            return
        if labels is not self._labels:
            self._names = tuple(plain(each) for each in labels)
        if len(boxes) == len(self._boxes):
            self._boxes, self._labels = boxes, labels
            self._order = self._ordered()
            if len(boxes):
                self.dataChanged.emit(self.index(0, 0), self.index(len(boxes) - 1, TRACK))
            return
        self.beginResetModel()
        self._boxes, self._labels = boxes, labels
        self._order = self._ordered()
        self.endResetModel()

    @property
    def has_tracks(self) -> bool:
        return self._boxes.tracker_id is not None

    def box_at(self, row: int) -> int | None:
        """Its place among the detections."""
        return int(self._order[row]) if 0 <= row < len(self._order) else None

    def row_of(self, box: int) -> int:
        """-1 where there is none."""
        found = np.flatnonzero(self._order == box)
        return int(found[0]) if len(found) else -1

    def _ordered(self) -> NDArray[np.intp]:
        column, order = self._sorted
        boxes = self._boxes
        if column == CLASS:
            names = np.array([self._label(each) for each in boxes.class_id.tolist()], dtype=np.str_)
            keys: NDArray[Any] = np.unique(names, return_inverse=True)[1] if len(names) else np.empty(0)
        elif column == CONFIDENCE:
            keys = boxes.confidence
        elif column == TRACK:
            keys = np.zeros(len(boxes)) if boxes.tracker_id is None else boxes.tracker_id
        else:
            keys = self._edges()[:, column - 2]
        found = np.argsort(-keys if order is Qt.SortOrder.DescendingOrder else keys, kind="stable")
        return np.asarray(found, np.intp)

    def _edges(self) -> NDArray[np.float32]:
        """x, y, width, height."""
        xyxy = self._boxes.xyxy
        return np.concatenate((xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]), axis=1)

    def _label(self, class_id: int) -> str:
        return self._names[class_id] if 0 <= class_id < len(self._names) else str(class_id)

    def cells(self, row: int) -> tuple[str, ...]:
        """A row as it is copied."""
        box = int(self._order[row])
        boxes = self._boxes
        left, top, right, bottom = boxes.xyxy[box].tolist()
        track = "" if boxes.tracker_id is None else str(int(boxes.tracker_id[box]))
        edges = (f"{value:.1f}" for value in (left, top, right - left, bottom - top))
        return (self._label(int(boxes.class_id[box])), f"{boxes.confidence[box]:.3f}", *edges, track)

    def _cell(self, box: int, column: int) -> str:
        """Short, for the table."""
        boxes = self._boxes
        if column == CLASS:
            return self._label(int(boxes.class_id[box]))
        if column == CONFIDENCE:
            return f"{boxes.confidence[box]:.2f}"
        if column == TRACK:
            return "" if boxes.tracker_id is None else str(int(boxes.tracker_id[box]))
        edge = boxes.xyxy[box, column - 2] - (boxes.xyxy[box, column - 4] if column > 3 else 0.0)
        return f"{edge:.0f}"

    # -- as Qt asks

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return TIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section == CLASS else RIGHT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in ROLES or not 0 <= index.row() < len(self._order):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(int(self._order[index.row()]), index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == CLASS:
            return f"<p>{escape(self.cells(index.row())[CLASS])}</p>"  # marked up, or Qt would guess whether it is
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if index.column() == CLASS else RIGHT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        former = self._order
        self._sorted = (column, order)
        self._order = self._ordered()
        old = self.persistentIndexList()
        new = [self.index(self.row_of(int(former[each.row()])), each.column()) for each in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()


class BoxTable(QTableView):
    """Selecting a row selects the box; Ctrl+C copies the selected row, or all where none is."""

    chosen = Signal(object)  # the place of a box among the detections, or None

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.model_ = BoxModel(self)
        self.setModel(self.model_)
        self.setObjectName("boxes")
        self.setAccessibleName("Boxes on screen")
        make_list(self, 6)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(CLASS, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(28)
        for column in range(CONFIDENCE, len(COLUMNS)):
            widest = "Track" if column == TRACK else "Conf" if column == CONFIDENCE else "0000"
            self.setColumnWidth(column, self.fontMetrics().horizontalAdvance(widest) + 16)
        self.setColumnHidden(TRACK, True)
        header.setSortIndicator(CONFIDENCE, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def show_boxes(self, boxes: Detections, labels: tuple[str, ...], selected: int | None) -> None:
        self.model_.show_boxes(boxes, labels)
        self.setColumnHidden(TRACK, not self.model_.has_tracks)
        self.show_selected(selected)

    def show_selected(self, box: int | None) -> None:
        """As it was selected elsewhere."""
        row = -1 if box is None else self.model_.row_of(box)
        selection = self.selectionModel()
        rows = selection.selectedRows()
        if (rows[0].row() if rows else -1) == row:
            return
        blocker = QSignalBlocker(self)
        if row < 0:
            selection.clear()
        else:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            selection.setCurrentIndex(self.model_.index(row, CLASS), flags)
            self.scrollTo(self.model_.index(row, CLASS))
        del blocker
        self.viewport().update()

    def _on_selection(self) -> None:
        rows = self.selectionModel().selectedRows()
        self.chosen.emit(self.model_.box_at(rows[0].row()) if rows else None)

    # -- copying

    def rows(self) -> list[int]:
        """What copying is about: the selected row, else all."""
        chosen = self.selectionModel().selectedRows()
        return [chosen[0].row()] if chosen else list(range(self.model_.rowCount()))

    def as_text(self, rows: list[int]) -> str:
        """Columns between tabs, with a heading."""
        return "\n".join("\t".join(cells) for cells in self._lines(rows)) + "\n"

    def as_csv(self, rows: list[int]) -> str:
        target = io.StringIO()
        csv.writer(target, lineterminator="\n").writerows(self._lines(rows))
        return target.getvalue()

    def _lines(self, rows: list[int]) -> list[tuple[str, ...]]:
        width = len(COLUMNS) if self.model_.has_tracks else TRACK
        heading = ("class", "confidence", "x", "y", "w", "h", "track")
        return [heading[:width], *(self.model_.cells(row)[:width] for row in rows)]

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        return event.key() in OWN_KEYS or event.matches(QKeySequence.StandardKey.Copy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text(self.rows()))
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)
