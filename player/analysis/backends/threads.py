"""How many of the CPU's cores a network may take: playback and its sound need the others."""

from __future__ import annotations

import os

MOST = 8
"""Networks as small as can follow a video gain nothing beyond."""


def beside_playback() -> int:
    """Half of the cores that this process may use."""
    return max(1, min(MOST, usable_cores() // 2))


def usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
