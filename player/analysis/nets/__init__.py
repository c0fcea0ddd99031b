"""The networks this product brings along, and how their weights are recognised. The networks themselves need torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from player.analysis.nets.built_in import BuiltInNet, Settings, Shapes
from player.analysis.nets.classifiers import CLASSIFIERS

if TYPE_CHECKING:
    from torch import nn

__all__ = ["BUILT_IN", "BuiltInNet", "Settings", "Shapes", "recognise"]


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


def _text_lines_settings(shapes: Shapes) -> Settings | None:
    head, stem = shapes.get("head.3.weight", ()), shapes.get("stem.0.weight", ())
    downs = [shapes.get(f"stages.{stage}.0.weight", ()) for stage in range(4)]
    if len(head) != 4 or head[0] != 12 or not all(len(each) == 4 for each in (stem, *downs)):
        return None
    blocks = [{key.split(".")[2] for key in shapes if key.startswith(f"stages.{stage}.")} for stage in range(4)]
    return {
        "widths": (stem[0], *(down[0] for down in downs)),
        "blocks": tuple(len(names) - 2 for names in blocks),  # besides the convolution and its batch norm
        "neck": head[1],
    }


def _text_lines(**settings: Any) -> nn.Module:
    from player.analysis.nets.text_lines import TextLines

    return TextLines(**settings)


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
    BuiltInNet(
        name="TextLines",
        settings=_text_lines_settings,
        make=_text_lines,
        outputs=("map",),
        card={
            "task": "detect",
            "input": {
                "size": [768, 448],
                "fit": "letterbox",
                "place": "centre",
                "fill": 127.5,
                "order": "rgb",
                "scale": 1 / 255,
                "mean": [0.5, 0.5, 0.5],
                "std": [0.25, 0.25, 0.25],
                "multiple": 32,
            },
            "output": {"decoder": "text-map"},
        },
    ),
    *CLASSIFIERS,
)


def recognise(shapes: Shapes) -> tuple[BuiltInNet, Settings] | None:
    """The built-in network whose weights these are, and its settings."""
    for net in BUILT_IN:
        settings = net.settings(shapes)
        if settings is not None:
            return net, settings
    return None
