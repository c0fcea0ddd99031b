"""What detection shows over the picture: boxes, region, badge. Made when models are first asked for."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Slot

from ui.detections.badge import Badge
from ui.detections.class_legend import ClassLegend
from ui.detections.heat_painter import HeatPainter
from ui.detections.mouse import BoxMouse
from ui.detections.painter import BoxPainter
from ui.detections.region_painter import RegionPainter
from ui.video.overlay import Overlay

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from player.analysis.input_map import Rectangle
    from ui.detections.detecting import Detecting
    from ui.detections.pointed import Spot
    from ui.stage import Stage
    from ui.video.geometry import Point
    from ui.video.view import VideoView
    from ui.zoom import Zoom


class OverPicture(QObject):
    """GUI thread only."""

    def __init__(self, detecting: Detecting, zoom: Zoom, stage: Stage, view: VideoView) -> None:
        super().__init__(stage)
        self._detecting, self._zoom, self._stage, self._view = detecting, zoom, stage, view
        self.boxes = BoxPainter(detecting, lambda: view.painting)
        self.region = RegionPainter(detecting)
        self.heat = HeatPainter(detecting, lambda: view.painting, lambda: detecting.heat.opacity)
        self.overlay = Overlay(view, stage.view, stage)
        self.overlay.stackUnder(stage.bar)
        self.overlay.add(self.heat)
        self.overlay.add(self.region)
        self.overlay.add(self.boxes)
        self.legend = ClassLegend(detecting, stage, view)
        self.badge = Badge(detecting, stage, view)
        self.mouse = BoxMouse(detecting, view, stage, stage.view, self.spot_at)
        self._explore_before = stage.explore
        stage.explore = self._takes
        self._hovered_area: QRect | None = None
        detecting.changed.connect(self._on_changed)
        detecting.models_changed.connect(self._on_changed)
        detecting.pointed.hovered_changed.connect(self._on_hovered)
        detecting.pointed.selected_changed.connect(lambda _slot, _index: self.overlay.refresh())
        detecting.manner.region_wanted.connect(self.draw_region)
        detecting.heat.changed.connect(self._on_changed)
        self.mouse.region_drawn.connect(self._on_drawn)
        view.placement_changed.connect(self.badge.place_soon)

    def spot_at(self, point: Point) -> Spot | None:
        placement = self._view.placement
        if placement is None or placement.rect.empty:
            return None
        return self.boxes.spot_at(point, placement, self._stage.view.devicePixelRatioF())

    @Slot()
    def draw_region(self) -> None:
        """By a drag; what is selected already is taken as it is."""
        selected = self._zoom.selection
        if self._detecting.manner.is_drawing and selected is not None:
            x, y, width, height = selected
            self._detecting.manner.set_region((x, y, x + width, y + height))
            self._zoom.clear_selection()
        elif self._detecting.manner.is_drawing:
            self._detecting.message.emit("Drag over what models are to look at")
        self.mouse.follow_wish()

    def _takes(self, event: QEvent) -> bool:
        before = self._explore_before
        return self.mouse.takes(event) or (before is not None and before(event))

    @Slot()
    def _on_changed(self) -> None:
        self.mouse.look_again()
        self.overlay.refresh()
        self.legend.refresh()
        self.badge.refresh()

    @Slot()
    def _on_hovered(self) -> None:
        """Only what hovering draws is painted anew."""
        placement, ratio = self._view.placement, self._stage.view.devicePixelRatioF()
        former, self._hovered_area = self._hovered_area, None
        if placement is not None and not placement.rect.empty:
            self._hovered_area = self.boxes.card_area(placement, ratio)
        for area in (former, self._hovered_area):
            if area is not None:
                self.overlay.refresh(_logical(area, ratio))

    @Slot(object)
    def _on_drawn(self, region: Rectangle | None) -> None:
        self.region.drawn = region
        self.overlay.refresh()


def _logical(area: QRect, ratio: float) -> QRect:
    """The device-independent pixels that these device pixels touch."""
    left, top = floor(area.left() / ratio), floor(area.top() / ratio)
    return QRect(left, top, ceil((area.right() + 1) / ratio) - left, ceil((area.bottom() + 1) / ratio) - top)
