"""What the product knows of a network that it brings along. It needs no torch until the network is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

Shapes = Mapping[str, tuple[int, ...]]
"""A state dict without its numbers: every tensor's name and shape."""
Settings = dict[str, Any]
"""What tells networks of one architecture apart."""


@dataclass(frozen=True, slots=True)
class BuiltInNet:
    name: str
    """As a person says it."""
    settings: Callable[[Shapes], Settings | None]
    """What `make` needs for weights of these shapes; None where they are another network's."""
    make: Callable[..., nn.Module]
    """Imports torch. The network is called with a batch and gives `outputs`."""
    outputs: tuple[str, ...]
    card: Mapping[str, object]
    """What the architecture settles of a card, as a card file has it."""
