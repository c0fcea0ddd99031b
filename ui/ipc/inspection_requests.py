"""What scripts do with zoom, pixels and the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from player.errors import StreamError
from player.ipc.errors import FAILED, INVALID_PARAMETER, UNAVAILABLE, IpcError
from player.ipc.host import Deferred
from ui.video.geometry import Viewport

if TYPE_CHECKING:
    from player.ipc.inspection import Region, View
    from player.media.pixels import Statistics
    from player.records import Picture
    from ui.inspector.background import Background
    from ui.ipc.on_screen import OnScreen
    from ui.zoom import Zoom

Found = tuple["Statistics", ...]


class InspectionRequests(QObject):
    """Implements `player.ipc.inspection.Inspection`. GUI thread only; what takes time is done by a `Background`."""

    changed = Signal()

    def __init__(self, zoom: Zoom, on_screen: OnScreen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zoom = zoom
        self._on_screen = on_screen
        self._background: Background | None = None
        self._known: tuple[Picture, Region, Found] | None = None
        self._asked: tuple[Picture, Region] | None = None
        self._waiting: dict[str, Deferred] = {}
        self._number = 0
        zoom.changed.connect(self.changed)
        zoom.selection_changed.connect(self._on_selection)

    def close(self) -> None:
        if self._background is not None:
            self._background.stop()
        for answer in self._waiting.values():
            answer.settle(IpcError(FAILED))
        self._waiting.clear()

    @Slot()
    def _on_selection(self) -> None:
        if self._zoom.selection is None:
            self._known = self._asked = None  # they hold pictures
        self.changed.emit()

    def viewport(self) -> View:
        placement = self._zoom.placement
        if placement is None:
            raise IpcError(UNAVAILABLE)
        viewport = placement.clamped(self._zoom.viewport)
        return viewport.zoom, viewport.centre

    def set_viewport(self, view: View) -> None:
        placement = self._zoom.placement
        if placement is None:
            raise IpcError(UNAVAILABLE)
        self._zoom.set_viewport(placement.clamped(Viewport(*view)))

    def pixel(self, x: int, y: int) -> dict[str, object]:
        from ui.inspector.facts import pixel_facts, pixel_json

        picture = self._picture(FAILED)
        try:
            look, reference = self._zoom.look
            return pixel_json(pixel_facts(picture, x, y, look, reference=reference))
        except ValueError:
            raise IpcError(INVALID_PARAMETER) from None
        except StreamError:
            raise IpcError(FAILED) from None

    def selection(self) -> dict[str, object] | None:
        from ui.inspector.facts import selection_json

        region, picture = self._zoom.selection, self._on_screen.picture
        if region is None or picture is None:
            return None
        known = self._known
        if known is not None and known[0] is picture and known[1] == region:
            return selection_json(region, known[2])
        if self._asked is None or self._asked[0] is not picture or self._asked[1] != region:
            self._asked = (picture, region)
            self._ask("selection", picture, region)
        return selection_json(region, None)

    def select(self, region: Region | None) -> None:
        if region is not None:
            self._check(self._picture(UNAVAILABLE), region)
        self._zoom.select(region)

    def statistics(self, region: Region) -> Deferred:
        picture = self._picture(FAILED)
        self._check(picture, region)
        answer = Deferred()
        self._number += 1
        self._waiting[str(self._number)] = answer
        self._ask(str(self._number), picture, region)
        return answer

    def _picture(self, error: str) -> Picture:
        picture = self._on_screen.picture
        if picture is None:
            raise IpcError(error)
        return picture

    @staticmethod
    def _check(picture: Picture, region: Region) -> None:
        x, y, width, height = region
        if min(x, y) < 0 or x + width > picture.coded_size[0] or y + height > picture.coded_size[1]:
            raise IpcError(INVALID_PARAMETER)

    def _ask(self, kind: str, picture: Picture, region: Region) -> None:
        if self._background is None:
            from ui.inspector.background import Background

            self._background = Background(self)
            self._background.finished.connect(self._take)
        self._background.ask(kind, lambda: _measured(picture, region))

    @Slot()
    def _take(self) -> None:
        if self._background is None:
            return
        for kind, result in self._background.take().items():
            assert isinstance(result, tuple)
            answer = self._waiting.pop(kind, None)
            if answer is not None:
                answer.settle(IpcError(FAILED) if result[2] is None else _answer(result[1], result[2]))
            elif result[2] is not None:
                self._known = result
                self.changed.emit()


def _measured(picture: Picture, region: Region) -> tuple[Picture, Region, Found | None]:
    """None for the statistics of a picture that cannot be read."""
    from player.media.pixels import region_statistics

    try:
        return picture, region, region_statistics(picture, region)
    except StreamError:
        return picture, region, None


def _answer(region: Region, found: Found) -> object:
    from ui.inspector.facts import selection_json

    return selection_json(region, found)["statistics"]
