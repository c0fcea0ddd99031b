"""Where the training sits once there is one: most sessions train nothing, and load nothing of it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from ui.training.plan import Plan
    from ui.training.training import Training

MOST_OTHERS = 20


class TrainingSeat(QObject):
    """Owned by the controller. GUI thread only."""

    message = Signal(str)
    changed = Signal()  # what the training does
    progressed = Signal()  # how far it is
    quit_wanted = Signal()  # somebody is to be asked, because something is under way

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.made: Training | None = None
        self.keeps = False
        """Whether anything is to be written in the user's home."""
        self._choice = ""
        self._plan: Plan | None = None
        self._others: list[str] = []

    @property
    def is_running(self) -> bool:
        return self.made is not None and self.made.is_running

    def get(self) -> Training:
        if self.made is None:
            from ui.training.training import Training

            self.made = Training(time.monotonic, self)
            self.made.message.connect(self.message)
            self.made.changed.connect(self.changed)
            self.made.progressed.connect(self.progressed)
        return self.made

    def may_quit(self) -> bool:
        """Whether nothing stands in the way; if something does, somebody is asked."""
        if self.is_running:
            self.quit_wanted.emit()
            return False
        return True

    @property
    def home(self) -> Path | None:
        """Where runs go that are given no folder; None: nowhere."""
        from player.training.run_folder import runs_folder

        return runs_folder() if self.keeps else None

    # -- what is remembered

    @property
    def plan(self) -> Plan:
        """What was chosen last."""
        if self._plan is None:
            from ui.training.plan import read_plan

            self._plan = read_plan(self._choice)
        return self._plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self._plan = plan

    @property
    def others(self) -> tuple[str, ...]:
        """Folders of runs outside the home, latest first."""
        return tuple(self._others)

    def add_other(self, folder: str) -> None:
        if self.home is None or self.home not in Path(folder).parents:
            self._others = [folder, *(each for each in self._others if each != folder)][:MOST_OTHERS]

    def restore(self, text: str) -> None:
        """As `remembered` said in the last run."""
        self._choice, _, others = text.partition("\n")
        try:
            read = json.loads(others)
        except ValueError:
            read = []
        self._others = [each for each in read if isinstance(each, str)][:MOST_OTHERS] if isinstance(read, list) else []

    def remembered(self) -> str:
        """For the settings."""
        choice = self._choice
        if self._plan is not None:
            from ui.training.plan import write_plan

            choice = write_plan(self._plan)
        return f"{choice}\n{json.dumps(self._others)}" if choice or self._others else ""

    def shutdown(self) -> None:
        if self.made is not None:
            self.made.shutdown()
