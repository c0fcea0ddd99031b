"""Brings in what detection shows over the picture when there is first something to show, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from ui.detections.detecting import Detecting
    from ui.detections.over_picture import OverPicture
    from ui.stage import Stage
    from ui.zoom import Zoom


class Coming(QObject):
    """Owned by the stage."""

    def __init__(self, detecting: Detecting, zoom: Zoom, stage: Stage) -> None:
        super().__init__(stage)
        self._detecting, self._zoom, self._stage = detecting, zoom, stage
        self.made: OverPicture | None = None
        detecting.changed.connect(self._make)
        detecting.manner.region_wanted.connect(self._make)

    @Slot()
    def _make(self) -> None:
        view = self._zoom.view
        if self.made is not None or view is None:
            return
        from ui.detections.over_picture import OverPicture

        self.made = OverPicture(self._detecting, self._zoom, self._stage, view)
        self._detecting.changed.disconnect(self._make)
        self._detecting.manner.region_wanted.disconnect(self._make)
        if self._detecting.manner.is_drawing:
            self.made.draw_region()
