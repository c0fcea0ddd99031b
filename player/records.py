"""The frozen records that cross the borders between threads and layers."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    import av

Kind = Literal["video", "audio", "subtitle"]
NOT_COUNTED = -1

KINDS: tuple[Kind, Kind, Kind] = ("video", "audio", "subtitle")


@dataclass(frozen=True, slots=True)
class Orientation:
    """How to turn a coded picture upright: mirror left-right first (if so), then turn clockwise."""

    mirrored: bool = False
    turns_cw: int = 0
    """Quarter turns clockwise, 0 to 3."""

    def __post_init__(self) -> None:
        if self.turns_cw not in (0, 1, 2, 3):
            raise ValueError("turns_cw is 0 to 3")

    @property
    def swaps_axes(self) -> bool:
        return self.turns_cw % 2 == 1


UPRIGHT = Orientation()


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture, ready to show. Holding it keeps its pixels alive."""

    frame: av.VideoFrame
    pts: int | None
    """The container's timestamp in `time_base`; None where the file has none."""
    time_base: Fraction
    time_s: float | None
    """`pts` in seconds, predicted from the pictures before where `pts` is missing."""
    duration_s: float
    """How long it lasts by its own tag or the stream's rate; 0.0 when unknown."""
    serial: int
    key: bool
    pict_type: str
    """One letter: I, P, B ..., or '?'."""
    sample_aspect: Fraction = Fraction(1)
    orientation: Orientation = UPRIGHT
    interlaced: bool = False
    top_field_first: bool | None = None
    """None when not interlaced or not told."""
    corrupt: bool = False
    attached: bool = False
    """True for a cover picture."""
    untagged_601: bool = False
    """True where an untagged picture of this codec is BT.601 whatever its size (MPEG-1, H.263, DV ...)."""
    prepared: object | None = None
    """What the view's `prepare` made of it on the decode thread (raster pixels, say)."""
    index: int | None = None
    """Its 0-based place in presentation order, where that is known."""
    order: int = 0
    """How many pictures the decoder gave before it since the last seek; `NOT_COUNTED` for one that was read by its
    number."""

    @property
    def coded_size(self) -> tuple[int, int]:
        return self.frame.width, self.frame.height

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height in square pixels, upright: sample aspect and rotation applied."""
        width, height = self.coded_size
        if self.sample_aspect >= 1:
            width = max(1, round(width * self.sample_aspect))
        else:
            height = max(1, round(height / self.sample_aspect))
        return (height, width) if self.orientation.swaps_axes else (width, height)


@dataclass(frozen=True, slots=True)
class CueBitmap:
    """A subtitle that is a picture, and where it lies on the screen it was made for."""

    x: int
    y: int
    width: int
    height: int
    canvas: tuple[int, int]
    rgba: bytes
    """Rows without padding, opacity not multiplied in."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle event: plain text lines or a bitmap, with its times in container seconds."""

    start_s: float
    end_s: float | None
    """None: until the next cue."""
    text: str
    """Plain text, '' for a bitmap."""
    ass: str = ""
    """The ASS dialogue line it came from, when there is one."""
    has_bitmap: bool = False
    serial: int = 0
    bitmaps: tuple[CueBitmap, ...] = ()
    """Its pictures, where their colours are known."""


@dataclass(frozen=True, slots=True)
class Track:
    """A stream of the opened file as a person picks it."""

    kind: Kind
    index: int
    """The container's stream index."""
    number: int
    """1-based among the file's streams of its kind (`--vid 1` is the first)."""
    codec: str
    language: str | None = None
    title: str = ""
    default: bool = False
    attached: bool = False
    usable: bool = True
    """False when there is no decoder or no parameters for it."""
    details: str = ""
    """For people: `1920x1080 60 fps`, `48 kHz stereo`."""
    size: tuple[int, int] | None = None
    """Of coded pictures, as the container says."""
    rate: Fraction | None = None
    """Pictures a second."""
    sample_rate: int | None = None
    channels: int | None = None
    layout: str = ""
    """FFmpeg's name of the channels' places, `stereo`."""
    sample_format: str = ""
    file: str = ""
    """Where it comes from a file of its own: that file."""


@dataclass(frozen=True, slots=True)
class Chapter:
    start_s: float
    end_s: float
    title: str


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What the container says of itself; times in seconds."""

    path: str
    format: str
    start_s: float
    duration_s: float | None
    bit_rate: int | None
    size_bytes: int | None
    title: str
    tracks: tuple[Track, ...]
    chapters: tuple[Chapter, ...]
    seekable: bool

    def of_kind(self, kind: Kind) -> tuple[Track, ...]:
        return tuple(track for track in self.tracks if track.kind == kind)


class State(Enum):
    IDLE = "idle"
    OPENING = "opening"
    READY = "ready"
    """Open; playing or paused as `Snapshot.paused` says."""
    ENDED = "ended"
    """The last picture is on screen and the sound is out."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The player at one moment, for a window or a script. Positions count from the container's start."""

    state: State = State.IDLE
    paused: bool = False
    seeking: bool = False
    position_s: float | None = None
    duration_s: float | None = None
    volume: float = 100.0
    muted: bool = False
    speed: float = 1.0
    info: MediaInfo | None = None
    vid: int | None = None
    """The playing video track's number, None when there is none."""
    aid: int | None = None
    sid: int | None = None
    cues: tuple[Cue, ...] = ()
    """Subtitle cues that are due now."""
    av_diff_s: float | None = None
    audio_device: str = ""
    """What the sound goes to; '' with no sound."""
    dropped_early: int = 0
    dropped_late: int = 0
    queue_bytes: dict[str, int] = field(default_factory=dict)
    hwdec: str = "no"
    """The kind of device that decodes the pictures, "no" in software."""
    vf: str = ""
    """The filters in use for the pictures; '' without any."""
    af: str = ""
    frame: int | None = None
    """The 0-based number of the picture on screen; None while or where it is not known."""
    frame_count: int | None = None
    """How many pictures the track has; None while that is not known."""
    frame_final: bool = False
    """Number and count are the decoder's own and will not change."""
    section: tuple[float | None, float | None] = (None, None)
    """The points between which is played again and again, once both are there; positions."""
    subtitle_delay_s: float = 0.0
    rounds_left: int | None = 0
    """How often the file is played again after this time; None is for ever."""
