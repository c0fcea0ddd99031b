"""The code values of a picture written into its pixels, where those are large enough to be read in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPixmap

from player.errors import StreamError
from player.media.displayed import displayed_rgb
from player.media.look import PLAIN
from player.media.pixel_layout import pixel_layout
from player.media.pixels import region_values
from ui.inspector.facts import value_text
from ui.video.close_up import visible_region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from player.media.look import Look
    from player.media.raster import RasterConverter
    from player.records import Picture
    from ui.video.geometry import Placement

LEAST_ZOOM = 28.0
"""Device pixels that a pixel needs to have a value written in it."""
LEAST_TEXT = 7.0
"""Of logical pixels: what is smaller cannot be read."""
LARGEST_TEXT = 15.0
FILL = 0.86
"""The part of a pixel's width and height that text may take."""
LUMA = (0.2126, 0.7152, 0.0722)


class ValuePainter:
    """Implements OverlayPainter. The text of one picture at one place is made once and kept."""

    def __init__(self, converter: RasterConverter) -> None:
        self._converter = converter
        self._picture: Picture | None = None
        self._look: tuple[Look, Picture | None] = (PLAIN, None)
        self._hexadecimal = False
        self._zoomed = False
        self._kept: tuple[object, QPixmap] | None = None

    @property
    def active(self) -> bool:
        return self._picture is not None and self._zoomed

    def show(
        self,
        picture: Picture | None,
        placement: Placement | None,
        look: tuple[Look, Picture | None],
        *,
        hexadecimal: bool,
    ) -> None:
        """What to write; `picture` None for nothing. `look` is how pixels are displayed, with its reference."""
        self._picture = picture
        self._look = look
        self._hexadecimal = hexadecimal
        self._zoomed = placement is not None and placement.viewport.nearest and placement.zoom >= LEAST_ZOOM
        if not self.active:
            self._kept = None

    def paint(self, painter: QPainter, placement: Placement) -> None:
        picture = self._picture
        if picture is None or placement.visible.empty or picture.coded_size != placement.coded_size:
            return
        ratio = painter.device().devicePixelRatioF()
        look, reference = self._look
        key = (picture, reference, placement, look, self._hexadecimal, ratio)
        if self._kept is None or not _same(self._kept[0], key):
            try:
                self._kept = (key, self._made(picture, placement, ratio))
            except StreamError:
                return  # nothing of it can be read: the panel says so
        part = placement.visible
        painter.drawPixmap(part.x, part.y, self._kept[1])

    def _made(self, picture: Picture, placement: Placement, ratio: float) -> QPixmap:
        region, part = visible_region(placement), placement.visible
        pixmap = QPixmap(part.width, part.height)
        pixmap.fill(Qt.GlobalColor.transparent)
        texts = list(_texts(picture, region, hexadecimal=self._hexadecimal))
        cell_width, cell_height = _cell(placement)
        font = _fitting(texts, cell_width * FILL, cell_height * FILL, ratio)
        if font is None:
            return pixmap
        look, reference = self._look
        shown = displayed_rgb(picture, look, region, reference=reference, converter=self._converter)
        is_light = shown @ np.array(LUMA) > 128
        painter = QPainter(pixmap)
        painter.setFont(font)
        painter.translate(-part.x, -part.y)
        for light, colour in ((True, QColor(0, 0, 0, 225)), (False, QColor(255, 255, 255, 225))):
            painter.setPen(colour)
            for (x, y, text), here in zip(texts, is_light.ravel(), strict=True):
                if here == light:
                    left, top = placement.to_widget((x + 0.5, y + 0.5))
                    cell = QRectF(left - cell_width / 2, top - cell_height / 2, cell_width, cell_height)
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return pixmap


def _same(one: Any, other: Any) -> bool:
    """The pictures must be the same objects: comparing pixels would take too long, and mean nothing."""
    return one[0] is other[0] and one[1] is other[1] and one[2:] == other[2:]


def _cell(placement: Placement) -> tuple[float, float]:
    """What one pixel takes of the widget, across and down."""
    wide, high = placement.pixel_size
    return placement.rect.width / wide, placement.rect.height / high


def _texts(picture: Picture, region: tuple[int, int, int, int], *, hexadecimal: bool) -> Iterator[tuple[int, int, str]]:
    """Coded x and y of each pixel of the region, row by row, and its components, one a line."""
    left, top, width, height = region
    layout = pixel_layout(picture.frame.format.name)
    values = region_values(picture, region)
    columns, rows = np.arange(left, left + width), np.arange(top, top + height)
    planes: list[tuple[NDArray[Any], int]] = []
    for at, samples in enumerate(values.values()):
        part = layout.parts[min(at, len(layout.parts) - 1)] if layout is not None else None
        across, down = (1, 1) if part is None else part.span
        bits = 8 if part is None else 0 if part.is_float else part.bits
        spread = samples[np.ix_(rows // down - top // down, columns // across - left // across)]
        planes.append((spread, bits))
    for y in range(height):
        for x in range(width):
            lines = (value_text(plane[y, x].item(), bits, hexadecimal=hexadecimal) for plane, bits in planes)
            yield left + x, top + y, "\n".join(lines)


def _fitting(texts: list[tuple[int, int, str]], width: float, height: float, ratio: float) -> QFont | None:
    """The largest font in which every text fits; None when it would be too small to read."""
    lines = max(text.count("\n") + 1 for _x, _y, text in texts)
    longest = max(len(line) for _x, _y, text in texts for line in text.split("\n"))
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(100)
    metrics = QFontMetricsF(font)
    size = min(height / lines / metrics.lineSpacing(), width / longest / metrics.horizontalAdvance("0")) * 100
    if size < LEAST_TEXT * ratio:
        return None
    font.setPixelSize(int(min(size, LARGEST_TEXT * ratio)))
    return font
