"""What a recipe says of the optimiser, of parameters that are treated apart, and of the learning rate's course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from player.training.table import Table

OptimiserName = Literal["sgd", "adam", "adamw"]
ScheduleName = Literal["cosine", "step", "constant"]


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Parameters treated apart, `[[optimiser.groups]]`: a parameter belongs to the first group it matches."""

    match: str
    """A pattern of parameter names, as "fc.*"."""
    lr: float
    """Times the optimiser's."""
    weight_decay: float | None
    """None: the optimiser's."""


@dataclass(frozen=True, slots=True)
class OptimiserSettings:
    name: OptimiserName
    lr: float
    momentum: float
    nesterov: bool
    betas: tuple[float, float]
    weight_decay: float
    decay_all: bool
    """False: no decay for biases and the parameters of normalisations, which are those with one dimension."""
    groups: tuple[GroupSettings, ...]


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """The learning rate's course, as a factor of the optimiser's `lr`."""

    name: ScheduleName
    warmup_epochs: float
    """So long it rises in a line from nothing; the course that follows begins there."""
    final: float
    """Where cosine ends."""
    at: tuple[float, ...]
    """The epochs, from 0, at which step multiplies by `factor`."""
    factor: float


def read_optimiser(table: Table) -> OptimiserSettings:
    """[optimiser]; raises RecipeError."""
    name = cast(OptimiserName, table.choice("name", get_args(OptimiserName)))
    lr = table.positive("lr")
    momentum = table.number("momentum", 0.9, least=0, most=0.9999) if name == "sgd" else 0.0
    nesterov = table.flag("nesterov", False) if name == "sgd" else False
    if nesterov and not momentum:
        raise table.wrong("nesterov", "false where there is no momentum")
    betas = (0.9, 0.999) if name == "sgd" else table.numbers("betas", (0.9, 0.999), count=2)
    if not all(0 <= beta < 1 for beta in betas):
        raise table.wrong("betas", "two numbers from 0 and below 1")
    return OptimiserSettings(
        name=name,
        lr=lr,
        momentum=momentum,
        nesterov=nesterov,
        betas=(betas[0], betas[1]),
        weight_decay=table.number("weight_decay", 0.0, least=0),
        decay_all=table.flag("decay_all", True),
        groups=tuple(_read_group(each) for each in table.tables("groups")),
    )


def _read_group(table: Table) -> GroupSettings:
    group = GroupSettings(
        match=table.text("match"),
        lr=table.number("lr", 1.0, least=0),
        weight_decay=table.number("weight_decay", least=0) if table.has("weight_decay") else None,
    )
    table.finish()
    return group


def read_schedule(table: Table, epochs: int) -> ScheduleSettings:
    """[schedule]; raises RecipeError. With no such table the rate stays as it is."""
    name = cast(ScheduleName, table.choice("name", get_args(ScheduleName), "constant"))
    warmup = table.number("warmup_epochs", 0.0, least=0)
    if warmup >= epochs:
        raise table.wrong("warmup_epochs", f"less than the {epochs} epochs there are")
    at = table.numbers("at") if name == "step" else ()
    if list(at) != sorted(set(at)) or not all(0 < each < epochs for each in at):
        raise table.wrong("at", f"a list of epochs above 0 and below {epochs}, each above the one before")
    return ScheduleSettings(
        name=name,
        warmup_epochs=warmup,
        final=table.number("final", 0.0, least=0, most=1) if name == "cosine" else 0.0,
        at=at,
        factor=table.number("factor", 0.1, least=0, most=1) if name == "step" else 1.0,
    )
