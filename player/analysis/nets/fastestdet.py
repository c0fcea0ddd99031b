"""FastestDet: a ShuffleNetV2 backbone, one grid of stride 16, a box and a class a cell."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

# Weights carry the names that the published ones have; that is why some attributes are spelled as they are.


class FastestDet(nn.Module):
    """Pictures [n, 3, h, w] to [n, 5 + classes, h/16, w/16]: objectness, four raw box numbers, class probabilities.

    Height and width are multiples of 32.
    """

    def __init__(self, classes: int, repeats: tuple[int, int, int] = (4, 8, 4), width: int = 48) -> None:
        super().__init__()
        self.backbone = Backbone(repeats, width)
        self.SPP = Pyramid(width * 7, width * 2)
        self.detect_head = Head(width * 2, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        fine, middle, coarse = self.backbone(pictures)
        fine = functional.avg_pool2d(fine, 3, stride=2, padding=1)
        coarse = functional.interpolate(coarse, scale_factor=2.0, mode="nearest")
        found: Tensor = self.detect_head(self.SPP(torch.cat((fine, middle, coarse), dim=1)))
        return found


class Backbone(nn.Module):
    """Features of stride 8, 16 and 32, with `width`, twice and four times as many channels."""

    def __init__(self, repeats: tuple[int, int, int], width: int) -> None:
        super().__init__()
        self.first_conv = nn.Sequential(
            nn.Conv2d(3, 24, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(24), nn.ReLU(inplace=True)
        )
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.stage2 = _stage(24, width, repeats[0])
        self.stage3 = _stage(width, width * 2, repeats[1])
        self.stage4 = _stage(width * 2, width * 4, repeats[2])

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fine = self.stage2(self.maxpool(self.first_conv(pictures)))
        middle = self.stage3(fine)
        return fine, middle, self.stage4(middle)


def _stage(given: int, wanted: int, units: int) -> nn.Sequential:
    return nn.Sequential(DownUnit(given, wanted), *(Unit(wanted) for _ in range(units - 1)))


class DownUnit(nn.Module):
    """Halves the picture; both branches see all channels."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.branch_main = _branch(given, given, wanted - given, stride=2)
        self.branch_proj = nn.Sequential(*_depthwise(given, 3, stride=2), *_pointwise(given, given), nn.ReLU(True))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.branch_proj(x), self.branch_main(x)), dim=1)


class Unit(nn.Module):
    """Even channels pass, odd ones go through the branch: that shuffles them from unit to unit."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        half = channels // 2
        self.branch_main = _branch(half, half, half, stride=1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((x[:, 0::2], self.branch_main(x[:, 1::2])), dim=1)


class Pyramid(nn.Module):
    """Looks at the features through windows of three sizes."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.Conv1x1 = Squeeze(given, wanted)
        self.S1 = _windows(wanted, 1)
        self.S2 = _windows(wanted, 2)
        self.S3 = _windows(wanted, 3)
        self.output = nn.Sequential(*_pointwise(wanted * 3, wanted))

    def forward(self, x: Tensor) -> Tensor:
        x = self.Conv1x1(x)
        seen = torch.cat((self.S1(x), self.S2(x), self.S3(x)), dim=1)
        return functional.relu(x + self.output(seen))


class Head(nn.Module):
    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.conv1x1 = Squeeze(channels, channels)
        self.obj_layers = Answer(channels, 1)
        self.reg_layers = Answer(channels, 4)
        self.cls_layers = Answer(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1x1(x)
        objectness = self.obj_layers(x).sigmoid()
        classes = self.cls_layers(x).softmax(dim=1)
        return torch.cat((objectness, self.reg_layers(x), classes), dim=1)


class Squeeze(nn.Module):
    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.conv1x1 = nn.Sequential(*_pointwise(given, wanted), nn.ReLU(inplace=True))

    def forward(self, x: Tensor) -> Tensor:
        squeezed: Tensor = self.conv1x1(x)
        return squeezed


class Answer(nn.Module):
    """One of the head's three: what each cell says of one question."""

    def __init__(self, channels: int, wanted: int) -> None:
        super().__init__()
        self.conv5x5 = nn.Sequential(*_depthwise(channels, 5), nn.ReLU(inplace=True), *_pointwise(channels, wanted))

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.conv5x5(x)
        return answer


def _branch(given: int, inner: int, wanted: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        *_pointwise(given, inner),
        nn.ReLU(inplace=True),
        *_depthwise(inner, 3, stride),
        *_pointwise(inner, wanted),
        nn.ReLU(inplace=True),
    )


def _windows(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(part for _ in range(count) for part in (*_depthwise(channels, 5), nn.ReLU(inplace=True))))


def _pointwise(given: int, wanted: int) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(given, wanted, 1, bias=False), nn.BatchNorm2d(wanted)


def _depthwise(channels: int, size: int, stride: int = 1) -> tuple[nn.Module, nn.Module]:
    conv = nn.Conv2d(channels, channels, size, stride, padding=size // 2, groups=channels, bias=False)
    return conv, nn.BatchNorm2d(channels)
