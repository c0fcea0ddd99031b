"""The way through the epochs: what is told, what is kept, what ends it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from player.errors import RecipeError, TrainingError
from player.training.events import End, Epoch, Event, Start, Step, read_line
from player.training.optimiser_settings import OptimiserSettings, ScheduleSettings
from tests.helpers.fake_time import FakeTime
from tests.helpers.libraries import need_torch

torch = need_torch()

from torch import nn  # noqa: E402

from player.training.learner import Learner  # noqa: E402
from player.training.loop import Loop, StoppedError  # noqa: E402
from player.training.task import Evaluation, Split  # noqa: E402
from tests.helpers.small_training import BarsTask, recipe, train  # noqa: E402

CPU = torch.device("cpu")
WILD = OptimiserSettings("sgd", 1e30, 0.0, False, (0.9, 0.999), 0.0, True, ())
CONSTANT = ScheduleSettings("constant", 0.0, 0.0, (), 1.0)


class Kept:
    """A keeper that remembers, on a clock of its own; saving takes a second."""

    def __init__(self) -> None:
        self.time = FakeTime()
        self.told: list[Event] = []
        self.saved: list[float] = []
        self.step_s = 1.0

    def tell(self, event: Event) -> None:
        self.told.append(event)

    def save(self, state: dict[str, Any]) -> None:
        self.saved.append(self.time())
        self.time.advance(1.0)

    def keep_best(self, evaluation: Evaluation, best: dict[str, float]) -> None: ...

    def check(self) -> None:
        self.time.advance(self.step_s)


def looped(keeper: Kept, **changes: Any) -> Loop:
    wanted = recipe(**changes)
    task = BarsTask(wanted)
    return Loop(wanted, task, Learner(wanted, task, CPU), keeper, now=keeper.time)


def test_it_learns(tmp_path: Path) -> None:
    told: list[Event] = []
    end = train(tmp_path, recipe(epochs=16), told=told)
    epochs = [event for event in told if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == list(range(1, 17))
    assert end.best["accuracy"] >= 0.9
    assert epochs[-1].train["loss"] < 0.6 * epochs[0].train["loss"]
    bests = [event.epoch for event in epochs if event.best]
    assert end.best["epoch"] == bests[-1]
    assert end.best["accuracy"] == max(event.valid["accuracy"] for event in epochs)


def test_what_is_told_comes_in_order(tmp_path: Path) -> None:
    told: list[Event] = []
    end = train(tmp_path, told=told)
    assert isinstance(told[0], Start)
    assert (told[0].steps, told[0].epoch, told[0].train, told[0].valid) == (5, 1, 40, 16)
    assert told[-1] is end
    steps = [(event.epoch, event.step) for event in told if isinstance(event, Step)]
    assert steps == [(epoch, step) for epoch in (1, 2, 3) for step in (1, 2, 3, 4, 5)]
    assert [type(event) for event in told[1:7]] == [Step] * 5 + [Epoch]
    kept = [read_line(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert kept == told


def test_steps_are_told_by_the_clock_and_at_places_of_their_own() -> None:
    keeper = Kept()
    keeper.step_s = 0.01

    class Long(BarsTask):
        steps = 100

        def batches(self, epoch: int, first: int) -> Any:
            batch = next(super().batches(epoch, 0))
            for _ in range(first, self.steps):
                yield batch

    wanted = recipe(epochs=1)
    task = Long(wanted)
    Loop(wanted, task, Learner(wanted, task, CPU), keeper, now=keeper.time).run()
    steps = [event.step for event in keeper.told if isinstance(event, Step)]
    assert set(steps) >= set(range(5, 101, 5)), "twenty an epoch, whatever the clock says"
    assert len(steps) <= 20 + 100 * 0.01 / 0.2 + 1


def test_a_checkpoint_is_written_as_often_as_asked_where_it_costs_little() -> None:
    keeper = Kept()
    began = keeper.time()
    keeper.step_s = 40.0  # an epoch is five steps and one look at the whole
    looped(keeper, epochs=4, checkpoint_s=80.0).run()
    gaps = [later - sooner for sooner, later in itertools.pairwise([began, *keeper.saved])]
    assert max(gaps) <= 80.0 + 2 * 40.0 + 1


def test_writing_checkpoints_takes_a_twentieth_of_the_time_at_most() -> None:
    keeper = Kept()
    looped(keeper, epochs=40, checkpoint_s=0.0).run()
    assert len(keeper.saved) > 5
    assert len(keeper.saved) * 1.0 <= 0.05 * keeper.time() + 2, "the first and the last come in any case"


def test_the_last_epoch_is_saved_whatever_it_costs() -> None:
    keeper = Kept()
    loop = looped(keeper, epochs=1)
    assert loop.run() == "done"
    assert len(keeper.saved) == 1
    assert loop.state()["epoch"] == 1


def test_it_ends_early_where_it_gets_no_better(tmp_path: Path) -> None:
    class Stuck(BarsTask):
        def evaluate(self, network: nn.Module, split: Split, check: Callable[[], None]) -> Evaluation | None:
            return Evaluation({"loss": 1.0, "accuracy": 0.25}) if split == "valid" else None

    wanted = recipe(epochs=50, early_stop=4)
    told: list[Event] = []
    end = train(tmp_path, wanted, task=Stuck(wanted), told=told)
    assert end.reason == "early-stop"
    assert end.best["epoch"] == 1
    assert sum(isinstance(event, Epoch) for event in told) == 5
    again = train(tmp_path, wanted, task=Stuck(wanted), resume=True)
    assert again.reason == "early-stop", "it does not go on from there"


@pytest.mark.parametrize("amp", ["off", "bf16"])
def test_a_loss_that_is_no_number_ends_it_with_a_sentence(amp: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"loss is not finite in step [23] of epoch 1: a smaller optimiser.lr"):
        train(tmp_path, recipe(optimiser=WILD, schedule=CONSTANT, amp=amp))
    assert not (tmp_path / "checkpoint.pt").exists(), "nothing is kept of it"


def test_a_checkpoint_never_holds_a_loss_that_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="not finite"):
        train(tmp_path, recipe(optimiser=WILD, schedule=CONSTANT, checkpoint_s=0.0))
    path = tmp_path / "checkpoint.pt"
    state = torch.load(path, weights_only=True)["learner"]["network"] if path.exists() else {}
    assert all(bool(torch.isfinite(each).all()) for each in state.values() if each.is_floating_point())


def test_a_stop_while_it_is_judged_keeps_what_was_learned(tmp_path: Path) -> None:
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) == 6  # after the five steps of the epoch

    told: list[Event] = []
    assert train(tmp_path, stop=stop, told=told).reason == "stopped"
    assert not any(isinstance(event, Epoch) for event in told)
    told.clear()
    train(tmp_path, resume=True, told=told)
    assert isinstance(told[0], Start)
    assert isinstance(told[1], Epoch), "no step of that epoch is done again"


def test_the_best_weights_are_those_that_are_tested(tmp_path: Path) -> None:
    wanted = recipe(epochs=6)

    class Worse(BarsTask):
        """Says that the second epoch is the best; remembers what it was asked to test."""

        tested: dict[str, Any] | None = None
        second: dict[str, Any] | None = None
        epoch = 0

        def evaluate(self, network: nn.Module, split: Split, check: Callable[[], None]) -> Evaluation | None:
            state = {name: each.clone() for name, each in network.state_dict().items()}
            if split == "test":
                self.tested = state
                return Evaluation({"loss": 0.5, "accuracy": 0.75})
            self.epoch += 1
            self.second = state if self.epoch == 2 else self.second
            return Evaluation({"loss": 1.0, "accuracy": 0.5 if self.epoch == 2 else 0.25})

    task = Worse(wanted)
    end = train(tmp_path, wanted, task=task)
    assert task.tested is not None
    assert task.second is not None
    assert all(torch.equal(task.tested[name], task.second[name]) for name in task.second)
    assert end.test == {"loss": 0.5, "accuracy": 0.75}
    assert "test: loss 0.5, accuracy 0.75" in (tmp_path / "bars.toml").read_text()


def test_half_precision_needs_a_gpu() -> None:
    wanted = recipe(amp="fp16")
    with pytest.raises(RecipeError, match=r"task.amp fp16, which needs a CUDA device; this is cpu"):
        Learner(wanted, BarsTask(wanted), CPU)


def test_the_gradient_is_cut_to_its_greatest_length() -> None:
    plain = OptimiserSettings("sgd", 1.0, 0.0, False, (0.9, 0.999), 0.0, True, ())
    moved = {}
    for clip in (0.0, 0.01):
        wanted = recipe(clip=clip, optimiser=plain, schedule=CONSTANT)
        task = BarsTask(wanted)
        learner = Learner(wanted, task, CPU)
        before = torch.cat([each.detach().flatten().clone() for each in learner.network.parameters()])
        learner.learn(next(task.batches(0, 0)), 0, 0)
        after = torch.cat([each.detach().flatten() for each in learner.network.parameters()])
        moved[clip] = float((after - before).norm())
    assert moved[0.0] > 0.05
    assert moved[0.01] == pytest.approx(0.01, rel=1e-3)


def test_the_average_is_what_is_judged_and_kept() -> None:
    wanted = recipe(ema=0.5, schedule=CONSTANT)
    task = BarsTask(wanted)
    learner = Learner(wanted, task, CPU)
    expected = {name: each.clone() for name, each in learner.network.state_dict().items()}
    for step, batch in enumerate(task.batches(0, 0)):
        task.begin_epoch(learner.network, 0)
        learner.learn(batch, 0, step)
        keep = min(0.5, (1 + step) / (10 + step))
        for name, each in learner.network.state_dict().items():
            real = each.is_floating_point()
            expected[name] = keep * expected[name] + (1 - keep) * each if real else each.clone()
    for name, each in learner.judged.state_dict().items():
        assert torch.allclose(each, expected[name], atol=1e-6), name
    assert learner.judged is not learner.network
    assert not any(each.requires_grad for each in learner.judged.parameters())


@pytest.mark.usefixtures("fonts")
def test_pictures_of_the_run_are_drawn(tmp_path: Path) -> None:
    train(tmp_path, draw=True)
    for name in ("curves.png", "confusion.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_without_the_packages_for_it_there_are_no_pictures_and_no_tensorboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    for name in ("matplotlib", "matplotlib.figure", "tensorboardX"):
        monkeypatch.setitem(sys.modules, name, None)
    assert train(tmp_path, draw=True).reason == "done"
    said = capsys.readouterr().out
    assert said.count("matplotlib is not installed") == 1
    assert said.count("tensorboardX is not installed") == 1
    assert not (tmp_path / "curves.png").exists()


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_unused: object, **_named: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / "bars.safetensors"))

    monkeypatch.setattr("player.training.result.write_whole", full)
    with pytest.raises(TrainingError, match=r"Cannot write .*bars.safetensors: No space left on device"):
        train(tmp_path)


def test_too_little_memory_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_unused: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate much, and more about it")

    monkeypatch.setattr(BarsTask, "loss", full)
    with pytest.raises(TrainingError, match=r"The memory of cpu is too small for this: lower task.batch."):
        train(tmp_path)


def test_the_end_is_told_last_and_names_the_files(tmp_path: Path) -> None:
    end = train(tmp_path)
    assert isinstance(end, End)
    line = json.loads((tmp_path / "metrics.jsonl").read_text().splitlines()[-1])
    assert line["event"] == "end"
    assert Path(line["weights"]).is_file()
    assert Path(line["card"]).is_file()


def test_a_stop_before_the_first_epoch_is_over_names_no_weights(tmp_path: Path) -> None:
    end = train(tmp_path, stop=lambda: True)
    assert (end.reason, end.weights, end.best) == ("stopped", None, {})
    assert issubclass(StoppedError, Exception)
