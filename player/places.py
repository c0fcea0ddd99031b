"""Where a person was before a jump."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A moment of the file, and the picture that was on screen then, where there was one."""

    time_s: float
    """Container seconds."""
    pts: int | None = None
    index: int | None = None
    sharp: bool = False
    """`time_s` is the picture's own."""
