"""From a failed opening to one clear reason: what the file looks like, in words for a person."""

from __future__ import annotations

import os
import re
import struct
from typing import TYPE_CHECKING, BinaryIO

from player.media.tracks import has_decoder, is_encrypted, picture_pixels

if TYPE_CHECKING:
    from av.container import InputContainer

    from player.records import MediaInfo

_HEAD_BYTES = 65536
_MP4_TOP_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"moof", b"styp", b"sidx", b"pnot"}
_PROTECTED_ENTRY = re.compile(rb"stsd\0\0\0\0.{4}.{4}(enc[vast]|drm[is])", re.DOTALL)
_MAX_INDEX_BYTES = 4 << 20
_REFERENCES = "it is a list of other files, not media; Overplay opens nothing that a file names"


def why_not(path: str, error: BaseException) -> str:
    """Why `path` could not be opened. Looks at the file's first bytes; opens only regular files."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "there is no permission to read it"
    if not os.path.isfile(path):
        return _system_words(error)
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(_HEAD_BYTES)
            return _from_content(file, head, size)
    except PermissionError:
        return "there is no permission to read it"
    except OSError as read_error:
        return _system_words(read_error)


def nothing_playable(container: InputContainer, info: MediaInfo, max_pixels: int) -> str:
    """Why an opened container has nothing to play."""
    media = [stream for stream in container.streams if stream.type in ("video", "audio")]
    if any(is_encrypted(stream) for stream in media) or _index_is_encrypted(info):
        return "it is encrypted"
    for stream in container.streams.video:
        if picture_pixels(stream) > max_pixels:
            context = stream.codec_context
            return f"its pictures of {context.width}x{context.height} are larger than {max_pixels} pixels"
    if any(has_decoder(stream) for stream in container.streams.video):
        return f"the size of its pictures is unknown or above {max_pixels} pixels"
    if media:
        codecs = ", ".join(sorted({track.codec for track in info.tracks if track.kind != "subtitle"}))
        return f"there is no decoder for what is in it ({codecs})"
    if any(track.kind == "subtitle" for track in info.tracks):
        return "it holds only subtitles"
    return "there is no picture and no sound in it"


def _index_is_encrypted(info: MediaInfo) -> bool:
    """Looks into the file itself: FFmpeg keeps nothing of a protected entry whose codec it does not know."""
    if not info.format.startswith("mov,") or not os.path.isfile(info.path):
        return False
    try:
        with open(info.path, "rb") as file:
            return _from_mp4(file, os.fstat(file.fileno()).st_size) == "it is encrypted"
    except OSError:
        return False


def _from_content(file: BinaryIO, head: bytes, size: int) -> str:
    if size == 0:
        return "it is empty"
    if head.startswith(b"version https://git-lfs"):
        return "it is a Git LFS pointer: fetch the real file"
    text = _as_text(head)
    if text is not None:
        return _from_text(text)
    if not head.strip(b"\0"):
        return "it holds only zeros"
    if head[4:8] in _MP4_TOP_BOXES:
        return _from_mp4(file, size)
    return "it is damaged or not a media file"


def _as_text(head: bytes) -> str | None:
    """The beginning as text, or None when it is not."""
    if b"\0" in head:
        return None
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return None
        text = head[: error.start].decode("utf-8-sig")
    odd = sum(ch < " " and ch not in "\r\n\t\f\x1b" for ch in text)
    return text if odd * 50 <= len(text) else None


def _from_text(text: str) -> str:
    start = text.lstrip()[:4096]
    low = start.lower()
    if low.startswith("#extm3u") or "#ext-x-" in low:
        return _REFERENCES if "#ext-x-" not in text.lower() else f"{_REFERENCES} (an HLS playlist)"
    if low.startswith(("[playlist]", "ffconcat", "<asx", "[reference]", "v=0\n", "v=0\r\n")) or "<mpd" in low:
        return _REFERENCES
    return "it is a text file, not media"


def _from_mp4(file: BinaryIO, size: int) -> str:
    """Walks the top-level boxes: what is missing, or runs past the end of the file."""
    position, seen, cut = 0, set[bytes](), False
    while position + 8 <= size and len(seen) < 64:
        file.seek(position)
        header = file.read(16)
        length, kind = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack(">Q", header[8:])
        elif length == 0:
            length = size - position
        seen.add(kind)
        if kind == b"moov" and _holds_encryption(file, position, length):
            return "it is encrypted"
        if length < 8:
            break
        cut = position + length > size
        position += length
    if b"moov" not in seen:
        return "it is cut short: the index at its end (moov) is missing" if seen else "it is damaged"
    return "it is cut short" if cut else "it is damaged"


def _holds_encryption(file: BinaryIO, position: int, length: int) -> bool:
    """True when a sample description in the box at `position` is of a protected kind."""
    file.seek(position)
    return _PROTECTED_ENTRY.search(file.read(min(length, _MAX_INDEX_BYTES))) is not None


def _system_words(error: BaseException) -> str:
    words = getattr(error, "strerror", None) or str(error)
    return f"{words[:1].lower()}{words[1:]}" if words else "it cannot be read"
