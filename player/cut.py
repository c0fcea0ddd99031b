"""Which part of the file is played."""

from __future__ import annotations

from player.quick_dataclass import dataclass


@dataclass(slots=True)
class Cut:
    """Container seconds. The decoders stop at its end to the sample, the demuxer soon behind it."""

    start_s: float
    last_s: float | None = None
    """Where to stop for good."""
    turn_s: float | None = None
    """Where a section that is played again ends. The owner's thread sets it, before it seeks."""

    def end_s(self) -> float | None:
        """Where the decoders stop now. Any thread."""
        ends = [end_s for end_s in (self.last_s, self.turn_s) if end_s is not None]
        return min(ends, default=None)
