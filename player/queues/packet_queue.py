"""The hand-over from the demuxer to one decoder, with serials (ENGINE A3)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from player.quick_dataclass import dataclass

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class QueuedPacket(Generic[P]):
    """A packet as a decoder takes it. `packet` None means: the stream ends here, drain."""

    packet: P | None
    serial: int
    start_at_s: float | None
    """Exact seek: what ends before this position (container seconds) is decoded but not shown."""
    size_bytes: int = 0
    duration_s: float = 0.0
    back: int = 0
    """Exact seek: so many pictures before `start_at_s` are to be shown all the same."""
    sharp: bool = False
    """Exact seek: not even a little before `start_at_s` will do."""
    trail: int = 0
    """Exact seek: so many pictures before `start_at_s` are to be kept for whoever steps back."""


class PacketQueue(Generic[P]):
    """Packets in file order. A flush raises the serial, so that everything older is known as stale.

    Any thread may call anything. `on_hungry` is called outside the lock, by the taking thread, when
    at most `low_water` packets are left: the demuxer should read on.
    """

    def __init__(self, on_hungry: Callable[[], None], low_water: int = 25, *, first_serial: int = 0) -> None:
        self._on_hungry = on_hungry
        self._low_water = low_water
        self._cond = threading.Condition()
        self._items: deque[QueuedPacket[P]] = deque()  # guarded by _cond, as all below
        self._serial = first_serial
        self._start_at_s: float | None = None
        self._origin_s: float | None = None
        self._back = 0
        self._sharp = False
        self._trail = 0
        self._bytes = 0
        self._duration_s = 0.0
        self._ended = False
        self._aborted = True
        self._dropped = 0

    @property
    def serial(self) -> int:
        return self._serial  # one int read is whole; decoders re-check under their codec lock

    @property
    def count(self) -> int:
        return len(self._items)

    @property
    def size_bytes(self) -> int:
        return self._bytes

    @property
    def duration_s(self) -> float:
        return self._duration_s

    @property
    def ended(self) -> bool:
        """The end of the stream was put since the last flush."""
        return self._ended

    @property
    def aborted(self) -> bool:
        return self._aborted

    @property
    def dropped(self) -> int:
        """Packets thrown away by `drop_oldest` since the queue was made."""
        return self._dropped

    @property
    def origin_s(self) -> float | None:
        """Where the media time line of the current serial begins, container seconds; None when unknown."""
        return self._origin_s

    def start(self, origin_s: float | None = None) -> int:
        """Opens the queue for a new decoder; returns the new serial."""
        with self._cond:
            self._aborted = False
            return self._renew(origin_s)

    def flush(self) -> int:
        """Throws everything away and raises the serial; returns the new one."""
        with self._cond:
            return self._renew(None)

    def begin_at(self, origin_s: float, *, cut: bool, back: int = 0, sharp: bool = False, trail: int = 0) -> None:
        """The position that this serial begins at; with `cut`, what lies before it is not to be shown.

        But for the last `back` pictures of that: a step backwards wants them. `sharp` allows no tolerance. `trail`
        pictures of it are kept, not shown.
        """
        with self._cond:
            self._origin_s = origin_s
            self._back = back
            self._sharp = sharp
            self._trail = trail
            self._start_at_s = origin_s if cut else None

    def abort(self) -> None:
        """Wakes whoever waits; `get` returns None from now on and `put` takes nothing."""
        with self._cond:
            self._aborted = True
            self._clear()
            self._cond.notify_all()

    def put(self, packet: P, *, size_bytes: int, duration_s: float) -> bool:
        """Appends a packet with the current serial; False once the queue is aborted."""
        with self._cond:
            if self._aborted:
                return False
            self._append(
                QueuedPacket(
                    packet, self._serial, self._start_at_s, size_bytes, duration_s, self._back, self._sharp, self._trail
                )
            )
            return True

    def put_end(self) -> bool:
        """Appends the null packet: the decoder drains when it gets there."""
        with self._cond:
            if self._aborted:
                return False
            self._ended = True
            self._append(QueuedPacket(None, self._serial, self._start_at_s, back=self._back, sharp=self._sharp))
            return True

    def get(self) -> QueuedPacket[P] | None:
        """The oldest packet, waiting for one; None once the queue is aborted."""
        if len(self._items) <= self._low_water and not self._ended:
            self._on_hungry()
        with self._cond:
            self._cond.wait_for(lambda: self._items or self._aborted)
            if self._aborted:
                return None
            item = self._items.popleft()
            self._bytes -= item.size_bytes
            self._duration_s -= item.duration_s
            return item

    def drop_oldest(self, keep_bytes: int, may_resume_at: Callable[[P], bool]) -> int:
        """Makes room in a stream that nobody takes from; returns how many packets went.

        Drops from the old end until at most `keep_bytes` are left and the next packet is one that
        decoding can resume at (a key frame).
        """
        with self._cond:
            before = len(self._items)
            while self._items and self._items[0].packet is not None:
                resumable = may_resume_at(self._items[0].packet)
                if self._bytes <= keep_bytes and (resumable or before == len(self._items)):
                    break
                item = self._items.popleft()
                self._bytes -= item.size_bytes
                self._duration_s -= item.duration_s
            gone = before - len(self._items)
            self._dropped += gone
            return gone

    def _append(self, item: QueuedPacket[P]) -> None:
        self._items.append(item)
        self._bytes += item.size_bytes
        self._duration_s += item.duration_s
        self._cond.notify()

    def _renew(self, origin_s: float | None) -> int:
        self._clear()
        self._serial += 1
        self._start_at_s = None
        self._back = 0
        self._sharp = False
        self._trail = 0
        self._origin_s = origin_s
        self._ended = False
        return self._serial

    def _clear(self) -> None:
        self._items.clear()
        self._bytes = 0
        self._duration_s = 0.0
