"""The models there are to choose from: in the box, of the catalogue, in the models' folder, and one being fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from player.errors import ModelError, PlayerError, ThreadStuckError
from player.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from player.analysis.catalogue import Entry
    from player.analysis.model_names import InstalledModel

    Listing = tuple[tuple[Entry, ...], tuple[InstalledModel, ...]]
    Install = Callable[[Entry, Callable[[int], None]], Path]


class _CancelledError(Exception):
    """Nobody wants it any more."""


class Library(QObject):
    """GUI thread only. What reads the disk or the network is done by threads of its own."""

    changed = Signal()  # what there is, or how much of it has come
    message = Signal(str)
    fetched = Signal(str)  # the path of a model that was fetched
    _listed = Signal(object)
    _ended = Signal(object)
    _told = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] | None = None
        """The catalogue's; None before it was read."""
        self.installed: tuple[InstalledModel, ...] = ()
        self.fetching: Entry | None = None
        self.come_bytes = 0
        """Of what is being fetched."""
        self._reader: Worker | None = None
        self._fetcher: Worker | None = None
        self._wanted = False  # any thread: what is being fetched is still wanted
        self._told_pending = False  # any thread
        self.read: Callable[[], Listing] = _read
        self.install: Install = _install
        self._listed.connect(self._on_listed, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    # -- what there is

    def look(self) -> None:
        """Read it anew; `changed` follows."""
        if self._reader is None or not self._reader.alive:
            self._reader = Worker("model-library", lambda: self._listed.emit(self.read()), self._listed.emit)
            self._reader.start()

    def path_of(self, entry: Entry) -> Path | None:
        """Where it is installed; None where it is not."""
        found = (each.path for each in self.installed if each.entry is not None and each.entry.name == entry.name)
        return next(found, None)

    # -- fetching

    @property
    def progress(self) -> str:
        """`Fetches yolox-nano: 42%…`"""
        entry = self.fetching
        return "" if entry is None else f"Fetches {entry.name}: {self.come_bytes / max(1, entry.size):.0%}…"

    def fetch(self, entry: Entry) -> None:
        """One at a time; `fetched` follows when it is there."""
        if self.fetching is not None:
            self.message.emit(f"{self.fetching.name} is still being fetched")
            return
        self.fetching, self.come_bytes, self._wanted = entry, 0, True
        self._fetcher = Worker("model-fetcher", lambda: self._fetch(entry), self._ended.emit)
        self._fetcher.start()
        self.changed.emit()

    def cancel(self) -> None:
        self._wanted = False

    def _fetch(self, entry: Entry) -> None:
        try:
            self._ended.emit(self.install(entry, self._advance))
        except (ModelError, _CancelledError) as error:
            self._ended.emit(error)

    def _advance(self, come: int) -> None:
        """The fetcher's thread."""
        if not self._wanted:
            raise _CancelledError
        self.come_bytes += come
        if not self._told_pending:
            self._told_pending = True
            self._told.emit()

    @Slot()
    def _on_told(self) -> None:
        self._told_pending = False
        self.changed.emit()

    @Slot(object)
    def _on_listed(self, found: object) -> None:
        if isinstance(found, tuple):
            self.entries, self.installed = found
        else:
            self.message.emit(f"The models cannot be listed: {found}.")
        self.changed.emit()

    @Slot(object)
    def _on_ended(self, found: object) -> None:
        entry, self.fetching = self.fetching, None
        name = "" if entry is None else entry.name
        if isinstance(found, PlayerError):
            self.message.emit(str(found))
        elif isinstance(found, _CancelledError):
            self.message.emit(f"{name} was not fetched")
        elif isinstance(found, Exception):
            self.message.emit(f"Cannot fetch {name}: {found}.")
        else:
            self.fetched.emit(str(found))
        self.look()
        self.changed.emit()

    def shutdown(self) -> None:
        """Raises ThreadStuckError when the network or the disk does not answer."""
        self._wanted = False
        stuck: ThreadStuckError | None = None
        for worker in (self._reader, self._fetcher):
            try:
                if worker is not None:
                    worker.join()
            except ThreadStuckError as error:
                stuck = error
        if stuck is not None:
            raise stuck


def _read() -> Listing:
    from player.analysis.catalogue import catalogue
    from player.analysis.model_names import installed_models, models_in_box

    return catalogue(), (*models_in_box(), *installed_models())


def _install(entry: Entry, advance: Callable[[int], None]) -> Path:
    from player.analysis.download import install

    return install(entry, advance)
