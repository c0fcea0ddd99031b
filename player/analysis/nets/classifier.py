"""What all classifiers share: logits for pictures, stages from the pictures to the head, a head to replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

GREY = (0.299, 0.587, 0.114)
"""What red, green and blue count for in a grey picture (BT.601)."""


class Classifier(nn.Module):
    """Pictures [n, channels, h, w] to logits [n, classes]. What they stand for a softmax says, and none is in here.

    Grey pictures pass through a network for coloured ones, and the other way round.
    """

    stages: ClassVar[Mapping[str, tuple[str, ...]]]
    """From the pictures to the head: each stage's name, and the modules that it is made of. The last is "head"."""
    last_map: ClassVar[str]
    """The module whose output is the last map of features, [n, channels, h, w]: what Grad-CAM looks at."""
    map_reach: ClassVar[tuple[float, float]] = (0.0, 1.0)
    """From where to where of the picture that map goes, each way, in parts of it."""

    def stage_modules(self, stage: str) -> list[nn.Module]:
        return [self.get_submodule(name) for name in self.stages[stage]]

    def replace_head(self, classes: int) -> None:
        """A new head for so many classes, with new weights, on the old one's device."""
        name = self.stages["head"][-1]
        parent, _, own = name.rpartition(".")
        old = self.get_submodule(name)
        assert isinstance(old, (nn.Linear, NormedLinear))
        setattr(self.get_submodule(parent), own, type(old)(old.in_features, classes).to(old.weight))


class NormedLinear(nn.Module):
    """`scale` times the cosine between the features and each class's direction: the head that LDAM wants.

    Its logits are bounded by the scale, so that a margin means the same for every class.
    """

    scale: Tensor

    def __init__(self, in_features: int, classes: int, scale: float = 30.0) -> None:
        super().__init__()
        self.in_features = in_features
        self.weight = nn.Parameter(nn.init.xavier_uniform_(torch.empty(classes, in_features)))
        self.register_buffer("scale", torch.tensor(scale))

    def forward(self, features: Tensor) -> Tensor:
        cosines = functional.linear(functional.normalize(features, dim=1), functional.normalize(self.weight, dim=1))
        return self.scale * cosines


def with_channels(pictures: Tensor, channels: int) -> Tensor:
    """The pictures with 1 or 3 channels: coloured ones made grey, grey ones three times over."""
    if pictures.shape[1] == channels:
        return pictures
    if channels == 1:
        weights = torch.tensor(GREY, dtype=pictures.dtype, device=pictures.device)
        return (pictures * weights[:, None, None]).sum(dim=1, keepdim=True)
    return pictures.expand(-1, channels, -1, -1)


def start_for_relu(network: nn.Module) -> None:
    """Weights for a start that keeps the size of what passes through layers with ReLU (He and others, 2015)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
