"""Whether heat maps of classifiers are shown, how strongly, and of which class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from ui.detections.detecting import Detecting
    from ui.detections.opening import Seat

OPACITY = 0.6


class Heat(QObject):
    """GUI thread only. Belongs to `detecting`, and tells it of each model what heat map is wanted."""

    changed = Signal()

    def __init__(self, detecting: Detecting) -> None:
        super().__init__(detecting)
        self._detecting = detecting
        self.is_on = False
        self.opacity = OPACITY
        """Of the hottest place, 0 to 1."""
        self._chosen: dict[int, int] = {}  # a class that was picked, by the number of the model's seat
        self._told: dict[int, int | None] = {}  # likewise, what was asked for last
        detecting.models_changed.connect(self._tell)

    def chosen(self, seat: Seat) -> int | None:
        """The class whose heat map the user has picked; None: that of the likeliest, in every picture."""
        return self._chosen.get(seat.number)

    def choose(self, seat: Seat, class_id: int | None) -> None:
        """A place in the model's labels. Picking a class turns heat maps on."""
        if class_id is None:
            self._chosen.pop(seat.number, None)
        else:
            self._chosen[seat.number] = class_id
        self._change(self.is_on or class_id is not None)

    def set_on(self, on: bool) -> None:
        if on != self.is_on:
            self._change(on)

    def set_opacity(self, opacity: float) -> None:
        self.opacity = opacity
        self.changed.emit()

    def toggle(self) -> None:
        """By key or menu: says what has become of it."""
        self.set_on(not self.is_on)
        views = [view for view in self._detecting.views if view.task == "classify"]
        if not self.is_on:
            said = "No heat map"
        elif not views:
            said = "A heat map is shown once a model that tells classes is open"
        else:
            said = next((view.no_heat for view in views if view.no_heat), "Heat map")
        self._detecting.message.emit(said)

    def mark(self, action: QAction) -> None:
        """Keeps the mark in the menu true."""

        def show() -> None:
            action.setChecked(self.is_on)

        self.changed.connect(show)
        action.triggered.connect(show)  # a click turns the mark by itself
        show()

    def _change(self, on: bool) -> None:
        self.is_on = on
        self._tell()
        self.changed.emit()

    @Slot()
    def _tell(self) -> None:
        seats = self._detecting.seats
        self._told = {seat.number: self._told.get(seat.number) for seat in seats}
        self._chosen = {number: chosen for number, chosen in self._chosen.items() if number in self._told}
        for seat in seats:
            wanted = self._wanted(seat)
            if wanted != self._told[seat.number]:
                self._told[seat.number] = wanted
                self._detecting.set_heat(seat.slot, wanted)

    def _wanted(self, seat: Seat) -> int | None:
        if not self.is_on:
            return None
        from player.analysis.classes import TOP  # there is a model by now

        return self._chosen.get(seat.number, TOP)
