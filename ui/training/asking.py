"""The window that asks before a training is stopped because the program is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from player.errors import plain
from ui.panels.page import scaled

if TYPE_CHECKING:
    from ui.controller import Controller
    from ui.training.training import Training

WIDTH = 440
WHAT_IT_MEANS = (
    "If you quit, it ends after the step under way. Its checkpoint is kept: later it can be resumed from there, "
    "under Runs in the Training panel."
)


class QuitDialog(QDialog):
    """Accepted when the program may be left; that is also when the training has ended meanwhile."""

    def __init__(self, parent: QWidget, training: Training) -> None:
        super().__init__(parent)
        self._training = training
        training.changed.connect(self._on_changed)
        name = "" if training.started is None else training.started.name
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Quit? — Overplay")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        heading = _label(f"{plain(name)[:80] or 'A network'} is being trained")
        heading.setFont(scaled(heading.font(), 1.15, bold=True))
        self.stay = QPushButton("Go on", self)
        self.leave = QPushButton("Stop it and quit", self)
        self.leave.setAutoDefault(False)
        self.stay.setDefault(True)
        self.stay.setFocus()
        self.stay.clicked.connect(self.reject)
        self.leave.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.stay)
        column.addWidget(heading)
        column.addWidget(_label(WHAT_IT_MEANS))
        column.addLayout(buttons)
        self.setFixedWidth(WIDTH)

    @Slot()
    def _on_changed(self) -> None:
        if not self._training.is_running:
            self.accept()


def ask_to_quit(window: QWidget, controller: Controller) -> QuitDialog:
    """Leaves the program when the person agrees."""
    open_ = window.findChild(QuitDialog)
    if open_ is not None:
        open_.raise_()
        return open_
    dialog = QuitDialog(window, controller.training.get())
    dialog.accepted.connect(lambda: controller.quit_requested.emit(0))
    dialog.rejected.connect(window.activateWindow)  # where no window manager does it, the keyboard would go nowhere
    dialog.open()
    return dialog


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
