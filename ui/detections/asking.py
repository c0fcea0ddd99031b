"""What has to be asked before a model is open: which file, and whether a program may run. And what is dropped."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from player.watching import MOST_MODELS
from ui.wording import file_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.detections.detecting import Detecting
    from ui.detections.opening import Opening
    from ui.detections.trust_dialog import TrustDialog
    from ui.main_window import MainWindow

MODEL_ENDINGS = (".onnx", ".pt2", ".pth", ".pt", ".th", ".ckpt", ".safetensors", ".torchscript")
"""Of files that are opened as models when they are dropped on the window."""


class ModelAsking(QObject):
    """One question at a time; those that come meanwhile wait their turn."""

    def __init__(self, window: MainWindow, detecting: Detecting) -> None:
        super().__init__(window)
        self._window = window
        self._detecting = detecting
        self._waiting: list[Opening] = []
        self.trust: TrustDialog | None = None
        detecting.file_wanted.connect(self._ask_for_file)
        detecting.arrivals.trust_wanted.connect(self._ask_for_trust)

    @Slot(int)
    def _ask_for_file(self, place: int) -> None:
        from ui.dialogs import ask_for_model

        recent = self._detecting.kept.recent
        path = ask_for_model(self._window, os.path.dirname(recent[0]) if recent else "")
        if path:
            self._detecting.choose(path, place)

    @Slot(object)
    def _ask_for_trust(self, opening: Opening) -> None:
        self._waiting.append(opening)
        if self.trust is None:
            self._next()

    def _next(self) -> None:
        opening = self._waiting[0]
        assert opening.examined is not None
        from ui.detections.trust_dialog import TrustDialog

        self.trust = TrustDialog(self._window, opening.examined.file)
        self.trust.answered.connect(self._on_answer)
        self.trust.open()

    @Slot(bool)
    def _on_answer(self, trusted: bool) -> None:
        self.trust = None
        opening = self._waiting.pop(0)
        self._window.activateWindow()  # where no window manager does it, the keyboard would go nowhere
        self._detecting.arrivals.answer_trust(opening, trusted)
        if self._waiting:
            self._next()


def take_models(paths: Sequence[str], detecting: Detecting) -> list[str]:
    """Opens the models among files that were dropped, as many as there can be; the files that are none are left."""
    models = [path for path in paths if path.lower().endswith(MODEL_ENDINGS)]
    for place, path in enumerate(models[:MOST_MODELS]):
        detecting.choose(path, place)
    if len(models) > MOST_MODELS:
        names = ", ".join(file_name(path) for path in models[MOST_MODELS:])
        detecting.message.emit(f"{MOST_MODELS} models at once are the most: {names} left out")
    return [path for path in paths if path not in models]
