"""Draws cues over the picture: white words with a dark edge, where their file wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from player.subtitles.styled import Block, blocks_of

if TYPE_CHECKING:
    from player.records import Cue, CueBitmap
    from ui.video.geometry import Placement, Rect, Size

HEIGHT_SHARE = 0.052
"""Of the picture's height on screen, for the letters; mpv's default is 55 of 720 with its leading."""
WIDTH_SHARE = 0.92
MARGIN_SHARE = 0.04
LEAST_PX = 13
"""Letters are not smaller than this many logical pixels."""
EDGE_SHARE = 0.09
WORDS = QColor("#ffffff")
EDGE = QColor(0, 0, 0, 230)


class SubtitlePainter:
    """Keeps what it drew: while the cues and the picture's place stay, a repaint copies an image."""

    def __init__(self) -> None:
        self.visible = True
        self._cues: tuple[Cue, ...] = ()
        self._drawn: tuple[tuple[Cue, ...], Size, float, QImage] | None = None

    @property
    def active(self) -> bool:
        return self.visible and bool(self._cues)

    def set_cues(self, cues: tuple[Cue, ...]) -> bool:
        """Whether they are others than before."""
        if cues == self._cues:
            return False
        self._cues = cues
        return True

    def paint(self, painter: QPainter, placement: Placement) -> None:
        rect = placement.rect.within(placement.area)
        if rect.empty:
            return
        ratio = painter.device().devicePixelRatioF()
        drawn = self._drawn
        if drawn is None or drawn[:3] != (self._cues, rect.size, ratio):
            drawn = self._drawn = (self._cues, rect.size, ratio, draw(self._cues, rect, ratio))
        painter.drawImage(QPointF(rect.x, rect.y), drawn[3])


def draw(cues: tuple[Cue, ...], rect: Rect, ratio: float) -> QImage:
    """The cues as they lie over a picture that covers `rect`, in device pixels."""
    image = QImage(QSize(*rect.size), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for cue in cues:
        for bitmap in cue.bitmaps:
            _draw_bitmap(painter, bitmap, rect)
    margin = rect.height * MARGIN_SHARE
    edges = {"top": margin, "bottom": rect.height - margin}
    for block in blocks_of(cues):
        document = _document(block, rect, ratio)
        height = document.size().height()
        row = (block.place - 1) // 3  # 0 below, 1 in the middle, 2 above
        if row == 0:
            edges["bottom"] -= height
            top = edges["bottom"]  # a second cue stands on the first
        elif row == 1:
            top = (rect.height - height) / 2
        else:
            top = edges["top"]
            edges["top"] += height
        painter.save()
        painter.translate(rect.width * (1 - WIDTH_SHARE) / 2, max(0.0, top))
        _set_edge(document, EDGE_SHARE * _letter_px(rect, ratio))
        document.drawContents(painter)
        _set_edge(document, None)
        document.drawContents(painter)
        painter.restore()
    painter.end()
    return image


def _draw_bitmap(painter: QPainter, bitmap: CueBitmap, rect: Rect) -> None:
    """Its screen is fitted into the picture, undistorted, on the picture's lower edge: films are cropped above and
    below after their subtitles were made."""
    across, down = bitmap.canvas
    scale = min(rect.width / across, rect.height / down)
    left, top = (rect.width - across * scale) / 2, rect.height - down * scale
    image = QImage(bitmap.rgba, bitmap.width, bitmap.height, 4 * bitmap.width, QImage.Format.Format_RGBA8888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    place = QRectF(left + bitmap.x * scale, top + bitmap.y * scale, bitmap.width * scale, bitmap.height * scale)
    painter.drawImage(place, image)


def _letter_px(rect: Rect, ratio: float) -> float:
    return max(rect.height * HEIGHT_SHARE, LEAST_PX * ratio)


def _document(block: Block, rect: Rect, ratio: float) -> QTextDocument:
    """Plain text with formats: what a file says is never read as HTML."""
    document = QTextDocument()
    document.setDocumentMargin(0)
    font = QFont()
    font.setPixelSize(round(_letter_px(rect, ratio)))
    document.setDefaultFont(font)
    across = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
    option = QTextOption(across[(block.place - 1) % 3])
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setTextWidth(rect.width * WIDTH_SHARE)
    cursor = QTextCursor(document)
    for number, line in enumerate(block.lines):
        if number:
            cursor.insertBlock()
        for span in line:
            look = QTextCharFormat()
            look.setForeground(WORDS)
            look.setFontWeight(QFont.Weight.Bold if span.bold else QFont.Weight.Medium)
            look.setFontItalic(span.italic)
            look.setFontUnderline(span.underlined)
            look.setFontStrikeOut(span.struck)
            cursor.insertText(span.text, look)
    return document


def _set_edge(document: QTextDocument, width: float | None) -> None:
    """An edge of that width around all letters, half of it outside them; None for the letters alone."""
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    look = QTextCharFormat()
    pen = QPen(Qt.PenStyle.NoPen)
    if width is not None:
        pen = QPen(EDGE, 2 * width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    look.setTextOutline(pen)
    cursor.mergeCharFormat(look)
