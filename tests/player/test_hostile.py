"""No file makes us open another file or a connection, whatever it says and however it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.errors import OpenError
from player.media.playlist import expand
from player.media.source import open_source
from tests.helpers.command import overplay
from tests.helpers.hostile import (
    SCRIPTS,
    Canary,
    concat,
    film_with_outside_data,
    hls,
    m3u,
    make_canary,
    open_as_ffmpeg_would,
    pls,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the canary asks Linux's inotify who opens what")

SUFFIXES = {"hls": "m3u8", "dash": "mpd", "sdp": "sdp", "asx": "asx", "vobsub": "idx", "m3u": "m3u", "pls": "pls"}
LYING = ("mp4", "avi", "ts", "mkv", "txt")


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    with make_canary(tmp_path) as each:
        yield each


def references(canary: Canary) -> list[str]:
    """Every way to name the canary."""
    return [
        str(canary.film),
        canary.film.name,
        f"file:{canary.film}",
        f"file://{canary.film}",
        str(canary.fifo),
        canary.url,
    ]


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_opens_nothing(canary: Canary, tmp_path: Path, kind: str) -> None:
    for suffix in (SUFFIXES.get(kind, kind), *LYING):
        for named in references(canary):
            path = tmp_path / f"hostile.{suffix}"
            path.write_bytes(SCRIPTS[kind](named))
            with pytest.raises(OpenError):
                open_source(str(path))
            assert canary.touched() == [], f"{path.name} naming {named}"


def test_a_film_with_its_data_elsewhere_opens_nothing(canary: Canary, tmp_path: Path) -> None:
    path = film_with_outside_data(tmp_path, canary.film)
    try:
        source = open_source(str(path))
    except OpenError:
        pass
    else:
        for packet in source.container.demux():
            assert packet.size >= 0  # whatever it reads comes from the file itself
        source.close()
    assert canary.touched() == []


def test_an_image_pattern_is_a_name(canary: Canary, tmp_path: Path) -> None:
    pattern = tmp_path / "film%d.mp4"
    canary.film.rename(tmp_path / "film1.mp4")
    with pytest.raises(OpenError, match="no such file"):
        open_source(str(pattern))
    assert canary.touched() == []


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda folder, canary: _put(folder / "x.m3u8", hls(str(canary.film))), id="hls"),
        pytest.param(lambda folder, canary: _put(folder / "x.txt", concat(canary.film.name)), id="concat"),
        pytest.param(lambda folder, canary: film_with_outside_data(folder, canary.film), id="dref"),
    ],
)
def test_the_canary_is_touched_by_a_careless_program(canary: Canary, tmp_path: Path, make: object) -> None:
    """The control: these very files do lead elsewhere when nothing keeps FFmpeg from it."""
    assert callable(make)
    open_as_ffmpeg_would(make(tmp_path, canary))
    assert canary.touched() != []


@pytest.mark.parametrize("writer", [m3u, pls], ids=["m3u", "pls"])
def test_a_playlist_names_only_media_in_its_own_folder(canary: Canary, tmp_path: Path, writer: object) -> None:
    assert callable(writer)
    suffix = "m3u" if writer is m3u else "pls"
    inside = tmp_path / "list"
    inside.mkdir()
    (inside / "link.mp4").symlink_to(canary.film)
    (inside / "way").symlink_to(tmp_path)
    os.mkfifo(inside / "pipe.mp4")
    (inside / "folder.mp4").mkdir()
    (inside / "other.m3u").write_bytes(m3u("link.mp4"))
    outside = [*references(canary)[:1], *references(canary)[2:], "../film.mp4", "way/film.mp4", "link.mp4"]
    for named in [
        *outside,
        "pipe.mp4",
        "folder.mp4",
        "other.m3u",
        "x.m3u8",
        ".",
        "a\0b.mp4",
        "~/film.mp4",
        "\\\\host\\a.mp4",
    ]:
        playlist = inside / f"hostile.{suffix}"
        playlist.write_bytes(writer(named))
        with pytest.raises(OpenError) as refusal:
            expand([str(playlist)])
        assert "\n" not in str(refusal.value)
        assert canary.touched() == [], named


def test_the_command_opens_nothing(canary: Canary, tmp_path: Path) -> None:
    """All scripts at once under lying names, then the playlists that are refused by their own names."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    paths = []
    for kind, writer in SCRIPTS.items():
        for number, named in enumerate(references(canary)):
            paths.append(_put(folder / f"{kind}{number}.{LYING[number % len(LYING)]}", writer(named)))
    run = overplay("--vo", "null", "--ao", "null", "--untimed", *map(str, paths))
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == len(paths), run.stderr
    assert canary.touched() == []


@pytest.mark.parametrize("suffix", ["m3u8", "m3u", "pls"])
def test_the_command_refuses_a_playlist_that_leads_away(canary: Canary, tmp_path: Path, suffix: str) -> None:
    writer = pls if suffix == "pls" else m3u
    path = _put(tmp_path / f"away.{suffix}", writer(str(canary.film)))
    run = overplay("--vo", "null", str(path))
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert canary.touched() == []


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
