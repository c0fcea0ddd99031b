"""What was pushed into a device's queue lately, to tell what is heard from how much is left in it."""

from __future__ import annotations

from collections import deque


class Pushed:
    """Device seconds and the media seconds in them, oldest first. Audio thread only."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._parts: deque[tuple[float, float]] = deque()  # (device seconds, media seconds a device second)
        self.total_s = 0.0
        self.media_s = 0.0
        """Of everything since `clear`, what was played included."""

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, seconds: float, media_rate: float) -> None:
        self._parts.append((seconds, media_rate))
        self.total_s += seconds
        self.media_s += seconds * media_rate

    def media_in(self, queued_s: float) -> float:
        """Media seconds in the newest `queued_s` device seconds; forgets what was played."""
        left, media = queued_s, 0.0
        keep = 0
        for seconds, rate in reversed(self._parts):
            if left <= 0.0:
                break
            keep += 1
            media += min(seconds, left) * rate
            left -= seconds
        while len(self._parts) > max(keep, 1):
            self._parts.popleft()
        return media
