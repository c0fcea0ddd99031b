"""A few words over the picture for a moment: volume, speed, where a seek went."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QLabel, QWidget

from player.errors import plain
from ui.controls.time_label import tabular

SHOWN_MS = 1200
MARGIN = 16


class Osd(QLabel):
    """A rounded label at the top left of its parent. One timer, no animation: between messages it costs nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setObjectName("osd")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        font = tabular(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.setFont(font)
        self._whole = ""
        self.left = MARGIN
        """Where it begins, when something else has the corner."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @Slot(str)
    def show_message(self, text: str) -> None:
        """Show `text` on one line, cut in the middle if the window is too narrow for it."""
        self._whole = plain(text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start()

    def place(self) -> None:
        """Take the corner of the parent as it is now."""
        room = max(40, self._host.width() - self.left - MARGIN - 24)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, room))
        self.adjustSize()
        self.move(self.left, MARGIN)
