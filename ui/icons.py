"""The window's icons: one family of SVG strokes, coloured for the theme when they are loaded."""

from __future__ import annotations

from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICON_SIZE = 20
"""Side of an icon in a button, in logical pixels."""
SCALES = (1.0, 1.5, 2.0, 3.0)
"""Device pixel ratios that icons are drawn for, so that none is scaled from a smaller one."""


def svg_pixmap(name: str, colour: str, side: int) -> QPixmap:
    """The icon called `name` in `colour` (`#rrggbb`), `side` device pixels wide and high."""
    text = resources.files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def load_icon(name: str, colour: str, disabled: str | None = None, side: int = ICON_SIZE) -> QIcon:
    """An icon `side` logical pixels wide, crisp at every scale in SCALES; `disabled` is its colour when disabled."""
    icon = QIcon()
    for scale in SCALES:
        icon.addPixmap(svg_pixmap(name, colour, round(side * scale)), QIcon.Mode.Normal)
        if disabled is not None:
            icon.addPixmap(svg_pixmap(name, disabled, round(side * scale)), QIcon.Mode.Disabled)
    return icon


def app_icon() -> QIcon:
    """The product's own icon, for the window and the task bar."""
    icon = QIcon()
    for side in (16, 32, 48, 128):
        icon.addPixmap(svg_pixmap("overplay", "#ffffff", side))
    return icon
