"""Bookmarks: order, identity, the two file forms, the shelf on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.bookmark_store import export_marks, import_marks, shelf_of
from player.bookmarks import MAX_NOTE, Bookmark, neighbour, put, read_marks, tidy, to_csv, to_json, without
from player.errors import UsageError

A = Bookmark(100, 4, 1.0, "first")
B = Bookmark(200, 8, 2.0, "")
C = Bookmark(None, None, 3.0, "no stamp")


def test_marks_stand_in_the_order_of_time_one_a_picture() -> None:
    marks = put((), B, C, A)
    assert marks == (A, B, C)
    again = put(marks, Bookmark(100, None, 1.0))
    assert [mark.note for mark in again] == ["first", "", "no stamp"], "a mark put again keeps its note"
    assert put(marks, Bookmark(100, 4, 1.0, "new"))[0].note == "new"
    assert without(marks, Bookmark(200, None, 99.0)) == (A, C)
    assert put((), C, Bookmark(None, None, 3.0))[0].note == "no stamp"
    assert len(put((), Bookmark(None, 1, 1.0), Bookmark(None, 2, 1.0))) == 2, "the number tells them apart"


def test_neighbours() -> None:
    marks = (A, B, C)
    assert neighbour(marks, 1.0, 1) is B
    assert neighbour(marks, 0.0, 1) is A
    assert neighbour(marks, 3.0, 1) is None
    assert neighbour(marks, 2.0, -1) is A
    assert neighbour(marks, 1.0, -1) is None


def test_notes_are_one_line_of_plain_text() -> None:
    assert tidy(" a\n\tb\x1b[31m <b> \u202e").startswith("a b")
    assert "\x1b" not in tidy("a\x1b[31m")
    assert len(tidy("x" * (MAX_NOTE + 10))) == MAX_NOTE


notes = st.text(max_size=60).map(tidy)
numbers = st.integers(0, 2**40)
times = st.integers(-(10**8), 10**11).map(lambda count: count / 1e5)  # further apart than SAME_S


def marks_with(pts: st.SearchStrategy[int | None], index: st.SearchStrategy[int | None], known: str) -> Any:
    """Marks of one file: what tells its pictures apart is known of all of them."""
    one = st.builds(Bookmark, pts=pts, index=index, time_s=times, note=notes)
    return st.lists(one, max_size=12, unique_by=lambda mark: getattr(mark, known)).map(lambda marks: put((), *marks))


some_marks = st.one_of(
    marks_with(st.integers(-(2**60), 2**60), st.none() | numbers, "pts"),
    marks_with(st.none(), numbers, "index"),
    marks_with(st.none(), st.none(), "time_s"),
)


@settings(max_examples=40)
@given(some_marks)
def test_both_forms_come_back_as_they_were(marks: tuple[Bookmark, ...]) -> None:
    assert read_marks(to_json(marks, file="x"), "x") == marks
    assert read_marks(to_csv(marks), "x") == marks


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[1]", b'{"bookmarks": 3}', b'{"bookmarks": [{"pts": 1}]}', b"\xff\xfe", b"a,b\n1,2\n",
        b"time,note\nx,y\n", b'[{"time_s": 1e999}]', b'[{"time_s": 1, "pts": "1.5"}]', b'[{"time_s": NaN}]',
        b"[" * 100_000, b'{"bookmarks": [{"time_s": 1, "pts": 1' + b"0" * 5000 + b"}]}",
    ],
)  # fmt: skip
def test_what_is_neither_form_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"^x holds no bookmarks\.$"):
        read_marks(data, "x")


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_no_bytes_do_harm(data: bytes) -> None:
    try:
        read_marks(data, "x")
    except UsageError:
        pass


def a_film(folder: Path, name: str = "film.mp4", data: bytes = b"film") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_a_film_is_found_again_after_it_was_moved(tmp_path: Path) -> None:
    film = a_film(tmp_path)
    shelf = shelf_of(film, tmp_path / "marks")
    assert shelf is not None
    assert shelf.load() == ()
    shelf.save((A, B))
    (tmp_path / "else").mkdir()
    os.rename(film, tmp_path / "else" / "renamed.mkv")
    moved = shelf_of(str(tmp_path / "else" / "renamed.mkv"), tmp_path / "marks")
    assert moved is not None
    assert moved.load() == (A, B)
    other = shelf_of(a_film(tmp_path, "other", b"another"), tmp_path / "marks")
    assert other is not None
    assert other.load() == ()
    moved.save(())
    assert not list((tmp_path / "marks").iterdir()), "no marks, no file"


def test_a_broken_file_is_put_aside_and_said(tmp_path: Path) -> None:
    shelf = shelf_of(a_film(tmp_path), tmp_path)
    assert shelf is not None
    shelf.file.write_bytes(b"{ cut of")
    with pytest.raises(UsageError, match=r"\.broken"):
        shelf.load()
    assert shelf.load() == ()
    assert shelf.file.with_suffix(".broken").read_bytes() == b"{ cut of"


def test_what_is_no_film_has_no_shelf(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert shelf_of(str(tmp_path / "fifo"), tmp_path) is None
    assert shelf_of(str(tmp_path / "gone"), tmp_path) is None


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "marks").write_text("a file where the folder should be")
    shelf = shelf_of(a_film(tmp_path), tmp_path / "marks")
    assert shelf is not None
    with pytest.raises(UsageError, match="Cannot keep"):
        shelf.save((A,))


def test_export_and_import(tmp_path: Path) -> None:
    export_marks((A, B, C), str(tmp_path / "out.csv"), "/films/a.mp4")
    export_marks((A, B, C), str(tmp_path / "out.json"), "/films/a.mp4")
    assert (tmp_path / "out.csv").read_text().splitlines() == [
        "index,pts,time,note", "4,100,1.000000,first", "8,200,2.000000,", ",,3.000000,no stamp",
    ]  # fmt: skip
    assert json.loads((tmp_path / "out.json").read_text())["file"] == "a.mp4"
    with pytest.raises(UsageError, match="exists"):
        export_marks((A,), str(tmp_path / "out.csv"), "a")
    assert import_marks((), str(tmp_path / "out.csv")) == (A, B, C)
    assert import_marks((Bookmark(300, 12, 2.5),), str(tmp_path / "out.json")) == (A, B, Bookmark(300, 12, 2.5), C)
    os.mkfifo(tmp_path / "fifo")
    for bad in ("gone", "fifo", ""):
        with pytest.raises(UsageError, match="Cannot read"):
            import_marks((), str(tmp_path / bad))
    with pytest.raises(UsageError, match="Cannot write"):
        export_marks((), str(tmp_path / "no" / "where.json"), "a")
