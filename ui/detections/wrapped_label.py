"""A label whose lines wrap and are never cut: it says how high it must be at the width it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class WrappedLabel(QLabel):
    """Plain text in the dim colour, to be selected and copied; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dim")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def say(self, words: str) -> None:
        if words != self.text():  # setting it would lose what is selected
            self.setText(words)
            self._fit()
        self.setVisible(bool(words))

    def hasHeightForWidth(self) -> bool:
        return False  # or a scroll area would give everything beside it all the height it would like to have

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            QTimer.singleShot(0, self, self._fit)  # not within the layout's own work, which would not see it

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self._fit)

    @Slot()
    def _fit(self) -> None:
        self.setMinimumHeight(0)  # or Qt says no less
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())) if self.text() else 0)
