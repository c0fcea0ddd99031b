"""The optimiser of a recipe, and which parameters it treats how."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from torch import nn, optim

from player.errors import RecipeError
from player.training.optimiser_settings import GroupSettings, OptimiserSettings


@dataclass(frozen=True, slots=True)
class Group:
    parameters: list[nn.Parameter]
    lr: float = 1.0
    """Times the rate of the schedule."""
    weight_decay: float = 0.0


def group_parameters(network: nn.Module, settings: OptimiserSettings) -> list[Group]:
    """Every parameter once, those that are frozen too: they may thaw. Raises RecipeError for a match of none."""
    found: dict[tuple[float, float], list[nn.Parameter]] = {}
    unmatched = {each.match for each in settings.groups}
    for name, parameter in network.named_parameters():
        own = next((each for each in settings.groups if fnmatchcase(name, each.match)), None)
        if own is not None:
            unmatched.discard(own.match)
        key = (1.0 if own is None else own.lr, _decay(parameter, own, settings))
        found.setdefault(key, []).append(parameter)
    if unmatched:
        raise RecipeError(f"No parameter of the network has a name like {min(unmatched)} (optimiser.groups).")
    return [Group(parameters, lr, weight_decay) for (lr, weight_decay), parameters in found.items()]


def _decay(parameter: nn.Parameter, own: GroupSettings | None, settings: OptimiserSettings) -> float:
    if own is not None and own.weight_decay is not None:
        return own.weight_decay
    return settings.weight_decay if settings.decay_all or parameter.ndim > 1 else 0.0


def make_optimiser(settings: OptimiserSettings, groups: list[Group]) -> optim.Optimizer:
    """`set_rate` is to give it its rate before each step."""
    told: list[dict[str, Any]] = [
        {"params": each.parameters, "lr": settings.lr * each.lr, "weight_decay": each.weight_decay, "scale": each.lr}
        for each in groups
    ]
    if settings.name == "sgd":
        return optim.SGD(told, settings.lr, momentum=settings.momentum, nesterov=settings.nesterov)
    kind = optim.Adam if settings.name == "adam" else optim.AdamW
    return kind(told, settings.lr, betas=settings.betas)


def set_rate(optimiser: optim.Optimizer, rate: float) -> None:
    """`rate` is that of a group with no rate of its own."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["scale"]
