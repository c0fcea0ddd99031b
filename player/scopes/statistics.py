"""A picture's histograms for programs, with what can be said of each in a few numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from player.media.look import AS_TAGGED
from player.scopes.measure import measure

if TYPE_CHECKING:
    from player.media.look import ColorOverride
    from player.records import Picture
    from player.scopes.counts import Counts
    from player.scopes.scale import Scale

MOST_BINS = 4096
"""A histogram with more codes than this is told in bins of several."""


def scope_statistics(picture: Picture, override: ColorOverride = AS_TAGGED) -> dict[str, Any]:
    """Every sample of every component is counted. Raises StreamError for pictures that have no scopes."""
    found = measure(picture, {"histogram": 1}, override=override)
    return {
        "pts": picture.pts,
        "index": picture.index,
        "bits": found.bits,
        "float": found.is_float,
        "range": found.color.range.value,
        "matrix": found.color.matrix.value,
        "components": [
            _component(name, counts, found.scale) | {"histogram": _bins(counts)}
            for name, counts in found.histograms.items()
        ],
    }


def _component(name: str, counts: Counts, scale: Scale) -> dict[str, Any]:
    low, high = scale.chroma_limits if name.startswith("C") else scale.limits
    codes, total = np.flatnonzero(counts), int(counts.sum())
    return {
        "component": name,
        "samples": total,
        "min": int(codes[0]),
        "max": int(codes[-1]),
        "mean": float((np.arange(counts.size) * counts).sum()) / total,
        "nominal": [low, high],
        "below": int(counts[:low].sum()),
        "above": int(counts[high + 1 :].sum()),
    }


def _bins(counts: Counts) -> list[int]:
    wide = max(1, counts.size // MOST_BINS)
    told: list[int] = counts.reshape(-1, wide).sum(axis=1).tolist()
    return told
