"""One run: how far it is, its curves, what it said, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.controls.panel_parts import small_button
from ui.controls.text_grid import TextGrid
from ui.detections.wrapped_label import WrappedLabel
from ui.panels.page import scaled
from ui.training.bar import Bar
from ui.training.chart import Chart
from ui.training.elided import ElidedLabel
from ui.training.plot import Series
from ui.training.training import MOST_LOG
from ui.training.wire import number
from ui.training.wording import (
    axis_end,
    best_words,
    facts,
    is_share,
    metric_words,
    past_words,
    share_done,
    share_of_epochs,
    state_words,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from ui.theme import Colours
    from ui.training.curves import Curves
    from ui.training.plot import Look
    from ui.training.runs import Run
    from ui.training.training import Training

LOOK_MS = 500
"""Between two looks at a training that runs."""
LOG_LINES = 4
LOOKS: tuple[Look, ...] = ("main", "third", "second")
NOTHING = "Nothing has been trained yet: choose a recipe and start it, or take one of the earlier runs."


class RunPage(QWidget):
    """Shows the training, or a run of before. Looks at the training while it is seen and something is under way."""

    stop_wanted = Signal()
    resume_wanted = Signal(object)  # a Run
    overlay_wanted = Signal(str)  # the weights' path

    def __init__(self, training: Training) -> None:
        super().__init__()
        self._training = training
        self._past: tuple[Run, Curves] | None = None
        self._run: Run | None = None  # of the training: what its folder tells
        self._make()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.refresh)
        training.changed.connect(self._on_changed)
        training.logged.connect(self.log.appendPlainText)
        self.refresh()

    def _make(self) -> None:
        self.name = ElidedLabel()
        self.name.setFont(scaled(self.name.font(), 1.15, bold=True))
        self.folder = ElidedLabel()
        self.folder.setObjectName("dim")
        self.state = WrappedLabel()
        self.problem = WrappedLabel()
        self.problem.setObjectName("problem")
        self.bar = Bar("Progress")
        self.facts = TextGrid(("", ""), gap=12)
        self.facts.keep_room_for("Time left ")
        self.loss = Chart("Loss", lines=6)
        self.metrics = Chart("Accuracy", lines=6)
        self.rate = Chart("Learning rate", lines=3)
        self.charts = (self.loss, self.metrics, self.rate)
        for chart in self.charts:
            chart.hovered.connect(self._on_hovered)
        self.stop = small_button("Stop", "Ends after this step and keeps a checkpoint, from which it can be resumed")
        self.resume = small_button("Resume", "Goes on from the checkpoint, as if it had not been interrupted")
        self.overlay = small_button("Use as overlay", "Opens the best weights as a model over the picture")
        self.stop.clicked.connect(self.stop_wanted)
        self.resume.clicked.connect(self._on_resume)
        self.overlay.clicked.connect(self._on_overlay)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setUndoRedoEnabled(False)
        self.log.setMaximumBlockCount(MOST_LOG)
        self.log.setAccessibleName("What the training says")
        self.log.setFixedHeight(LOG_LINES * self.log.fontMetrics().lineSpacing() + 12)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.name)
        head.addWidget(self.folder)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.state)
        column.addWidget(self.problem)
        self._buttons = QWidget()  # each keeps its place, so that a second click on Stop meets no other
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(6)
        for button in (self.stop, self.resume, self.overlay):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addWidget(self._buttons)
        column.addWidget(self.facts)
        for chart, share in zip(self.charts, (3, 3, 2), strict=True):
            column.addWidget(chart, share)
        column.addWidget(self.log)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)

    def set_colours(self, colours: Colours) -> None:
        for widget in (self.bar, *self.charts):
            widget.set_colours(colours)

    # -- what it shows

    @property
    def shown_run(self) -> Run | None:
        """What the folder of the run that is seen tells."""
        return self._run if self._past is None else self._past[0]

    def show_past(self, run: Run, curves: Curves) -> None:
        self._past = (run, curves)
        self.refresh()

    def show_training(self) -> None:
        """The one that is under way, or was last."""
        self._past = None
        self.refresh()

    def show_run(self, run: Run | None) -> None:
        """What the training's own folder tells by now."""
        self._run = run
        self.refresh()

    @Slot()
    def _on_changed(self) -> None:
        if self._training.state == "starting":
            self._run = self._past = None
            self.log.clear()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        training = self._training
        is_live = training.is_running and self._past is None
        if is_live and self.isVisible():
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
        run = self.shown_run
        has_any = self._past is not None or bool(training.plan.recipe)
        if self._past is not None:
            self._show_past(*self._past)
        else:
            self._show_training(has_any)
        self.stop.setEnabled(is_live)
        self.stop.setText("Stop now" if training.state == "stopping" else "Stop")
        self.resume.setEnabled(not training.is_running and run is not None and run.can_resume and run.state != "done")
        self.overlay.setEnabled(run is not None and bool(run.weights))
        curves = training.curves if self._past is None else self._past[1]
        has_curves = has_any and (training.is_running or bool(curves.loss.at or curves.valid_loss.at))
        for widget in (self.bar, self._buttons):
            widget.setVisible(has_any)
        for widget in (self.facts, *self.charts):
            widget.setVisible(has_curves)
        self._filler.setVisible(not has_curves)

    def _show_past(self, run: Run, curves: Curves) -> None:
        self.name.say(run.name)
        self.folder.say(run.folder)
        for label in (self.name, self.folder):
            label.show()
        self.state.say(past_words(run))
        self.problem.say("")
        self.bar.show_share(1.0 if run.state == "done" else share_of_epochs(curves))
        self.facts.show_rows([("Best", best_words(curves))])
        self.log.setVisible(False)
        self._show_curves(curves)

    def _show_training(self, has_any: bool) -> None:
        training = self._training
        started = training.started
        self.name.say(started.name if started is not None else training.plan.name)
        self.name.setVisible(has_any)
        self.folder.say(training.run)
        self.folder.setVisible(bool(training.run))
        self.state.say(state_words(training) if has_any else NOTHING)
        self.problem.say(training.problem)
        self.bar.show_share(share_done(training))
        self.facts.show_rows(facts(training))
        self.log.setVisible(bool(training.log))
        self._show_curves(training.curves)

    def _show_curves(self, curves: Curves) -> None:
        at = max((line.at[-1] for line in (curves.loss, curves.valid_loss) if line.at), default=0.0)
        last = axis_end(at, curves.epochs)
        losses = [Series("steps", curves.loss, "back")]
        if curves.train_loss.at:
            losses.append(Series("train", curves.train_loss, "second"))
        else:
            losses = [Series("steps", curves.loss, "second")]
        losses.append(Series("valid", curves.valid_loss, "main"))
        self.loss.show_series(losses, last)
        names = curves.drawn_metrics()
        lines = [
            Series(metric_words(name), curves.metrics[name], look) for name, look in zip(names, LOOKS, strict=False)
        ]
        best = curves.best
        value = None if best is None else number(best.valid.get(curves.metric))
        mark = None if best is None or value is None else (float(best.epoch), value)
        only = names[0] if len(names) == 1 else curves.metric
        self.metrics.set_title("Validation" if len(names) > 1 else metric_words(only).capitalize())
        self.metrics.show_series(
            [Series("valid", each.line, each.look) for each in lines] if len(lines) == 1 else lines,
            last, percent=bool(names) and all(map(is_share, names)), mark=mark,
        )  # fmt: skip
        self.rate.show_series([Series("", curves.rate, "main")], last)

    @Slot(object)
    def _on_hovered(self, at: float | None) -> None:
        for chart in self.charts:
            chart.hover(at)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # -- what is asked

    @Slot()
    def _on_resume(self) -> None:
        run = self.shown_run
        if run is not None:
            self.resume_wanted.emit(run)

    @Slot()
    def _on_overlay(self) -> None:
        run = self.shown_run
        if run is not None and run.weights:
            self.overlay_wanted.emit(run.weights)
