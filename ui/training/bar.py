"""A thin bar that fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from ui.theme import Colours

HEIGHT = 6


class Bar(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.share = 0.0
        self._colours: Colours | None = None

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def show_share(self, share: float) -> None:
        """0 to 1."""
        if share != self.share:
            self.share = share
            self.setAccessibleDescription(f"{share:.0%}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(QColor(self._colours.groove))
        painter.drawRoundedRect(whole, HEIGHT / 2, HEIGHT / 2)
        if self.share > 0:
            painter.setBrush(QColor(self._colours.accent))
            filled = max(HEIGHT, whole.width() * min(self.share, 1.0))
            painter.drawRoundedRect(QRectF(0, 0, filled, HEIGHT), HEIGHT / 2, HEIGHT / 2)
        painter.end()
