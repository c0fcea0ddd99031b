"""Training on CUDA, for machines with a card: `pytest -m gpu`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from player.training.events import Epoch, Event
from tests.helpers.libraries import need_torch

pytestmark = [pytest.mark.gpu, pytest.mark.filterwarnings("ignore:.* does not have a deterministic implementation")]

torch = need_torch()

from player.training.learner import Learner  # noqa: E402
from player.training.run_folder import Circumstances  # noqa: E402
from player.training.starting import make_exact  # noqa: E402
from tests.helpers.small_training import BarsTask, recipe, train  # noqa: E402


@pytest.fixture(autouse=True)
def cuda() -> Any:
    if not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA card that torch can use")
    make_exact(Circumstances(Path(), "cuda:0", 1))
    yield
    torch.use_deterministic_algorithms(False)


@pytest.mark.parametrize("amp", ["off", "fp16", "bf16"])
def test_it_learns_in_any_precision(amp: str, tmp_path: Path) -> None:
    told: list[Event] = []
    end = train(tmp_path, recipe(epochs=16, amp=amp), device="cuda:0", told=told)
    losses = [event.train["loss"] for event in told if isinstance(event, Epoch)]
    assert losses[-1] < 0.6 * losses[0]
    assert end.best["accuracy"] >= 0.9


@pytest.mark.parametrize("amp", ["off", "fp16"])
def test_a_run_that_was_stopped_goes_on_exactly(amp: str, tmp_path: Path) -> None:
    wanted = recipe(amp=amp, ema=0.9, clip=1.0)
    train(tmp_path / "whole", wanted, device="cuda:0")
    asked = iter(range(7))
    train(tmp_path / "parts", wanted, device="cuda:0", stop=lambda: next(asked, None) is None)
    assert train(tmp_path / "parts", wanted, device="cuda:0", resume=True).reason == "done"
    whole, parts = ((tmp_path / name / "bars.safetensors").read_bytes() for name in ("whole", "parts"))
    assert whole == parts


def test_a_gradient_beyond_half_precision_is_skipped_and_the_scale_falls() -> None:
    wanted = recipe(amp="fp16")
    task = BarsTask(wanted)
    learner = Learner(wanted, task, torch.device("cuda:0"))
    scaler = learner.state()["scaler"]
    before = [each.detach().clone() for each in learner.network.parameters()]

    def overflows(outputs: Any, targets: Any, epoch: int) -> Any:
        return outputs.float().sum() * 1e30

    task.loss = overflows  # type: ignore[method-assign]
    learner.learn(next(task.batches(0, 0)), 0, 0)
    assert all(torch.equal(now, then) for now, then in zip(learner.network.parameters(), before, strict=True))
    assert learner.state()["scaler"]["scale"] < scaler["scale"]
