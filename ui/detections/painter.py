"""Draws over the picture what models found in it: masks, boxes, landmarks, labels, the numbers of one box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from ui.detections import card, outlines
from ui.detections.colours import COLOURS, DARK, colour_number
from ui.detections.masks import draw_masks
from ui.detections.places import box_at, boxes_in_view
from ui.detections.pointed import Spot
from ui.detections.sheet import Sheet, lay_out
from ui.detections.tags import Tags, mark_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.analysis.view import View
    from player.records import Picture
    from ui.detections.manner import Stale
    from ui.video.geometry import Placement, Point

DOT = 3.0
"""Half the width of a landmark, in device-independent pixels."""


class Shown(Protocol):
    """What a painter must know: `Detecting` tells it of the window."""

    @property
    def views(self) -> tuple[View, ...]: ...
    @property
    def picture(self) -> Picture | None: ...
    @property
    def is_on(self) -> bool: ...
    @property
    def stale(self) -> Stale: ...
    @property
    def hovered(self) -> Spot | None: ...
    @property
    def selected(self) -> Spot | None: ...


class BoxPainter:
    """Implements OverlayPainter. `on_view` gives the picture whose pixels the view paints."""

    def __init__(self, detecting: Shown, on_view: Callable[[], Picture | None]) -> None:
        self._detecting = detecting
        self._on_view = on_view
        self._sheets: tuple[Sheet, ...] = ()
        self._laid_out_for: tuple[object, ...] = ()
        self._tags = Tags(1.0)
        self._dots: dict[int, QImage] = {}

    @property
    def active(self) -> bool:
        return any(self._is_drawn(view) for view in self._detecting.views)

    def _is_drawn(self, view: View) -> bool:
        if not self._detecting.is_on or not len(view.detections):
            return False
        return view.state == "exact" or (view.state == "stale" and self._detecting.stale == "dim")

    def paint(self, painter: QPainter, placement: Placement) -> None:
        ratio = painter.device().devicePixelRatioF()
        sheets = self.sheets(placement, ratio)
        for sheet in sheets:
            if sheet.fresh and sheet.view.detections.masks is not None:
                draw_masks(painter, sheet, placement)
        for sheet in sheets:
            (outlines.draw_fresh if sheet.fresh else outlines.draw_stale)(painter, sheet, ratio)
        for sheet in sheets:
            if sheet.fresh and sheet.landmarks is not None:
                self._draw_landmarks(painter, sheet)
        hovered, selected = self._found(self._detecting.hovered), self._found(self._detecting.selected)
        for spot in (hovered, selected):
            if spot is not None:
                outlines.draw_emphasis(painter, *_box(*spot), ratio, selected=spot is selected)
        for sheet in sheets:
            self._tags.draw(painter, sheet, marked=self._marked)
        if hovered is not None:
            rect, lines = self._card(*hovered, placement)
            card.draw_card(painter, rect, lines, _box(*hovered)[1], self._tags.font, ratio)

    # -- what there is to draw

    @property
    def _marked(self) -> bool:
        return len(self._detecting.views) > 1

    def sheets(self, placement: Placement, ratio: float) -> tuple[Sheet, ...]:
        """Of the models that have something to show, laid out for this placement; kept until something changes."""
        detecting, picture = self._detecting, self._on_view()
        is_there = picture is not None and picture is detecting.picture
        state = (
            detecting.views, detecting.is_on, detecting.stale, detecting.selected,
            is_there, placement, ratio,
        )  # fmt: skip
        if state == self._laid_out_for:
            return self._sheets
        self._laid_out_for = state
        if ratio != self._tags.ratio:
            self._tags = Tags(ratio)
            self._dots.clear()
        self._sheets = tuple(
            lay_out(view, placement, rank=rank, fresh=view.state == "exact" and is_there)
            for rank, view in enumerate(detecting.views)
            if self._is_drawn(view) and (is_there or detecting.stale == "dim")
        )
        selected = self._found(detecting.selected)
        first = () if selected is None or not selected[0].fresh else (selected,)
        fresh = [sheet for sheet in self._sheets if sheet.fresh]
        self._tags.place(fresh, placement.visible, first=first, marked=self._marked)
        return self._sheets

    def spot_at(self, point: Point, placement: Placement, ratio: float) -> Spot | None:
        """The smallest box under a point of the view, in its device pixels."""
        best, least = None, float("inf")
        for view in self._detecting.views:
            if self._is_drawn(view):
                boxes = boxes_in_view(placement, view.detections.xyxy)
                at = box_at(boxes, point, outlines.reach(ratio))
                if at is not None and (size := _area(boxes[at].tolist())) < least:
                    best, least = Spot(view.slot, at), size
        return best

    def card_area(self, placement: Placement, ratio: float) -> QRect | None:
        """All that hovering draws, in the view's device pixels; None while nothing is hovered."""
        self.sheets(placement, ratio)
        hovered = self._found(self._detecting.hovered)
        if hovered is None:
            return None
        sheet, at = hovered
        edge = 2 * outlines.reach(ratio)
        left, top, right, bottom = sheet.boxes[at].tolist()
        around = QRect(left - edge, top - edge, right - left + 2 * edge, bottom - top + 2 * edge)
        return around.united(self._card(sheet, at, placement)[0])

    def _found(self, spot: Spot | None) -> tuple[Sheet, int] | None:
        for sheet in self._sheets:
            if spot is not None and spot.slot == sheet.view.slot:
                at = sheet.place_of(spot.index)
                return None if at is None else (sheet, at)
        return None

    # -- parts

    def _card(self, sheet: Sheet, at: int, placement: Placement) -> tuple[QRect, list[str]]:
        ratio, font = self._tags.ratio, self._tags.font
        model = f"{mark_text(sheet.rank)}  {sheet.view.model}" if self._marked else ""
        lines = card.card_lines(sheet.view, int(sheet.indices[at]), model=model)
        size = card.card_size(lines, font, ratio)
        gap = outlines.reach(ratio) + round(card.GAP * ratio)
        return card.place_card(size, sheet.boxes[at].tolist(), placement.visible, gap), lines

    def _draw_landmarks(self, painter: QPainter, sheet: Sheet) -> None:
        assert sheet.landmarks is not None
        for class_id, points in zip(sheet.class_ids, sheet.landmarks.tolist(), strict=True):
            dot = self._dot(colour_number(class_id))
            half = dot.width() / 2
            for x, y in points:
                painter.drawImage(QPointF(round(x - half), round(y - half)), dot)

    def _dot(self, number: int) -> QImage:
        dot = self._dots.get(number)
        if dot is None:
            ratio = self._tags.ratio
            side = 2 * round((DOT + 1) * ratio)
            dot = self._dots[number] = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
            dot.fill(Qt.GlobalColor.transparent)
            with QPainter(dot) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                for colour, edge in ((DARK, 0.0), (COLOURS[number], ratio)):
                    painter.setBrush(colour)
                    painter.drawEllipse(QRectF(edge, edge, side - 2 * edge, side - 2 * edge))
        return dot


def _box(sheet: Sheet, at: int) -> tuple[list[int], int]:
    return sheet.boxes[at].tolist(), sheet.class_ids[at]


def _area(box: list[int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
