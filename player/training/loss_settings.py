"""A recipe's [loss] table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from player.training.table import Table

LossName = Literal["cross-entropy", "ldam"]


@dataclass(frozen=True, slots=True)
class LossSettings:
    name: LossName = "cross-entropy"
    smoothing: float = 0.0
    """So much of each target is spread over all classes."""
    margin: float = 0.5
    """LDAM's for the rarest class; the others' are smaller with the fourth root of their number of pictures."""
    scale: float = 30.0
    """What LDAM's margins are multiplied with: the scale of a network's normed head."""
    reweight_epoch: int | None = None
    """From this epoch (from 0) on, rare classes weigh more; None: never."""
    beta: float = 0.9999
    """How much more: a class of n pictures weighs as (1 - beta) / (1 - beta ** n)."""


def read_loss(table: Table, epochs: int) -> LossSettings:
    """Raises RecipeError."""
    own = LossSettings()
    name = cast(LossName, table.choice("name", get_args(LossName), own.name))
    ldam = name == "ldam"
    deferred = table.has("reweight_epoch")
    return LossSettings(
        name=name,
        smoothing=table.number("smoothing", 0.0, least=0, most=0.9),
        margin=table.positive("margin", own.margin) if ldam else own.margin,
        scale=table.positive("scale", own.scale) if ldam else own.scale,
        reweight_epoch=table.whole("reweight_epoch", most=epochs - 1) if deferred else None,
        beta=table.number("beta", own.beta, least=0, most=0.999999) if deferred else own.beta,
    )
