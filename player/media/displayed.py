"""The pixels of a picture as the screen shows them at one to one, for whoever reads them rather than looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from player.media.look import PLAIN, Look
from player.media.raster import RasterConverter
from player.records import UPRIGHT

if TYPE_CHECKING:
    from player.media.frame_parts import Region
    from player.media.raster_pixels import Pixels
    from player.records import Picture


def displayed_rgb(
    picture: Picture,
    look: Look = PLAIN,
    region: Region | None = None,
    *,
    reference: Picture | None = None,
    converter: RasterConverter | None = None,
) -> Pixels:
    """(height, width, 3) uint8 red, green, blue of the coded pixels in `region`, not turned upright.

    Who asks often keeps a `converter` of its own thread. Raises StreamError as that does.
    """
    coded = replace(picture, orientation=UPRIGHT)
    size = picture.coded_size if region is None else region[2:]
    converter = converter or RasterConverter()
    image = converter.convert(coded, size, look=look, region=region, reference=reference)
    return np.ascontiguousarray(image.pixels[..., 2::-1])
