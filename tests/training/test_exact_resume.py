"""A run that is stopped anywhere and goes on is the run that was not: losses, figures and weights, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from player.errors import TrainingError
from player.training.optimiser_settings import OptimiserSettings
from tests.helpers.libraries import need_torch

torch = need_torch()

from tests.helpers.small_training import BarsTask, recipe, train  # noqa: E402

ADAMW = OptimiserSettings("adamw", 0.01, 0.0, False, (0.9, 0.999), 0.01, True, ())
RECIPES = {
    "sgd": recipe(),
    "average and clipping": recipe(ema=0.9, clip=0.5),
    "adamw in bfloat16": recipe(optimiser=ADAMW, amp="bf16"),
}


def course(folder: Path) -> list[dict[str, Any]]:
    """What was told of the training, without what a clock measured."""
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    for line in lines:
        for key in ("rate", "left_s", "seconds", "run", "data", "weights", "card"):
            line.pop(key, None)
    return lines


def weights(folder: Path) -> bytes:
    return (folder / "bars.safetensors").read_bytes()


def state(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = torch.load(folder / "checkpoint.pt", weights_only=True)
    return loaded["learner"]  # type: ignore[no-any-return]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(torch.equal(one, other)) if isinstance(one, torch.Tensor) else bool(one == other)


def after(steps: int) -> Callable[[], bool]:
    """Says stop when it was asked so often."""
    asked = iter(range(steps))
    return lambda: next(asked, None) is None


@pytest.mark.parametrize("name", RECIPES)
def test_a_run_stopped_again_and_again_equals_one_that_was_not(name: str, tmp_path: Path) -> None:
    wanted = RECIPES[name]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert train(whole, wanted).reason == "done"
    reasons = [train(parts, wanted, stop=after(2)).reason]
    while reasons[-1] == "stopped":
        reasons.append(train(parts, wanted, resume=True, stop=after(3)).reason)
    assert len(reasons) > 4
    assert course(parts) == course(whole)
    assert weights(parts) == weights(whole)
    assert same(state(parts), state(whole))


def test_what_was_done_beyond_the_checkpoint_is_done_again(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    train(whole)
    train(killed, stop=after(7))
    kept = (killed / "checkpoint.pt").read_bytes()
    train(killed, resume=True, stop=after(6))  # and this one dies before it can write anything
    (killed / "checkpoint.pt").write_bytes(kept)
    with (killed / "metrics.jsonl").open("a") as file:
        file.write('{"event": "st')
    assert train(killed, resume=True).reason == "done"
    assert course(killed) == course(whole)
    assert weights(killed) == weights(whole)


def test_a_run_that_came_to_no_checkpoint_begins_anew(tmp_path: Path) -> None:
    train(tmp_path / "whole")
    (tmp_path / "killed").mkdir()
    (tmp_path / "killed" / "metrics.jsonl").write_text('{"event": "step"}\n')
    assert train(tmp_path / "killed", resume=True).reason == "done"
    assert course(tmp_path / "killed") == course(tmp_path / "whole")


def test_a_run_that_is_done_stays_done(tmp_path: Path) -> None:
    train(tmp_path)
    before = course(tmp_path), weights(tmp_path)
    assert train(tmp_path, resume=True).reason == "done"
    assert (course(tmp_path), weights(tmp_path)) == before


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    train(tmp_path / "one")
    train(tmp_path / "other", recipe(seed=8))
    assert weights(tmp_path / "one") != weights(tmp_path / "other")


def test_another_recipe_or_other_data_cannot_go_on(tmp_path: Path) -> None:
    train(tmp_path, stop=after(3))
    with pytest.raises(TrainingError, match="begun with another recipe"):
        train(tmp_path, recipe(text="other"), resume=True)
    fewer = BarsTask(recipe())
    fewer.counts = (39, 16)
    with pytest.raises(TrainingError, match="the data are not those"):
        train(tmp_path, task=fewer, resume=True)


@pytest.mark.parametrize("harm", ["damage", "version", "code"])
def test_a_checkpoint_that_is_none_is_told(harm: str, tmp_path: Path) -> None:
    train(tmp_path, stop=after(3))
    path = tmp_path / "checkpoint.pt"
    if harm == "damage":
        path.write_bytes(path.read_bytes()[:-100])
    else:
        torch.save({"version": 99} if harm == "version" else {"version": Path("/")}, path)
    with pytest.raises(TrainingError, match="another version" if harm == "version" else "damaged, or no checkpoint"):
        train(tmp_path, resume=True)


def test_two_processes_do_not_train_in_one_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    from player.training.metrics_file import MetricsFile

    held = MetricsFile(tmp_path / "metrics.jsonl", 1)
    with pytest.raises(TrainingError, match="Another process is training"):
        train(tmp_path)
    held.close()
