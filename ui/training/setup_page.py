"""What is to be trained: recipe, data, where it goes, what it runs on, how long."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.controls.panel_parts import small_button
from ui.controls.text_grid import name_label
from ui.detections.model_row import DeviceBox
from ui.detections.wrapped_label import WrappedLabel
from ui.training.fields import EpochsField, PathField
from ui.training.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.training.recipes import Offer

READING = "Reading the recipes…"
NO_RECIPE = "Choose a recipe, or a recipe file of your own."
NEW_FOLDER = "A new folder of its own"
MUST_CHOOSE = "Choose a folder"


class SetupPage(QWidget):
    """Keeps what was chosen; starts nothing itself."""

    wanted = Signal(object)  # a Plan to start
    file_chosen = Signal(str)  # a recipe file, to be read and then offered with `add_offer`
    devices_wanted = Signal()

    def __init__(self, plan: Plan, *, has_home: bool) -> None:
        """With no home for runs, a folder has to be chosen for each."""
        super().__init__()
        self._wish = plan.recipe
        self._offers: list[Offer] = []
        self._has_home = has_home
        self._is_busy = False
        self.recipe = QComboBox()
        self.recipe.setAccessibleName("Recipe")
        self.recipe.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.recipe.currentIndexChanged.connect(self._on_recipe)
        self.file = small_button("…", "A recipe file of your own")
        self.file.setAccessibleName("Recipe: look for a file")
        self.file.clicked.connect(self._look_for_file)
        self.about = WrappedLabel()
        self.data = PathField("Data", "Folder of the recipe’s files", lambda at: self._ask_for_folder("Data", at))
        self.data.set_path(plan.data)
        self.out = PathField(
            "Results", NEW_FOLDER if has_home else MUST_CHOOSE, lambda at: self._ask_for_folder("Results", at)
        )
        self.out.edit.setToolTip("Where checkpoints, curves and weights go")
        self.device = DeviceBox()
        self.device.setAccessibleName("Device")
        self.device.setToolTip("What the network is trained on")
        self.device.list_wanted.connect(self.devices_wanted)
        self.device.activated.connect(lambda at: self._on_device(self.device.itemData(at)))
        self._device = plan.device
        self.device.show_device(plan.device)
        self.epochs = EpochsField()
        self.epochs.set_epochs(plan.epochs)
        self.start = QPushButton("Start training")
        self.start.setDefault(True)
        self.start.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.start.clicked.connect(self._on_start)
        self.problem = WrappedLabel()
        for field in (self.data, self.out):
            field.changed.connect(self._show_ready)
        self._lay_out()
        self.recipe.addItem(READING)
        self._on_recipe()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        form = QGridLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 1)
        recipe = QWidget()
        row = QHBoxLayout(recipe)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.recipe, 1)
        row.addWidget(self.file)
        device = QWidget()
        row = QHBoxLayout(device)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.device)
        row.addStretch(1)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Recipe", recipe), ("", self.about), ("Data", self.data), ("Results", self.out), ("Device", device),
            ("Epochs", self.epochs),
        )  # fmt: skip
        for line, (name, field) in enumerate(rows):
            form.addWidget(name_label(name), line, 0)
            form.addWidget(field, line, 1)
        column.addLayout(form)
        column.addWidget(self.problem)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.start)
        column.addSpacing(4)
        column.addLayout(last)
        column.addStretch(1)

    # -- what there is

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Those that come with the product; the one that was chosen last time is chosen."""
        self._offers = [*offers, *(each for each in self._offers if each.recipe not in {o.recipe for o in offers})]
        self._fill(self._wish)
        if self._wish and self.offer is None:
            self.file_chosen.emit(self._wish)  # a file of before

    def add_offer(self, offer: Offer) -> None:
        """Of a file; chosen at once."""
        self._offers = [*(each for each in self._offers if each.recipe != offer.recipe), offer]
        self._fill(offer.recipe)

    def _fill(self, chosen: str) -> None:
        blocker = QSignalBlocker(self.recipe)
        self.recipe.clear()
        for each in self._offers:
            self.recipe.addItem(each.name, each.recipe)
            tip = f"<p>{escape(each.problem or each.title)}</p>"
            self.recipe.setItemData(self.recipe.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.recipe.setCurrentIndex(self.recipe.findData(chosen) if chosen else min(0, len(self._offers) - 1))
        self.recipe.setPlaceholderText("No recipe chosen")
        del blocker
        self._on_recipe()

    @property
    def offer(self) -> Offer | None:
        at = self.recipe.currentIndex()
        return self._offers[at] if 0 <= at < len(self._offers) else None

    def show_busy(self, is_busy: bool) -> None:
        """One training at a time."""
        self._is_busy = is_busy
        self._show_ready()

    # -- what is chosen

    @Slot()
    def _on_recipe(self) -> None:
        offer = self.offer
        if offer is None:
            self.about.say("" if self.recipe.currentText() == READING else NO_RECIPE)
        else:
            self.about.say(offer.problem or offer.title)
        self.epochs.show_usual(0 if offer is None else offer.epochs)
        self._show_ready()

    def _on_device(self, device: object) -> None:
        if isinstance(device, str):
            self._device = device
            self.device.show_device(device)

    @Slot()
    def _show_ready(self) -> None:
        offer = self.offer
        words = ""
        if self._is_busy:
            words = "One training at a time: this one can start when the other has ended."
        elif not self._has_home and not self.out.path:
            words = "Choose where the results go: nothing is written in your home."
        self.problem.say(words)
        self.start.setEnabled(not words and offer is not None and not offer.problem)

    @property
    def plan(self) -> Plan:
        offer = self.offer
        return Plan(
            recipe=self._wish if offer is None else offer.recipe, data=_whole(self.data.path),
            out=_whole(self.out.path), device=self._device, epochs=self.epochs.epochs,
        )  # fmt: skip

    @Slot()
    def _on_start(self) -> None:
        self.wanted.emit(self.plan)

    @Slot()
    def _look_for_file(self) -> None:
        offer = self.offer
        beside = os.path.dirname(offer.recipe) if offer is not None else ""
        path, _ = QFileDialog.getOpenFileName(
            self, "Recipe — Overplay", beside, "Recipes (*.toml);;All files (*)"
        )  # fmt: skip
        if path:
            self.file_chosen.emit(path)

    def _ask_for_folder(self, what: str, at: str) -> str:
        return QFileDialog.getExistingDirectory(self, f"{what} — Overplay", at)


def _whole(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path)) if path else ""
