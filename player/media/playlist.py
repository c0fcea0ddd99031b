"""From what a person names (files, folders, playlists) to a list of files to play.

Playlists are read here and never by FFmpeg: an entry is a relative path to a media file that stays
inside the playlist's own folder, links resolved. Anything else refuses the whole list.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from player.errors import OpenError, plain

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_EXTENSIONS = """
    264 265 266 3g2 3gp aac ac3 aif aiff amr ape apng asf au av1 avi avif caf divx dts dv eac3 f4v flac flv gif h264
    h265 hevc ivf m1v m2t m2ts m2v m4a m4b m4v mj2 mjpeg mjpg mka mkv mov mp2 mp3 mp4 mpa mpc mpe mpeg mpg mts mxf nut
    oga ogg ogm ogv opus ps qt ra rf64 rm rmvb spx tak tod ts tta vob vvc w64 wav webm wma wmv wtv wv y4m
"""
MEDIA_EXTENSIONS = frozenset(_EXTENSIONS.split())
"""What is taken from a folder or a playlist, in small letters without the dot."""
PLAYLIST_EXTENSIONS = frozenset({"m3u", "m3u8", "pls"})
MAX_PLAYLIST_BYTES = 1 << 20
MAX_ENTRIES = 10_000

_URL = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
_PLS_ENTRY = re.compile(rb"file\d+\s*=\s*(.*)", re.IGNORECASE)


def expand(inputs: Iterable[str]) -> list[str]:
    """Every file that `inputs` stand for, in order. Raises OpenError for a folder without media or a refused playlist.

    A path that is neither a folder nor a playlist is passed on as it is, whether it exists or not.
    """
    paths: list[str] = []
    for given in inputs:
        if os.path.isdir(given):
            paths += files_in(given, MEDIA_EXTENSIONS, "media file")
        elif extension_of(given) in PLAYLIST_EXTENSIONS and os.path.isfile(given):
            paths += _playlist(given)
        else:
            paths.append(given)
    return paths


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """A sort key by which `clip2` comes before `clip10`, whatever the case."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(0, int(part), part) if index % 2 else (1, 0, part) for index, part in enumerate(parts)]


def extension_of(path: str) -> str:
    return os.path.splitext(path)[1][1:].lower()


def files_in(folder: str, extensions: Container[str], kind: str) -> list[str]:
    """The files right in `folder` that end so, in natural order. Raises OpenError, also where no `kind` is there."""
    try:
        with os.scandir(folder) as entries:
            names = [
                entry.name
                for entry in entries
                if extension_of(entry.name) in extensions and not entry.name.startswith(".") and entry.is_file()
            ]
    except OSError as error:
        raise OpenError(folder, (error.strerror or "it cannot be read").lower()) from error
    if not names:
        raise OpenError(folder, f"there is no {kind} in this folder")
    return [os.path.join(folder, name) for name in sorted(names, key=lambda name: (natural_key(name), name))]


def _playlist(path: str) -> list[str]:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_PLAYLIST_BYTES + 1)
    except OSError as error:
        raise OpenError(path, (error.strerror or "it cannot be read").lower()) from error
    if len(data) > MAX_PLAYLIST_BYTES:
        raise OpenError(path, "it is too large for a playlist")
    if b"#EXT-X-" in data.upper():
        raise OpenError(path, "it is an HLS playlist; Overplay plays only local files that it is given")
    entries = _entries(data, is_pls=extension_of(path) == "pls")
    if not entries:
        raise OpenError(path, "there is nothing in this playlist")
    if len(entries) > MAX_ENTRIES:
        raise OpenError(path, f"it has more than {MAX_ENTRIES} entries")
    return [_checked(path, entry) for entry in entries]


def _entries(data: bytes, *, is_pls: bool) -> list[bytes]:
    lines = [line.strip() for line in data.removeprefix(b"\xef\xbb\xbf").splitlines()]
    if is_pls:
        matches = (_PLS_ENTRY.fullmatch(line) for line in lines)
        return [match[1].strip() for match in matches if match and match[1].strip()]
    return [line for line in lines if line and not line.startswith(b"#")]


def _checked(playlist: str, entry: bytes) -> str:
    """The path of one entry, beside the playlist. Raises OpenError when it leads anywhere else."""
    name = os.fsdecode(entry)
    shown = plain(name)
    if _URL.match(entry) or name.startswith(("/", "\\", "~")) or "\0" in name:
        raise OpenError(playlist, f"its entry {shown!r} is not a relative path")
    if ".." in re.split(r"[/\\]", name):
        raise OpenError(playlist, f"its entry {shown!r} leads out of its folder")
    if extension_of(name) not in MEDIA_EXTENSIONS:
        raise OpenError(playlist, f"its entry {shown!r} does not name a media file")
    folder = os.path.dirname(playlist) or "."
    path = os.path.join(folder, name)
    home, target = os.path.realpath(folder), os.path.realpath(path)
    if os.path.commonpath([home, target]) != home:
        raise OpenError(playlist, f"its entry {shown!r} leads out of its folder")
    try:
        mode = os.stat(target).st_mode
    except OSError as error:
        raise OpenError(playlist, f"its entry {shown!r} is not there") from error
    if not stat.S_ISREG(mode):
        raise OpenError(playlist, f"its entry {shown!r} is not a file")
    return path
