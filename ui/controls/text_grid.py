"""A few rows of short texts, to be read and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.controls.panel_parts import dim_label
from ui.controls.time_label import tabular

if TYPE_CHECKING:
    from collections.abc import Sequence


class TextGrid(QWidget):
    """Rows, under dim headings where there are any; a dim name before its values, whose columns share the width."""

    def __init__(self, headings: Sequence[str], *, gap: int, right: bool = False) -> None:
        """`gap` is between columns, in pixels; with `right` the values stand at the right of theirs."""
        super().__init__()
        self._columns = len(headings)
        self._right = right
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(gap)
        self._grid.setVerticalSpacing(4)
        self._rows: list[list[QLabel]] = []
        for at, text in enumerate(headings):
            if any(headings):
                self._put(name_label(text), 0, at)
            self._grid.setColumnStretch(at, 0 if at == 0 else 1)

    def keep_room_for(self, name: str) -> None:
        """The column of the names is never narrower."""
        self._grid.setColumnMinimumWidth(0, self.fontMetrics().horizontalAdvance(name))

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        while len(self._rows) < len(rows):
            labels = [value_label("") if at else name_label("") for at in range(self._columns)]
            for at, label in enumerate(labels):
                self._put(label, len(self._rows) + 1, at)
            self._rows.append(labels)
        for number, labels in enumerate(self._rows):
            for at, label in enumerate(labels):
                label.setVisible(number < len(rows))
                text = rows[number][at] if number < len(rows) else ""
                if label.text() != text:  # setting it would lose what is selected
                    label.setText(text)

    def texts(self) -> list[list[str]]:
        """The rows as they are seen."""
        return [[label.text() for label in labels] for labels in self._rows if not labels[0].isHidden()]

    def _put(self, label: QLabel, line: int, column: int) -> None:
        if self._right:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(label, line, column, side)
        else:
            self._grid.addWidget(label, line, column)


def value_label(text: str) -> QLabel:
    """To be selected, in digits of one width."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFont(tabular(label.font()))
    return label


def name_label(text: str) -> QLabel:
    """Dim, in digits of one width."""
    label = dim_label(text)
    label.setFont(tabular(label.font()))
    return label
