"""Two pictures made comparable sample by sample: the reference takes the picture's size, place and pixel format."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from player.compare.metrics import Component, Metrics, Samples, measure
from player.errors import StreamError
from player.media.color import is_gray, is_rgb, picture_color
from player.media.frame_converter import FrameConverter
from player.media.pixel_layout import pixel_layout
from player.media.pixels import region_values

if TYPE_CHECKING:
    from player.records import Orientation, Picture


class Matcher:
    """Measures pairs of pictures; for one thread at a time."""

    def __init__(self) -> None:
        self._converter = FrameConverter()

    def measure(self, picture: Picture, reference: Picture) -> Metrics:
        """Raises StreamError, with a sentence, for two pictures that cannot be measured against each other."""
        matched, remark = self._matched(picture, reference)
        ours, theirs = _values(picture), _values(matched)
        turned = matched.orientation != picture.orientation
        components = []
        for name, (samples, bits) in ours.items():
            other = theirs[name][0]
            if turned:
                other = _turned(other, matched.orientation, picture.orientation)
            if other.shape != samples.shape:
                raise StreamError("Pictures turned in different ways cannot be measured in this pixel format.")
            components.append(Component(name, bits, samples, other))
        return measure(components, remark)

    def _matched(self, picture: Picture, reference: Picture) -> tuple[Picture, str]:
        """The reference, converted where it differs, and what was done to it."""
        wanted, given = picture.frame.format.name, reference.frame.format.name
        if _kind(wanted) != _kind(given):
            raise StreamError(f"Pictures in {wanted} and {given} have no components in common to be measured.")
        across = picture.orientation.swaps_axes != reference.orientation.swaps_axes
        size = picture.coded_size[::-1] if across else picture.coded_size
        scaled, converted = size != reference.coded_size, wanted != given
        if not scaled and not converted:
            return reference, ""
        frame = self._converter.convert(reference.frame, picture_color(reference), wanted, size)
        done = [f"scaled to {picture.coded_size[0]} × {picture.coded_size[1]}"] if scaled else []
        done += [f"converted to {wanted}"] if converted else []
        return dataclasses.replace(reference, frame=frame), "B is " + " and ".join(done)


def _kind(name: str) -> str:
    return "rgb" if is_rgb(name) else "gray" if is_gray(name) else "yuv"


def _values(picture: Picture) -> dict[str, tuple[Samples, int]]:
    """Every component's samples and bits; alpha is left out."""
    layout = pixel_layout(picture.frame.format.name)
    width, height = picture.coded_size
    values = region_values(picture, (0, 0, width, height))
    if layout is None or any(part.is_float for part in layout.parts):
        raise StreamError(f"Pictures in {picture.frame.format.name} cannot be measured.")
    bits = [8] * len(values) if layout.family == "palette" else [part.bits for part in layout.parts]
    return {name: (samples, depth) for (name, samples), depth in zip(values.items(), bits, strict=True) if name != "A"}


def _turned(samples: Samples, given: Orientation, wanted: Orientation) -> Samples:
    """Samples that lie as `given` says, as they would lie in a picture of the orientation `wanted`."""
    upright = np.rot90(samples[:, ::-1] if given.mirrored else samples, -given.turns_cw)
    coded = np.rot90(upright, wanted.turns_cw)
    return coded[:, ::-1] if wanted.mirrored else coded
