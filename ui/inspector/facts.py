"""What the inspector knows of a pixel and of a selection, as records, as JSON and as text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from player.media.displayed import displayed_rgb
from player.media.look import PLAIN
from player.media.pixels import Sample, Statistics, native_values
from ui.video.geometry import upright_from_coded

if TYPE_CHECKING:
    from player.media.look import Look
    from player.media.raster import RasterConverter
    from player.records import Picture
    from ui.zoom import Region


@dataclass(frozen=True, slots=True)
class PixelFacts:
    x: int
    """Of the coded picture, like `y`."""
    y: int
    shown_at: tuple[int, int]
    """The square pixel of the upright picture in which its middle lies."""
    samples: tuple[Sample, ...]
    rgb: tuple[int, int, int]
    """As displayed, of 255."""


def pixel_facts(
    picture: Picture, x: int, y: int, look: Look = PLAIN, *, reference: Picture | None = None,
    converter: RasterConverter | None = None,
) -> PixelFacts:  # fmt: skip
    """Raises StreamError for pictures that cannot be read, ValueError for a pixel that is not in the picture."""
    samples = native_values(picture, x, y)
    shown = displayed_rgb(picture, look, (x, y, 1, 1), reference=reference, converter=converter)[0, 0]
    width, height = picture.coded_size
    u, v = upright_from_coded(picture.orientation, ((x + 0.5) / width, (y + 0.5) / height))
    wide, high = picture.display_size
    rgb = int(shown[0]), int(shown[1]), int(shown[2])
    return PixelFacts(x, y, (int(u * wide), int(v * high)), samples, rgb)


def pixel_json(facts: PixelFacts) -> dict[str, Any]:
    return {
        "x": facts.x,
        "y": facts.y,
        "display": {"x": facts.shown_at[0], "y": facts.shown_at[1]},
        "native": [
            {
                "component": sample.name, "value": sample.value, "bits": sample.bits or None, "plane": sample.plane,
                "x": sample.x, "y": sample.y,
            }
            for sample in facts.samples
        ],
        "displayed": list(facts.rgb),
    }  # fmt: skip


def selection_json(region: Region, statistics: tuple[Statistics, ...] | None) -> dict[str, Any]:
    """`statistics` is null until they are known."""
    x, y, width, height = region
    found = None
    if statistics is not None:
        found = [
            {
                "component": each.name, "bits": each.bits or None, "count": each.count, "mean": each.mean,
                "min": each.minimum, "max": each.maximum, "deviation": each.deviation,
            }
            for each in statistics
        ]  # fmt: skip
    return {"x": x, "y": y, "width": width, "height": height, "statistics": found}


def as_json(pixel: PixelFacts | None, region: Region | None, statistics: tuple[Statistics, ...] | None) -> str:
    whole: dict[str, Any] = {}
    if pixel is not None:
        whole["pixel"] = pixel_json(pixel)
    if region is not None:
        whole["selection"] = selection_json(region, statistics)
    return json.dumps(whole, indent=2)


def as_text(
    pixel: PixelFacts | None, region: Region | None, statistics: tuple[Statistics, ...] | None, *, hexadecimal: bool
) -> str:
    lines = []
    if pixel is not None:
        lines.append(f"Pixel {pixel.x}, {pixel.y} (displayed at {pixel.shown_at[0]}, {pixel.shown_at[1]})")
        for each in pixel.samples:
            depth = f"{each.bits} bit" if each.bits else "float"
            code = value_text(each.value, each.bits, hexadecimal=hexadecimal)
            lines.append(f"{each.name}\t{code}\t{depth}\tplane {each.plane} at {each.x}, {each.y}")
        lines.append(f"Displayed\t{rgb_text(pixel.rgb)}\t{' '.join(map(str, pixel.rgb))}")
    if region is not None:
        x, y, width, height = region
        lines.append(f"Selection {width}×{height} at {x}, {y}")
        for found in statistics or ():
            least, most = number_text(found.minimum), number_text(found.maximum)
            lines.append(
                f"{found.name}\tmean {found.mean:.3f}\tmin {least}\tmax {most}\tdeviation {found.deviation:.3f}"
                f"\t{found.count} samples"
            )
    return "\n".join(lines) + "\n"


def value_text(value: float, bits: int, *, hexadecimal: bool) -> str:
    """A code value as it is written for people; `bits` is 0 for floating point, which is never hexadecimal."""
    if bits and hexadecimal:
        return f"{int(value):0{-(-bits // 4)}X}"
    return number_text(value)


def number_text(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def rgb_text(rgb: tuple[int, int, int]) -> str:
    return "#{:02X}{:02X}{:02X}".format(*rgb)
