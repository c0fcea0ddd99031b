"""The Training panel: what is to be trained, the run with its curves, and the runs of before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from player.errors import ThreadStuckError
from player.training.events import Epoch
from ui.inspector.background import Background
from ui.training.curves import Curves
from ui.training.plan import Plan
from ui.training.recipes import Offer, read_offer, read_offers
from ui.training.run_page import RunPage
from ui.training.runs import Run, read_curves, read_run, read_runs
from ui.training.runs_page import RunsPage
from ui.training.setup_page import SetupPage

if TYPE_CHECKING:
    from ui.detections.detecting import Detecting
    from ui.theme import Colours
    from ui.training.training import Training
    from ui.training_seat import TrainingSeat

WIDTH, LEAST_WIDTH = 360, 300
HEIGHT = 640
PAGES = ("Recipe", "Run", "Runs")
SETUP, RUN, RUNS = range(3)
"""Places of the pages."""
ENDING = ".toml"


class TrainingPanel(QWidget):
    """Files are read by a thread of its own, which begins when the panel is first seen."""

    def __init__(self, seat: TrainingSeat, detecting: Detecting) -> None:
        super().__init__()
        self.setAccessibleName("Training")
        self.setAcceptDrops(True)
        self.setMinimumWidth(LEAST_WIDTH)
        self._seat = seat
        self._detecting = detecting
        self._training: Training = seat.get()
        self._files = Background(self, name="training-files")
        self._files.finished.connect(self._on_files, Qt.ConnectionType.QueuedConnection)
        self._is_read = False
        self.setup = SetupPage(seat.plan, has_home=seat.home is not None)
        self.run = RunPage(self._training)
        self.runs = RunsPage()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        for page in (self.setup, self.run, self.runs):
            self.pages.addWidget(page)
        self.chips = [_chip(name) for name in PAGES]
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(2)
        for at, chip in enumerate(self.chips):
            self._group.addButton(chip, at)
            row.addWidget(chip)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.pages, 1)
        self._go_to(RUN if self._training.plan.recipe else SETUP)

    def _connect(self) -> None:
        training, detecting = self._training, self._detecting
        self._group.idClicked.connect(self._on_chip)
        self.setup.wanted.connect(self._start)
        self.setup.file_chosen.connect(lambda path: self._files.ask("recipe", lambda: read_offer(path)))
        self.setup.devices_wanted.connect(detecting.arrivals.look_for_devices)
        detecting.arrivals.devices_changed.connect(self._on_devices)
        self.run.stop_wanted.connect(training.stop)
        self.runs.shown_wanted.connect(self._show_run)
        for page in (self.run, self.runs):
            page.resume_wanted.connect(self._resume)
            page.overlay_wanted.connect(self._use)
        self.runs.folder_chosen.connect(self._on_folder)
        training.changed.connect(self._on_changed)
        training.epoch_done.connect(self._on_epoch)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def set_colours(self, colours: Colours) -> None:
        self.run.set_colours(colours)

    def shutdown(self) -> None:
        """Its thread ends; the training is its seat's to end."""
        self._seat.plan = self.setup.plan
        try:
            self._files.stop()
        except ThreadStuckError:
            return  # a disk that does not answer is left behind

    # -- pages

    @Slot(int)
    def _on_chip(self, page: int) -> None:
        if page == RUN:
            self.run.show_training()
        self._go_to(page)

    def _go_to(self, page: int) -> None:
        """The panel is as high as this page needs, not as the highest."""
        if self.pages.isAncestorOf(self.window().focusWidget() or self):
            self.setFocus()  # or Qt would give it to the next button, on a page nobody has touched
        for at, widget in enumerate((self.setup, self.run, self.runs)):
            policy = QSizePolicy.Policy.Preferred if at == page else QSizePolicy.Policy.Ignored
            widget.setSizePolicy(policy, policy)
        self.pages.setCurrentIndex(page)
        self.chips[page].setChecked(True)
        if page == RUNS:
            self._look_for_runs()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_read:
            self._is_read = True
            self._files.ask("recipes", read_offers)
            self._on_changed()

    # -- files

    def _look_for_runs(self) -> None:
        home, others = self._seat.home, self._seat.others
        self._files.ask("runs", lambda: read_runs(home, others))

    def _look_at_own(self) -> None:
        folder = self._training.run
        if folder:
            self._files.ask("own", lambda: read_run(folder))

    @Slot()
    def _on_files(self) -> None:
        for kind, result in self._files.take().items():
            self._take(kind, result)

    def _take(self, kind: str, result: Any) -> None:
        match kind, result:
            case "recipes", tuple():
                self.setup.show_offers(result)
            case "recipe", Offer():
                self.setup.add_offer(result)
            case "runs", tuple():
                self._show_runs(result)
            case "own", Run() | None:
                if result is None or result.folder == self._training.run:
                    self.run.show_run(result)
            case "other", Run() | None:
                self._on_other(result)
            case "resume", (Run() as run, Curves() as curves):
                self._go_on(run, curves)
            case "curves", (Run() as run, Curves() as curves):
                self.run.show_past(run, curves)
                self._go_to(RUN)

    def _show_runs(self, runs: tuple[Run, ...]) -> None:
        live = self._training.run if self._training.is_running else ""
        self.runs.show_runs(runs, live, is_busy=self._training.is_running)

    # -- what is asked

    @Slot(object)
    def _start(self, plan: Plan) -> None:
        self._seat.plan = plan
        self._training.start(plan)
        self._go_to(RUN)

    @Slot(object)
    def _show_run(self, run: Run) -> None:
        if run.folder == self._training.run:
            self._on_chip(RUN)
        else:
            self._files.ask("curves", lambda: (run, read_curves(run.folder)))

    @Slot(object)
    def _resume(self, run: Run) -> None:
        """What it has told so far is read first."""
        if not self._training.is_running:
            self._files.ask("resume", lambda: (run, read_curves(run.folder)))

    def _go_on(self, run: Run, curves: Curves) -> None:
        plan = Plan(run.name, "", run.folder, self.setup.plan.device, resume=True)
        self._training.start(plan, curves)
        self.run.show_training()
        self._go_to(RUN)

    @Slot(str)
    def _use(self, weights: str) -> None:
        """As if it had been picked in the Detections panel."""
        self._detecting.choose(weights, 0)

    @Slot(str)
    def _on_folder(self, folder: str) -> None:
        self._files.ask("other", lambda: read_run(folder))

    def _on_other(self, run: Run | None) -> None:
        if run is None:
            self._training.message.emit("There is no run in this folder")
            return
        self._seat.add_other(run.folder)
        self._look_for_runs()

    # -- what happens

    @Slot()
    def _on_devices(self) -> None:
        self.setup.device.show_devices(self._detecting.arrivals.devices)

    @Slot()
    def _on_changed(self) -> None:
        training = self._training
        self.setup.show_busy(training.is_running)
        if training.state == "idle" and training.run:
            self._seat.add_other(training.run)
        if training.state in ("idle", "running"):
            self._look_at_own()
        if self.pages.currentIndex() == RUNS:
            self._look_for_runs()

    @Slot(object)
    def _on_epoch(self, epoch: Epoch) -> None:
        if epoch.best:
            self._look_at_own()  # there are weights, or better ones

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A recipe, or the folder or file of the data."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        for path in paths:
            if path.lower().endswith(ENDING):
                self.setup.file_chosen.emit(path)
            else:
                self.setup.data.set_path(path)
        self._go_to(SETUP)


def _chip(text: str) -> QToolButton:
    chip = QToolButton()
    chip.setObjectName("chip")
    chip.setText(text)
    chip.setCheckable(True)
    chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return chip
