"""A plain convolutional network for small pictures."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional

from player.analysis.nets.classifier import Classifier, start_for_relu, with_channels


class CifarCnn(Classifier):
    """Pictures [n, 3, size, size] to logits: three blocks of two convolutions, each half as large as the one before."""

    stages: ClassVar = {
        **{f"block{number}": (f"blocks.{number - 1}",) for number in (1, 2, 3)},
        "dense": ("dense",),
        "head": ("head",),
    }
    last_map: ClassVar = "blocks"

    def __init__(self, classes: int, width: int = 32, dense: int = 512, size: int = 32) -> None:
        super().__init__()
        self.blocks = nn.Sequential(Block(3, width), Block(width, width * 2), Block(width * 2, width * 4))
        self.dense = nn.Linear(width * 4 * (size // 8) ** 2, dense)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(dense, classes)
        start_for_relu(self)

    def forward(self, pictures: Tensor) -> Tensor:
        x = self.blocks(with_channels(pictures, 3)).flatten(1)
        logits: Tensor = self.head(self.dropout(functional.relu(self.dense(x))))
        return logits


class Block(nn.Module):
    """Two 3x3 convolutions with batch normalisation, then half the size; a quarter of the channels dropped out."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(given, wanted, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(wanted)
        self.conv2 = nn.Conv2d(wanted, wanted, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(wanted)
        self.dropout = nn.Dropout(0.25)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.bn1(self.conv1(x)), inplace=True)
        x = functional.relu(self.bn2(self.conv2(x)), inplace=True)
        dropped: Tensor = self.dropout(functional.max_pool2d(x, 2))
        return dropped
