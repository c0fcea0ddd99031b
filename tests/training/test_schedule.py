"""The learning rate's course, and which parameters get it how."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import Any

import pytest

from player.errors import RecipeError
from player.training.optimiser_settings import read_optimiser, read_schedule
from player.training.schedule import rate_factor
from player.training.table import Table
from tests.helpers.libraries import need_torch

torch = need_torch()

from torch import nn  # noqa: E402

from player.training.optimisers import group_parameters, make_optimiser, set_rate  # noqa: E402


def table(text: str) -> Table:
    return Table(tomllib.loads(text), "try.toml")


def factors(text: str, epochs: int, at: list[float]) -> list[float]:
    settings = read_schedule(table(text), epochs)
    return [rate_factor(settings, each, epochs) for each in at]


def test_cosine_falls_from_the_whole_rate_to_the_final_one() -> None:
    at = factors("name = 'cosine'\nfinal = 0.1", 10, [0, 2.5, 5, 7.5, 10])
    assert at == pytest.approx([1, 0.1 + 0.9 * 0.85355339, 0.55, 0.1 + 0.9 * 0.14644661, 0.1])


def test_the_rate_warms_up_in_a_line_and_the_course_begins_there() -> None:
    at = factors("name = 'cosine'\nwarmup_epochs = 2", 10, [0, 1, 2, 6, 10])
    assert at == pytest.approx([0.01, 0.505, 1, 0.5, 0])


def test_steps_multiply_each_time() -> None:
    at = factors("name = 'step'\nat = [3, 5]\nfactor = 0.1", 8, [0, 2.99, 3, 4.9, 5, 7.9])
    assert at == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])


def test_with_no_schedule_the_rate_stays() -> None:
    assert factors("", 8, [0, 4, 7.9]) == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = 'exp'", "one of cosine, step, constant"),
        ("warmup_epochs = 8", "schedule.warmup_epochs, which is to be less than the 8 epochs"),
        ("name = 'step'", "lacks schedule.at"),
        ("name = 'step'\nat = [5, 3]", "each above the one before"),
        ("name = 'step'\nat = [9]", "below 8"),
    ],
)
def test_a_wrong_schedule_is_told(text: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        read_schedule(table(f"[schedule]\n{text}").table("schedule"), 8)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lr = 0.1", "lacks optimiser.name, one of sgd, adam, adamw"),
        ("name = 'sgd'", "lacks optimiser.lr"),
        ("name = 'sgd'\nlr = 0", "a number above 0"),
        ("name = 'sgd'\nlr = 1\nmomentum = 0\nnesterov = true", "false where there is no momentum"),
        ("name = 'adam'\nlr = 1\nbetas = [0.9, 1]", "two numbers from 0 and below 1"),
        ("name = 'sgd'\nlr = 1\n[[optimiser.groups]]\nlr = 1", r"lacks optimiser.groups\[0\].match"),
        ("name = 'sgd'\nlr = 1\n[[optimiser.groups]]\nmatch = 'fc'\nrate = 1", r"has optimiser.groups\[0\].rate"),
    ],
)
def test_a_wrong_optimiser_is_told(text: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        read_optimiser(table(f"[optimiser]\n{text}").table("optimiser"))


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.norm = nn.BatchNorm2d(2)
        self.fc = nn.Linear(8, 2)


def groups(text: str) -> dict[tuple[float, float], set[str]]:
    """Names of parameters by their group's rate and decay."""
    network = Net()
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    found = group_parameters(network, read_optimiser(table(text)))
    assert sum(len(each.parameters) for each in found) == len(names)
    return {(each.lr, each.weight_decay): {names[id(one)] for one in each.parameters} for each in found}


def test_parameters_are_one_group_where_nothing_tells_them_apart() -> None:
    assert list(groups("name = 'sgd'\nlr = 1\nweight_decay = 0.1")) == [(1.0, 0.1)]


def test_a_parameter_belongs_to_the_first_group_it_matches() -> None:
    found = groups(
        "name = 'sgd'\nlr = 1\nweight_decay = 0.1\n"
        "[[groups]]\nmatch = '*.bias'\nweight_decay = 0\n[[groups]]\nmatch = 'fc.*'\nlr = 10"
    )
    assert found == {
        (1.0, 0.1): {"conv.weight", "norm.weight"},
        (1.0, 0.0): {"conv.bias", "norm.bias", "fc.bias"},
        (10.0, 0.1): {"fc.weight"},
    }


def test_biases_and_normalisations_can_be_spared_the_decay() -> None:
    found = groups("name = 'sgd'\nlr = 1\nweight_decay = 0.1\ndecay_all = false")
    assert found[1.0, 0.1] == {"conv.weight", "fc.weight"}
    assert found[1.0, 0.0] == {"conv.bias", "norm.weight", "norm.bias", "fc.bias"}


def test_a_group_of_nothing_is_told() -> None:
    with pytest.raises(RecipeError, match=r"has a name like head.\* \(optimiser.groups\)"):
        groups("name = 'sgd'\nlr = 1\n[[groups]]\nmatch = 'head.*'")


@pytest.mark.parametrize(("name", "kind"), [("sgd", "SGD"), ("adam", "Adam"), ("adamw", "AdamW")])
def test_the_rate_is_set_for_each_group_by_its_own_factor(name: str, kind: str) -> None:
    settings = read_optimiser(table(f"name = '{name}'\nlr = 0.2\n[[groups]]\nmatch = 'fc.*'\nlr = 10"))
    optimiser: Any = make_optimiser(settings, group_parameters(Net(), settings))
    assert type(optimiser).__name__ == kind
    set_rate(optimiser, 0.1)
    assert sorted(group["lr"] for group in optimiser.param_groups) == pytest.approx([0.1, 1.0])


def test_one_step_of_sgd_is_what_the_book_says() -> None:
    settings = dataclasses.replace(read_optimiser(table("name = 'sgd'\nlr = 1\nmomentum = 0.5")), weight_decay=0.1)
    network = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(2.0)
    optimiser = make_optimiser(settings, group_parameters(network, settings))
    for rate in (0.5, 0.25):
        set_rate(optimiser, rate)
        optimiser.zero_grad()
        network(torch.ones(1, 1)).sum().backward()  # a gradient of 1
        optimiser.step()
    first = 1 + 0.1 * 2.0
    after = 2.0 - 0.5 * first
    assert network.weight.item() == pytest.approx(after - 0.25 * (0.5 * first + 1 + 0.1 * after))
