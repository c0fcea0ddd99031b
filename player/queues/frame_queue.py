"""The hand-over of decoded pictures, samples and cues: a small ring that can keep the last one shown (ENGINE A5)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class HasSerial(Protocol):
    @property
    def serial(self) -> int: ...


F = TypeVar("F", bound=HasSerial)


class FrameQueue(Generic[F]):
    """At most `capacity` items, the one on screen among them when `keep_last` is set.

    One thread puts, one takes. `current_serial` tells the serial of the packet queue that feeds it:
    a put of anything older is refused instead of waiting for room. `on_put` is called outside the
    lock after every put.
    """

    def __init__(
        self, capacity: int, *, keep_last: bool, current_serial: Callable[[], int], on_put: Callable[[], None]
    ) -> None:
        self._capacity = capacity
        self._keep_last = keep_last
        self._current_serial = current_serial
        self._on_put = on_put
        self._cond = threading.Condition()
        self._items: deque[F] = deque()  # guarded by _cond, as all below
        self._shown = False  # the first of _items is the one on screen
        self._aborted = False

    def put(self, item: F) -> bool:
        """Appends `item`, waiting for room; False when aborted, or when a flush made it stale meanwhile."""
        with self._cond:
            if not self._has_room(item):
                return False
            self._items.append(item)
            self._cond.notify_all()
        self._on_put()
        return True

    def wait_for_room(self, item: F) -> bool:
        """Waits until `item` could be put at once; False when aborted, or when a flush made it stale meanwhile."""
        with self._cond:
            return self._has_room(item)

    def _has_room(self, item: F) -> bool:
        """With the lock held, which it gives up while it waits."""
        self._cond.wait_for(lambda: len(self._items) < self._capacity or self._aborted or self._is_stale(item))
        return not self._aborted and not self._is_stale(item)

    def peek_last(self) -> F | None:
        """The item on screen; None before the first."""
        with self._cond:
            return self._items[0] if self._shown else None

    def peek(self) -> F | None:
        """The next candidate; None when there is none yet."""
        with self._cond:
            return self._unshown(0)

    def peek_next(self) -> F | None:
        """The one after the candidate."""
        with self._cond:
            return self._unshown(1)

    def wait(self) -> F | None:
        """The next candidate, waiting for one; None once aborted or woken without one."""
        with self._cond:
            self._cond.wait_for(lambda: self._unshown(0) is not None or self._aborted)
            return None if self._aborted else self._unshown(0)

    def next(self, item: F | None = None) -> None:
        """Takes the candidate: it becomes the one on screen, the one before is let go.

        With `item`, only while that is the candidate: a flush may have put another in its place since the peek.
        """
        with self._cond:
            candidate = self._unshown(0)
            if candidate is None or (item is not None and candidate is not item):
                return
            if self._keep_last and not self._shown:
                self._shown = True
            else:
                self._items.popleft()
            self._cond.notify_all()

    @property
    def remaining(self) -> int:
        """Items not shown yet."""
        with self._cond:
            return len(self._items) - int(self._shown)

    def drop_stale(self) -> None:
        """Lets go of what a flush made stale, but for the item on screen, and wakes a waiting put."""
        with self._cond:
            kept = [item for n, item in enumerate(self._items) if (n == 0 and self._shown) or not self._is_stale(item)]
            self._items = deque(kept)
            self._cond.notify_all()

    def clear(self) -> None:
        """Lets go of everything, the item on screen included."""
        with self._cond:
            self._items.clear()
            self._shown = False
            self._cond.notify_all()

    def start(self) -> None:
        with self._cond:
            self._aborted = False

    def abort(self) -> None:
        """Wakes whoever waits; nothing goes in until `start`."""
        with self._cond:
            self._aborted = True
            self._cond.notify_all()

    def _is_stale(self, item: F) -> bool:
        return item.serial != self._current_serial()

    def _unshown(self, place: int) -> F | None:
        at = place + int(self._shown)
        return self._items[at] if at < len(self._items) else None
