"""The files to play, in order, and which one is playing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Playlist:
    """Paths and the place among them. GUI thread only; it plays nothing itself."""

    def __init__(self, paths: Sequence[str] = ()) -> None:
        self._paths = list(paths)
        self._place = 0

    def replace(self, paths: Sequence[str]) -> None:
        self._paths = list(paths)
        self._place = 0

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def place(self) -> int:
        """0-based."""
        return self._place

    @property
    def current(self) -> str | None:
        return self._paths[self._place] if self._paths else None

    def can_move(self, by: int) -> bool:
        return 0 <= self._place + by < len(self._paths)

    def move(self, by: int) -> str | None:
        """The path `by` places on, which is the current one from now; None, and no change, where there is none."""
        if not self.can_move(by):
            return None
        self._place += by
        return self.current
