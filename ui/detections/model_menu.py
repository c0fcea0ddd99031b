"""The list of models to choose from, for the Analysis menu and for the panel's buttons."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ui.detections.wording import size_words
from ui.menus import literal
from ui.wording import file_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu

    from player.analysis.catalogue import Entry
    from ui.detections.detecting import Detecting

TASKS = ("detect", "faces")
"""Of the catalogue's models, those whose answers are boxes."""


class ModelMenu(QObject):
    """Fills `menu` whenever it opens. `place` is the model that a choice is instead of: 0 the first, 1 the second."""

    def __init__(self, menu: QMenu, detecting: Detecting, place: int) -> None:
        super().__init__(menu)
        self._menu = menu
        self._detecting = detecting
        self._place = place
        menu.aboutToShow.connect(self._on_show)

    @Slot()
    def _on_show(self) -> None:
        library = self._detecting.arrivals.library()
        library.changed.connect(self._fill)
        self._menu.aboutToHide.connect(self._on_hide)
        self._fill()
        library.look()

    @Slot()
    def _on_hide(self) -> None:
        self._menu.aboutToHide.disconnect(self._on_hide)
        self._detecting.arrivals.library().changed.disconnect(self._fill)

    @Slot()
    def _fill(self) -> None:
        menu, library = self._menu, self._detecting.arrivals.library()
        menu.clear()
        if library.entries is None:
            menu.addAction("Looking…").setEnabled(False)
            return
        current = self._current()
        listed: set[str] = set()
        missing = []
        for model in library.installed:
            if model.entry is None:
                listed.add(str(model.path))
                self._add(model.title or model.name, str(model.path), current)
        for entry in library.entries:
            path = library.path_of(entry)
            if entry.task in TASKS and path is None:
                missing.append(entry)
            elif entry.task in TASKS:
                listed.add(str(path))
                self._add(entry.title, str(path), current)
        for recent in self._detecting.kept.recent:
            if recent not in listed:
                self._add(file_name(recent), recent, current, tip=recent)
        menu.addSeparator()
        for entry in missing:
            self._add_fetch(entry)
        menu.addSeparator()
        self._act("&Open model file…", lambda: self._detecting.ask_for_file(self._place))
        if library.fetching is not None:
            self._act(f"&Cancel fetching {literal(library.fetching.name)}", library.cancel)
        if current is not None:
            self._act("C&lose model", lambda: self._detecting.close_place(self._place))
        if menu.isVisible():
            self._keep_on_screen()

    def _keep_on_screen(self) -> None:
        """It is wider than when it opened."""
        menu, area = self._menu, self._menu.screen().availableGeometry()
        size = menu.sizeHint()
        menu.resize(size)
        menu.move(
            max(area.left(), min(menu.x(), area.right() + 1 - size.width())),
            max(area.top(), min(menu.y(), area.bottom() + 1 - size.height())),
        )

    def _current(self) -> str | None:
        seats = self._detecting.seats
        return seats[self._place].path if self._place < len(seats) else None

    def _add(self, text: str, path: str, current: str | None, *, tip: str = "") -> None:
        action = self._menu.addAction(literal(text))
        action.setCheckable(True)
        action.setChecked(current is not None and os.path.abspath(path) == os.path.abspath(current))
        action.setToolTip(tip)
        action.triggered.connect(lambda _on=False: self._detecting.choose(path, self._place))

    def _add_fetch(self, entry: Entry) -> None:
        library = self._detecting.arrivals.library()
        if library.fetching is entry:
            share = library.come_bytes / max(1, entry.size)
            self._menu.addAction(f"{literal(entry.title)}\t{share:.0%} is here").setEnabled(False)
            return
        text = f"{literal(entry.title)}\tfetch {size_words(entry.size)}"
        self._act(text, lambda: self._detecting.arrivals.fetch(entry, self._place)).setEnabled(library.fetching is None)

    def _act(self, text: str, do: Callable[[], object]) -> QAction:
        action = self._menu.addAction(text)
        action.triggered.connect(lambda _on=False: do())
        return action
