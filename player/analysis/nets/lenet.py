"""LeNet-5 (LeCun and others, 1998) with ReLU and max pooling, and the parameter names of the published weights."""

from __future__ import annotations

from collections import OrderedDict
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional

from player.analysis.nets.classifier import Classifier, start_for_relu, with_channels

SIDE = 32
"""What it looks at; pictures of another size are stretched to it."""


class LeNet5(Classifier):
    """Pictures of any size, seen in grey, to logits."""

    stages: ClassVar = {
        "c1": ("convnet.c1",),
        "c3": ("convnet.c3",),
        "c5": ("convnet.c5",),
        "f6": ("fc.f6",),
        "head": ("fc.f7",),
    }
    last_map: ClassVar = "convnet.s4"
    map_reach: ClassVar = (6 / SIDE, 26 / SIDE)
    """Five places, 4 pixels apart: the middles of what they see, for nothing is padded."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        layers: dict[str, nn.Module] = {
            "c1": nn.Conv2d(1, 6, 5),
            "relu1": nn.ReLU(inplace=True),
            "s2": nn.MaxPool2d(2),
            "c3": nn.Conv2d(6, 16, 5),
            "relu3": nn.ReLU(inplace=True),
            "s4": nn.MaxPool2d(2),
            "c5": nn.Conv2d(16, 120, 5),
            "relu5": nn.ReLU(inplace=True),
        }
        self.convnet = nn.Sequential(OrderedDict(layers))
        layers = {"f6": nn.Linear(120, 84), "relu6": nn.ReLU(inplace=True), "f7": nn.Linear(84, classes)}
        self.fc = nn.Sequential(OrderedDict(layers))
        start_for_relu(self)

    def forward(self, pictures: Tensor) -> Tensor:
        x = with_channels(pictures, 1)
        if x.shape[2:] != (SIDE, SIDE):
            x = functional.interpolate(x, (SIDE, SIDE), mode="bilinear", align_corners=False)
        logits: Tensor = self.fc(self.convnet(x).flatten(1))
        return logits
