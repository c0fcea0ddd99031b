"""What cannot be opened gives one sentence, exit code 2, and that within five seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from player.errors import OpenError
from player.media.source import open_source
from tests.helpers.clip_writer import AudioPlan, TextPlan, steady, write
from tests.helpers.command import ROOT, overplay
from tests.helpers.media import need_media

DEADLINE_S = 5.0
posix = pytest.mark.skipif(os.name != "posix", reason="FIFOs, devices and permissions as Unix has them")


def missing(folder: Path) -> Path:
    return folder / "missing.mp4"


def nested_missing(folder: Path) -> Path:
    return folder / "nowhere" / "missing.mp4"


def a_folder(folder: Path) -> Path:
    (folder / "notes.txt").write_text("no media here")
    return folder


def empty(folder: Path) -> Path:
    return _put(folder / "empty.mp4", b"")


def text(folder: Path) -> Path:
    return _put(folder / "letter.mp4", b"Dear Sir or Madam,\n" * 200)


def short_text(folder: Path) -> Path:
    return _put(folder / "short.mkv", b"x\n")


def program(folder: Path) -> Path:
    return _put(folder / "program.avi", Path(sys.executable).read_bytes()[:200_000])


def zeros(folder: Path) -> Path:
    return _put(folder / "zeros.mp4", bytes(100_000))


def noise(folder: Path) -> Path:
    return _put(folder / "noise.mkv", bytes((index * index * 31 + index // 7) % 251 for index in range(60_000)))


def lfs_pointer(folder: Path) -> Path:
    body = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
    return _put(folder / "pointer.mp4", body)


def without_index(folder: Path) -> Path:
    """An MP4 file that broke off before its index was written."""
    whole = write(folder / "whole.mp4", steady(50))
    return _put(folder / "broken_off.mp4", whole.read_bytes()[:-2000])


def only_subtitles(folder: Path) -> Path:
    return write(folder / "subtitles.mkv", TextPlan(((0.0, 1.0, "Hello"),)))


def unknown_codec(folder: Path) -> Path:
    """Matroska whose only track has a codec that nobody decodes."""
    whole = write(folder / "whole.mkv", AudioPlan(codec="flac"))
    return _put(folder / "unknown.mkv", whole.read_bytes().replace(b"A_FLAC", b"A_NONE", 1))


def encrypted(folder: Path) -> Path:
    """The sample entry of a protected MP4 file."""
    whole = write(folder / "whole.mp4", steady(5), options={"movflags": "faststart"})
    return _put(folder / "encrypted.mp4", whole.read_bytes().replace(b"avc1\0\0\0\0", b"encv\0\0\0\0", 1))


def huge_pictures(folder: Path) -> Path:
    """A Matroska header that claims pictures of 32767 by 32767."""
    whole = write(folder / "whole.mkv", steady(2, size=(512, 512), codec="ffv1"))
    claim, lie = b"\xb0\x82\x02\x00\xba\x82\x02\x00", b"\xb0\x82\x7f\xff\xba\x82\x7f\xff"
    content = whole.read_bytes()
    assert claim in content
    return _put(folder / "huge.mkv", content.replace(claim, lie, 1))


def dead_fifo(folder: Path) -> Path:
    path = folder / "fifo.mp4"
    os.mkfifo(path)
    return path


def socket_file(folder: Path) -> Path:
    import socket

    path = folder / "socket.mp4"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))
    return path


def device_of_zeros(folder: Path) -> Path:
    return Path("/dev/zero")


def device_of_nothing(folder: Path) -> Path:
    return Path("/dev/null")


def device_of_noise(folder: Path) -> Path:
    return Path("/dev/urandom")


def no_complete_picture(folder: Path) -> Path:
    """A stream is declared, and nothing of it decodes."""
    whole = write(folder / "whole.mkv", steady(3, codec="mpeg4", gop=1))
    content = bytearray(whole.read_bytes())
    with av.open(str(whole)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux() if packet.size and packet.pos]
    for position, size in places:
        content[position + 4 : position + size] = bytes(size - 4)
    return _put(folder / "nothing.mkv", bytes(content))


Maker = Callable[[Path], Path]
TABLE: list[tuple[Maker, str]] = [
    (missing, "no such file"),
    (nested_missing, "no such file"),
    (a_folder, "folder"),
    (empty, "empty"),
    (text, "text file"),
    (short_text, "text file"),
    (program, "not a media file"),
    (zeros, "only zeros"),
    (noise, "not a media file"),
    (lfs_pointer, "Git LFS pointer: fetch the real file"),
    (without_index, "cut short"),
    (only_subtitles, "only subtitles"),
    (unknown_codec, "no decoder"),
    (encrypted, "encrypted"),
    (huge_pictures, "above 268435456 pixels"),
]
ODD_FILES: list[tuple[Maker, str]] = [
    (dead_fifo, "no writer"),
    (socket_file, "socket"),
    (device_of_zeros, "not a media file"),
    (device_of_nothing, "empty"),
    (device_of_noise, "not a media file"),
]
ALL = [pytest.param(*row, id=row[0].__name__) for row in TABLE] + [
    pytest.param(*row, id=row[0].__name__, marks=posix) for row in ODD_FILES
]


@pytest.mark.parametrize(("make", "words"), ALL)
def test_opening_says_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Maker, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    path = str(make(tmp_path))
    began = time.monotonic()
    with pytest.raises(OpenError) as refusal:
        open_source(path, timeout_s=0.3)
    assert time.monotonic() - began < DEADLINE_S
    assert words in refusal.value.reason
    assert path in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(("make", "words"), ALL)
def test_the_command_says_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Maker, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    _expect_refusal(words, "--vo", "null", "--ao", "null", str(make(tmp_path)))


@pytest.mark.parametrize(
    "words", [("probe",), ("frames",), ("--vo", "null", "--ao", "null", "--untimed")], ids=" ".join
)
def test_what_decodes_to_nothing_is_an_error_too(tmp_path: Path, words: tuple[str, ...]) -> None:
    _expect_refusal("no complete picture", *words, str(no_complete_picture(tmp_path)))


@pytest.mark.parametrize("name", ["lfs_pointer.mp4", "invalid_vp9.webm", "truncated_m2ts.mts", "fuzz_infloop.m4a"])
def test_real_files_that_hold_nothing(name: str) -> None:
    _expect_refusal("", "--vo", "null", "--ao", "null", "--untimed", str(need_media(name)))


@posix
def test_no_permission(tmp_path: Path) -> None:
    """In a process of its own that gives up root, where this one has it: root may read everything."""
    path = _put(tmp_path / "private.mp4", b"secret")
    path.chmod(0)
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid() and not folder.stat().st_mode & 1:
            folder.chmod(folder.stat().st_mode | 0o111)
    program = (
        "import os, sys\n"
        "import av, numpy\n"  # while they can be read: the interpreter may lie in root's home
        "import player.media.playlist, player.media.source, player.cli.main\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: player.media.source.open_source(sys.argv[1])\n"
        "except player.errors.OpenError as error: print(error.reason)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert run.stdout.strip() == "there is no permission to read it", run.stderr


def _expect_refusal(words: str, *arguments: str) -> None:
    began = time.monotonic()
    run = overplay(*arguments)
    assert time.monotonic() - began < DEADLINE_S
    assert run.returncode == 2, run.stderr
    assert len(run.stderr.splitlines()) == 1, run.stderr
    before, _, reason = run.stderr.partition(arguments[-1])
    assert before == "overplay: Cannot open "
    assert words in reason
    assert run.stdout in ("", "index,pts,time,duration,key,type\n")


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
