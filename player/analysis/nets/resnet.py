"""ResNet (He and others, 2015) for large pictures, with the parameter names that torchvision's weights have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from player.analysis.nets.classifier import Classifier, start_for_relu, with_channels


class ResNet(Classifier):
    """Pictures [n, 3, h, w], usually 224 x 224, to logits.

    A bottleneck halves the picture in its 3x3 convolution (v1.5, as torchvision's do); with `v1` in its first 1x1, as
    the paper has it. The weights look the same either way, so those of v1 carry a mark: a number called `v1`.
    """

    stages: ClassVar = {
        "stem": ("conv1", "bn1"),
        **{f"layer{number}": (f"layer{number}",) for number in (1, 2, 3, 4)},
        "head": ("fc",),
    }
    last_map: ClassVar = "layer4"

    def __init__(
        self,
        classes: int,
        blocks: tuple[int, int, int, int] = (3, 4, 6, 3),
        bottleneck: bool = True,
        v1: bool = False,
        width: int = 64,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        block = partial(Bottleneck, v1=v1) if bottleneck else BasicBlock
        growth = Bottleneck.expansion if bottleneck else 1
        self.layer1 = _stage(block, width, width, growth, blocks[0], stride=1)
        self.layer2 = _stage(block, width * growth, width * 2, growth, blocks[1], stride=2)
        self.layer3 = _stage(block, width * 2 * growth, width * 4, growth, blocks[2], stride=2)
        self.layer4 = _stage(block, width * 4 * growth, width * 8, growth, blocks[3], stride=2)
        self.fc = nn.Linear(width * 8 * growth, classes)
        start_for_relu(self)
        if v1:
            self.register_buffer("v1", torch.ones(()))

    def forward(self, pictures: Tensor) -> Tensor:
        x = functional.relu(self.bn1(self.conv1(with_channels(pictures, 3))), inplace=True)
        x = functional.max_pool2d(x, 3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        logits: Tensor = self.fc(x.mean(dim=(2, 3)))
        return logits


def _stage(
    block: Callable[[int, int, int], nn.Module], given: int, inner: int, growth: int, count: int, stride: int
) -> nn.Sequential:
    return nn.Sequential(block(given, inner, stride), *(block(inner * growth, inner, 1) for _ in range(count - 1)))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions, and the way around them."""

    def __init__(self, given: int, wanted: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(given, wanted, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(wanted)
        self.conv2 = nn.Conv2d(wanted, wanted, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(wanted)
        self.downsample = _shortcut(given, wanted, stride)

    def forward(self, x: Tensor) -> Tensor:
        around = x if self.downsample is None else self.downsample(x)
        x = functional.relu(self.bn1(self.conv1(x)), inplace=True)
        return functional.relu(self.bn2(self.conv2(x)) + around, inplace=True)


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1: the 3x3 sees a quarter of the channels. A conv block where the size changes, else identity."""

    expansion: ClassVar = 4

    def __init__(self, given: int, inner: int, stride: int, *, v1: bool) -> None:
        super().__init__()
        wanted = inner * self.expansion
        first, second = (stride, 1) if v1 else (1, stride)
        self.conv1 = nn.Conv2d(given, inner, 1, first, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, second, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, wanted, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(wanted)
        self.downsample = _shortcut(given, wanted, stride)

    def forward(self, x: Tensor) -> Tensor:
        around = x if self.downsample is None else self.downsample(x)
        x = functional.relu(self.bn1(self.conv1(x)), inplace=True)
        x = functional.relu(self.bn2(self.conv2(x)), inplace=True)
        return functional.relu(self.bn3(self.conv3(x)) + around, inplace=True)


def _shortcut(given: int, wanted: int, stride: int) -> nn.Sequential | None:
    """What makes the way around a block fit its end; None where it does as it is."""
    if stride == 1 and given == wanted:
        return None
    return nn.Sequential(nn.Conv2d(given, wanted, 1, stride, bias=False), nn.BatchNorm2d(wanted))
