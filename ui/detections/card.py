"""The numbers of the box under the pointer, on a small card beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from player.errors import plain
from ui.detections.colours import LIGHT, class_colour
from ui.detections.sheet import class_name

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from player.analysis.view import View
    from ui.video.geometry import Rect

GROUND = QColor(12, 14, 18, 225)
FAINT = QColor("#a4abb6")
PAD = 8
GAP = 6


def card_lines(view: View, index: int, *, model: str = "") -> list[str]:
    """Class and confidence, where it lies in coded pixels, its size; and how old it is. `model` where there are two."""
    detections = view.detections
    left, top, right, bottom = detections.xyxy[index].tolist()
    name = class_name(view.labels, int(detections.class_id[index]))
    lines = [
        f"{name}   {float(detections.confidence[index]):.3f}",
        f"{left:.1f}, {top:.1f} – {right:.1f}, {bottom:.1f}",
        f"{right - left:.1f} × {bottom - top:.1f} px",
    ]
    if view.age_frames:
        lines.append("of the frame before" if view.age_frames == 1 else f"of {view.age_frames} frames ago")
    if model:
        lines.append(plain(model))
    return lines


def place_card(size: tuple[int, int], box: list[int], room: Rect, gap: int) -> QRect:
    """Right of the box, else left of it, else over it; all of it in `room` where that is large enough."""
    (width, height), (left, top, right, _bottom) = size, box
    most_x, most_y = room.x + room.width - width, room.y + room.height - height
    x = right + gap
    if x > most_x:
        x = left - gap - width
    if x < room.x:
        x = right - gap - width
    return QRect(max(room.x, min(x, most_x)), max(room.y, min(top, most_y)), width, height)


def card_size(lines: list[str], font: QFont, ratio: float) -> tuple[int, int]:
    metrics = QFontMetrics(font)
    pad = round(PAD * ratio)
    width = max(metrics.horizontalAdvance(line) for line in lines) + metrics.height()
    return width + 2 * pad, metrics.height() * len(lines) + 2 * pad


def draw_card(painter: QPainter, rect: QRect, lines: list[str], class_id: int, font: QFont, ratio: float) -> None:
    metrics = QFontMetrics(font)
    pad, step = round(PAD * ratio), metrics.height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(QRectF(rect), 6 * ratio, 6 * ratio)
    painter.setBrush(class_colour(class_id))
    side = step * 0.55
    painter.drawRoundedRect(QRectF(rect.x() + pad, rect.y() + pad + (step - side) / 2, side, side), ratio, ratio)
    painter.setFont(font)
    base = rect.y() + pad + metrics.ascent()
    for row, line in enumerate(lines):
        painter.setPen(LIGHT if row < 3 else FAINT)
        painter.drawText(QPointF(rect.x() + pad + step, base + row * step), line)
    painter.restore()
