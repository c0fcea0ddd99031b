"""Which picture is on screen: painted, not merely handed to the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from player.records import Picture
    from ui.video.view import VideoView

UNSEEN_MS = 250
"""A window that has not painted for so long is hidden, and does not paint at all until it is seen again."""


class OnScreen(QObject):
    """Told of every picture the view gets; follows its `painted`. A hidden view counts as painting at once."""

    changed = Signal()  # `picture` is another one

    def __init__(self, view: VideoView, widget: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picture: Picture | None = None
        self._widget = widget
        self._coming: Picture | None = None
        self._unseen = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(UNSEEN_MS)
        self._timer.timeout.connect(self._on_unseen)
        view.painted.connect(self._on_painted)

    @property
    def settled(self) -> bool:
        """Nothing waits to be painted."""
        return self._coming is None

    def note(self, picture: Picture | None) -> None:
        """The view shows this from now on; None is black."""
        self._coming = picture
        if picture is None:
            self.forget()
        elif self._unseen or not self._widget.isVisible():
            self._arrive()
        elif not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """What is or was to be seen belongs to nothing any more."""
        self._timer.stop()
        self._coming = None
        if self.picture is not None:
            self.picture = None
            self.changed.emit()

    @Slot()
    def _on_painted(self) -> None:
        self._unseen = False
        self._timer.stop()
        self._arrive()

    @Slot()
    def _on_unseen(self) -> None:
        self._unseen = True
        self._arrive()

    def _arrive(self) -> None:
        if self._coming is not None:
            self.picture, self._coming = self._coming, None
            self.changed.emit()
