"""The one timestamp a decoded picture goes by, where a container's two may both be wrong."""

from __future__ import annotations

_NEVER = -(1 << 63)


class TimestampGuesser:
    """Chooses between a frame's pts and its packet's dts, whichever has gone backwards less often.

    Source: FFmpeg's `best_effort_timestamp` (libavcodec, `guess_correct_pts`), which PyAV does not
    expose. One instance follows one stream; `reset` after every seek.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._faulty_pts = 0
        self._faulty_dts = 0
        self._last_pts = _NEVER
        self._last_dts = _NEVER

    def __call__(self, pts: int | None, dts: int | None) -> int | None:
        """The timestamp to trust, in the stream's time base; None when the frame has neither."""
        if dts is not None:
            self._faulty_dts += dts <= self._last_dts
            self._last_dts = dts
        elif pts is not None:
            self._last_dts = pts
        if pts is not None:
            self._faulty_pts += pts <= self._last_pts
            self._last_pts = pts
        elif dts is not None:
            self._last_pts = dts
        if pts is not None and (dts is None or self._faulty_pts <= self._faulty_dts):
            return pts
        return dts
