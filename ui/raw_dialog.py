"""The window that asks what raw pictures are: size, pixel format, rate, with what would come of it below."""

from __future__ import annotations

import os
import threading
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from player.errors import PlayerError
from player.media.raw_name import exact_rate, guess_from_name
from player.media.raw_video import picture_bytes, pixel_formats
from player.options import Input
from ui.wording import file_name

if TYPE_CHECKING:
    from ui.theme import Colours

PREVIEW = QSize(400, 225)
LARGEST_SIDE = 32768
SIZES = (
    ("8K UHD", 7680, 4320), ("4K DCI", 4096, 2160), ("4K UHD", 3840, 2160), ("Full HD", 1920, 1080),
    ("HD", 1280, 720), ("PAL", 720, 576), ("NTSC", 720, 480), ("VGA", 640, 480), ("WVGA", 832, 480),
    ("CIF", 352, 288), ("SIF", 352, 240), ("WQVGA", 416, 240), ("QCIF", 176, 144),
)  # fmt: skip
FORMATS = {
    "yuv420p": "Y'CbCr 4:2:0, 8 bit, planar", "yuv422p": "Y'CbCr 4:2:2, 8 bit, planar",
    "yuv444p": "Y'CbCr 4:4:4, 8 bit, planar", "nv12": "Y'CbCr 4:2:0, 8 bit, NV12",
    "yuyv422": "Y'CbCr 4:2:2, 8 bit, YUYV", "uyvy422": "Y'CbCr 4:2:2, 8 bit, UYVY",
    "yuv420p10le": "Y'CbCr 4:2:0, 10 bit, planar", "yuv422p10le": "Y'CbCr 4:2:2, 10 bit, planar",
    "yuv444p10le": "Y'CbCr 4:4:4, 10 bit, planar", "p010le": "Y'CbCr 4:2:0, 10 bit, P010",
    "yuv420p16le": "Y'CbCr 4:2:0, 16 bit, planar", "gray": "Luma alone, 8 bit", "gray10le": "Luma alone, 10 bit",
    "rgb24": "R'G'B', 8 bit", "bgr24": "B'G'R', 8 bit", "rgba": "R'G'B'A, 8 bit", "bgra": "B'G'R'A, 8 bit",
    "gbrp": "G'B'R', 8 bit, planar", "gbrp10le": "G'B'R', 10 bit, planar", "rgb48le": "R'G'B', 16 bit",
}  # fmt: skip
"""The usual ones, in words; the others follow by their names."""
RATES = ("23.976", "24", "25", "29.97", "30", "50", "59.94", "60", "100", "120")


def first_choice(path: str, size_bytes: int, given: Input, last: str) -> Input:
    """What to begin with: what is known of the file, then what was chosen last, then what divides it evenly."""
    guess = guess_from_name(path)
    size, pix_fmt = given.size or guess.size, given.pix_fmt or guess.pix_fmt
    known = read_choice(last)
    if size is None and known is not None and _divides(size_bytes, pix_fmt or known.pix_fmt, known.size):
        size, pix_fmt = known.size, pix_fmt or known.pix_fmt
    if size is None:
        sizes = [(width, height) for _, width, height in SIZES]
        size = next((each for each in sizes if _divides(size_bytes, pix_fmt or "yuv420p", each)), None)
    if size is None:
        size, pix_fmt = (known.size, pix_fmt or known.pix_fmt) if known is not None else ((1920, 1080), pix_fmt)
    rate = given.rate or guess.rate or (known.rate if known is not None else None) or Fraction(25)
    return Input("rawvideo", size, pix_fmt or "yuv420p", rate)


def write_choice(chosen: Input) -> str:
    """For the settings: `352x288 yuv420p 25`."""
    width, height = chosen.size or (0, 0)
    return f"{width}x{height} {chosen.pix_fmt} {chosen.rate}"


def read_choice(text: str) -> Input | None:
    """None for anything but what `write_choice` wrote."""
    size, _, rest = text.partition(" ")
    pix_fmt, _, rate = rest.partition(" ")
    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and pix_fmt in pixel_formats() and exact_rate(rate)):
        return None
    if not (0 < int(width) <= LARGEST_SIDE and 0 < int(height) <= LARGEST_SIDE):
        return None
    return Input("rawvideo", (int(width), int(height)), pix_fmt, exact_rate(rate))


def _divides(size_bytes: int, pix_fmt: str | None, size: tuple[int, int] | None) -> bool:
    return bool(pix_fmt and size and size_bytes) and size_bytes % picture_bytes(pix_fmt or "", *(size or (1, 1))) == 0


class Previewer(QObject):
    """Reads first pictures off the GUI thread, one at a time; of what was asked meanwhile the latest counts."""

    came = Signal(object)  # a QImage, or None where there is no picture
    _done = Signal(object, object)

    def __init__(self, path: str, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._thread: threading.Thread | None = None
        self._next: Input | None = None
        self._closed = False
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def read(self, given: Input, side: QSize) -> None:
        self._side = side
        if self._thread is not None:
            self._next = given
            return
        self._thread = threading.Thread(target=self._run, args=(given, side), name="raw-preview")
        self._thread.start()

    def close(self) -> None:
        self._closed, self._next = True, None
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self, given: Input, side: QSize) -> None:
        from player.media.raw_preview import first_picture

        image = None
        try:
            pixels = first_picture(self._path, given, (side.width(), side.height()))
            height, width = pixels.shape[:2]
            image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        except PlayerError:
            pass  # the line below the fields says what is wrong
        self._done.emit(given, image)

    @Slot(object, object)
    def _on_done(self, _given: Input, image: QImage | None) -> None:
        if self._closed:
            return
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        following, self._next = self._next, None
        if following is not None:
            self.read(following, self._side)
        else:
            self.came.emit(image)


class RawDialog(QDialog):
    """`chosen` comes with the Input; closing it any other way is a refusal."""

    chosen = Signal(str, object)  # the path, and an Input

    def __init__(self, parent: QWidget, path: str, size_bytes: int, begin: Input, colours: Colours) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Raw pictures — Overplay")
        self._path, self._size_bytes, self._colours = path, size_bytes, colours
        self._previewer = Previewer(path, self)
        self._previewer.came.connect(self._show_preview)
        self._lay_out()
        self._fill(begin)
        for changed in (self.width_box.valueChanged, self.height_box.valueChanged):
            changed.connect(self._on_size)
        self.preset.activated.connect(self._on_preset)
        self.format.currentIndexChanged.connect(self._look)
        self.rate.editTextChanged.connect(self._look)
        self._look()

    # -- what is chosen

    @property
    def choice(self) -> Input | None:
        """None while the rate is no number."""
        rate = exact_rate(self.rate.currentText().strip())
        if rate is None:
            return None
        size = (self.width_box.value(), self.height_box.value())
        return Input("rawvideo", size, str(self.format.currentData()), rate)

    def accept(self) -> None:
        choice = self.choice
        if choice is not None and self._ok.isEnabled():
            super().accept()
            self.chosen.emit(self._path, choice)

    def done(self, result: int) -> None:
        self._previewer.close()
        super().done(result)

    # -- looks

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        words = QLabel(self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        name = self.fontMetrics().elidedText(file_name(self._path), Qt.TextElideMode.ElideMiddle, PREVIEW.width())
        words.setText(f"{name}\nholds pictures without a header. What are they?")
        column.addWidget(words)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.width_box, self.height_box = _side_box("Width"), _side_box("Height")
        self.preset = QComboBox()
        self.preset.setAccessibleName("Usual sizes")
        self.preset.addItem("Usual sizes", None)
        for title, width, height in SIZES:
            self.preset.addItem(f"{title}  {width} × {height}", (width, height))
        sides = QWidget(self)
        sides.setFocusProxy(self.width_box)
        row = QHBoxLayout(sides)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.width_box)
        row.addWidget(QLabel("×"))
        row.addWidget(self.height_box)
        row.addWidget(self.preset, 1)
        self.format = QComboBox()
        self.format.setAccessibleName("Pixel format")
        self.format.setMaxVisibleItems(20)
        for fmt, title in FORMATS.items():
            self.format.addItem(f"{title}  ({fmt})", fmt)
        self.format.insertSeparator(self.format.count())
        for fmt in pixel_formats():
            if fmt not in FORMATS:
                self.format.addItem(fmt, fmt)
        self.rate = QComboBox()
        self.rate.setAccessibleName("Pictures a second")
        self.rate.setEditable(True)
        self.rate.addItems(list(RATES))
        fields: list[tuple[str, QWidget]] = [("&Size", sides), ("&Format", self.format), ("&Rate", self.rate)]
        for line, (title, field) in enumerate(fields):
            label = QLabel(title, self)
            label.setBuddy(field)
            grid.addWidget(label, line, 0)
            grid.addWidget(field, line, 1)
        column.addLayout(grid)
        self.preview = QLabel(self)
        self.preview.setObjectName("raw-preview")
        self.preview.setFixedSize(PREVIEW)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setStyleSheet(f"background: #000000; color: {self._colours.dim}; border-radius: 4px;")
        column.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hint = QLabel(self)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        self.hint.setMinimumHeight(self.fontMetrics().lineSpacing() * 2)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.hint)
        buttons = QDialogButtonBox(self)
        self._ok = buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        self._ok.setDefault(True)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _fill(self, begin: Input) -> None:
        width, height = begin.size or (1920, 1080)
        self.width_box.setValue(width)
        self.height_box.setValue(height)
        self._mark_preset()
        self.format.setCurrentIndex(max(0, self.format.findData(begin.pix_fmt)))
        rate = begin.rate or Fraction(25)
        self.rate.setEditText(next((each for each in RATES if exact_rate(each) == rate), str(rate)))

    @Slot()
    def _on_size(self) -> None:
        self._mark_preset()
        self._look()

    def _mark_preset(self) -> None:
        size = (self.width_box.value(), self.height_box.value())
        place = next((n for n in range(1, self.preset.count()) if tuple(self.preset.itemData(n)) == size), 0)
        self.preset.setCurrentIndex(place)

    @Slot(int)
    def _on_preset(self, place: int) -> None:
        if (size := self.preset.itemData(place)) is not None:
            self.width_box.setValue(size[0])
            self.height_box.setValue(size[1])

    @Slot()
    def _look(self) -> None:
        """Says what would come of the choice, and shows its first picture."""
        choice = self.choice
        text, good = describe_choice(choice, self._size_bytes)
        self.hint.setText(text)
        self.hint.setStyleSheet("" if good else f"color: {self._colours.warning};")
        whole = choice is not None and "whole" in text
        self._ok.setEnabled(whole)
        if whole and choice is not None:
            self._previewer.read(choice, PREVIEW * self.devicePixelRatioF())
        else:
            self._show_preview(None)

    @Slot(object)
    def _show_preview(self, image: QImage | None) -> None:
        if image is None:
            self.preview.setPixmap(QPixmap())
            self.preview.setText("No picture")
            return
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self.preview.setPixmap(QPixmap.fromImage(image))


def describe_choice(choice: Input | None, size_bytes: int) -> tuple[str, bool]:
    """How many pictures the file would have, and whether that is as it should be."""
    if choice is None:
        return "The rate is not a number of pictures a second.", False
    assert choice.size is not None
    assert choice.pix_fmt is not None
    try:
        each = picture_bytes(choice.pix_fmt, *choice.size)
    except ValueError:
        return "There are no such pictures.", False
    count, rest = divmod(size_bytes, each)
    if not count:
        return f"The file has {size_bytes:,} bytes; one picture takes {each:,}.", False
    pictures = "1 whole picture" if count == 1 else f"{count:,} whole pictures"
    if rest:
        return f"{pictures} of {each:,} bytes, and {rest:,} bytes left over: size or format may be another.", False
    seconds = float(count / (choice.rate or 25))
    return f"{pictures} of {each:,} bytes, nothing left over; {seconds:.2f} seconds.", True


def _side_box(name: str) -> QSpinBox:
    box = QSpinBox()
    box.setAccessibleName(name)
    box.setRange(1, LARGEST_SIDE)
    box.setKeyboardTracking(True)
    return box


def file_size(path: str) -> int:
    """0 where it cannot be asked."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
