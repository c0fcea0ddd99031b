"""The losses: what they are by the papers' formulas, and the traps that such code is known for."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest

from player.errors import DataError, RecipeError
from player.training.loss_settings import LossSettings, read_loss
from player.training.table import Table
from tests.helpers.libraries import need_torch

torch = need_torch()

from torch.nn import functional  # noqa: E402

from player.training.losses import make_loss  # noqa: E402

COUNTS = [5000, 300, 50]
LDAM = LossSettings("ldam")
PLAIN = LossSettings()


def logits_and_labels(count: int = 12) -> tuple[Any, Any]:
    chance = torch.Generator().manual_seed(3)
    return torch.randn(count, 3, generator=chance) * 4, torch.randint(3, (count,), generator=chance)


def ldam_by_the_paper(cosines: Any, labels: Any, weight: Any = None) -> Any:
    """Equation 13 of Cao and others, for one picture after the other."""
    most = max(count**-0.25 for count in COUNTS)
    cost, total = 0.0, 0.0
    for row, label in zip(cosines, labels, strict=True):
        moved = row.clone()
        moved[label] -= 0.5 * COUNTS[label] ** -0.25 / most
        weighs = 1.0 if weight is None else float(weight[label])
        cost -= weighs * torch.log_softmax(30 * moved, dim=0)[label]
        total += weighs
    return cost / total


def test_cross_entropy_is_torchs_with_smoothing_and_without() -> None:
    logits, labels = logits_and_labels()
    for smoothing in (0.0, 0.1):
        expected = functional.cross_entropy(logits, labels, label_smoothing=smoothing)
        found = make_loss(LossSettings(smoothing=smoothing), COUNTS)(logits, labels, 0)
        assert torch.allclose(found, expected)


def test_ldam_is_the_papers() -> None:
    cosines, labels = torch.rand(12, 3) * 2 - 1, logits_and_labels()[1]
    found = make_loss(LDAM, COUNTS)(30 * cosines, labels, 0)
    assert torch.allclose(found, ldam_by_the_paper(cosines, labels), atol=1e-5)


def test_ldams_margin_is_the_given_one_for_the_rarest_class_and_half_of_it_for_one_of_16_times_as_many() -> None:
    loss = make_loss(LDAM, [1600, 100])
    # At a distance of the margin between right and wrong, neither wins.
    for label, margin in ((1, 15.0), (0, 7.5)):
        logits = torch.zeros(1, 2)
        logits[0, label] = margin
        assert float(loss(logits, torch.tensor([label]), 0)) == pytest.approx(math.log(2), abs=1e-5)


def test_rare_classes_weigh_more_from_the_epoch_that_says_so() -> None:
    cosines, labels = torch.rand(12, 3) * 2 - 1, logits_and_labels()[1]
    loss = make_loss(LossSettings("ldam", reweight_epoch=4), COUNTS)
    effective = torch.tensor([(1 - 0.9999**count) / (1 - 0.9999) for count in COUNTS])
    early, late = (loss(30 * cosines, labels, epoch) for epoch in (3, 4))
    assert torch.allclose(early, ldam_by_the_paper(cosines, labels), atol=1e-5)
    assert torch.allclose(late, ldam_by_the_paper(cosines, labels, 1 / effective), atol=1e-5)
    plain = make_loss(LossSettings(reweight_epoch=0), COUNTS)(cosines, labels, 0)
    assert torch.allclose(plain, functional.cross_entropy(cosines, labels, weight=1 / effective), atol=1e-5)


@pytest.mark.parametrize("settings", [PLAIN, LDAM, LossSettings("ldam", 0.1, reweight_epoch=0)])
def test_shares_of_one_class_alone_are_labels(settings: LossSettings) -> None:
    logits, labels = logits_and_labels()
    loss = make_loss(settings, COUNTS)
    shares = functional.one_hot(labels, 3).float()
    assert torch.allclose(loss(logits, shares, 0), loss(logits, labels, 0))


# The traps.


@pytest.mark.parametrize("settings", [PLAIN, LDAM])
def test_mixed_targets_cost_what_they_are_made_of(settings: LossSettings) -> None:
    """`multi-target not supported` is what a loss says that takes labels alone."""
    logits, labels = logits_and_labels()
    shares = 0.7 * functional.one_hot(labels, 3) + 0.3 * functional.one_hot(labels.flip(0), 3)
    found = make_loss(settings, COUNTS)(logits, shares, 0)
    margins = torch.zeros(3)
    if settings is LDAM:
        margins = torch.tensor([15 * (50 / count) ** 0.25 for count in COUNTS])
    expected = functional.cross_entropy(logits - margins * shares, shares)
    assert torch.allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("shape", [(12, 1), (1, 12), (11,), ()])
def test_labels_of_the_wrong_shape_are_refused_and_not_spread_over_the_batch(shape: tuple[int, ...]) -> None:
    logits, _labels = logits_and_labels()
    with pytest.raises(ValueError, match=r"^labels of shape .* are not \[12\]$"):
        make_loss(LDAM, COUNTS)(logits, torch.zeros(shape, dtype=torch.long), 0)


def test_shares_and_logits_of_the_wrong_shape_are_refused() -> None:
    logits, labels = logits_and_labels()
    loss = make_loss(LDAM, COUNTS)
    with pytest.raises(ValueError, match=r"^shares of shape \[12\] are not \[12, 3\]$"):
        loss(logits, labels.float(), 0)
    with pytest.raises(ValueError, match=r"^logits of shape \[12, 2\] are not \[n, 3\]$"):
        loss(logits[:, :2], labels, 0)


def test_labels_that_came_as_bytes_are_labels_and_no_mask() -> None:
    logits, labels = logits_and_labels()
    loss = make_loss(LDAM, COUNTS)
    for kind in (torch.uint8, torch.int32):
        assert torch.equal(loss(logits, labels.to(kind), 0), loss(logits, labels, 0))
    with pytest.raises(ValueError, match="neither labels nor shares"):
        loss(logits, labels > 1, 0)


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
@pytest.mark.parametrize("settings", [PLAIN, LDAM])
def test_half_and_float_meet(settings: LossSettings, kind: str) -> None:
    """Logits are in half precision under autocast, and the margins are not."""
    logits, labels = logits_and_labels()
    half = logits.to(getattr(torch, kind)).requires_grad_()
    loss = make_loss(settings, COUNTS)
    with torch.autocast("cpu", torch.bfloat16):
        found: Any = loss(half, labels, 0)
    assert found.dtype == torch.float32
    assert torch.allclose(found, loss(half.float(), labels, 0))
    found.backward()
    assert half.grad.dtype == half.dtype
    assert half.grad.isfinite().all()


def test_shares_in_half_precision_meet_the_logits() -> None:
    logits, labels = logits_and_labels()
    loss = make_loss(LDAM, COUNTS)
    shares = functional.one_hot(labels, 3)
    assert torch.equal(loss(logits, shares.half(), 0), loss(logits, shares.float(), 0))


def test_the_loss_follows_the_logits_to_their_device() -> None:
    """On the device called meta nothing is computed, but tensors of another one are refused as on a GPU."""
    loss = make_loss(LossSettings("ldam", 0.1, reweight_epoch=0), COUNTS)
    logits = torch.zeros(4, 3, device="meta", requires_grad=True)
    found: Any = loss(logits, torch.zeros(4, dtype=torch.long, device="meta"), 0)
    assert found.device.type == "meta"
    found.backward()


@pytest.mark.gpu
def test_the_loss_is_the_same_on_a_gpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA card")
    logits, labels = logits_and_labels()
    loss = make_loss(LossSettings("ldam", 0.1, reweight_epoch=0), COUNTS)
    assert torch.allclose(loss(logits.to("cuda"), labels.to("cuda"), 0).to("cpu"), loss(logits, labels, 0), atol=1e-5)


def test_a_sure_and_right_answer_costs_nothing() -> None:
    """Were a softmax taken before the loss takes its own, it could not cost less than 0.55 with three classes."""
    labels = torch.tensor([0, 1, 2])
    logits = 40.0 * functional.one_hot(labels, 3)
    for settings in (PLAIN, LDAM):
        assert make_loss(settings, COUNTS)(logits, labels, 0) < 1e-5
    assert make_loss(PLAIN, COUNTS)(torch.softmax(logits, 1), labels, 0) > 0.55


def test_logits_of_thousands_cost_a_finite_sum() -> None:
    logits = torch.tensor([[3e4, -3e4, 0.0]], requires_grad=True)
    found: Any = make_loss(LDAM, COUNTS)(logits, torch.tensor([1]), 0)
    found.backward()
    assert found.isfinite()
    assert logits.grad.isfinite().all()


def test_one_class_alone_is_refused() -> None:
    """A softmax over one output is 1 whatever it is: such a loss is 0 and teaches nothing."""
    with pytest.raises(DataError, match="one class alone"):
        make_loss(PLAIN, [100])


def test_a_class_without_pictures_has_no_margin() -> None:
    for settings in (LDAM, LossSettings(reweight_epoch=1)):
        with pytest.raises(DataError, match="every class needs one"):
            make_loss(settings, [10, 0, 3])
    make_loss(PLAIN, [10, 0, 3])


def read(text: str) -> LossSettings:
    table = Table(tomllib.loads(text), "try.toml")
    settings = read_loss(table.table("loss"), 10)
    table.finish()
    return settings


def test_what_a_recipe_says_of_its_loss() -> None:
    assert read("") == PLAIN
    assert read("[loss]\nsmoothing = 0.1") == LossSettings(smoothing=0.1)
    said = read('[loss]\nname = "ldam"\nmargin = 0.3\nscale = 10\nreweight_epoch = 8\nbeta = 0.99')
    assert said == LossSettings("ldam", 0.0, 0.3, 10.0, 8, 0.99)
    for wrong, told in (
        ("name = 'focal'", "loss.name, which is to be one of cross-entropy, ldam"),
        ("name = 'ldam'\nreweight_epoch = 10", "loss.reweight_epoch, which is to be a whole number from 0 to 9"),
        ("margin = 0.5", "loss.margin, which is no key there"),
        ("beta = 0.9", "loss.beta, which is no key there"),
    ):
        with pytest.raises(RecipeError, match=told):
            read(f"[loss]\n{wrong}")
