"""The window's icons: one family of SVG strokes, coloured for the theme when they are loaded."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.resource_files import read_resource

ICON_SIZE = 20
"""Side of an icon in a button, in logical pixels."""


def svg_pixmap(name: str, colour: str, side: int) -> QPixmap:
    """The icon called `name` in `colour` (`#rrggbb`), `side` device pixels wide and high."""
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def load_icon(name: str, colour: str, disabled: str | None = None, *, ratio: float, side: int = ICON_SIZE) -> QIcon:
    """An icon `side` logical pixels wide, crisp where the device pixel ratio is `ratio`: whoever shows it loads it
    anew when that changes. `disabled` is its colour when disabled."""
    icon = QIcon()
    for mode, ink in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        if ink is not None:
            pixmap = svg_pixmap(name, ink, round(side * ratio))
            pixmap.setDevicePixelRatio(ratio)
            icon.addPixmap(pixmap, mode)
    return icon


def app_icon() -> QIcon:
    """The product's own icon, for the window and the task bar."""
    icon = QIcon()
    for side in (16, 32, 48, 128):
        icon.addPixmap(svg_pixmap("overplay", "#ffffff", side))
    return icon


@lru_cache(maxsize=64)
def _svg(name: str) -> str:
    return read_resource("icons", f"{name}.svg")
