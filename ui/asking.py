"""Windows that a file or a key makes necessary, made when they are: what raw pictures are, where a picture is to go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

if TYPE_CHECKING:
    from player.media.still_file import Still
    from player.options import Input
    from ui.controller import Controller
    from ui.main_window import MainWindow
    from ui.raw_dialog import RawDialog
    from ui.still_dialog import StillDialog
    from ui.theme import Theme


class Asking(QObject):
    """One window of each kind at a time; a second wish for it brings it to the front, or asks about the other file."""

    def __init__(self, window: MainWindow, controller: Controller, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._theme = theme
        self.raw: RawDialog | None = None
        self.still: StillDialog | None = None
        controller.inputs.format_wanted.connect(self._ask_for_format)
        controller.stills.dialog_wanted.connect(self._ask_where)
        controller.stills.grab = lambda: window.stage.grab().toImage()
        controller.stills.folder = window.settings.still_folder
        self._waiting: str | None = None
        """A file of the command line, asked about once there is a window to ask in."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.Show:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._ask_late)
        return False

    @Slot()
    def _ask_late(self) -> None:
        path, self._waiting = self._waiting, None
        if path is not None:
            self._ask_for_format(path)

    @Slot(str)
    def _ask_for_format(self, path: str) -> None:
        if not self._window.isVisible():
            if self._waiting is None:
                self._window.installEventFilter(self)
            self._waiting = path
            return
        from ui.raw_dialog import RawDialog, file_size, first_choice

        if self.raw is not None:
            self.raw.reject()
        size, inputs = file_size(path), self._controller.inputs
        begin = first_choice(path, size, inputs.of(path), self._window.settings.raw_choice)
        dialog = RawDialog(self._window, path, size, begin, self._theme.colours)
        dialog.chosen.connect(self._on_format)
        dialog.rejected.connect(lambda: inputs.refuse(path))
        dialog.finished.connect(self._forget_raw)
        self.raw = dialog
        dialog.open()

    @Slot(str, object)
    def _on_format(self, path: str, chosen: Input) -> None:
        from ui.raw_dialog import write_choice

        self._window.settings = replace(self._window.settings, raw_choice=write_choice(chosen))
        self._controller.inputs.choose(path, chosen)

    @Slot()
    def _forget_raw(self) -> None:
        self.raw = None
        self._window.activateWindow()  # where no window manager does it, the keyboard would go nowhere

    @Slot(object)
    def _ask_where(self, still: Still) -> None:
        from ui.still_dialog import StillDialog

        if self.still is not None:
            self.still.reject()
        dialog = StillDialog(self._window, self._controller.stills, still)
        dialog.finished.connect(self._forget_still)
        dialog.saved.connect(self._on_saved)
        self.still = dialog
        dialog.open()

    @Slot()
    def _forget_still(self) -> None:
        self.still = None
        self._window.activateWindow()

    @Slot(str)
    def _on_saved(self, _path: str) -> None:
        self._window.settings = replace(self._window.settings, still_folder=self._controller.stills.folder)
