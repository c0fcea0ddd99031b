"""What a caller can ask of one opened file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

from player.quick_dataclass import dataclass

SyncMaster = Literal["audio", "video", "external"]
FrameDrop = Literal["auto", "on", "off"]
TrackChoice = int | str | None
"""A track's 1-based number, a language, or None for the one a player picks."""

DEFAULT_MAX_PIXELS = 1 << 28
"""Pictures with more pixels are refused before memory is asked for them (268 megapixels: 16k x 16k)."""


@dataclass(frozen=True, slots=True)
class Input:
    """How to read a file that does not say it itself. Whoever opens a file again passes on what it was opened with.

    What is None comes from the file's name (player.media.raw_name), or has FFmpeg's default.
    """

    demuxer: Literal["auto", "rawvideo"] = "auto"
    """rawvideo: it is pictures without a header, whatever it is called."""
    size: tuple[int, int] | None = None
    """Of raw pictures, in pixels."""
    pix_fmt: str | None = None
    """Of raw pictures: FFmpeg's name of a pixel format."""
    rate: Fraction | None = None
    """Pictures a second, of raw pictures and of image sequences."""
    sequence: bool = False
    """An image stands for all numbered images beside it (player.media.image_sequence)."""


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """Choices for one file; the defaults are what a person expects who asks for nothing."""

    start_s: float | None = None
    """Where to begin, from the container's start; None is its beginning."""
    length_s: float | None = None
    """How much to play from there; None plays to the end."""
    loop: int = 1
    """How often to play it; 0 is for ever."""
    paused: bool = False
    video: bool = True
    audio: bool = True
    subtitles: bool = True
    vid: TrackChoice = None
    aid: TrackChoice = None
    sid: TrackChoice = None
    subtitle_files: tuple[str, ...] = ()
    """Files of subtitles besides; the first of them is shown."""
    sync: SyncMaster = "audio"
    framedrop: FrameDrop = "auto"
    max_pixels: int = DEFAULT_MAX_PIXELS
    vf: str | None = None
    """A libavfilter chain for the pictures (player.media.graph_text)."""
    af: str | None = None
    """One for the sound."""
    hwdec: str = "no"
    """Decode in hardware: no, auto, or the kind of device."""
    input: Input = Input()  # frozen
    index: bool = True
    """Find out which picture is the n-th, once the first is on screen."""
    index_folder: Path | None = None
    """Where what was found out is kept for the next time; None keeps nothing."""
    cache_bytes: int | None = None
    """How much memory pictures may take that are kept for stepping; None is a quarter of what is free."""
