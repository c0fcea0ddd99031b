"""The list of a model's classes: colour, name, how many boxes on screen, and whether they are shown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from player.errors import plain
from ui.controls.panel_parts import make_list
from ui.detections.own_keys import OwnKeys
from ui.theme import DARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.analysis.detections import Detections
    from ui.theme import Colours

NAME, COUNT = 0, 1
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
OWN_KEYS = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter,
)  # fmt: skip
SWATCH = 10
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ClassModel(QAbstractTableModel):
    """Rows are the classes in the model's order. `hidden` is what is switched off."""

    switched = Signal(object)  # by the user: the classes that are to be hidden now

    def __init__(self, colour: Callable[[int], QColor], parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = colour
        self._labels: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()  # the labels as they are written
        self._hidden: frozenset[int] = frozenset()
        self._counts: Counter[int] = Counter()
        self.seen: set[int] = set()
        """Classes of which there was a box since the model is open."""
        self._swatches: dict[tuple[int, float], QPixmap] = {}
        self._dim = QColor(DARK.dim)

    # -- what it is told

    def show_classes(self, labels: tuple[str, ...]) -> None:
        """Of another model."""
        self.beginResetModel()
        self._labels = labels
        self._names = tuple(plain(each) for each in labels)
        self._counts = Counter()
        self.seen = set()
        self.endResetModel()

    def show_hidden(self, hidden: frozenset[int]) -> None:
        if hidden != self._hidden:
            self._hidden = hidden
            self._tell_all(NAME)

    def show_boxes(self, detections: Detections) -> None:
        """Those on screen."""
        counts = Counter(detections.class_id.tolist())
        if counts == self._counts:
            return
        former, self._counts = self._counts, counts
        fresh = {each for each in counts if each < len(self._labels)} - self.seen
        self.seen |= fresh
        for row in {row for row in former.keys() | counts.keys() if former[row] != counts[row]}:
            if 0 <= row < len(self._labels):
                self.dataChanged.emit(self.index(row, NAME if row in fresh else COUNT), self.index(row, COUNT))

    def set_colours(self, colours: Colours) -> None:
        self._dim = QColor(colours.dim)
        self._tell_all(NAME)

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    @property
    def hidden(self) -> frozenset[int]:
        return self._hidden

    def label(self, row: int) -> str:
        return self._names[row]

    def _tell_all(self, column: int) -> None:
        if self._labels:
            self.dataChanged.emit(self.index(0, column), self.index(len(self._labels) - 1, COUNT))

    # -- as Qt asks

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._labels)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not 0 <= row < len(self._labels):
            return None
        is_hidden = row in self._hidden
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == NAME:
                return self.label(row)
            return str(self._counts[row]) if self._counts[row] else ""
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME:
            return UNCHECKED if is_hidden else CHECKED
        if role == Qt.ItemDataRole.DecorationRole and index.column() == NAME:
            return self._swatch(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == COUNT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and (is_hidden or row not in self.seen):
            return self._dim
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == NAME:
            return f"{self.label(row)}, {self._counts[row]}, {'hidden' if is_hidden else 'shown'}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.switched.emit(self._hidden ^ {index.row()})
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == NAME else flags

    def _swatch(self, row: int) -> QPixmap:
        parent = self.parent()
        ratio = parent.devicePixelRatioF() if isinstance(parent, QWidget) else 1.0
        key = (row, ratio)
        if key not in self._swatches:
            pixmap = QPixmap(round(SWATCH * ratio), round(SWATCH * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour(row))
            painter.drawRoundedRect(0, 0, SWATCH, SWATCH, 2, 2)
            painter.end()
            self._swatches[key] = pixmap
        return self._swatches[key]


class SeenFirst(QSortFilterProxyModel):
    """Classes that were seen come first, each half in the model's order; only those whose names fit the filter."""

    def __init__(self, source: ClassModel) -> None:
        super().__init__(source)
        self._source = source
        self._words = ""
        self.setSourceModel(source)
        self.setDynamicSortFilter(True)
        self.sort(NAME)

    def set_words(self, words: str) -> None:
        self._words = words.strip().lower()
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        return self._words in self._source.label(source_row).lower()

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        left, right = source_left.row(), source_right.row()
        return (left not in self._source.seen, left) < (right not in self._source.seen, right)

    def rows(self) -> frozenset[int]:
        """Of the model, those that the filter lets through."""
        return frozenset(self.mapToSource(self.index(row, NAME)).row() for row in range(self.rowCount()))


class ClassTable(QTableView):
    """A click on a mark, or Space, switches a class; a double click or Return shows it alone."""

    alone = Signal(int)  # the class that is to be shown alone, or with all others when it is alone already

    def __init__(self, colour: Callable[[int], QColor], parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = OwnKeys(self, OWN_KEYS)
        self.model_ = ClassModel(colour, self)
        self.proxy = SeenFirst(self.model_)
        self.setModel(self.proxy)
        self.setAccessibleName("Classes")
        make_list(self, 8)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(COUNT, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(COUNT, self.fontMetrics().horizontalAdvance("0000") + 16)
        self.doubleClicked.connect(lambda index: self.alone.emit(self.class_at(index)))

    def class_at(self, index: Index) -> int:
        return self.proxy.mapToSource(index).row()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.alone.emit(self.class_at(index))
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.model_.switched.emit(self.model_.hidden ^ {self.class_at(index)})
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if not index.isValid():
            return
        row = self.class_at(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = self.model_.label(row).replace("&", "&&")
        menu.addAction(f"Show {name} alone").triggered.connect(lambda: self.alone.emit(row))
        hidden = self.model_.hidden
        text = f"Show {name}" if row in hidden else f"Hide {name}"
        menu.addAction(text).triggered.connect(lambda: self.model_.switched.emit(hidden ^ {row}))
        menu.popup(event.globalPos())
