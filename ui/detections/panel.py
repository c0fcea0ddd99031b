"""The Detections panel (Ctrl+D): the models, what is shown of their boxes, the boxes on screen, and how they fare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from player.analysis.detections import no_detections
from player.records import Snapshot, State
from player.stats import memory_mb
from player.watching import MOST_MODELS
from ui.controls.panel_parts import dim_label, small_button
from ui.detections.boxes import BoxTable
from ui.detections.class_bars import ClassBars
from ui.detections.classes import ClassTable
from ui.detections.colours import class_colour
from ui.detections.model_row import ModelRow
from ui.detections.options import Options
from ui.detections.own_keys import FilterEdit
from ui.detections.strip import Fare, Strip
from ui.detections.thresholds import Thresholds
from ui.detections.wording import boxes_words, hidden_words, model_name
from ui.detections.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from player.analysis.selection import Selection
    from player.analysis.view import View
    from ui.detections.detecting import Detecting
    from ui.detections.opening import Seat
    from ui.theme import Colours

WIDTH, LEAST_WIDTH = 340, 290
HEIGHT = 620
PLAYING_MS, RESTING_MS = 100, 20
"""What the boxes are is told so much later, so that the picture comes first: while it plays, and while it does not."""
PAGES = ("Classes", "Boxes", "Options")
CLASSES, BOXES, BARS = 0, 1, 3
"""Places among the pages; a classifier has BARS in place of the first two."""
HINT = "Press D to find lines of text, choose a model that finds other things, or drop a model file on the window."


class DetectionsPanel(QWidget):
    """Shows what `detecting` knows. One model at a time is turned and read, where there are two."""

    def __init__(self, detecting: Detecting) -> None:
        super().__init__()
        self.setAccessibleName("Detections")
        self.setMinimumWidth(LEAST_WIDTH)
        self._detecting = detecting
        self._slot: int | None = None  # the model whose boxes are read and turned
        self._labels: tuple[str, ...] | None = None
        self._is_classifier = False
        self._noted: float | None = None  # the time that the graph had last
        self._snapshot = Snapshot()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.refresh)
        self._make()
        self._lay_out()
        detecting.changed.connect(self._on_changed)
        detecting.models_changed.connect(self._on_changed)
        detecting.pointed.selected_changed.connect(self._on_selected)
        detecting.arrivals.devices_changed.connect(self._on_devices)
        self.refresh()

    def _make(self) -> None:
        detecting = self._detecting
        self.rows = [ModelRow(detecting, place) for place in range(MOST_MODELS)]
        self.turns = [_chip("") for _ in range(MOST_MODELS)]
        self._turn_group = QButtonGroup(self)
        for place, chip in enumerate(self.turns):
            self._turn_group.addButton(chip, place)
        self._turn_group.idClicked.connect(self._on_turn)
        self.thresholds = Thresholds()
        self.thresholds.turned.connect(self._on_turned)
        self.pages = QStackedWidget()
        self.chips = [_chip(name) for name in PAGES]
        self._page_group = QButtonGroup(self)
        for page, chip in enumerate(self.chips):
            self._page_group.addButton(chip, page)
        self._page_group.idClicked.connect(self._on_page)
        self.chips[0].setChecked(True)
        self.classes = ClassTable(class_colour, self)
        self.classes.model_.switched.connect(self._on_switched)
        self.classes.alone.connect(self._on_alone)
        self.filter = FilterEdit()
        self.filter.setPlaceholderText("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Filter classes")
        self.filter.textChanged.connect(self.classes.proxy.set_words)
        self.boxes = BoxTable(self)
        self.boxes.chosen.connect(self._on_chosen)
        self.said = dim_label("")
        self.options = Options(detecting)
        self.options.turned.connect(self._on_turned)
        self.bars = ClassBars(detecting)
        self.strip = Strip(self._fare)
        self.notice = WrappedLabel()
        self.give_up = small_button("Cancel", "Fetch no more of it")
        self.give_up.clicked.connect(lambda: detecting.arrivals.library().cancel())
        self.hint = WrappedLabel()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        for row in self.rows:
            column.addWidget(row)
        notices = QHBoxLayout()
        notices.setSpacing(8)
        notices.addWidget(self.notice, 1)
        notices.addWidget(self.give_up)
        column.addLayout(notices)
        column.addWidget(self.hint)
        self._looks = QWidget()
        looks = QVBoxLayout(self._looks)
        looks.setContentsMargins(0, 0, 0, 0)
        looks.setSpacing(8)
        self._turn_row = QWidget()
        _fill_row(self._turn_row, self.turns)
        looks.addWidget(self._turn_row)
        looks.addWidget(self.thresholds)
        chips = QWidget()
        _fill_row(chips, self.chips)
        looks.addWidget(chips)
        self.pages.addWidget(self._class_page())
        self.pages.addWidget(self._box_page())
        self.pages.addWidget(self.options)
        self.pages.addWidget(self.bars)
        self._on_page(CLASSES)
        looks.addWidget(self.pages, 1)
        looks.addWidget(self.strip)
        column.addWidget(self._looks, 1)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)

    def _class_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        buttons: list[QWidget] = [self.filter]
        for name, tip, act in (
            ("All", "Show all classes that the filter lets through", self._show_all),
            ("None", "Show none of them", self._show_none),
            ("Invert", "Show those that are hidden, hide those that are shown", self._invert),
        ):
            button = small_button(name, tip)
            button.clicked.connect(act)
            buttons.append(button)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.filter, 1)
        for each in buttons[1:]:
            row.addWidget(each)
        column.addLayout(row)
        column.addWidget(self.classes, 1)
        return page

    def _box_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.copy_text = small_button("Copy", "The selected box, or all of them, as columns")
        self.copy_csv = small_button("Copy CSV", "The selected box, or all of them, as comma-separated values")
        self.copy_text.clicked.connect(lambda: _copy(self.boxes.as_text(self.boxes.rows())))
        self.copy_csv.clicked.connect(lambda: _copy(self.boxes.as_csv(self.boxes.rows())))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.said, 1)
        row.addWidget(self.copy_text)
        row.addWidget(self.copy_csv)
        column.addLayout(row)
        column.addWidget(self.boxes, 1)
        return page

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def set_colours(self, colours: Colours) -> None:
        self.thresholds.set_colours(colours)
        self.classes.model_.set_colours(colours)
        self.bars.set_colours(colours)
        self.strip.set_colours(colours)

    # -- what it is told

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @Slot()
    def _on_changed(self) -> None:
        self._note_time()
        if self.isVisible() and not self._later.isActive():
            is_playing = self._snapshot.state is State.READY and not self._snapshot.paused
            self._later.start(PLAYING_MS if is_playing else RESTING_MS)

    def _note_time(self) -> None:
        view = self.view
        if view is not None and view.infer_ms is not None and view.infer_ms != self._noted:
            self._noted = view.infer_ms
            self.strip.note(view.infer_ms)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._later.stop()

    @property
    def is_told(self) -> bool:
        """Whether it shows what there is, and not what there was a moment ago."""
        return not self._later.isActive()

    @property
    def seat(self) -> Seat | None:
        """The model whose boxes are read and turned."""
        seats = self._detecting.seats
        return next((seat for seat in seats if seat.slot == self._slot), seats[0] if seats else None)

    @property
    def view(self) -> View | None:
        seat = self.seat
        return None if seat is None else self._detecting.view(seat.slot)

    @Slot()
    def refresh(self) -> None:
        self._later.stop()
        detecting = self._detecting
        seats = detecting.seats
        for place, row in enumerate(self.rows):
            seat = seats[place] if place < len(seats) else None
            view = None if seat is None else detecting.view(seat.slot)
            row.setVisible(place < max(1, len(seats)))
            row.show_model(seat, view, can_have_second=len(seats) == 1 and place == 0)
        notice = detecting.notice
        if seats and detecting.view(seats[-1].slot) is not None and notice == self.rows[len(seats) - 1].state.text():
            notice = ""  # it is said there
        self.give_up.setVisible(detecting.arrivals.is_fetching)
        self.notice.say(notice)
        self.hint.say(HINT if not seats and not detecting.opening else "")
        seat = self.seat
        is_usable = seat is not None and (self.view is None or self.view.state != "failed")
        self._looks.setVisible(is_usable or len(seats) > 1)
        self._filler.setVisible(not is_usable and len(seats) < 2)
        self._turn_row.setVisible(len(seats) > 1)
        for place, chip in enumerate(self.turns[: len(seats)] if len(seats) > 1 else ()):
            name = model_name(seats[place], detecting.view(seats[place].slot))
            chip.setText(f"M{place + 1} {name}".replace("&", "&&"))  # as the boxes in the picture say
            chip.setChecked(seats[place] is seat)
        if seat is not None and self._slot != seat.slot:
            self._slot = seat.slot
            self.strip.forget()
        self._note_time()
        self._show_model(seat)
        self.options.refresh()

    def _show_model(self, seat: Seat | None) -> None:
        view = self.view
        labels = () if view is None else view.labels
        if labels != self._labels:
            self._labels = labels
            self.classes.model_.show_classes(labels)
        self._show_kind(view is not None and view.task == "classify")
        self.bars.show_view(seat, view)
        is_open = seat is not None and view is not None and view.state not in ("loading", "failed")
        selection = self._detecting.selection(seat.slot) if is_open and seat is not None else None
        self._show_selection(selection)
        boxes = no_detections() if view is None else view.detections
        self.classes.model_.show_boxes(boxes)
        spot = self._detecting.selected
        selected = spot.index if spot is not None and seat is not None and spot.slot == seat.slot else None
        self.boxes.show_boxes(boxes, labels, selected)
        self.said.setText(boxes_words(view))
        self.said.setToolTip(hidden_words(view))
        for button in (self.copy_text, self.copy_csv):
            button.setEnabled(bool(len(boxes)))

    def _show_kind(self, is_classifier: bool) -> None:
        """A classifier has no boxes: bars take the place of what is about them."""
        if is_classifier == self._is_classifier:
            return
        self._is_classifier = is_classifier
        self.thresholds.setVisible(not is_classifier)
        self.chips[BOXES].setVisible(not is_classifier)
        if is_classifier and self.chips[BOXES].isChecked():
            self.chips[CLASSES].setChecked(True)
        self._on_page(self._page_group.checkedId())

    def _show_selection(self, selection: Selection | None) -> None:
        """At once: what is turned next is turned from there."""
        self.thresholds.show_selection(selection)
        self.options.show_selection(selection, has_boxes=not self._is_classifier)
        self.classes.model_.show_hidden(frozenset() if selection is None else selection.hidden)

    @Slot(int, object)
    def _on_selected(self, slot: int, index: int | None) -> None:
        if index is not None and slot != self._slot:
            self._slot = slot
            self.refresh()
        elif slot == self._slot:
            self.boxes.show_selected(index)

    @Slot()
    def _on_devices(self) -> None:
        for row in self.rows:
            row.device.show_devices(self._detecting.arrivals.devices)

    def _fare(self) -> Fare | None:
        seat, view = self.seat, self.view
        if seat is None or view is None:
            return None
        ran, skipped = self._detecting.counts(seat.slot)
        return Fare(view.infer_ms, ran, skipped, view.age_frames, memory_mb())

    # -- what is asked

    @Slot(int)
    def _on_page(self, page: int) -> None:
        """The panel is as high as this page needs, not as the highest."""
        if page == CLASSES and self._is_classifier:
            page = BARS
        for at in range(self.pages.count()):
            policy = QSizePolicy.Policy.Preferred if at == page else QSizePolicy.Policy.Ignored
            widget = self.pages.widget(at)
            assert widget is not None
            widget.setSizePolicy(policy, policy)
        self.pages.setCurrentIndex(page)

    @Slot(int)
    def _on_turn(self, place: int) -> None:
        seats = self._detecting.seats
        if place < len(seats):
            self._slot = seats[place].slot
            self.strip.forget()
            self.refresh()

    @Slot(object)
    def _on_turned(self, selection: Selection) -> None:
        if self.seat is not None:
            self._detecting.set_selection(self.seat.slot, selection)
            self._show_selection(selection)

    @Slot(object)
    def _on_switched(self, hidden: frozenset[int]) -> None:
        seat = self.seat
        selection = None if seat is None else self._detecting.selection(seat.slot)
        if selection is not None:
            self._on_turned(replace(selection, hidden=hidden))

    @Slot(int)
    def _on_alone(self, row: int) -> None:
        model = self.classes.model_
        others = frozenset(range(len(model.labels))) - {row}
        self._on_switched(frozenset() if model.hidden == others else others)

    @Slot()
    def _show_all(self) -> None:
        self._on_switched(self.classes.model_.hidden - self.classes.proxy.rows())

    @Slot()
    def _show_none(self) -> None:
        self._on_switched(self.classes.model_.hidden | self.classes.proxy.rows())

    @Slot()
    def _invert(self) -> None:
        self._on_switched(self.classes.model_.hidden ^ self.classes.proxy.rows())

    @Slot(object)
    def _on_chosen(self, index: int | None) -> None:
        seat = self.seat
        if seat is not None:
            self._detecting.pointed.select(seat.slot, index)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _fill_row(widget: QWidget, chips: list[QToolButton]) -> None:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    for chip in chips:
        row.addWidget(chip)
    row.addStretch(1)


def _chip(text: str) -> QToolButton:
    chip = QToolButton()
    chip.setObjectName("chip")
    chip.setText(text)
    chip.setCheckable(True)
    chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return chip
