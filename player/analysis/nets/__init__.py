"""The networks this product brings along, and how their weights are recognised. The networks themselves need torch."""

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


def _fastestdet_settings(shapes: Shapes) -> Settings | None:
    parts = ("branch_proj.2.weight", "branch_main.5.weight")  # together they are all channels of a stage
    width = [shapes.get(f"backbone.stage2.0.{part}", (0,))[0] for part in parts]
    classes = shapes.get("detect_head.cls_layers.conv5x5.3.weight")
    if classes is None or 0 in width:
        return None
    units = [{key.split(".")[2] for key in shapes if key.startswith(f"backbone.stage{stage}.")} for stage in (2, 3, 4)]
    return {"classes": classes[0], "repeats": tuple(map(len, units)), "width": sum(width)}


def _fastestdet(**settings: Any) -> nn.Module:
    from player.analysis.nets.fastestdet import FastestDet

    return FastestDet(**settings)


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


def recognise(shapes: Shapes) -> tuple[BuiltInNet, Settings] | None:
    """The built-in network whose weights these are, and its settings."""
    for net in BUILT_IN:
        settings = net.settings(shapes)
        if settings is not None:
            return net, settings
    return None
