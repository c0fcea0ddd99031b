"""What the player calls while the window is still being made."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from player.records import Picture


class Relay:
    """Stands in for the window while there is none: the player is built before it. Called on any thread."""

    def __init__(self) -> None:
        self._settled = threading.Event()
        self._wakeup: Callable[[], None] | None = None
        self._prepare: Callable[[Picture], object | None] | None = None
        self.picture_size: tuple[int, int] | None = None
        """Of the first picture, once it is there: the window can be made for it."""

    def attach(self, wakeup: Callable[[], None], prepare: Callable[[Picture], object | None]) -> None:
        self._prepare = prepare
        self._wakeup = wakeup
        self._settled.set()

    def release(self) -> None:
        """There will be no window, or there is none any more: nobody waits for it."""
        self._settled.set()

    def wakeup(self) -> None:
        if self._wakeup is not None:
            self._wakeup()

    def prepare(self, picture: Picture) -> object | None:
        """The decode thread waits here with the first picture until there is a view to prepare it for."""
        if not self._settled.is_set():
            self.picture_size = picture.display_size
            self._settled.wait()
        return None if self._prepare is None else self._prepare(picture)
