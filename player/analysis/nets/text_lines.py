"""The network that finds lines of text: where their hearts are, and how far it is from there to their edges."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 2
"""Pixels of the input for each place of the map."""
_FARTHEST = 7.0
"""The logarithm of the largest distance told: no input is that high."""


class TextLines(nn.Module):
    """Pictures [n, 3, h, w] to [n, 3, h/2, w/2]: probability of a heart, pixels up and down to the line's edges.

    Height and width are multiples of 32. In training mode the raw numbers: logit, logarithms of the distances.
    """

    def __init__(self, widths: tuple[int, ...], blocks: tuple[int, ...], neck: int) -> None:
        """`widths`: channels at strides 2, 4, 8, 16 and 32; `blocks`: residual blocks at the last four."""
        super().__init__()
        self.stem = nn.Sequential(*_conv(3, widths[0], 3, stride=2))
        self.stages = nn.ModuleList(
            nn.Sequential(
                *_conv(given, wanted, 3, stride=2), *((Plain if at < 3 else Wide)(wanted) for _ in range(count))
            )
            for at, (given, wanted, count) in enumerate(zip(widths, widths[1:], blocks, strict=False))
        )
        self.laterals = nn.ModuleList(nn.Sequential(*_conv(width, neck, 1)[:2]) for width in widths[1:])
        self.merges = nn.ModuleList(Wide(neck) for _ in widths[1:])
        self.head = nn.Sequential(*_conv(neck, neck, 3), nn.Conv2d(neck, 3 * 4, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        features = self.stem(pictures)
        levels = []
        for stage in self.stages:
            features = stage(features)
            levels.append(features)
        merged = None
        for level, lateral, merge in reversed(list(zip(levels, self.laterals, self.merges, strict=True))):
            own = lateral(level)
            if merged is not None:
                own = own + functional.interpolate(merged, scale_factor=2.0, mode="nearest")
            merged = merge(own)
        raw = functional.pixel_shuffle(self.head(merged), 2)
        if self.training:
            return raw
        return torch.cat((raw[:, :1].sigmoid(), raw[:, 1:].clamp(max=_FARTHEST).exp()), dim=1)


class Plain(nn.Module):
    """Two full convolutions beside the way through."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(*_conv(channels, channels, 3), *_conv(channels, channels, 3)[:2])

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.body(x))


class Wide(nn.Module):
    """Five pixels of each channel alone, then all channels of each pixel: looks far for little."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 5, padding=2, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            *_conv(channels, channels, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        seen: Tensor = x + self.body(x)
        return seen


def _conv(given: int, wanted: int, size: int, stride: int = 1) -> tuple[nn.Module, nn.Module, nn.Module]:
    conv = nn.Conv2d(given, wanted, size, stride, padding=size // 2, bias=False)
    return conv, nn.BatchNorm2d(wanted), nn.ReLU(inplace=True)
