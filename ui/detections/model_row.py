"""One model in the panel: which it is, what it runs on, and how it fares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from player.watching import PRECISIONS
from ui.detections.model_menu import ModelMenu
from ui.detections.wording import model_name, state_words
from ui.detections.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from player.analysis.devices import DeviceInfo
    from player.analysis.view import View
    from ui.detections.detecting import Detecting
    from ui.detections.opening import Seat

NAMES = ("Model", "Second model")
NO_MODEL = "Choose a model"
LOOKING = "Looking…"


class ModelRow(QWidget):
    """The model at `place`. Devices are looked for when somebody opens their list: that takes a second."""

    def __init__(self, detecting: Detecting, place: int) -> None:
        super().__init__()
        self._detecting = detecting
        self._place = place
        self.choice = ElidedButton(NO_MODEL)
        self.choice.setObjectName("small")
        self.choice.setAccessibleName(NAMES[place])
        menu = QMenu(self.choice)
        menu.setToolTipsVisible(True)
        self.choice.setMenu(menu)
        self.menu = ModelMenu(menu, detecting, place)
        self.device = DeviceBox()
        self.device.setAccessibleName(f"{NAMES[place]}: device")
        self.device.setToolTip("What the model runs on")
        self.device.list_wanted.connect(detecting.arrivals.look_for_devices)
        self.device.activated.connect(self._on_way)
        self.precision = QComboBox()
        self.precision.setAccessibleName(f"{NAMES[place]}: precision")
        self.precision.setToolTip("What the model computes in; fp16 and bf16 are quicker on most graphics cards")
        self.precision.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for precision in PRECISIONS:
            self.precision.addItem(precision.capitalize() if precision == "auto" else precision, precision)
        self.precision.activated.connect(self._on_way)
        self.state = WrappedLabel()
        self.second = QToolButton()
        self.second.setObjectName("chip")
        self.second.setText("+")
        self.second.setToolTip("A second model beside this one")
        self.second.setAccessibleName("Second model")
        self.second.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.second.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        if place == 0:
            more = QMenu(self.second)
            self.second.setMenu(more)
            self.second_menu = ModelMenu(more, detecting, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.choice, 0, 0)
        grid.addWidget(self.device, 0, 1, 1, 2)
        grid.addWidget(self.second, 0, 3)
        grid.addWidget(self.state, 1, 0, 1, 2)
        grid.addWidget(self.precision, 1, 2, 1, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)

    def show_model(self, seat: Seat | None, view: View | None, *, can_have_second: bool) -> None:
        self.choice.set_words(NO_MODEL if seat is None else model_name(seat, view))
        self.device.setVisible(seat is not None)
        self.second.setVisible(can_have_second)
        if seat is not None:
            self.device.show_device(seat.wish.device)
            self.precision.setCurrentIndex(PRECISIONS.index(seat.wish.precision))
        has_choice = seat is not None and (seat.wish.precision != "auto" or (view is not None and view.precision != ""))
        self.precision.setVisible(has_choice)  # an ONNX file has made it already
        self.state.say("" if seat is None else state_words(view))

    @Slot()
    def _on_way(self) -> None:
        seats = self._detecting.seats
        device, precision = self.device.currentData(), self.precision.currentData()
        if self._place < len(seats) and isinstance(device, str):
            self._detecting.run_on(seats[self._place].slot, device, precision)


class DeviceBox(QComboBox):
    """Auto and the chosen device; the others as soon as they are known."""

    list_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._devices: tuple[DeviceInfo, ...] | None = None
        self._device = "auto"
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._fill()

    def show_device(self, device: str) -> None:
        if device != self._device:
            self._device = device
            self._fill()

    def show_devices(self, devices: tuple[DeviceInfo, ...] | None) -> None:
        if devices != self._devices:
            self._devices = devices
            self._fill()

    def showPopup(self) -> None:
        if self._devices is None:
            self.list_wanted.emit()
        super().showPopup()

    def _fill(self) -> None:
        is_open = self.view().isVisible()
        blocker = QSignalBlocker(self)
        self.clear()
        self.addItem("Auto", "auto")
        known = {} if self._devices is None else {each.name: each.title for each in self._devices}
        names = list(dict.fromkeys([*known, *([] if self._device == "auto" else [self._device])]))
        for name in names:
            self.addItem("CPU" if name == "cpu" else name.upper(), name)
            self.setItemData(self.count() - 1, known.get(name, ""), Qt.ItemDataRole.ToolTipRole)
        if self._devices is None:
            self.addItem(LOOKING, None)
        self.setCurrentIndex(self.findData(self._device))
        del blocker
        if is_open:
            self.hidePopup()
            self.showPopup()  # as high as its list is now


class ElidedButton(QPushButton):
    """As wide as there is room for: its words are cut, and whole in its tooltip."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words = ""
        self.set_words(words)

    @property
    def words(self) -> str:
        return self._words

    def set_words(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._cut()

    def _cut(self) -> None:
        room = self.width() - 44  # the button's own edges and its arrow
        cut = QFontMetrics(self.font()).elidedText(self._words, Qt.TextElideMode.ElideMiddle, max(room, 20))
        self.setText(cut.replace("&", "&&"))
        self.setToolTip("" if cut == self._words else self._words)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, super().minimumSizeHint().height())
