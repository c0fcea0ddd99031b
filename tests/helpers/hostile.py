"""Files that name other files and hosts, and canaries that notice when one of these is touched."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from tests.helpers.clip_writer import steady, write

_IN_OPEN, _IN_NONBLOCK = 0x20, 0o4000


@dataclass(frozen=True)
class Canary:
    """A film, a FIFO and a listening port that nothing may open because another file names them."""

    film: Path
    """A real clip: opening it by mistake would succeed."""
    fifo: Path
    port: int
    _listener: socket.socket
    _watch: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/film.mp4"

    def touched(self) -> list[str]:
        """What happened to it since the last call, in words; empty when nothing did."""
        found = []
        with contextlib.suppress(BlockingIOError):
            if os.read(self._watch, 4096):
                found.append("a named file was opened")
        with contextlib.suppress(BlockingIOError):
            self._listener.accept()[0].close()
            found.append("a connection was made")
        with contextlib.suppress(OSError):  # ENXIO, as long as nobody has it open for reading
            os.close(os.open(self.fifo, os.O_WRONLY | os.O_NONBLOCK))
            found.append("the FIFO is open for reading")
        return found


@contextlib.contextmanager
def make_canary(folder: Path) -> Iterator[Canary]:
    """A canary in `folder`. Linux only: it asks the kernel who opens what."""
    film, fifo = folder / "film.mp4", folder / "fifo.mp4"
    write(film, steady(10))
    os.mkfifo(fifo)
    libc = ctypes.CDLL(None, use_errno=True)
    watch: int = libc.inotify_init1(_IN_NONBLOCK)
    for path in (film, fifo):
        assert libc.inotify_add_watch(watch, os.fsencode(path), _IN_OPEN) >= 0
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            yield Canary(film, fifo, listener.getsockname()[1], listener, watch)
    finally:
        os.close(watch)


Writer = Callable[[str], bytes]
"""The content of a hostile file that names what it is given."""


def _text(*lines: str) -> bytes:
    return "\n".join([*lines, ""]).encode()


def hls(named: str) -> bytes:
    return _text("#EXTM3U", "#EXT-X-TARGETDURATION:5", "#EXTINF:5,", named, "#EXT-X-ENDLIST")


def hls_with_key(named: str) -> bytes:
    key = f'#EXT-X-KEY:METHOD=AES-128,URI="{named}"'
    return _text("#EXTM3U", "#EXT-X-TARGETDURATION:5", key, "#EXTINF:5,", named, "#EXT-X-ENDLIST")


def hls_master(named: str) -> bytes:
    return _text("#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=1", named)


def concat(named: str) -> bytes:
    return _text("ffconcat version 1.0", f"file '{named}'")


def dash(named: str) -> bytes:
    return _text(
        '<?xml version="1.0"?>',
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S">',
        '<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">',
        f"<BaseURL>{named}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    )


def sdp(named: str) -> bytes:
    port = named.rsplit(":", 1)[-1].split("/")[0]
    where = port if port.isdigit() else "5004"
    return _text(
        "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=x", "c=IN IP4 127.0.0.1", "t=0 0", f"m=video {where} RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
    )  # fmt: skip


def asx(named: str) -> bytes:
    return _text('<ASX version="3.0">', f'<Entry><Ref href="{named}"/></Entry>', "</ASX>")


def asf_reference(named: str) -> bytes:
    return _text("[Reference]", f"Ref1={named}")


def imf(named: str) -> bytes:
    return _text(
        '<?xml version="1.0"?>',
        '<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016">',
        f"<Id>urn:uuid:0</Id><Asset>{named}</Asset></CompositionPlaylist>",
    )


def vobsub(named: str) -> bytes:
    return _text(
        "# VobSub index file, v7 (do not modify this line!)", f"# {named}", "timestamp: 00:00:00:000, filepos: 0"
    )


def m3u(named: str) -> bytes:
    return _text("#EXTM3U", named)


def pls(named: str) -> bytes:
    return _text("[playlist]", f"File1={named}", "NumberOfEntries=1")


SCRIPTS: dict[str, Writer] = {
    "hls": hls, "hls_with_key": hls_with_key, "hls_master": hls_master, "concat": concat, "dash": dash, "sdp": sdp,
    "asx": asx, "asf_reference": asf_reference, "imf": imf, "vobsub": vobsub, "m3u": m3u, "pls": pls,
}  # fmt: skip


def film_with_outside_data(folder: Path, named: Path) -> Path:
    """A QuickTime film whose samples lie in `named`, by an alias with an absolute path in its data reference."""
    plain = write(folder / "inside.mov", steady(5))
    path = folder / "outside.mov"
    path.write_bytes(
        _replace_box(plain.read_bytes(), [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"], _dref(named))
    )
    return path


def _dref(named: Path) -> bytes:
    """A data reference box with one alias record: volume, file name, and the POSIX path as record 18."""
    target = os.fsencode(named)
    alias = bytearray(150)
    alias[10:38] = b"\x01/".ljust(28, b"\0")
    alias[50:114] = bytes([len(named.name)]) + named.name.encode().ljust(63, b"\0")
    struct.pack_into(">hh", alias, 130, 1, 1)  # levels from and to
    body = bytes(alias) + struct.pack(">hH", 2, len(target)) + target + b"\0" * (len(target) % 2)
    body += struct.pack(">hH", -1, 0)
    entry = struct.pack(">I4sI", len(body) + 12, b"alis", 0) + body
    return struct.pack(">I4sII", len(entry) + 16, b"dref", 0, 1) + entry


def _replace_box(data: bytes, names: list[bytes], new: bytes) -> bytes:
    """`data` with the first box at the path `names` replaced and the sizes of those around it put right."""
    position = 0
    while position + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        if name == names[0]:
            inside = new
            if len(names) > 1:
                content = _replace_box(data[position + 8 : position + size], names[1:], new)
                inside = struct.pack(">I4s", len(content) + 8, name) + content
            return data[:position] + inside + data[position + size :]
        position += size
    raise ValueError(f"no {names[0]!r} box")


def open_as_ffmpeg_would(path: Path) -> None:
    """What a careless program does: the control that shows a canary can be touched."""
    options = {
        "enable_drefs": "1",
        "use_absolute_path": "1",
        "safe": "0",
        "allowed_extensions": "ALL",
        "extension_picky": "0",
    }
    with contextlib.suppress(av.FFmpegError, OSError), av.open(str(path), options=options, timeout=2.0) as container:
        for packet in container.demux():
            if packet.size:
                break
