"""Which pictures of a video are wanted, by their numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ordinals:
    """From `first` up to but without `end` (None: to the last), each `every`th of them."""

    first: int = 0
    end: int | None = None
    every: int = 1

    def __contains__(self, index: int) -> bool:
        return index >= self.first and not self.is_past(index) and (index - self.first) % self.every == 0

    def is_past(self, index: int) -> bool:
        return self.end is not None and index >= self.end

    def count_of(self, pictures: int) -> int | None:
        """How many are wanted of so many pictures; None when that is not known (0)."""
        end = pictures if self.end is None or (0 < pictures < self.end) else self.end
        return max(0, -(-(end - self.first) // self.every)) or None
