"""The index on disk: found again for the same file, and for no other; never trusted, never too much."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from player.cli.home import cache_folder
from player.cli.options import PlayOptions
from player.media.frame_index import MISSING, FrameIndex
from player.media.index_cache import IndexCache, _pack, _unpack
from tests.helpers.clips import Clips
from tests.helpers.indexing import Indexing, rows_of


def _index(count: int = 5, step: int = 40) -> FrameIndex:
    pts = np.arange(count, dtype=np.int64) * step
    return FrameIndex(pts, np.ones(count, np.uint8), Fraction(1, 1000), final=True, complete=True)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.bin"
    path.write_bytes(bytes(range(256)) * 1000)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> IndexCache:
    return IndexCache(tmp_path / "cache")


def _entries(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").iterdir())


def test_an_index_is_found_again_with_everything_in_it(cache: IndexCache, film: Path) -> None:
    index = FrameIndex(
        np.array([-5, MISSING, 7, 3], np.int64),
        np.array([3, 0, 4, 1], np.uint8),
        Fraction(1001, 30000),
        times=np.array([-0.1, 0.1, 0.2, 0.15]),
        final=True,
        complete=True,
        damaged=True,
        counted=True,
        seek_margin=12,
    )
    cache.save(str(film), 1, index)
    found = cache.load(str(film), 1)
    assert found is not None
    assert rows_of(found) == rows_of(index)
    assert [found.entry_for(each) for each in range(4)] == [index.entry_for(each) for each in range(4)]
    assert (found.final, found.complete, found.damaged, found.counted) == (True, True, True, True)
    assert found.time_base == index.time_base
    assert cache.load(str(film), 0) is None  # another stream of the same file


@given(
    hnp.arrays(np.int64, st.integers(1, 40), elements=st.integers(-(1 << 63) + 1, (1 << 63) - 1)),
    st.integers(0, (1 << 40)),
)
def test_any_timestamps_survive(pts: np.ndarray[tuple[int], np.dtype[np.int64]], margin: int) -> None:
    index = FrameIndex(pts, np.zeros(len(pts), np.uint8), Fraction(1, 90000), final=True, seek_margin=margin)
    again = _unpack(_pack(index))
    assert again.pts.tolist() == index.pts.tolist()
    assert again.seek_margin == margin


@pytest.mark.parametrize("change", ["begin", "end", "length", "time"])
def test_a_changed_file_is_another(change: str, cache: IndexCache, film: Path) -> None:
    cache.save(str(film), 0, _index())
    data, about = film.read_bytes(), film.stat()
    if change == "begin":
        film.write_bytes(b"x" + data[1:])
    elif change == "end":
        film.write_bytes(data[:-1] + b"x")
    elif change == "length":
        film.write_bytes(data + data[-1:])
    later_ns = about.st_mtime_ns + (1_000_000 if change == "time" else 0)
    os.utime(film, ns=(about.st_atime_ns, later_ns))
    assert cache.load(str(film), 0) is None


def test_a_file_of_another_name_is_the_same(cache: IndexCache, film: Path) -> None:
    cache.save(str(film), 0, _index())
    moved = film.rename(film.with_name("moved.bin"))
    found = cache.load(str(moved), 0)
    assert found is not None
    assert found.count == 5


@given(st.data())
def test_whatever_is_in_an_entry_it_is_an_index_or_refused(data: st.DataObject) -> None:
    whole = _pack(_index(50))
    place = data.draw(st.integers(0, len(whole) - 1))
    broken = data.draw(
        st.one_of(
            st.just(whole[:place]),
            st.binary(max_size=200),
            st.integers(1, 255).map(lambda bits: whole[:place] + bytes([whole[place] ^ bits]) + whole[place + 1 :]),
        )
    )
    with pytest.raises(ValueError, match="broken"):
        _unpack(broken)


def test_a_broken_entry_is_removed_and_made_again(cache: IndexCache, film: Path, tmp_path: Path) -> None:
    cache.save(str(film), 0, _index())
    [entry] = _entries(tmp_path)
    entry.write_bytes(entry.read_bytes()[:-7])
    assert cache.load(str(film), 0) is None
    assert not entry.exists()
    cache.save(str(film), 0, _index())
    assert cache.load(str(film), 0) is not None


def test_the_longest_unused_go_when_there_is_too_much(film: Path, tmp_path: Path) -> None:
    size = len(_pack(_index()))
    cache = IndexCache(tmp_path / "cache", max_bytes=3 * size + size // 2)
    for stream in range(3):
        cache.save(str(film), stream, _index())
        newest = max(_entries(tmp_path), key=lambda entry: entry.stat().st_mtime_ns)
        os.utime(newest, (1000 + stream, 1000 + stream))
    assert cache.load(str(film), 0) is not None  # used again, so the second is the oldest now
    cache.save(str(film), 3, _index())
    assert [stream for stream in range(4) if cache.load(str(film), stream)] == [0, 2, 3]


def test_what_a_dead_process_left_is_removed(cache: IndexCache, film: Path, tmp_path: Path) -> None:
    cache.save(str(film), 0, _index())
    old, new = tmp_path / "cache" / "a.index.1.part", tmp_path / "cache" / "b.index.2.part"
    for path in (old, new):
        path.touch()
    os.utime(old, (1, 1))
    cache.save(str(film), 1, _index())
    assert not old.exists()
    assert new.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs a folder that cannot be made")
def test_a_cache_that_cannot_be_written_is_none(film: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = IndexCache(tmp_path / "cache")
    cache.save(str(film), 0, _index())
    assert cache.load(str(film), 0) is None


def test_two_processes_may_write_the_same_at_once(film: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.player.test_index_cache import _index;"
        "from player.media.index_cache import IndexCache; cache = IndexCache(Path(sys.argv[2]))\n"
        "for step in range(60):\n"
        "    cache.save(sys.argv[1], 0, _index(3000)); found = cache.load(sys.argv[1], 0)\n"
        "    assert found is not None and found.count == 3000\n"
    )
    command = [sys.executable, "-c", code, str(film), str(tmp_path / "cache")]
    root = Path(__file__).resolve().parents[2]
    children = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE) for _ in range(2)]
    outcomes = [(child.communicate(timeout=60)[1], child.returncode) for child in children]
    assert [code for _, code in outcomes] == [0, 0], outcomes
    assert len(_entries(tmp_path)) == 1


def test_a_builder_finds_the_index_of_the_last_time(clips: Clips, tmp_path: Path) -> None:
    cache = IndexCache(tmp_path / "cache")
    path = clips("bpyramid").path
    with Indexing(path, cache=cache) as indexing:
        made = indexing.final()
    with Indexing(path, cache=cache, is_busy=lambda: True) as indexing:
        found = indexing.final()
        assert indexing.indexes == [found]  # nothing provisional: it was there at once
    assert rows_of(found) == rows_of(made)
    assert np.array_equal(found.flags, made.flags)


def test_the_cache_is_in_the_home_that_was_named_and_nowhere_without_a_config(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OVERPLAY_HOME", str(tmp_path / "home"))
    assert cache_folder(PlayOptions()) == tmp_path / "home" / "cache"
    assert cache_folder(PlayOptions(no_config=True)) is None
    monkeypatch.delenv("OVERPLAY_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder(PlayOptions()) == tmp_path / "xdg" / "overplay"
