"""Heat maps over the picture: from a dark violet where a picture speaks a little for a class to yellow where the most.

The ramp is matplotlib's inferno (N. Smith and S. van der Walt, 2015, CC0): its lightness rises evenly, so that people
who see few colours read it too. What is cold lets the picture through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from player.analysis.input_map import turned_upright
from ui.detections.places import points_in_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.analysis.classes import Heat
    from player.analysis.view import View
    from player.records import Picture
    from ui.detections.manner import Stale
    from ui.video.geometry import Placement

INFERNO = (
    "#000004", "#160b39", "#420a68", "#6a176e", "#932667", "#bc3754", "#dd513a", "#f37819", "#fca50a", "#f6d746",
    "#fcffa4",
)  # fmt: skip
"""At every tenth."""
SHOWN = 0.2, 0.9
"""The part of it that is used: neither black nor nearly white."""
STEP = 4
"""So many device pixels lie between the places whose colour is worked out; Qt fills in the others."""
OLD = 0.4
"""How much is left of the heat of an earlier picture."""


class ShownHeat(Protocol):
    """What the painter must know: `Detecting` tells it of the window."""

    @property
    def views(self) -> tuple[View, ...]: ...
    @property
    def picture(self) -> Picture | None: ...
    @property
    def is_on(self) -> bool: ...
    @property
    def stale(self) -> Stale: ...


class HeatPainter:
    """Implements OverlayPainter. `on_view` gives the picture whose pixels the view paints."""

    def __init__(self, shown: ShownHeat, on_view: Callable[[], Picture | None], opacity: Callable[[], float]) -> None:
        self._shown = shown
        self._on_view = on_view
        self._opacity = opacity
        self._made: dict[int, tuple[tuple[object, ...], QRectF, QImage]] = {}  # by the model's slot

    @property
    def active(self) -> bool:
        return self._shown.is_on and any(self._strength(view) > 0 for view in self._shown.views)

    def _strength(self, view: View) -> float:
        """0 for what is not to be drawn."""
        if view.classes is None or view.classes.heat is None or view.state not in ("exact", "stale"):
            return 0.0
        is_there = self._on_view() is self._shown.picture
        if view.state == "exact" and is_there:
            return self._opacity()
        return self._opacity() * OLD if self._shown.stale == "dim" else 0.0

    def paint(self, painter: QPainter, placement: Placement) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for view in self._shown.views:
            strength = self._strength(view)
            if strength > 0 and view.classes is not None and view.classes.heat is not None:
                made_of = (view.classes.heat, placement, strength)
                made = self._made.get(view.slot)
                if made is None or made[0] != made_of:
                    made = self._made[view.slot] = (made_of, *heat_image(*made_of))
                painter.drawImage(made[1], made[2])


def heat_image(heat: Heat, placement: Placement, opacity: float) -> tuple[QRectF, QImage]:
    """What of it is in sight: where in the view, in device pixels, and the picture that belongs there."""
    seen = np.array([heat.seen], np.float32).reshape(2, 2)
    covered = np.array([heat.xyxy], np.float32).reshape(2, 2)
    part = placement.visible
    near, far = np.array((part.x, part.y)), np.array((part.x + part.width, part.y + part.height))
    corners = points_in_view(placement, seen)
    start, end = np.maximum(corners.min(axis=0), near), np.minimum(corners.max(axis=0), far)
    if (end <= start).any():
        return QRectF(), QImage()
    width, height = (max(1, int(side)) for side in np.ceil((end - start) / STEP).tolist())
    corners = points_in_view(placement, covered)
    first, last = corners.min(axis=0), corners.max(axis=0)
    upright = turned_upright(heat.values, placement.orientation)
    rows, columns = upright.shape
    (x, y), (right, below) = start.tolist(), end.tolist()
    across = _weights(x, right, width, first[0], last[0], columns)
    down = _weights(y, below, height, first[1], last[1], rows)
    values = down @ upright @ across.T
    pixels = RAMP[np.clip(values * 255 + 0.5, 0, 255).astype(np.uint8)] * np.float32(opacity)
    flat = np.ascontiguousarray((pixels + 0.5).astype(np.uint8))
    image = QImage(flat.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
    return QRectF(x, y, right - x, below - y), image


def _weights(begin: float, end: float, count: int, first: float, last: float, places: int) -> NDArray[np.float32]:
    """(count, places): what each place counts for the points in a row from `begin` to `end`, of a map from `first` to
    `last`. Between the places' middles it goes in straight lines, beyond the outermost on as there."""
    points = begin + (np.arange(count) + 0.5) * (end - begin) / count
    at = np.clip((points - first) / (last - first) * places - 0.5, 0, places - 1)
    weights: NDArray[np.float64] = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(places)))
    return weights.astype(np.float32)


def ramp_colours(count: int) -> NDArray[np.float32]:
    """(count, 3): red, green, blue, from cold to hot."""
    colours = [QColor(each) for each in INFERNO]
    anchors = np.array([(each.red(), each.green(), each.blue()) for each in colours], np.float32)
    at = np.linspace(*SHOWN, count) * (len(INFERNO) - 1)
    parts = [np.interp(at, np.arange(len(INFERNO)), anchors[:, part]) for part in range(3)]
    return np.stack(parts, axis=1).astype(np.float32)


def _make_ramp() -> NDArray[np.float32]:
    """(256, 4): blue, green, red and how much of the picture is covered, for full opacity; colours times that."""
    covered = np.linspace(0, 1, 256, dtype=np.float32)[:, None] ** np.float32(0.7)
    return np.concatenate((ramp_colours(256)[:, ::-1] * covered, 255 * covered), axis=1)


RAMP = _make_ramp()
