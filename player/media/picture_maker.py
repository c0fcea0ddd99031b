"""From a decoded frame to a Picture: timestamp, duration, aspect, orientation."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av

from player.media.orientation import orientation_of
from player.media.timestamps import TimestampGuesser
from player.quick_dataclass import dataclass
from player.records import UPRIGHT, Picture
from player.timebase import to_seconds

if TYPE_CHECKING:
    from av.video.stream import VideoStream

DEFAULT_RATE = Fraction(25)
"""Pictures a second where a file gives neither timestamps nor a rate; FFmpeg's own default."""
CODECS_OF_601 = frozenset(
    {"mpeg1video", "h261", "h263", "h263p", "h263i", "flv", "dvvideo", "mjpeg", "mjpegb", "svq1", "svq3", "cinepak"}
)
_TOP_FIRST = {2: True, 5: True, 3: False, 4: False}  # AVFieldOrder: TT and BT show the top field first


@dataclass(frozen=True, slots=True)
class FrameTime:
    pts: int | None
    time_s: float
    duration_s: float
    order: int = 0
    """How many pictures the decoder gave before it since the last seek."""


class PictureMaker:
    """Follows one video stream in decoding order; used by one thread. `restart` after every seek."""

    def __init__(self, stream: VideoStream, *, start_s: float, attached: bool = False) -> None:
        self._stream = stream
        self._time_base = stream.time_base or Fraction(1, 90_000)
        rate = stream.guessed_rate or stream.average_rate or DEFAULT_RATE
        self.frame_s = float(1 / rate) if rate > 0 else float(1 / DEFAULT_RATE)  # by the rate alone
        self._attached = attached
        self._start_s = start_s
        self._guess = TimestampGuesser()
        self._next_s = start_s
        self._made = 0
        self._shape: tuple[int, int] | None = None
        self._aspect = Fraction(1)
        self._angle: int | None = None
        self._orientation = UPRIGHT
        self.untagged_601 = stream.codec_context.name in CODECS_OF_601

    def restart(self, expected_s: float | None = None) -> None:
        """Forgets the past; a picture without a timestamp is taken to be at `expected_s`."""
        self._guess.reset()
        self._next_s = self._start_s if expected_s is None else expected_s
        self._made = 0

    def time_of(self, frame: av.VideoFrame) -> FrameTime:
        """Call once a frame, in the order the decoder gives them."""
        pts = self._guess(frame.pts, frame.dts)
        duration_s = to_seconds(frame.duration, self._time_base) if frame.duration > 0 else None
        if duration_s is None:
            duration_s = 0.0 if self._attached else self.frame_s
        time_s = to_seconds(pts, self._time_base)
        if time_s is None:
            time_s = self._next_s
        self._next_s = time_s + duration_s
        self._made += 1
        return FrameTime(pts, time_s, duration_s, self._made - 1)

    @property
    def stream_aspect(self) -> Fraction:
        """Sample aspect of the stream's pictures as far as they came."""
        found = self._stream.sample_aspect_ratio or self._stream.codec_context.sample_aspect_ratio
        return found if found is not None and found > 0 else Fraction(1)

    def make(
        self,
        frame: av.VideoFrame,
        when: FrameTime,
        serial: int,
        *,
        time_base: Fraction | None = None,
        aspect: Fraction | None = None,
    ) -> Picture:
        """`time_base` and `aspect` are the stream's unless filters have changed them."""
        self._look_at_shape(frame)
        interlaced = frame.interlaced_frame
        return Picture(
            frame=frame,
            pts=when.pts,
            time_base=self._time_base if time_base is None else time_base,
            time_s=when.time_s,
            duration_s=when.duration_s,
            serial=serial,
            key=frame.key_frame,
            pict_type=_letter(frame.pict_type),
            sample_aspect=self._aspect if aspect is None else aspect,
            orientation=self._orientation,
            interlaced=interlaced,
            top_field_first=self._top_field_first() if interlaced else None,
            corrupt=frame.is_corrupt,
            attached=self._attached,
            untagged_601=self.untagged_601,
            order=when.order,
        )

    def _top_field_first(self) -> bool | None:
        if self._stream.codec_context.name == "dvvideo":
            return False  # DV is bottom field first by its standard, whatever a container says
        return _TOP_FIRST.get(int(self._stream.codec_context.field_order))

    def _look_at_shape(self, frame: av.VideoFrame) -> None:
        """Aspect and orientation are read when the size or the angle changes, not for every picture."""
        shape, angle = (frame.width, frame.height), frame.rotation
        if shape == self._shape and angle == self._angle:
            return
        self._shape, self._angle = shape, angle
        self._aspect = self.stream_aspect
        self._orientation = orientation_of(frame)


def _letter(pict_type: int) -> str:
    names = {1: "I", 2: "P", 3: "B", 4: "S", 5: "SI", 6: "SP", 7: "BI"}
    return names.get(pict_type, "?")
