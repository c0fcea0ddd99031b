"""What a recipe asks for, put together: the changes for training, the crop for validation, normalisation for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor, nn

from player.errors import RecipeError
from player.training.augment.colour import ColourJitter, RandomErasing
from player.training.augment.geometry import RandomCrop, RandomFlip, RandomResizedCrop, RandomRotation, centre_crop
from player.training.augment.settings import AugmentSettings

Augmentation = Callable[[Tensor, Generator], Tensor]
"""Pictures float 0..1 [n, channels, height, width] to changed ones, on their device, not yet normalised."""
Shape = tuple[int, int, int]
"""Channels, height, width."""


def make_augmentation(settings: AugmentSettings, shape: Shape) -> Augmentation:
    """For pictures of `shape`, as the data has them. Raises RecipeError for what cannot be done to such."""
    output_shape(settings, shape)
    steps: list[Augmentation] = []
    if settings.resized_crop:
        steps.append(RandomResizedCrop(settings.resized_crop, settings.resized_area, settings.resized_ratio))
    if settings.crop is not None:
        steps.append(RandomCrop(*settings.crop))
    if settings.flip:
        steps.append(RandomFlip())
    if settings.rotate:
        steps.append(RandomRotation(settings.rotate))
    if settings.brightness or settings.contrast or settings.saturation or settings.hue:
        steps.append(ColourJitter(settings.brightness, settings.contrast, settings.saturation, settings.hue))
    if settings.erase:
        colour = settings.mean or (0.5,) * shape[0]
        steps.append(RandomErasing(settings.erase, settings.erase_area, settings.erase_ratio, colour))
    return lambda pictures, generator: _apply(steps, pictures, generator)


def make_validation(settings: AugmentSettings, shape: Shape) -> Callable[[Tensor], Tensor]:
    """What stands for the crops where nothing is left to chance: the square in the centre, of the same size."""
    channels, height, width = output_shape(settings, shape)
    if (channels, height, width) == shape:
        return lambda pictures: pictures
    return lambda pictures: centre_crop(pictures, height)


def make_normalise(settings: AugmentSettings, shape: Shape) -> nn.Module:
    """The last step before the network, in training as in validation. To be moved to the device like a network."""
    channels = shape[0]
    return Normalise(settings.mean or (0.0,) * channels, settings.std or (1.0,) * channels)


def output_shape(settings: AugmentSettings, shape: Shape) -> Shape:
    """What the network gets, of pictures of `shape`. Raises RecipeError for what cannot be done to such."""
    channels, height, width = shape
    for key, values in (("mean", settings.mean), ("std", settings.std)):
        if values and len(values) != channels:
            raise RecipeError(f"augment.{key} has {len(values)} values, and the pictures have {channels} channels.")
    if channels != 3 and (settings.saturation or settings.hue):
        raise RecipeError(
            f"augment.{'hue' if settings.hue else 'saturation'} changes colours, and the pictures are grey."
        )
    if settings.resized_crop:
        side = settings.resized_crop
        if side > min(height, width):
            raise RecipeError(f"augment.resized_crop is {side}, and the pictures are {width} x {height}.")
        height = width = side
    if settings.crop is not None:
        side, padding = settings.crop
        if side > min(height, width) + 2 * padding or padding > min(height, width):
            raise RecipeError(f"augment.crop is {list(settings.crop)}, and the pictures are {width} x {height}.")
        height = width = side
    return channels, height, width


class Normalise(nn.Module):
    """Values minus the mean, over the standard deviation, a channel at a time."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean)[None, :, None, None])
        self.register_buffer("std", torch.tensor(std)[None, :, None, None])

    def forward(self, pictures: Tensor) -> Tensor:
        return (pictures - self.mean) / self.std


def _apply(steps: Sequence[Augmentation], pictures: Tensor, generator: Generator) -> Tensor:
    for step in steps:
        pictures = step(pictures, generator)
    return pictures
