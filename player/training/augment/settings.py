"""A recipe's [augment] table: how pictures are changed for learning, and normalised always."""

from __future__ import annotations

from dataclasses import dataclass

from player.training.table import Table


@dataclass(frozen=True)
class AugmentSettings:
    """What is 0, None or False is not done. The order is that of the fields."""

    resized_crop: int = 0
    """A part of the picture, brought to a square of this side; for validation the square in the centre."""
    resized_area: tuple[float, float] = (0.08, 1.0)
    """The part's smallest and largest share of the picture's area."""
    resized_ratio: tuple[float, float] = (3 / 4, 4 / 3)
    """Its smallest and largest width to height."""
    crop: tuple[int, int] | None = None
    """The side of a square, and how many black pixels are put around the picture before it is cut out."""
    flip: bool = False
    """Every second picture is mirrored, left to right."""
    rotate: float = 0.0
    """By up to so many degrees, either way; what comes in from outside is black."""
    brightness: float = 0.0
    """Values times 1 - this to 1 + this. Contrast and saturation alike, about the mean grey and each pixel's grey."""
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0
    """Turns the hue by up to this share of the circle, either way; at most 0.5."""
    erase: float = 0.0
    """The share of the pictures that have a rectangle painted over with the mean colour."""
    erase_area: tuple[float, float] = (0.02, 0.33)
    erase_ratio: tuple[float, float] = (0.3, 3.3)
    mean: tuple[float, ...] = ()
    """Of the channels, 0 to 1. With `std`, what is taken off and divided by; empty: pictures stay 0 to 1."""
    std: tuple[float, ...] = ()


def read_augment(table: Table) -> AugmentSettings:
    """Raises RecipeError for a key that is wrong."""
    defaults = AugmentSettings()
    crop = table.wholes("crop", (), least=0) if table.has("crop") else ()
    if table.has("crop") and (len(crop) != 2 or crop[0] < 1):
        raise table.wrong("crop", "a side and a padding in pixels, as [32, 4]")
    jitter = table.table("jitter")
    mean, std = table.numbers("mean", ()), table.numbers("std", ())
    if len(mean) != len(std) or len(mean) not in (0, 1, 3):
        raise table.wrong("std" if mean else "mean", "one number a channel, as many as of the other of mean and std")
    if any(value <= 0 for value in std):
        raise table.wrong("std", "numbers above 0")
    return AugmentSettings(
        resized_crop=table.whole("resized_crop", 0, most=4096),
        resized_area=_range(table, "resized_area", defaults.resized_area, most=1.0),
        resized_ratio=_range(table, "resized_ratio", defaults.resized_ratio),
        crop=(crop[0], crop[1]) if crop else None,
        flip=table.flag("flip", False),
        rotate=table.number("rotate", 0.0, least=0.0, most=180.0),
        brightness=jitter.number("brightness", 0.0, least=0.0, most=10.0),
        contrast=jitter.number("contrast", 0.0, least=0.0, most=10.0),
        saturation=jitter.number("saturation", 0.0, least=0.0, most=10.0),
        hue=jitter.number("hue", 0.0, least=0.0, most=0.5),
        erase=table.number("erase", 0.0, least=0.0, most=1.0),
        erase_area=_range(table, "erase_area", defaults.erase_area, most=1.0),
        erase_ratio=_range(table, "erase_ratio", defaults.erase_ratio),
        mean=mean,
        std=std,
    )


def _range(table: Table, key: str, default: tuple[float, float], most: float = 1e3) -> tuple[float, float]:
    low, high = table.numbers(key, default, count=2)
    if not 0 < low <= high <= most:
        raise table.wrong(key, f"two rising numbers above 0, up to {most:g}")
    return low, high
