"""Opening a file safely: only what is local, only what it holds itself, and one sentence when it cannot be."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import time
from typing import TYPE_CHECKING

import av

from player.errors import OpenError, RawFormatNeededError, plain
from player.media import formats, tracks
from player.media._stream_reader import Abort, StreamReader
from player.media._why_not import nothing_playable, why_not
from player.media.raw_extensions import is_raw_name
from player.options import DEFAULT_MAX_PIXELS, Input, TrackChoice
from player.quick_dataclass import dataclass
from player.records import Chapter, Kind, MediaInfo, Track
from player.timebase import MICROSECOND, to_seconds

if TYPE_CHECKING:
    from av.codec.hwaccel import HWAccel
    from av.container import InputContainer
    from av.stream import Stream

    from player.media.raw_video import RawFormat

__all__ = ["Abort", "Source", "can_open_again", "choose_track", "open_source", "usable_tracks"]

_NO_TIMESTAMPS, _TS_DISCONT = 0x0080, 0x0200  # AVFMT_NOTIMESTAMPS, AVFMT_TS_DISCONT
_GEN_PTS = 0x0001  # AVFMT_FLAG_GENPTS
_OPENING_FAILS = (av.FFmpegError, OSError, ValueError, RuntimeError, EOFError, MemoryError)
OPEN_DEADLINE_S = 4.0
"""Together with the start of a process this is below the five seconds that are promised."""
LONG_S = 3600.0
LEAST_BYTES_PER_SECOND = 10
"""A file that claims more than `LONG_S` with fewer bytes a second has a damaged header."""


Reader = StreamReader | io.FileIO


@dataclass(eq=False, slots=True)
class Source:
    """An opened container and what is known of it. One thread at a time uses `container`; the opener closes it."""

    container: InputContainer
    info: MediaInfo
    start_s: float
    """The container's start in seconds, 0.0 when unknown."""
    timestamps_jump: bool
    """The demuxer says that timestamps may jump (MPEG-TS and -PS)."""
    has_timestamps: bool
    """False for raw elementary streams."""
    seekable: bool
    reader: Reader | None = None
    """Set when FFmpeg does not open the file itself."""
    input: Input = Input()  # frozen
    """What it was opened with: for whoever opens it again."""
    remark: str = ""
    """A sentence about what is left out of it, '' when nothing is."""
    picture_bytes: int | None = None
    """Of raw pictures: how much of the file each takes, one behind the other."""

    def seek(self, pts: int, stream: Stream, *, backward: bool = True) -> None:
        """Moves the container to where `stream` can be read from for `pts`. Raises FFmpegError and OSError."""
        if self.picture_bytes is None:
            self.container.seek(pts, stream=stream, backward=backward)
        else:  # FFmpeg would read all pictures up to there
            last = max(0, (stream.duration or 1) - 1)
            self.container.seek(min(max(0, pts), last) * self.picture_bytes, unsupported_byte_offset=True)

    def close(self) -> None:
        """Join the decoders before: their streams read freed memory afterwards (HOUSE fact 2)."""
        self.container.close()
        if self.reader is not None:
            self.reader.close()


def open_source(
    path: str,
    *,
    input: Input = Input(),  # noqa: B008  # the option's name; frozen
    abort: Abort | None = None,
    max_pixels: int = DEFAULT_MAX_PIXELS,
    timeout_s: float = OPEN_DEADLINE_S,
    hwaccel: HWAccel | None = None,
) -> Source:
    """Opens `path`, always as the name of a local file. Ends within about `timeout_s`. Raises OpenError only.

    Whoever opens a file a second time hands on the first one's `input`. `hwaccel` decodes the pictures of a regular
    file where it can (player.media.hwdec).

    A name like `http:x.mp4` or `%03d.png` is a file of that name. `abort` ends the reading of a
    FIFO or device; a regular file does not need it.
    """
    if (input.sequence or "%" in path) and (source := _open_sequence(path, input, max_pixels)) is not None:
        return source
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        raise OpenError(path, why_not(path, error)) from error
    mode = found.st_mode
    if stat.S_ISDIR(mode):
        raise OpenError(path, "it is a folder")
    if stat.S_ISSOCK(mode):
        raise OpenError(path, "it is a socket, not a media file")
    regular = stat.S_ISREG(mode)
    raw = _raw_format(path, input, found.st_size if regular else None)
    if not regular:
        source = _open_stream(path, abort, max_pixels, timeout_s, raw)
    elif raw is not None:
        source = _open_raw(path, raw, max_pixels)
    else:
        try:
            source = _open_file(path, max_pixels, timeout_s, hwaccel)
        except OpenError as error:
            if path.lower().endswith(".raw"):  # which may be anything; now it can only be pictures
                raise RawFormatNeededError(path) from error
            raise
    source.input = input
    return source


def can_open_again(path: str) -> bool:
    """A file (or the pattern of a sequence): it can be read as often as one likes, unlike a FIFO."""
    if os.path.isfile(path):
        return True
    if "%" not in path or os.path.exists(path):
        return False
    from player.media.image_sequence import is_pattern

    return is_pattern(path)


def usable_tracks(source: Source, kind: Kind | None = None) -> tuple[Track, ...]:
    """The tracks that can be decoded, of one kind or of all."""
    return tuple(track for track in source.info.tracks if track.usable and kind in (None, track.kind))


def choose_track(source: Source, kind: Kind, choice: TrackChoice, related_to: Track | None = None) -> Track | None:
    """The track `choice` asks for, or with None the one FFmpeg would pick beside `related_to`.

    None when the file has no usable track of this kind; UsageError when the asked one is not there.
    """
    return tracks.pick(source.container, source.info.tracks, kind, choice, related_to)


def _raw_format(path: str, given: Input, size_bytes: int | None) -> RawFormat | None:
    """How to read `path` when it is raw pictures; None for everything else, which is nearly everything."""
    if given.demuxer != "rawvideo" and not is_raw_name(path):
        return None
    from player.media.raw_video import raw_format

    return raw_format(path, given, size_bytes)


def _open_raw(path: str, raw: RawFormat, max_pixels: int) -> Source:
    from player.media.raw_video import open_raw

    try:
        container, remark = open_raw(path, raw, max_pixels)
    except _OPENING_FAILS as error:
        raise OpenError(path, why_not(path, error)) from error
    source = _finish(path, container, None, max_pixels)
    source.has_timestamps = True  # FFmpeg says none, and counts them
    source.picture_bytes = raw.picture_bytes
    source.remark = remark
    return source


def _open_sequence(path: str, given: Input, max_pixels: int) -> Source | None:
    """None when it is to be opened as one file."""
    from player.media.image_sequence import find_sequence, open_sequence

    try:
        sequence = find_sequence(path, given)
        if sequence is None:
            return None
        container = open_sequence(path, sequence, given, max_pixels)
    except _OPENING_FAILS as error:
        raise OpenError(path, why_not(path, error)) from error
    source = _finish(path, container, None, max_pixels)
    source.has_timestamps = True  # each image's place is its number
    source.input = given
    source.remark = sequence.remark
    return source


def _open_file(path: str, max_pixels: int, timeout_s: float, hwaccel: HWAccel | None) -> Source:
    file: _RenamedFile | None = None

    def opened(given: str | _RenamedFile) -> InputContainer:
        return av.open(
            given,
            "r",
            options=formats.demux_options(max_pixels, protocols="none" if file else "file"),
            metadata_errors="ignore",
            timeout=(timeout_s, None),
            hwaccel=hwaccel,
        )

    try:
        # The prefix keeps FFmpeg from reading a protocol into the name; a pattern would still be read into a `%`.
        if "%" in path:
            file = _RenamedFile(path, path.replace("%", "_"))
        try:
            container = opened(file or "file:" + os.path.abspath(path))
        except av.ArgumentError:  # what the whitelist answers; by the name of a JPEG FFmpeg takes the refused image2
            if file is not None:
                file.close()
            file = _RenamedFile(path, "")
            container = opened(file)
    except _OPENING_FAILS as error:
        if file is not None:
            file.close()
        raise OpenError(path, why_not(path, error)) from error
    return _finish(path, container, file, max_pixels)


class _RenamedFile(io.FileIO):
    """A file that goes by another name: image2 takes `%03d.png` for a pattern even where it is a name."""

    def __init__(self, path: str, name: str) -> None:
        super().__init__(path)
        self.name = name


def _open_stream(path: str, abort: Abort | None, max_pixels: int, timeout_s: float, raw: RawFormat | None) -> Source:
    options, format_ = formats.demux_options(max_pixels, protocols="none"), None
    if raw is not None:
        from player.media.raw_video import check_raw, raw_options

        check_raw(path, raw, max_pixels)
        options, format_ = raw_options(raw, "none"), "rawvideo"
    reader = None
    try:
        reader = StreamReader(path, abort, time.monotonic() + timeout_s)
        container = av.open(reader, "r", format_, options=options, metadata_errors="ignore")
    except _OPENING_FAILS as error:
        if reader is None:
            raise OpenError(path, why_not(path, error)) from error
        reason = reader.why_not()
        reader.close()
        raise OpenError(path, reason) from error
    reader.opened()
    return _finish(path, container, reader, max_pixels)


def _finish(path: str, container: InputContainer, reader: Reader | None, max_pixels: int) -> Source:
    """Describes what was opened. Closes it and raises OpenError when nothing in it can be played."""
    with contextlib.ExitStack() as undo:
        if reader is not None:
            undo.callback(reader.close)
        undo.callback(container.close)
        try:
            source = _describe_source(path, container, reader, max_pixels)
            if not _has_something_to_play(source):
                raise OpenError(path, nothing_playable(container, source.info, max_pixels))
        except ValueError as error:  # a text in it is none
            raise OpenError(path, "it is damaged") from error
        for stream in container.streams.video:
            if tracks.has_decoder(stream):
                stream.codec_context.options = {"max_pixels": str(max_pixels)}
        undo.pop_all()
        return source


def _describe_source(path: str, container: InputContainer, reader: Reader | None, max_pixels: int) -> Source:
    container.flags &= ~_GEN_PTS  # PyAV's default makes up wrong pts for AVI
    info = _describe(path, container, max_pixels, regular=not isinstance(reader, StreamReader))
    flags = container.format.flags
    return Source(
        container=container,
        info=info,
        start_s=info.start_s,
        timestamps_jump=bool(flags & _TS_DISCONT),
        has_timestamps=not flags & _NO_TIMESTAMPS,
        seekable=info.seekable,
        reader=reader,
    )


def _has_something_to_play(source: Source) -> bool:
    """False also where all there is are pictures whose size the decoder refused to tell."""
    if usable_tracks(source, "audio"):
        return True
    if source.timestamps_jump:
        return bool(usable_tracks(source, "video"))  # a broadcast may tell the size later on
    streams = source.container.streams
    return any(tracks.picture_pixels(streams[each.index]) for each in usable_tracks(source, "video"))


def _describe(path: str, container: InputContainer, max_pixels: int, *, regular: bool) -> MediaInfo:
    start_s = to_seconds(container.start_time, MICROSECOND) or 0.0
    size = container.size if regular else -1
    return MediaInfo(
        path=path,
        format=plain(container.format.name),
        start_s=start_s,
        duration_s=_duration_of(container, size),
        bit_rate=container.bit_rate or None,
        size_bytes=size if size >= 0 else None,
        title=plain(container.metadata.get("title", "")),
        tracks=tracks.list_tracks(container, max_pixels),
        chapters=_chapters_of(container, start_s),
        seekable=regular,
    )


def _duration_of(container: InputContainer, size: int) -> float | None:
    """The container's duration unless it cannot be true; then its longest stream's, or None."""
    said_s = to_seconds(container.duration, MICROSECOND)
    if said_s is None or said_s <= 0:
        return None
    if _is_believable(said_s, size):
        return said_s
    lengths = [to_seconds(stream.duration, stream.time_base) or 0.0 for stream in container.streams]
    longest_s = max(lengths, default=0.0)
    return longest_s if longest_s > 0 and _is_believable(longest_s, size) else None


def _is_believable(duration_s: float, size: int) -> bool:
    return duration_s < LONG_S or size < 0 or size / duration_s >= LEAST_BYTES_PER_SECOND


def _chapters_of(container: InputContainer, start_s: float) -> tuple[Chapter, ...]:
    """Chapters, in seconds from the container's start, in order."""
    chapters = []
    for chapter in container.chapters():
        base = chapter["time_base"]
        begin, end = to_seconds(chapter["start"], base), to_seconds(chapter["end"], base)
        if begin is None or end is None:
            continue
        title = plain(chapter["metadata"].get("title", ""))
        chapters.append(Chapter(max(0.0, begin - start_s), max(0.0, end - start_s), title))
    return tuple(sorted(chapters, key=lambda each: each.start_s))
