"""One training at a time, in a process of its own: started, listened to, stopped. Shows nothing."""

from __future__ import annotations

import os
import sys
from collections import deque
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from player.errors import plain
from player.training.events import End, Epoch, Failure, Start, Step
from ui.training.curves import Curves
from ui.training.plan import Plan, arguments, free_threads
from ui.training.wire import Lines, read_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.training.events import Event

State = Literal["idle", "starting", "running", "stopping"]
MOST_LOG = 500
LONGEST_LOG_LINE = 400
STOP_MS, KILL_MS = 10_000, 2_000
"""At the program's end: how long the last step and its checkpoint may take, and then dying."""


class Training(QObject):
    """GUI thread only. What is known of the last run stays until the next begins."""

    changed = Signal()  # what it does
    progressed = Signal()  # how far it is
    epoch_done = Signal(object)  # the Epoch
    logged = Signal(str)  # a line more
    message = Signal(str)

    def __init__(self, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._process: QProcess | None = None
        self._out, self._err = Lines(), Lines()
        self._failure = ""
        self._last_words = ""
        self.program, self.arguments = sys.executable, arguments
        """What a test puts another process in the place of."""
        self.state: State = "idle"
        self.plan = Plan()
        self.run = ""
        """The run's folder, once it is known."""
        self.started: Start | None = None
        self.step: Step | None = None
        self.curves = Curves()
        self.end: End | None = None
        self.problem = ""
        """Why the last one did not come to its end."""
        self.log: deque[str] = deque(maxlen=MOST_LOG)
        self._heard_at = 0.0

    @property
    def is_running(self) -> bool:
        return self.state != "idle"

    @property
    def silent_s(self) -> float:
        """Since something was heard of it."""
        return self._now() - self._heard_at

    # -- what can be asked of it

    def start(self, plan: Plan, curves: Curves | None = None) -> None:
        """Nothing happens while another is under way. `curves` are what a run that is resumed has told so far."""
        if self.is_running:
            return
        self.plan, self.run = plan, plan.out
        self.started = self.step = self.end = None
        self.curves, self.problem = curves or Curves(), ""
        self.log.clear()
        self._out, self._err = Lines(), Lines()
        self._failure = self._last_words = ""
        self._heard_at = self._now()
        process = QProcess(self)
        process.setProgram(self.program)
        process.setArguments(self.arguments(plan, free_threads()))
        process.setStandardInputFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_words)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        self._become("starting")
        process.start()

    def stop(self) -> None:
        """After the step under way, with a checkpoint; asked for a second time, at once."""
        if self._process is None:
            return
        if self.state == "stopping":
            self._process.kill()
        else:
            self._become("stopping")
            self._process.terminate()

    def shutdown(self) -> None:
        """Ends it, with a checkpoint when that takes no longer than 10 s."""
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.terminate()
        if not process.waitForFinished(STOP_MS):
            process.kill()
            process.waitForFinished(KILL_MS)
        self.state = "idle"

    # -- what it says

    @Slot()
    def _on_output(self) -> None:
        if self._process is not None:
            for line in self._out.feed(bytes(self._process.readAllStandardOutput().data())):
                self._take(line)

    @Slot()
    def _on_words(self) -> None:
        if self._process is not None:
            for line in self._err.feed(bytes(self._process.readAllStandardError().data())):
                self._note(line)

    def _take(self, line: str) -> None:
        self._heard_at = self._now()
        event = read_event(line)
        if event is None:
            self._note(line)
            return
        self.curves.take(event)
        self._follow(event)

    def _follow(self, event: Event) -> None:
        match event:
            case Start():
                self.started, self.run = event, event.run or self.run
                if self.state == "starting":
                    self._become("running")
            case Step():
                self.step = event
                self.progressed.emit()
            case Epoch():
                self.epoch_done.emit(event)
                self.progressed.emit()
            case End():
                self.end = event
            case Failure():
                self._failure = plain(event.sentence)

    def _note(self, line: str) -> None:
        self._heard_at = self._now()
        words = plain(line.rpartition("\r")[2]).strip()[:LONGEST_LOG_LINE]
        if words:
            self._last_words = words
            self.log.append(words)
            self.logged.emit(words)

    # -- its end

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_words()
        for line in self._out.end():
            self._take(line)
        for line in self._err.end():
            self._note(line)
        stopping = self.state == "stopping"
        if status is QProcess.ExitStatus.CrashExit:
            self._conclude("" if stopping else f"The training's process was ended from outside{_signal(code)}.")
        elif self.end is not None:
            self._conclude("")
        elif self._failure:
            self._conclude(self._failure)
        elif stopping:
            self._conclude("")
        elif self._last_words:
            self._conclude(self._last_words.removeprefix("overplay: "))
        else:
            self._conclude(f"The training's process ended without a result (exit code {code}).")

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._conclude(plain(f"The training's process cannot be started: {self._process.errorString()}."))

    def _conclude(self, problem: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.problem = problem
        if problem:
            self.message.emit(problem)
        elif self.end is not None and self.end.reason != "stopped" and self.started is not None:
            self.message.emit(f"Trained {plain(self.started.name)}")
        self._become("idle")

    def _become(self, state: State) -> None:
        self.state = state
        self.changed.emit()


def _signal(number: int) -> str:
    import signal

    if os.name == "nt":
        return ""
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return ""
