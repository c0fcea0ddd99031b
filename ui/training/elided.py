"""A line of text that is never wider than its room."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from player.errors import plain

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class ElidedLabel(QLabel):
    """Plain text, cut in the middle where it is too long, and then whole in its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words = ""

    @property
    def words(self) -> str:
        return self._words

    def say(self, words: str) -> None:
        words = plain(words)
        if words != self._words:
            self._words = words
            self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def _cut(self) -> None:
        cut = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, max(self.width(), 20))
        self.setText(cut)
        self.setToolTip("" if cut == self._words else f"<p>{escape(self._words)}</p>")
        self.setAccessibleName(self._words)
