"""The Training panel with real widgets: choosing, starting, watching, stopping, resuming, using what came of it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from player.training.run_folder import runs_folder
from tests.ui.training_kit import make_run, take_fake, until_epoch, until_over
from tests.ui.window_kit import Desk, a_window, wait_until
from ui.settings import WindowSettings
from ui.theme import DARK, LIGHT
from ui.training.asking import QuitDialog
from ui.training.panel import RUN, RUNS, SETUP, TrainingPanel
from ui.training.recipes import Offer
from ui.training.runs import read_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from ui.training.chart import Chart
    from ui.training.training import Training

OFFERS = (
    Offer("tiny", "tiny", "Two kinds of tiny pictures", 3),
    Offer("large", "large", "Many kinds", 50),
)
EVIL = "<b>bold</b>\u202e\x1b[31m<img src=x>"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("ui.training.panel.read_offers", lambda: OFFERS)


@contextmanager
def a_panel(app: QApplication, mode: str = "good", name: str = "tiny", training: str = "") -> Iterator[Panel]:
    with a_window(app, settings=WindowSettings(training=training)) as desk:
        desk.controller.training.keeps = True
        take_fake(desk.controller.training.get(), mode, name)
        desk.window.resize(1200, 900)
        QTest.keyClick(
            desk.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        panel = desk.window.docks.panel("training")
        assert isinstance(panel, TrainingPanel)
        wait_until(lambda: panel.setup.offer is not None, "the recipes")
        try:
            yield Panel(desk, panel)
        finally:
            desk.controller.training.shutdown()
            desk.window.docks.shutdown()


class Panel:
    def __init__(self, desk: Desk, panel: TrainingPanel) -> None:
        self.desk = desk
        self.panel = panel
        self.setup, self.run, self.runs = panel.setup, panel.run, panel.runs

    @property
    def training(self) -> Training:
        return self.desk.controller.training.get()

    @property
    def page(self) -> int:
        return self.panel.pages.currentIndex()

    def start(self, out: object = "/runs/tiny-1") -> None:
        self.setup.out.set_path(str(out))
        self.setup.start.click()

    def until_folder_is_known(self) -> None:
        wait_until(lambda: self.run.shown_run is not None, "what the run's folder tells")

    def colours_of(self, chart: Chart) -> set[str]:
        """Every colour of the chart as it is drawn."""
        image = chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_recipe_is_chosen_and_trained_to_its_end(qapp: QApplication) -> None:
    with a_panel(qapp) as at:
        assert at.page == SETUP
        assert at.setup.about.text() == "Two kinds of tiny pictures"
        assert at.setup.epochs.placeholderText() == "As the recipe: 3"
        at.setup.recipe.setCurrentIndex(1)
        assert at.setup.epochs.placeholderText() == "As the recipe: 50"
        at.setup.data.set_path("/data/x")
        QTest.keyClicks(at.setup.epochs, "a7")
        at.start()
        assert at.page == RUN
        assert at.training.plan.recipe == "large"
        assert at.training.plan.data == "/data/x"
        assert at.training.plan.epochs == 7
        assert at.run.stop.isEnabled()
        assert not at.setup.start.isEnabled(), "one at a time"
        until_over(at.training)
        assert at.run.state.text() == "Trained to the end."
        assert at.run.name.words == "tiny"
        assert at.run.bar.share == 1.0
        assert ["Best", "80.0 % accuracy, epoch 3"] in at.run.facts.texts()
        assert ["Tested", "79.0 % accuracy"] in at.run.facts.texts()
        assert not at.run.stop.isEnabled()
        assert not at.run.resume.isEnabled()
        assert at.run.metrics.legend() == [("valid", "80.0 %")]
        assert at.run.loss.legend() == [("train", "0.3"), ("valid", "0.3333")]
        assert at.setup.start.isEnabled()
        assert DARK.accent in at.colours_of(at.run.loss)
        at.desk.theme.set_appearance("light")
        assert LIGHT.accent in at.colours_of(at.run.metrics)


def test_how_far_it_is_is_told_while_it_runs(qapp: QApplication) -> None:
    with a_panel(qapp, "waits") as at:
        at.start()
        until_epoch(at.training, 2)
        at.run.refresh()
        assert at.run.state.text() == "Epoch 2 of 3, step 1 of 4"
        assert ["Rate", "500 pictures a second"] in at.run.facts.texts()
        assert ["Time left", "0:55"] in at.run.facts.texts()
        assert at.run.bar.share == pytest.approx(5 / 12)
        assert at.desk.window.stage.isEnabled()
        QTest.mouseClick(at.run.stop, Qt.MouseButton.LeftButton)
        assert at.run.stop.text() == "Stop now"
        until_over(at.training)
        assert at.run.state.text() == "Stopped after epoch 1. It can be resumed."


def test_an_error_is_one_sentence_as_plain_text(qapp: QApplication) -> None:
    with a_panel(qapp, "error") as at:
        at.start()
        until_over(at.training)
        sentence = "The data folder /none holds <b>no</b> pictures."
        assert at.run.problem.text() == sentence
        assert at.run.problem.isVisible()
        assert at.desk.messages[-1] == sentence
        assert at.setup.start.isEnabled()


def test_hostile_names_are_plain_text(qapp: QApplication, tmp_path: Path) -> None:
    with a_panel(qapp, name=EVIL) as at:
        at.start()
        until_over(at.training)
        at.setup.add_offer(Offer("/x/evil.toml", "evil", "<a href='x'>title</a>" * 9))
        at.panel._go_to(RUNS)
        at.panel._go_to(RUN)
        assert at.run.name.words == "<b>bold</b>[31m<img src=x>"
        for label in at.panel.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText
            assert label.toolTip() == "" or "<b>bold" not in label.toolTip()
        assert at.panel.width() < 700, "a long text makes nothing wider"


def test_best_weights_become_an_overlay_with_one_button(qapp: QApplication, tmp_path: Path) -> None:
    folder = make_run(tmp_path / "tiny-1", epochs=3, end="done")
    with a_panel(qapp) as at:
        at.start(folder)
        until_over(at.training)
        at.until_folder_is_known()
        opened: list[tuple[str, int]] = []
        at.desk.controller.detecting.choose = lambda path, place: opened.append((path, place))  # type: ignore[method-assign]
        assert at.run.overlay.isEnabled()
        at.run.overlay.click()
        assert opened == [(str(folder / "tiny.safetensors"), 0)]


def test_there_is_no_overlay_before_there_are_weights(qapp: QApplication, tmp_path: Path) -> None:
    folder = make_run(tmp_path / "tiny-1", weights=False)
    with a_panel(qapp) as at:
        at.start(folder)
        until_over(at.training)
        at.until_folder_is_known()
        assert not at.run.overlay.isEnabled()


def test_earlier_runs_are_listed_shown_and_resumed(qapp: QApplication, tmp_path: Path) -> None:
    home = runs_folder()
    make_run(home / "tiny-old", epochs=3, end="done")
    killed = make_run(home / "tiny-killed", epochs=2, end=None)
    make_run(home / "tiny-empty", epochs=0, end=None, weights=False)
    (home / "tiny-empty" / "checkpoint.pt").unlink()
    (home / "no-run").mkdir()
    (home / "rubbish").mkdir()
    (home / "rubbish" / "recipe.toml").write_bytes(b"\xff\x00")
    with a_panel(qapp) as at:
        at.panel.chips[RUNS].click()
        wait_until(lambda: at.runs.model.rowCount() == 3, "the runs")
        states = {run.folder.rpartition("/")[2]: run.state for run in at.runs.model.runs}
        assert states == {"tiny-old": "done", "tiny-killed": "broken off", "tiny-empty": "unusable"}
        assert not at.runs.resume.isEnabled(), "nothing is selected"
        at.runs.select(str(home / "tiny-old"))
        assert not at.runs.resume.isEnabled(), "it is done"
        assert at.runs.overlay.isEnabled()
        at.runs.select(str(killed))
        at.runs.show_.click()
        wait_until(lambda: at.page == RUN, "the run's page")
        assert at.run.state.text() == "Broken off after epoch 2 of 3. It can be resumed."
        assert at.run.name.isVisible()
        assert at.run.folder.words == str(killed)
        assert at.run.metrics.legend() == [("valid", "50.0 %")]
        take_fake(at.training, "resumed")
        at.run.resume.click()
        until_epoch(at.training, 3)
        assert at.training.plan.resume
        assert at.training.plan.out == str(killed)
        at.run.refresh()
        assert at.training.curves.valid_loss.at == [1.0, 2.0], "what it had told is there"
        at.panel.chips[RUNS].click()
        wait_until(lambda: at.runs.model.live == str(killed), "which one is under way")
        row = next(row for row, run in enumerate(at.runs.model.runs) if run.folder == str(killed))
        assert at.runs.model.index(row, 1).data() == "under way"


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the system does not tell its locks")
def test_a_run_that_another_process_trains_is_left_alone(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "tiny-1", end=None)
    with open(folder / "metrics.jsonl", "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run = read_run(str(folder))
        assert run is not None
        assert (run.state, run.can_resume) == ("under way", False)
    run = read_run(str(folder))
    assert run is not None
    assert (run.state, run.can_resume) == ("broken off", True)


def test_a_run_elsewhere_is_found_again(qapp: QApplication, tmp_path: Path) -> None:
    elsewhere = make_run(tmp_path / "elsewhere")
    with a_panel(qapp) as at:
        at.panel._on_folder(str(tmp_path))
        wait_until(lambda: at.desk.messages[-1:] == ["There is no run in this folder"], "that it is none")
        at.panel._on_folder(str(elsewhere))
        wait_until(lambda: at.runs.model.rowCount() == 1, "the run")
        at.setup.recipe.setCurrentIndex(1)
        at.panel.shutdown()
        kept = at.desk.window.closing_settings().training
    with a_panel(qapp, training=kept) as at:
        assert at.setup.plan.recipe == "large"
        at.panel.chips[RUNS].click()
        wait_until(lambda: at.runs.model.rowCount() == 1, "the run of before")


def test_a_recipe_file_of_ones_own(qapp: QApplication, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[task]\nname = 'x'\n")
    with a_panel(qapp) as at:
        at.setup.file_chosen.emit(str(broken))
        wait_until(lambda: at.setup.recipe.count() == 3, "the file")
        assert at.setup.offer is not None
        assert at.setup.about.text() == at.setup.offer.problem != ""
        assert "task.task" in at.setup.about.text()
        assert not at.setup.start.isEnabled()
        at.setup.recipe.setCurrentIndex(0)
        assert at.setup.start.isEnabled()


def test_where_nothing_is_written_at_home_a_folder_must_be_chosen(qapp: QApplication) -> None:
    with a_window(qapp) as desk:
        desk.window.docks.open("training")
        panel = desk.window.docks.panel("training")
        assert isinstance(panel, TrainingPanel)
        wait_until(lambda: panel.setup.offer is not None, "the recipes")
        assert not panel.setup.start.isEnabled()
        panel.setup.out.set_path("/out")
        assert panel.setup.start.isEnabled()
        desk.window.docks.shutdown()


def test_quitting_asks_first_while_something_is_under_way(qapp: QApplication) -> None:
    with a_panel(qapp, "waits") as at:
        window = at.desk.window
        at.desk.controller.quit()
        assert at.desk.quits == [0], "nothing is under way"
        at.start()
        until_epoch(at.training, 2)
        window.close()
        assert window.isVisible()
        dialog = window.findChild(QuitDialog)
        assert dialog is not None
        dialog.stay.click()
        assert at.training.is_running
        wait_until(lambda: window.findChild(QuitDialog) is None, "the question's end")
        at.desk.controller.quit()
        dialog = window.findChild(QuitDialog)
        assert dialog is not None
        dialog.leave.click()
        assert at.desk.quits == [0, 0]
        assert at.training.is_running, "it is ended with the rest"


def test_the_question_is_over_when_the_training_is(qapp: QApplication) -> None:
    with a_panel(qapp, "waits") as at:
        at.start()
        until_epoch(at.training, 2)
        at.desk.controller.quit()
        at.training.stop()
        until_over(at.training)
        assert at.desk.quits == [0]


def test_the_mouse_over_a_chart_tells_the_values_there_in_all(qapp: QApplication) -> None:
    with a_panel(qapp) as at:
        at.start()
        until_over(at.training)
        chart = at.run.loss
        chart.grab()  # it is laid out
        box = chart._box
        QTest.mouseMove(chart, QPoint(5, 5))
        QTest.mouseMove(chart, QPointF(box.left() + box.width() * 0.68, box.center().y()).toPoint())
        assert chart.heading() == "Loss at epoch 2"
        assert chart.legend() == [("train", "0.45"), ("valid", "0.5")]
        assert at.run.metrics.legend() == [("valid", "70.0 %")]
        chart._tell(None)
        assert chart.heading() == "Loss"


def test_a_small_window_cuts_nothing(qapp: QApplication) -> None:
    with a_panel(qapp, "waits", name="a name " * 30) as at:
        at.start("/a/very/long/folder/" + "x" * 300)
        until_epoch(at.training, 2)
        at.desk.window.resize(at.desk.window.minimumSize())
        QTest.qWait(0)
        for button in (at.run.stop, *at.panel.chips):
            assert button.width() >= button.sizeHint().width()
        assert at.panel.width() < 700


def test_starting_leaves_the_keys_to_the_window(qapp: QApplication) -> None:
    with a_panel(qapp, "waits") as at:
        at.setup.data.edit.setFocus()
        at.start()
        assert not at.run.stop.hasFocus()
        assert at.desk.window.focusWidget() is at.panel
        until_epoch(at.training, 2)


def test_nothing_is_drawn_of_a_training_that_never_began(qapp: QApplication) -> None:
    with a_panel(qapp, "error") as at:
        at.start()
        until_over(at.training)
        assert at.run.loss.isHidden()
        assert at.run.facts.isHidden()
        assert at.run.name.words == "tiny"


def test_a_resumed_run_has_its_weights_at_once(qapp: QApplication, tmp_path: Path) -> None:
    folder = make_run(runs_folder() / "tiny-1", epochs=2, end="stopped")
    with a_panel(qapp, "resumed") as at:
        at.panel.chips[RUNS].click()
        wait_until(lambda: at.runs.model.rowCount() == 1, "the run")
        at.runs.select(str(folder))
        at.runs.resume.click()
        until_epoch(at.training, 3)
        at.until_folder_is_known()
        assert at.run.overlay.isEnabled()
        assert at.run.stop.isEnabled()
        assert not at.run.resume.isEnabled()
