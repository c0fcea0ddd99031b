"""The networks this product brings along, and how their weights are recognised. The networks themselves need torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

Shapes = Mapping[str, tuple[int, ...]]
"""A state dict without its numbers: every tensor's name and shape."""


@dataclass(frozen=True, slots=True)
class BuiltInNet:
    name: str
    """As a person says it."""
    settings: Callable[[Shapes], dict[str, int] | None]
    """What `make` needs for weights of these shapes; None where they are another network's."""
    make: Callable[..., nn.Module]
    """Imports torch. The network is called with a batch and gives `outputs`."""
    outputs: tuple[str, ...]
    card: Mapping[str, object]
    """What the architecture settles of a card, as a card file has it."""


def _fastestdet_settings(shapes: Shapes) -> dict[str, int] | None:
    classes = shapes.get("detect_head.cls_layers.conv5x5.3.weight")
    return {"classes": classes[0]} if classes and "backbone.stage2.0.branch_proj.0.weight" in shapes else None


def _fastestdet(classes: int) -> nn.Module:
    from player.analysis.nets.fastestdet import FastestDet

    return FastestDet(classes)


BUILT_IN = (
    BuiltInNet(
        name="FastestDet",
        settings=_fastestdet_settings,
        make=_fastestdet,
        outputs=("output",),
        card={
            "task": "detect",
            "input": {"size": [352, 352], "fit": "stretch", "order": "bgr", "scale": 1 / 255, "multiple": 32},
            "output": {"decoder": "fastestdet"},
        },
    ),
)


def recognise(shapes: Shapes) -> tuple[BuiltInNet, dict[str, int]] | None:
    """The built-in network whose weights these are, and its settings."""
    for net in BUILT_IN:
        settings = net.settings(shapes)
        if settings is not None:
            return net, settings
    return None
