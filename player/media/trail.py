"""The pictures that an exact seek decodes on its way, kept for whoever steps back from where it lands.

A reader that begins when the seek has landed needs the group of pictures once more from its key picture, and cannot
have the one before the target until it has decoded all the others: a second and more at 1080p60 with 250 in a group.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from player.records import Picture

if TYPE_CHECKING:
    import av

    from player.media.picture_maker import FrameTime

HAND_S = 0.55
"""So long a hand takes from seeing where a seek has landed to the first step back, at the least."""
READER_SHARE = 1.4
"""The reader decodes every picture and keeps it: so much longer it takes than the seek over the same pictures, which
skips what nobody refers to, while pictures are shown meanwhile (1080p60 on two processors: 1.0 against 1.4 s)."""
USUAL_SPEED = 3.0
"""As many times faster than they are played pictures are decoded, where no seek has told yet."""
MOST = 64
MOST_BYTES = 200 * 1024 * 1024
"""FFmpeg's decoder keeps the memory of as many pictures as were held at once, for as long as the file is open."""


def trail_length(distance: int, picture_s: float | None, duration_s: float, picture_bytes: int) -> int:
    """How many pictures before the target are to be kept, so that a back key held from then on meets no gap.

    `distance`: pictures between the target and where decoding begins; `picture_s`: what the last seek took for each,
    None where none has told; `duration_s`: how long a picture is shown.
    """
    if distance <= 0 or duration_s <= 0:
        return 0
    each_s = duration_s / USUAL_SPEED if picture_s is None else picture_s
    missing_s = distance * each_s * READER_SHARE - HAND_S
    fits = MOST_BYTES // max(1, picture_bytes)
    return max(0, min(ceil(missing_s / duration_s), distance, MOST, fits))


class Trail:
    """Filled by the decode-video thread, taken by the player's owner."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._pictures: tuple[Picture, ...] = ()  # guarded by _lock, as the two below
        self._serial = -1
        self._took_s: float | None = None
        self._passed: deque[tuple[av.VideoFrame, FrameTime]] = deque(maxlen=0)  # the decode thread's own
        self._began = 0.0

    # On the decode thread.

    def begin(self, count: int) -> None:
        """A seek's first packet is about to be decoded; what the one before left is let go of."""
        self._passed = deque(maxlen=count)
        self._began = self._now()
        with self._lock:
            self._pictures = ()
            self._took_s = None

    def pass_by(self, frame: av.VideoFrame, when: FrameTime) -> None:
        """A picture before the target."""
        self._passed.append((frame, when))

    def land(self, serial: int, make: Callable[[av.VideoFrame, FrameTime, int], Picture]) -> None:
        """The target is there."""
        pictures = tuple(make(frame, when, serial) for frame, when in self._passed)
        self._passed = deque(maxlen=0)
        with self._lock:
            self._pictures, self._serial, self._took_s = pictures, serial, self._now() - self._began

    # Any thread.

    def take(self, serial: int) -> tuple[Picture, ...]:
        """What the seek of `serial` has kept, in order; once."""
        with self._lock:
            pictures, self._pictures = self._pictures, ()
            return pictures if serial == self._serial else ()

    def drop(self) -> None:
        """Playing goes on: nobody steps back now."""
        with self._lock:
            self._pictures = ()

    def took_s(self, serial: int) -> float | None:
        """How long the seek of `serial` decoded; None before it has landed."""
        with self._lock:
            return self._took_s if serial == self._serial else None
