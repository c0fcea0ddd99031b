"""What the panels beside the picture are made of, so that they look alike."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QPushButton, QTableView

from ui.controls.time_label import tabular


def small_button(text: str, tooltip: str = "") -> QPushButton:
    """A click leaves the keyboard where it was; Tab gets to it."""
    button = QPushButton(text)
    button.setObjectName("small")
    button.setToolTip(tooltip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def dim_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("dim")
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def make_list(table: QTableView, line_gap: int) -> None:
    """Whole rows are selected, one at a time, and nothing is drawn between them. `line_gap` in pixels."""
    table.setFont(tabular(table.font()))
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + line_gap)
