"""Indexes kept on disk, so that a long file opens indexed the next time.

A file of pictures is known by its content and its time of change, so a changed one is another. An entry is one file
named after that: a line of JSON, compressed arrays, a checksum. Nothing in it is trusted, nothing about it is worth an
error: what cannot be read or written is not there.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import zlib
from _blake2 import blake2b  # as in file_identity
from array import array
from fractions import Fraction
from itertools import accumulate, chain
from operator import sub
from pathlib import Path
from typing import Any

import av

from player.file_identity import identity_of
from player.media.frame_index import FrameIndex
from player.whole_file import write_whole

VERSION = 1
"""Part of an entry's name: entries of other versions are not looked at, and go when they are the oldest."""
MAX_BYTES = 64 << 20
"""Of all entries together."""
MAX_PICTURES = 50_000_000
STALE_S = 3600.0
"""A half-written entry of that age belongs to a process that is gone."""
_SUFFIX = ".index"
_FLAGS = ("damaged", "counted")
_MASK = (1 << 64) - 1


class IndexCache:
    """Any number of threads and processes use one folder at a time; entries are written whole."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def load(self, path: str, stream_index: int) -> FrameIndex | None:
        """The final index of a file's stream; None when there is none, or none that is whole."""
        entry = self._entry(path, stream_index)
        if entry is None:
            return None
        try:
            with entry.open("rb") as file:
                index = _unpack(file.read(self._max_bytes + 1))
            os.utime(entry)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, ArithmeticError, zlib.error):
            with contextlib.suppress(OSError):
                entry.unlink()
            return None
        return index

    def save(self, path: str, stream_index: int, index: FrameIndex) -> None:
        """Keeps a final index and drops the entries longest unused beyond the bound."""
        entry = self._entry(path, stream_index)
        data = _pack(index)
        if entry is None or len(data) > self._max_bytes:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(entry, data)
            self._drop_oldest()

    def _entry(self, path: str, stream_index: int) -> Path | None:
        """Where the index of this file, as it is now, is kept; None when the file cannot be read."""
        try:
            file = f"{identity_of(path)} {os.stat(path).st_mtime_ns}"
        except (OSError, ValueError):
            return None
        libraries = sorted(av.library_versions.items())
        name = blake2b(f"{VERSION} {file} {stream_index} {libraries}".encode(), digest_size=20).hexdigest()
        return self._folder / (name + _SUFFIX)

    def _drop_oldest(self) -> None:
        kept: list[tuple[float, int, str]] = []
        with os.scandir(self._folder) as entries:
            for each in entries:
                about = each.stat()
                if each.name.endswith(_SUFFIX):
                    kept.append((about.st_mtime, about.st_size, each.path))
                elif each.name.endswith(".part") and time.time() - about.st_mtime > STALE_S:
                    os.unlink(each.path)
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self._max_bytes:
                break
            os.unlink(path)
            total -= size


def _pack(index: FrameIndex) -> bytes:
    about = {
        "count": index.count,
        "time_base": [index.time_base.numerator, index.time_base.denominator],
        "seek_margin": index.seek_margin,
        "times": index.times is not None,
        **{name: getattr(index, name) for name in _FLAGS},
    }
    # Differences compress; they wrap around and back.
    steps = array("Q", (step & _MASK for step in map(sub, index.pts, chain((0,), index.pts))))
    parts = [_little(steps).tobytes(), index.flags]
    if index.times is not None:
        parts.append(_little(array("d", index.times)).tobytes())
    body = json.dumps(about).encode() + b"\n" + zlib.compress(b"".join(parts), 1)
    return body + zlib.crc32(body).to_bytes(4, "little")


def _unpack(data: bytes) -> FrameIndex:
    """Raises ValueError, KeyError, TypeError or zlib.error for what `_pack` did not make."""
    body = data[:-4]
    if zlib.crc32(body).to_bytes(4, "little") != data[-4:]:
        raise ValueError("broken")
    line, _, packed = body.partition(b"\n")
    about: dict[str, Any] = json.loads(line)
    count = int(about["count"])
    if not 0 < count <= MAX_PICTURES:
        raise ValueError("broken")
    size = count * (17 if about["times"] else 9)
    raw = zlib.decompressobj().decompress(packed, size + 1)
    if len(raw) != size:
        raise ValueError("broken")
    pts = array("Q", accumulate(_little(array("Q", raw[: 8 * count])), lambda last, step: (last + step) & _MASK))
    flags = raw[8 * count : 9 * count]
    times = _little(array("d", raw[9 * count :])) if about["times"] else None
    numerator, denominator = about["time_base"]
    return FrameIndex(
        memoryview(pts).cast("B").cast("q"),
        flags,
        Fraction(int(numerator), int(denominator)),
        times=times,
        final=True,
        complete=True,
        seek_margin=int(about["seek_margin"]),
        **{name: bool(about[name]) for name in _FLAGS},
    )


def _little(values: array[Any]) -> array[Any]:
    """The values with their bytes in the order of the file, or back."""
    if sys.byteorder == "big":
        values.byteswap()
    return values
