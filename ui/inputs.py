"""How each file is to be read that does not say it itself: raw pictures, image sequences. Remembers what was chosen."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from player.options import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.errors import RawFormatNeededError


class Inputs(QObject):
    """GUI thread only. `given` is the command line's, for its files; `reopen` opens a path again."""

    format_wanted = Signal(str)  # the path of raw pictures; the window asks, and calls `choose` or `refuse`
    refused = Signal(object)  # the error, which stays since nobody chose
    message = Signal(str)

    def __init__(self, given: Input, reopen: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._given = given
        self._reopen = reopen
        self._chosen: dict[str, Input] = {}
        self._pending: RawFormatNeededError | None = None

    def of(self, path: str) -> Input:
        return self._chosen.get(path, self._given)

    def forget_given(self) -> None:
        """Other files are opened than the command line's."""
        self._given = Input()

    def remember(self, path: str, given: Input) -> None:
        """Open `path` so whenever it is opened."""
        self._chosen[path] = given

    def need(self, error: RawFormatNeededError) -> None:
        """Somebody is asked about the file that could not be opened."""
        self._pending = error
        self.format_wanted.emit(error.path)

    def ask(self, path: str | None) -> None:
        """The person wants to say how `path` is to be read; it may play already, wrongly."""
        if path is None:
            return
        self._pending = None
        self.format_wanted.emit(path)

    def choose(self, path: str, chosen: Input) -> None:
        self._pending = None
        self.remember(path, chosen)
        self._reopen(path)

    def refuse(self, path: str) -> None:
        """Nobody chose; a file that plays meanwhile goes on."""
        pending, self._pending = self._pending, None
        if pending is not None and pending.path == path:
            self.refused.emit(pending)

    def as_sequence(self, path: str | None) -> None:
        """Plays the image at `path` with all numbered ones beside it."""
        from player.media.image_sequence import IMAGE_EXTENSIONS

        if path is None or os.path.splitext(path)[1][1:].lower() not in IMAGE_EXTENSIONS:
            self.message.emit("Only numbered images make a sequence")
            return
        self.choose(path, replace(self.of(path), sequence=True))
