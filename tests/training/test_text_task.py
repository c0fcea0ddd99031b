"""The text detector learns: a few small steps, and what comes of them opens in the player."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.libraries import need_library, need_torch
from tests.helpers.some_fonts import JUDGED, LEARNED, copy_font

torch = need_torch()
need_library("PIL")

from player.analysis.loading import load_model  # noqa: E402
from player.analysis.trust import Trust  # noqa: E402
from player.errors import RecipeError  # noqa: E402
from player.training.recipe import load_recipe, read_recipe, recipe_files  # noqa: E402
from player.training.run_folder import RunFolder  # noqa: E402
from player.training.starting import make_task, open_run, settle  # noqa: E402
from player.training.text.loss import text_loss  # noqa: E402

RECIPE = """
[task]
name = "tiny-text"
task = "text"
epochs = 2
batch = 4
ema = 0.5
[data]
fonts = ["fonts", "others"]
size = [96, 64]
pictures = 8
valid = 4
test = 2
test_size = [96, 64]
processes = 0
[network]
widths = [4, 6, 8, 8, 8]
blocks = [1, 1, 1, 1]
neck = 8
[optimiser]
name = "adamw"
lr = 0.01
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    copy_font(LEARNED, folder / "fonts")
    copy_font(JUDGED, folder / "others")
    return folder


@pytest.mark.usefixtures("fonts")
def test_a_run_ends_with_weights_that_the_player_opens(data: Path, tmp_path: Path) -> None:
    recipe = read_recipe(RECIPE, "tiny.toml")
    events: list[object] = []
    with open_run(
        recipe, RunFolder(tmp_path / "run"), settle(data, "cpu", 1), listeners=(events.append,), stop=lambda: False,
        say=print,
    ) as run:  # fmt: skip
        end = run.train(resume=False)
    assert end.reason == "done"
    assert end.weights is not None
    assert {"loss", "precision", "recall", "f1"} <= end.test.keys()
    model = load_model(end.weights, device="cpu", trust=Trust(None), threads=1)
    assert (model.card.decoder, model.card.labels) == ("text-map", ("text",))
    assert (model.card.input.fit, model.card.input.fill) == ("letterbox", 127.5)
    found = model.backend.run(np.zeros((1, 3, 64, 96), np.float32))["map"]
    assert found.shape == (1, 3, 32, 48)


def test_a_step_has_the_same_pictures_wherever_its_epoch_begins(data: Path) -> None:
    task = make_task(read_recipe(RECIPE, "tiny.toml"), data, torch.device("cpu"))
    whole, later = list(task.batches(1, 0)), list(task.batches(1, 1))
    assert (len(whole), len(later)) == (2, 1)
    assert torch.equal(whole[1].pictures, later[0].pictures)
    assert torch.equal(whole[1].targets, later[0].targets)
    first = next(iter(task.batches(0, 0)))
    assert not torch.equal(first.pictures, whole[0].pictures), "each epoch has its own"


def test_it_learns_one_batch_by_heart(data: Path) -> None:
    task = make_task(read_recipe(RECIPE, "tiny.toml"), data, torch.device("cpu"))
    torch.manual_seed(0)
    network, generator = task.build().train(), torch.Generator()
    batch = max(itertools.islice(task.batches(0, 0), 2), key=lambda each: float(each.targets[:, 0].sum()))
    optimiser = torch.optim.AdamW(network.parameters(), 0.02)
    losses = []
    for _ in range(40):
        pictures, targets = task.prepare(batch, 0, generator)
        loss = task.loss(network(pictures), targets, 0)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 2


def test_places_that_nobody_can_judge_do_not_count() -> None:
    torch.manual_seed(0)
    raw, targets = torch.randn(1, 3, 8, 8), torch.zeros(1, 4, 8, 8)
    targets[:, 1] = 1
    targets[:, :, 2:4, 2:6] = torch.tensor([1.0, 1.0, 4.0, 4.0])[:, None, None]
    targets[:, 1, 6:] = 0
    other = raw.clone()
    other[:, :, 6:] = 50
    assert text_loss(raw, targets) == pytest.approx(float(text_loss(other, targets)))
    other[:, :, 5] = 50
    assert text_loss(other, targets) > text_loss(raw, targets) + 1


def test_a_picture_without_text_has_a_loss_that_is_a_number() -> None:
    targets = torch.zeros(2, 4, 8, 8)
    targets[:, 1] = 1
    raw = torch.zeros(2, 3, 8, 8, requires_grad=True)
    text_loss(raw, targets).backward()  # type: ignore[no-untyped-call]
    assert raw.grad is not None
    assert raw.grad.isfinite().all()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("size = [96, 60]", r"data\.size, which is to be a width and a height that are multiples of 32"),
        ("pictures = 0", r"data\.pictures, which is to be a whole number from 1"),
        ("letters = 3", r"data\.letters, which is no key there"),
    ],
)
def test_a_wrong_recipe_names_the_key(wrong: str, sentence: str) -> None:
    key = wrong.split(" = ", maxsplit=1)[0]
    lines = [line for line in RECIPE.splitlines() if not line.startswith(f"{key} ")]
    lines.insert(lines.index("[data]") + 1, wrong)
    with pytest.raises(RecipeError, match=sentence):
        read_recipe("\n".join(lines), "tiny.toml")


def test_the_recipe_of_the_model_in_the_box_comes_along() -> None:
    [path] = [each for each in recipe_files() if each.stem == "text-lines"]
    assert load_recipe(path).task == "text"
