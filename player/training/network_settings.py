"""A recipe's [network] table: which network, the weights it begins with, and the stages that do not learn."""

from __future__ import annotations

from dataclasses import dataclass

from player.analysis.nets.making import network_names, network_parameters
from player.training.table import Table

BODY = "body"
"""Among the stages of `freeze`: all but the head."""


@dataclass(frozen=True, slots=True)
class Thaw:
    epoch: int
    """From 0: the first one in which they learn."""
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    name: str
    parameters: dict[str, int | bool]
    """As `make_network` takes them."""
    weights: str = ""
    """What it begins with, a path from the data's folder; empty: chance."""
    new_head: bool = False
    """The head begins by chance also where that of the weights has as many classes."""
    freeze: tuple[str, ...] = ()
    thaw: tuple[Thaw, ...] = ()


def read_network(table: Table) -> NetworkSettings:
    """Raises RecipeError."""
    name = table.choice("name", network_names())
    weights = table.text("weights", "")
    return NetworkSettings(
        name=name,
        parameters={
            key: table.flag(key) if kind is bool else table.whole(key, least=1)
            for key, kind in network_parameters(name).items()
            if table.has(key)
        },
        weights=weights,
        new_head=table.flag("new_head", False),
        freeze=table.texts("freeze", ()),
        thaw=tuple(_read_thaw(each) for each in table.tables("thaw")),
    )


def _read_thaw(table: Table) -> Thaw:
    thaw = Thaw(epoch=table.whole("epoch", least=1), stages=table.texts("stages"))
    table.finish()
    return thaw
