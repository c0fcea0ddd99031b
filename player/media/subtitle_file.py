"""A subtitle file of its own, read whole: SubRip, ASS/SSA, WebVTT and the other text formats FFmpeg knows."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import av

from player.errors import OpenError
from player.media._why_not import why_not
from player.media.decoder import Packet
from player.media.subtitle_decoder import cue_of
from player.quick_dataclass import dataclass
from player.records import Cue
from player.timebase import to_seconds

if TYPE_CHECKING:
    from av.subtitles.stream import SubtitleStream

MAX_BYTES = 16 << 20
"""A film's subtitles are a tenth of a megabyte."""
FORMATS = "srt,ass,webvtt,microdvd,mpl2,subviewer,subviewer1,jacosub,sami,vplayer,pjs,stl,realtext,lrc"
"""What FFmpeg may take it for: text, none of which opens other files."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_SAMPLE = 1 << 16


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """Its cues in order, each with an end; their times count from the beginning of what they belong to."""

    path: str
    format: str
    codec: str
    cues: tuple[Cue, ...]


def read_subtitles(path: str, is_wanted: Callable[[], bool] = lambda: True) -> SubtitleFile:
    """Raises OpenError only. Stops early, with what it has, when it is no longer wanted."""
    try:
        words = io.BytesIO(to_text(_read(path)).encode())
        with av.open(words, "r", options={"format_whitelist": FORMATS}) as container:
            stream = cast("SubtitleStream", container.streams[0])
            cues = sorted(_cues(container.demux(stream), stream, is_wanted), key=lambda cue: cue.start_s)
            return SubtitleFile(path, container.format.name, stream.codec_context.name, tuple(_with_ends(cues)))
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise OpenError(path, "it holds no subtitles that can be read") from error


def _read(path: str) -> bytes:
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise OpenError(path, "it is not a subtitle file")
        if found.st_size > MAX_BYTES:
            raise OpenError(path, "it is too large for a subtitle file")
        with open(path, "rb") as file:
            return file.read(MAX_BYTES)
    except (OSError, ValueError) as error:
        raise OpenError(path, why_not(path, error)) from error


def to_text(raw: bytes) -> str:
    """The words in `raw`: Unicode as marked or guessed, else the encodings of old, Cyrillic or Western European."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    sample = raw[:_SAMPLE]
    if sample.count(0) > len(sample) // 5:
        return raw.decode("utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # Of a Cyrillic text nearly all letters lie in the upper half of the code, of a Western one few.
        high = sum(byte >= 0xC0 for byte in sample)
        letters = high + sum(byte in b"abcdefghijklmnopqrstuvwxyz" for byte in sample.lower())
        return raw.decode("cp1251" if high > letters // 2 else "cp1252", "replace")


def _cues(packets: Iterator[Packet], stream: SubtitleStream, is_wanted: Callable[[], bool]) -> Iterator[Cue]:
    for packet in packets:
        start_s = to_seconds(packet.pts, packet.time_base)
        if start_s is None or not packet.size:
            continue
        if not is_wanted():
            return
        decoded = stream.codec_context.decode2(packet)
        if decoded is not None:
            yield cue_of(decoded, packet, packet.time_base, start_s)


def _with_ends(cues: list[Cue]) -> Iterator[Cue]:
    """What says no end is over when the next begins; what says no words only ends what was there."""
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        if not cue.text:
            continue
        if cue.end_s is None:
            end_s = float("inf") if following is None else following.start_s
            yield Cue(cue.start_s, end_s, cue.text, cue.ass)
        else:
            yield cue
