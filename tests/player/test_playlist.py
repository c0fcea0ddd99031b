"""From files, folders and playlists to a list of files. What is refused stands in test_hostile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from player.errors import OpenError
from player.media.playlist import MAX_PLAYLIST_BYTES, expand, natural_key


def put(folder: Path, *names: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"x")
    return [str(folder / name) for name in names]


def test_files_stay_as_they_are_in_order(tmp_path: Path) -> None:
    given = [str(tmp_path / "not there.mp4"), "http:x.mp4", *put(tmp_path, "notes.txt")]
    assert expand(given) == given


def test_a_folder_is_its_media_in_natural_order(tmp_path: Path) -> None:
    put(tmp_path, "clip10.mp4", "clip2.MP4", "Clip1.mkv", "notes.txt", ".hidden.mp4", "cover.jpg", "list.m3u")
    (tmp_path / "sub.mp4").mkdir()
    names = [os.path.basename(path) for path in expand([str(tmp_path)])]
    assert names == ["Clip1.mkv", "clip2.MP4", "clip10.mp4"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_fifo_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(OpenError, match="no media file in this folder"):
        expand([str(tmp_path)])


@pytest.mark.parametrize("name", ["list.m3u", "list.M3U8", "list.pls"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_a_playlist_is_its_entries(tmp_path: Path, name: str, newline: str, mark: str) -> None:
    paths = [*put(tmp_path, "b.mp4", "a ü.mkv"), *put(tmp_path / "sub", "c.ogg")]
    entries = ["b.mp4", "a ü.mkv", "sub/c.ogg"]
    if name.endswith("pls"):
        lines = ["[playlist]", *(f"File{place}={entry}" for place, entry in enumerate(entries, 1)), "Title1=x"]
    else:
        lines = ["#EXTM3U", "#EXTINF:10,Title", entries[0], "", "# a remark", *entries[1:]]
    playlist = tmp_path / name
    playlist.write_bytes((mark + newline.join([*lines, ""])).encode())
    assert expand([str(playlist)]) == paths


def test_a_playlist_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.mp4")
    (tmp_path / "list.m3u").write_text("a.mp4\n")
    monkeypatch.chdir(tmp_path)
    assert [os.path.normpath(path) for path in expand(["list.m3u"])] == ["a.mp4"]


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4")
    (tmp_path / "b.mp4").symlink_to("a.mp4")
    (tmp_path / "list.m3u").write_text("b.mp4\n")
    assert expand([str(tmp_path / "list.m3u")]) == [str(tmp_path / "b.mp4")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "nothing in this playlist"),
        (b"#EXTM3U\n# only remarks\n", "nothing in this playlist"),
        (b"gone.mp4\n", "is not there"),
        (b"x" * (MAX_PLAYLIST_BYTES + 1), "too large"),
        (b"a.mp4\n" * 10_001, "more than 10000 entries"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\na.mp4\n", "HLS"),
        (b"notes.txt\n", "does not name a media file"),
        (b"a.mp4\x1b[31m\n", "does not name a media file"),
    ],
)
def test_what_a_playlist_must_not_be(tmp_path: Path, content: bytes, words: str) -> None:
    put(tmp_path, "a.mp4", "notes.txt")
    playlist = tmp_path / "list.m3u"
    playlist.write_bytes(content)
    with pytest.raises(OpenError, match=words) as refusal:
        expand([str(playlist)])
    assert str(refusal.value).isprintable()


def test_natural_order_counts_and_ignores_case() -> None:
    names = ["b2", "B10", "a", "10", "9", "b1x", ""]
    assert sorted(names, key=natural_key) == ["", "9", "10", "a", "b1x", "b2", "B10"]
