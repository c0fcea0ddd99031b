"""The code values of a picture as they were decoded, at native depth: of one pixel, and of a rectangle of them."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from player.errors import StreamError
from player.media.color import Matrix, picture_color
from player.media.frame_parts import Region, check_region
from player.media.pixel_layout import Part, PixelLayout, pixel_layout

if TYPE_CHECKING:
    from player.records import Picture

Samples = NDArray[Any]
CHUNK_SAMPLES = 1 << 20
"""Statistics are taken of so many samples at a time: 8 MiB as floating point."""
_IDENTITY = {"Y": "G", "Cb": "B", "Cr": "R"}
"""H.273's identity matrix puts green in luma's place, blue in Cb's, red in Cr's."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One component of one pixel."""

    name: str
    """As people write it: Y', Cb, R', A ..."""
    value: int | float
    bits: int
    """0 for floating point."""
    plane: int
    x: int
    """In the component's own plane, like `y`."""
    y: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of one component over a rectangle: its own plane's samples, not the pixels that they are spread over."""

    name: str
    bits: int
    count: int
    mean: float
    minimum: int | float
    maximum: int | float
    deviation: float
    """The standard deviation of these samples, divided by their number."""


def native_values(picture: Picture, x: int, y: int) -> tuple[Sample, ...]:
    """What is stored for the coded pixel. A palette's index is followed by the colour that it stands for.

    Raises StreamError for pictures that are not in memory, ValueError for a pixel that is not in the picture.
    """
    region = (x, y, 1, 1)
    check_region(region, picture.coded_size)
    layout = _layout(picture)
    found = []
    for part in layout.parts:
        value = _samples(picture.frame, part, region)[0, 0].item()
        name = _pattern_name(layout, x, y) if layout.family == "bayer" else _name(part, layout, picture)
        bits = 0 if part.is_float else part.bits
        found.append(Sample(name, value, bits, part.plane, x // part.span[0], y // part.span[1]))
    if layout.family == "palette":
        index = int(found[0].value)
        colour = _palette(picture.frame)[index]
        found += [Sample(name, int(value), 8, 1, index, 0) for name, value in zip(_PALETTE, colour, strict=True)]
    return tuple(found)


def region_values(picture: Picture, region: Region) -> dict[str, Samples]:
    """Of each component the samples (rows, columns) that lie in the rectangle, if only in part; a palette's colours.

    They may be views of the frame's memory: not to be written to, and the picture is to be held meanwhile.
    """
    check_region(region, picture.coded_size)
    layout = _layout(picture)
    values = {_name(part, layout, picture): _samples(picture.frame, part, region) for part in layout.parts}
    if layout.family == "palette":
        colours = _palette(picture.frame)[values["index"]]
        return {name: colours[..., at] for at, name in enumerate(_PALETTE)}
    return values


def region_statistics(picture: Picture, region: Region) -> tuple[Statistics, ...]:
    """A component each. Samples of floating point that are no numbers are left out; without any left it is, too."""
    layout = _layout(picture)
    bits = {_name(part, layout, picture): 0 if part.is_float else part.bits for part in layout.parts}
    found = (_statistics(name, bits.get(name, 8), samples) for name, samples in region_values(picture, region).items())
    return tuple(each for each in found if each is not None)


_PALETTE = ("R'", "G'", "B'", "A")


def _layout(picture: Picture) -> PixelLayout:
    name = picture.frame.format.name
    layout = pixel_layout(name)
    if layout is None:
        raise StreamError(f"Pictures in the pixel format {name} cannot be read.")
    return layout


def _name(part: Part, layout: PixelLayout, picture: Picture) -> str:
    name = part.name
    if layout.family == "yuv":
        matrix = picture_color(picture).matrix
        if matrix is Matrix.RGB:
            name = _IDENTITY.get(name, name)
        elif matrix is Matrix.YCGCO:
            name = {"Cb": "Cg", "Cr": "Co"}.get(name, name)
    return f"{name}'" if name in ("Y", "R", "G", "B") and layout.family in ("yuv", "rgb", "gray") else name


def _pattern_name(layout: PixelLayout, x: int, y: int) -> str:
    return f"raw {layout.pattern[2 * (y % 2) + x % 2]}"


def _palette(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """(256, 4): red, green, blue, alpha."""
    words = np.frombuffer(memoryview(frame.planes[1]), np.uint32)[:256]
    return np.stack([(words >> shift) & 255 for shift in (16, 8, 0, 24)], axis=-1).astype(np.uint8)


def _samples(frame: av.VideoFrame, part: Part, region: Region) -> Samples:
    x, y, width, height = region
    across, down = part.span
    left, right = x // across, -(-(x + width) // across)
    rows = np.ascontiguousarray(plane_lines(frame, part)[y // down : -(-(y + height) // down)])
    group, size = len(part.places), np.dtype(part.word).itemsize
    words: Samples
    shifts: Any
    if group == 1:
        offset, shifts = part.places[0]
        shape, strides = (rows.shape[0], right - left), (rows.strides[0], part.step)
        words = np.ndarray(shape, part.word, rows, left * part.step + offset, strides)
    else:
        columns = np.arange(left, right)
        offsets, down_by = (np.array(each)[columns % group] for each in zip(*part.places, strict=True))
        starts = columns // group * part.step + offsets
        words = np.ascontiguousarray(rows[:, starts[:, None] + np.arange(size)]).view(part.word)[..., 0]
        shifts = down_by.astype(words.dtype)
    mask = (1 << part.bits) - 1
    if part.is_float or (part.bits == 8 * size and not np.any(shifts)):
        return words
    values: Samples = (words >> shifts) & words.dtype.type(mask)
    return values


def plane_lines(frame: av.VideoFrame, part: Part) -> NDArray[np.uint8]:
    """(rows, bytes a row) of the part's plane, the picture's top row first; a view of its memory.

    Bottom-up frames are to be held meanwhile.
    """
    plane = frame.planes[part.plane]
    stride = abs(plane.line_size)
    height = -(-frame.height // part.span[1])
    if plane.line_size >= 0:
        data = np.frombuffer(cast("memoryview", memoryview(plane)), np.uint8)
        return data[: height * stride].reshape(height, stride)
    lowest = plane.buffer_ptr + plane.line_size * (height - 1)  # bottom up: the last row comes first in memory
    memory = (ctypes.c_uint8 * (height * stride)).from_address(lowest)
    return np.ctypeslib.as_array(memory).reshape(height, stride)[::-1]


def _chunks(samples: Samples) -> Iterator[NDArray[np.float64]]:
    rows = max(1, CHUNK_SAMPLES // max(1, samples.shape[1]))
    for at in range(0, samples.shape[0], rows):
        chunk = samples[at : at + rows].astype(np.float64)
        yield chunk[np.isfinite(chunk)]


def _statistics(name: str, bits: int, samples: Samples) -> Statistics | None:
    count, total, squares = 0, 0.0, 0.0
    smallest, largest = math.inf, -math.inf
    pivot: float | None = None  # what sums are taken from, so that large values with small differences keep those
    for chunk in _chunks(samples):
        if not chunk.size:
            continue
        if pivot is None:
            pivot = float(chunk.flat[0])
        smallest, largest = min(smallest, float(chunk.min())), max(largest, float(chunk.max()))
        from_pivot = chunk - pivot
        count += chunk.size
        total += float(from_pivot.sum())
        squares += float(np.square(from_pivot).sum())
    if pivot is None:
        return None
    mean = total / count
    deviation = math.sqrt(max(0.0, squares / count - mean * mean))
    if bits:
        smallest, largest = int(smallest), int(largest)
    return Statistics(name, bits, count, pivot + mean, smallest, largest, deviation)
