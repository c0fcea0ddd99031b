"""A recipe's [mix] table: pictures that are mixed with others of their batch."""

from __future__ import annotations

from dataclasses import dataclass

from player.training.table import Table


@dataclass(frozen=True, slots=True)
class MixSettings:
    mixup: float = 0.0
    """Above 0: pictures are blended, by shares from a beta distribution with this for both its parameters."""
    cutmix: float = 0.0
    """Above 0: a rectangle of one picture is pasted into another, its area's share drawn alike. Where both are above
    0, each batch has one of the two."""
    share: float = 1.0
    """So many of the batches are mixed."""


def read_mix(table: Table) -> MixSettings:
    """Raises RecipeError."""
    return MixSettings(
        mixup=table.number("mixup", 0.0, least=0, most=100),
        cutmix=table.number("cutmix", 0.0, least=0, most=100),
        share=table.number("share", 1.0, least=0, most=1),
    )
