"""Models on their way: looked into off the window's thread, asked about where they are programs, fetched."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from player.errors import ModelError, PlayerError, UntrustedModelError
from ui.detections.opening import Examined, Examiner, Opening
from ui.wording import file_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.analysis.catalogue import Entry
    from player.analysis.devices import DeviceInfo
    from ui.detections.library import Library
    from ui.inspector.background import Background


class Arrivals(QObject):
    """GUI thread only. What takes time is done by the thread `models` and by the library's own."""

    arrived = Signal(object, object)  # an Opening, and the Examined of a file that may be opened
    refused = Signal(object, object)  # an Opening, and the PlayerError that says why
    trust_wanted = Signal(object)  # an Opening that waits for `answer_trust`
    devices_changed = Signal()  # it is known what there is to run models on
    fetched = Signal(str, int)  # the path of a model that was fetched, and the place that it is for
    library_changed = Signal()
    library_said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.examiner = Examiner()
        self.opening: list[Opening] = []
        self.devices: tuple[DeviceInfo, ...] | None = None
        """What models can run on; None before somebody asked."""
        self._background: Background | None = None
        self._library: Library | None = None
        self._fetched_for = 0  # the place of what is fetched
        self._count = 0

    def begin(self, opening: Opening) -> None:
        """`arrived` or `refused` follows, perhaps after `trust_wanted`."""
        self.opening.append(opening)
        self._ask("open", opening, lambda: self.examiner.examine(opening.name))

    def answer_trust(self, opening: Opening, trusted: bool) -> None:
        """What the person said of a program."""
        examined = opening.examined
        if examined is None or opening not in self.opening:
            return
        name = examined.file.path.name
        if trusted:
            self._ask("agree", opening, lambda: _agree(examined, name))
        else:
            self._refuse(opening, ModelError(f"{name} was not opened."))

    def look_for_devices(self) -> None:
        """`devices_changed` follows."""
        self._jobs().ask("devices", _list_devices)

    def library(self) -> Library:
        """What models there are."""
        if self._library is None:
            from ui.detections.library import Library

            self._library = Library(self)
            self._library.message.connect(self.library_said)
            self._library.changed.connect(self.library_changed)
            self._library.fetched.connect(lambda path: self.fetched.emit(path, self._fetched_for))
        return self._library

    def fetch(self, entry: Entry, place: int) -> None:
        """Over the network; `fetched` follows."""
        self._fetched_for = place
        self.library().fetch(entry)

    @property
    def is_fetching(self) -> bool:
        return self._library is not None and self._library.fetching is not None

    @property
    def notice(self) -> str:
        """What there is to say of the models on their way; '' when there are none."""
        if self.opening:
            return f"Opens {file_name(self.opening[-1].name)}…"
        return "" if self._library is None else self._library.progress

    def shutdown(self) -> None:
        """Ends what it has started. Raises ThreadStuckError."""
        background, self._background = self._background, None
        self.opening = []
        try:
            if background is not None:
                background.stop()
        finally:
            if self._library is not None:
                self._library.shutdown()

    def _ask(self, what: str, opening: Opening, job: Callable[[], object]) -> None:
        self._count += 1
        self._jobs().ask(f"{what} {self._count}", lambda: (opening, job()))

    def _jobs(self) -> Background:
        if self._background is None:
            from ui.inspector.background import Background

            self._background = Background(self, name="models")
            self._background.finished.connect(self._take)
        return self._background

    @Slot()
    def _take(self) -> None:
        for kind, answer in {} if self._background is None else self._background.take().items():
            assert isinstance(answer, tuple)
            if kind == "devices":
                self.devices = answer
                self.devices_changed.emit()
            elif answer[0] in self.opening:
                self._on_examined(*answer)

    def _on_examined(self, opening: Opening, found: Examined | PlayerError) -> None:
        if isinstance(found, PlayerError):
            self._refuse(opening, found)
        elif found.allowed:
            self.opening.remove(opening)
            self.arrived.emit(opening, found)
        elif opening.by_hand:
            opening.examined = found
            self.trust_wanted.emit(opening)
        else:
            self._refuse(opening, UntrustedModelError(str(found.file.path), found.file.sha256))

    def _refuse(self, opening: Opening, error: PlayerError) -> None:
        self.opening.remove(opening)
        self.refused.emit(opening, error)


def _list_devices() -> tuple[DeviceInfo, ...]:
    from player.analysis.devices import list_devices

    return list_devices()


def _agree(examined: Examined, name: str) -> Examined:
    with suppress(OSError):  # then it is asked about again in the next run
        examined.trust.agree(examined.file.sha256, name)
    return examined._replace(allowed=True)
