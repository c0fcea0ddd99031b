"""ResNet for small pictures: the paper's CIFAR-10 networks, with the parameter names of the published weights."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional

from player.analysis.nets.classifier import Classifier, NormedLinear, start_for_relu, with_channels


class CifarResNet(Classifier):
    """Pictures [n, 3, 32, 32] to logits. So many `blocks` in each of three stages make 6 * blocks + 2 layers."""

    stages: ClassVar = {
        "stem": ("conv1", "bn1"),
        **{f"layer{number}": (f"layer{number}",) for number in (1, 2, 3)},
        "head": ("linear",),
    }
    last_map: ClassVar = "layer3"

    def __init__(self, classes: int, blocks: int = 3, width: int = 16, normed: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = _stage(width, width, blocks)
        self.layer2 = _stage(width, width * 2, blocks)
        self.layer3 = _stage(width * 2, width * 4, blocks)
        self.linear = NormedLinear(width * 4, classes) if normed else nn.Linear(width * 4, classes)
        start_for_relu(self)

    def forward(self, pictures: Tensor) -> Tensor:
        x = functional.relu(self.bn1(self.conv1(with_channels(pictures, 3))), inplace=True)
        x = self.layer3(self.layer2(self.layer1(x)))
        logits: Tensor = self.linear(x.mean(dim=(2, 3)))
        return logits


def _stage(given: int, wanted: int, blocks: int) -> nn.Sequential:
    return nn.Sequential(Block(given, wanted), *(Block(wanted, wanted) for _ in range(blocks - 1)))


class Block(nn.Module):
    """Two 3x3 convolutions. The way around them has no weights: every second pixel, and zeros for the new channels."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self._added = wanted - given
        self.conv1 = nn.Conv2d(given, wanted, 3, stride=2 if self._added else 1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(wanted)
        self.conv2 = nn.Conv2d(wanted, wanted, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(wanted)

    def forward(self, x: Tensor) -> Tensor:
        around = x
        if self._added:
            half = self._added // 2
            around = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, self._added - half))
        x = functional.relu(self.bn1(self.conv1(x)), inplace=True)
        return functional.relu(self.bn2(self.conv2(x)) + around, inplace=True)
