"""A picture's scopes as counts: what is asked for, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from player.media.look import AS_TAGGED
from player.scopes.counts import Counts, Grid, histogram, level_bits, vectors, waveform
from player.scopes.opencv import use_one_thread
from player.scopes.samples import samples_of
from player.scopes.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from player.media.color import Color
    from player.media.frame_parts import Region
    from player.media.look import ColorOverride
    from player.records import Picture

Scope = Literal["histogram", "waveform", "overlay", "parade", "vectorscope"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
RAPID_SAMPLES = 600_000
"""Of pictures that follow one another quickly at most about so many pixels are counted: 1080p's every fourth line."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one picture. What was not asked for is empty or None."""

    color: Color
    coding: Color
    """What ties R'G'B' to Y'CbCr: `color`, or for R'G'B' pictures the matrix of their primaries."""
    bits: int
    is_float: bool
    is_rgb: bool
    step: int
    """One of so many lines was counted."""
    size: tuple[int, int]
    """Of the upright picture or region that was counted, in pixels."""
    histograms: dict[str, Counts]
    """By component: Y' Cb Cr, R' G' B', or Y' alone."""
    waveform: Grid | None
    """(columns, levels) of the luma."""
    parade: tuple[Grid, Grid, Grid] | None
    """Of R', G' and B' in codes of the picture's depth and range; the overlaid waveform is made of it, too."""
    vectors: Grid | None
    """(levels, levels): Cb, then Cr; None for grey pictures."""

    @property
    def scale(self) -> Scale:
        return Scale(self.bits, self.color.range)

    @property
    def level_bits(self) -> int:
        """Of the grids' levels."""
        return level_bits(self.bits)


def measure(
    picture: Picture,
    wanted: Mapping[Scope, int],
    *,
    override: ColorOverride = AS_TAGGED,
    region: Region | None = None,
    rapid: bool = False,
) -> Measured:
    """`wanted` says how many columns each scope is to have at most. `rapid` counts fewer lines of large pictures.

    Raises StreamError for pictures that have no scopes, ValueError for a region that is not in the picture.
    """
    use_one_thread()
    step = step_for(picture.coded_size) if rapid else 1
    found = samples_of(picture, override=override, region=region, step=step)
    columns = max(wanted.get("parade", 0), wanted.get("overlay", 0))
    chroma = found.chroma if "vectorscope" in wanted else None
    histograms = {}
    if "histogram" in wanted:
        histograms = {name: histogram(plane, found.bits) for name, plane in found.components.items()}
    luma = None
    if "waveform" in wanted:
        luma = waveform(found.luma, found.bits, wanted["waveform"], found.orientation)
    parade = None
    if columns:
        red, green, blue = (waveform(plane, found.bits, columns, found.orientation) for plane in found.rgb)
        parade = red, green, blue
    width, height = picture.coded_size if region is None else region[2:]
    return Measured(
        color=found.color,
        coding=found.coding,
        bits=found.bits,
        is_float=found.is_float,
        is_rgb=found.is_rgb,
        step=found.step,
        size=(height, width) if found.orientation.swaps_axes else (width, height),
        histograms=histograms,
        waveform=luma,
        parade=parade,
        vectors=None if chroma is None else vectors(*chroma, found.bits),
    )


def step_for(size: tuple[int, int]) -> int:
    """The power of two that brings the pixels down to RAPID_SAMPLES; never so many that few lines are left."""
    step = 1
    while size[0] * size[1] // step > RAPID_SAMPLES and size[1] // (2 * step) >= 64:
        step *= 2
    return step
