"""Changes of value: brightness, contrast, saturation, hue, and rectangles painted over. RGB or grey, 0 to 1."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from player.training.augment.draws import rectangles, uniform

LUMA = (0.299, 0.587, 0.114)
"""What red, green and blue make of grey: ITU-R BT.601, as PIL and OpenCV have it."""


class ColourJitter:
    """Brightness, contrast, saturation, hue, in this order; a strength of 0 leaves its step out."""

    def __init__(self, brightness: float, contrast: float, saturation: float, hue: float) -> None:
        self._factors = [(change_brightness, brightness), (change_contrast, contrast), (change_saturation, saturation)]
        self._hue = hue

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:
        for change, strength in self._factors:
            if strength:
                pictures = change(pictures, uniform(pictures, max(0.0, 1 - strength), 1 + strength, generator))
        if self._hue:
            pictures = change_hue(pictures, uniform(pictures, -self._hue, self._hue, generator))
        return pictures


class RandomErasing:
    """Paints a rectangle of `share` of the pictures over with `colour`, one value a channel."""

    def __init__(
        self, share: float, area: tuple[float, float], ratio: tuple[float, float], colour: tuple[float, ...]
    ) -> None:
        self.share = share
        self.area = area
        self.ratio = ratio
        self.colour = colour

    def __call__(self, pictures: Tensor, generator: Generator) -> Tensor:
        chosen = uniform(pictures, 0.0, 1.0, generator) < self.share
        boxes = rectangles(pictures, self.area, self.ratio, generator)
        return erase(pictures, boxes, chosen, self.colour)


def change_brightness(pictures: Tensor, factor: Tensor) -> Tensor:
    return (pictures * _each(factor)).clamp(0, 1)


def change_contrast(pictures: Tensor, factor: Tensor) -> Tensor:
    """Moves every value away from the picture's mean grey, or towards it."""
    return _blend(pictures, _grey(pictures).mean((1, 2, 3), keepdim=True), factor)


def change_saturation(pictures: Tensor, factor: Tensor) -> Tensor:
    """Moves every pixel away from its own grey, or towards it."""
    return _blend(pictures, _grey(pictures), factor)


def change_hue(pictures: Tensor, turn: Tensor) -> Tensor:
    """Turns the hue of HSV by `turn` of the whole circle; saturation and value stay."""
    value, most = pictures.max(1)
    chroma = value - pictures.amin(1)
    red, green, blue = pictures.unbind(1)
    divisor = torch.where(chroma > 0, chroma, 1)  # grey has no hue, and its chroma of 0 keeps it grey
    sixth = torch.where(
        most == 0, (green - blue) / divisor,
        torch.where(most == 1, (blue - red) / divisor + 2, (red - green) / divisor + 4),
    )  # fmt: skip
    sixth = sixth + 6 * turn[:, None, None]
    # Each channel falls from the value by the chroma, over the sixths of the circle where others lead.
    starts = torch.tensor([5.0, 3.0, 1.0], device=pictures.device)[None, :, None, None]
    place = (starts + sixth[:, None]) % 6
    fall = torch.minimum(place, 4 - place).clamp(0, 1)
    return value[:, None] - chroma[:, None] * fall


def erase(pictures: Tensor, boxes: Tensor, chosen: Tensor, colour: tuple[float, ...]) -> Tensor:
    """Paints the box (left, top, width, height; int64 [n, 4]) of each `chosen` picture, bool [n]."""
    height, width = pictures.shape[2:]
    across = _within(boxes[:, 0], boxes[:, 2], width)[:, None, None, :]
    down = _within(boxes[:, 1], boxes[:, 3], height)[:, None, :, None]
    paint = torch.tensor(colour, dtype=pictures.dtype, device=pictures.device)[None, :, None, None]
    return torch.where(across & down & _each(chosen), paint, pictures)


def _within(first: Tensor, length: Tensor, whole: int) -> Tensor:
    places = torch.arange(whole, device=first.device)
    return (places >= first[:, None]) & (places < (first + length)[:, None])


def _each(values: Tensor) -> Tensor:
    """One value a picture, to be spread over it."""
    return values[:, None, None, None]


def _grey(pictures: Tensor) -> Tensor:
    if pictures.shape[1] == 1:
        return pictures
    red, green, blue = pictures.unbind(1)
    return (LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue)[:, None]


def _blend(pictures: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    """`other` at a factor of 0, the pictures at 1, beyond them above it."""
    return torch.lerp(other, pictures, _each(factor)).clamp(0, 1)
