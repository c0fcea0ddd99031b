"""Changes of place: crops, mirroring, rotation. Each draws, then does; what it does hangs on what was drawn alone."""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional

from player.training.augment.draws import below, rectangles, uniform


class RandomCrop:
    """A square of `side` out of the picture with `padding` black pixels around it."""

    def __init__(self, side: int, padding: int) -> None:
        self.side = side
        self.padding = padding

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:
        height, width = (length + 2 * self.padding for length in pictures.shape[2:])
        left = below(pictures, width - self.side + 1, generator)
        top = below(pictures, height - self.side + 1, generator)
        return crop(pictures, left, top, self.side, self.padding)


class RandomFlip:
    """Every second picture, mirrored left to right."""

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:
        return flip(pictures, uniform(pictures, 0.0, 1.0, generator) < 0.5)


class RandomRotation:
    """About the centre, by up to `degrees` either way."""

    def __init__(self, degrees: float) -> None:
        self.degrees = degrees

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:
        return rotate(pictures, uniform(pictures, -self.degrees, self.degrees, generator))


class RandomResizedCrop:
    """A rectangle of random size and shape, brought to a square of `side`."""

    def __init__(self, side: int, area: tuple[float, float], ratio: tuple[float, float]) -> None:
        self.side = side
        self.area = area
        self.ratio = ratio

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:
        return resized_crop(pictures, rectangles(pictures, self.area, self.ratio, generator), self.side)


def crop(pictures: Tensor, left: Tensor, top: Tensor, side: int, padding: int) -> Tensor:
    """Of each picture, padded with black, the square whose corner is at its `left` and `top`."""
    padded = functional.pad(pictures, (padding,) * 4) if padding else pictures
    squares = padded.unfold(2, side, 1).unfold(3, side, 1)  # a view: [n, channels, top, left, side, side]
    return squares[torch.arange(len(pictures), device=pictures.device), :, top, left]


def centre_crop(pictures: Tensor, side: int) -> Tensor:
    height, width = pictures.shape[2:]
    top, left = round((height - side) / 2), round((width - side) / 2)
    return pictures[:, :, top : top + side, left : left + side]


def flip(pictures: Tensor, chosen: Tensor) -> Tensor:
    """Mirrors those that are `chosen`, bool [n]."""
    return torch.where(chosen[:, None, None, None], pictures.flip(3), pictures)


def rotate(pictures: Tensor, degrees: Tensor) -> Tensor:
    """Turns each picture counter-clockwise about its centre: bilinear, black from outside."""
    height, width = pictures.shape[2:]
    sine, cosine = torch.sin(torch.deg2rad(degrees)), torch.cos(torch.deg2rad(degrees))
    nought = torch.zeros_like(sine)
    # From a place in the result to one in the picture, both from -1 to 1: so a side's length comes in.
    to_picture = torch.stack(
        (
            torch.stack((cosine, -sine * height / width, nought), 1),
            torch.stack((sine * width / height, cosine, nought), 1),
        ),
        1,
    )
    grid = functional.affine_grid(to_picture, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def resized_crop(pictures: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Each picture's box (left, top, width, height; int64 [n, 4]) as a square of `side`, bilinear, of the box alone."""
    height, width = pictures.shape[2:]
    x = _places(boxes[:, 0], boxes[:, 2], side, width)
    y = _places(boxes[:, 1], boxes[:, 3], side, height)
    grid = torch.stack((x[:, None, :].expand(-1, side, -1), y[:, :, None].expand(-1, -1, side)), 3)
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)


def _places(first: Tensor, length: Tensor, side: int, whole: int) -> Tensor:
    """Where `side` pixels lie in a box's extent, -1 to 1 over the `whole` picture, within the box's own pixels."""
    steps = (torch.arange(side, device=first.device) + 0.5) / side
    inside = (steps * length[:, None] - 0.5).clamp(min=0).minimum(length[:, None] - 1)
    return (2 * (first[:, None] + inside) + 1) / whole - 1
