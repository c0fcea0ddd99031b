"""Bookmarks and notes on pictures: what they are, how they are ordered, and their two file forms. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from player.errors import UsageError, plain
from player.quick_dataclass import dataclass

if TYPE_CHECKING:
    from player.records import Picture

MAX_NOTE = 2_000
MAX_COUNT = 20_000
SAME_S = 1e-6
VERSION = 1
COLUMNS = ("index", "pts", "time", "note")
LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A mark at one picture."""

    pts: int | None
    index: int | None
    """The picture's number, where it was known."""
    time_s: float
    """Container seconds."""
    note: str = ""
    """One line of plain text."""

    def is_at(self, pts: int | None, index: int | None, time_s: float | None) -> bool:
        """Whether it is this picture: by the timestamp, else by the number, else by the time."""
        if self.pts is not None and pts is not None:
            return self.pts == pts
        if self.index is not None and index is not None:
            return self.index == index
        return time_s is not None and abs(self.time_s - time_s) <= SAME_S

    def is_like(self, other: Bookmark) -> bool:
        return self.is_at(other.pts, other.index, other.time_s)


Marks = tuple[Bookmark, ...]
"""In the order of their times."""


def at_picture(picture: Picture, index: int | None, note: str = "") -> Bookmark | None:
    """None where the picture has no time at all."""
    if picture.time_s is None:
        return None
    return Bookmark(picture.pts, index, picture.time_s, tidy(note))


def tidy(note: str) -> str:
    """One line without control characters, of bounded length."""
    return " ".join(plain(note).split())[:MAX_NOTE]


def put(marks: Marks, *new: Bookmark) -> Marks:
    """With `new` in their places; one that is at the same picture gives way, keeping its note if the new has none."""
    kept = list(marks)
    for mark in new:
        former = next((each for each in kept if each.is_like(mark)), None)
        if former is not None:
            kept.remove(former)
            mark = replace(mark, note=mark.note or former.note)  # noqa: PLW2901
        kept.append(mark)
    return tuple(sorted(kept, key=lambda mark: mark.time_s)[:MAX_COUNT])


def without(marks: Marks, mark: Bookmark) -> Marks:
    return tuple(each for each in marks if not each.is_like(mark))


def neighbour(marks: Marks, time_s: float, by: int) -> Bookmark | None:
    """The next (`by` 1) or the one before (-1) a time; None where there is none."""
    if by > 0:
        return next((mark for mark in marks if mark.time_s > time_s + SAME_S), None)
    return next((mark for mark in reversed(marks) if mark.time_s < time_s - SAME_S), None)


def to_json(marks: Iterable[Bookmark], **about: object) -> bytes:
    """`about` stands beside them: the file they belong to."""
    told = {"version": VERSION, **about, "bookmarks": [asdict(mark) for mark in marks]}
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()


def to_csv(marks: Iterable[Bookmark]) -> bytes:
    import csv  # few ask for it: the start-up does without
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for mark in marks:
        row = ("" if each is None else each for each in (mark.index, mark.pts))
        writer.writerow((*row, f"{mark.time_s:.6f}", mark.note))
    return text.getvalue().encode()


def read_marks(data: bytes, name: str) -> Marks:
    """From either form. Raises UsageError, naming the file `name`, when it is neither."""
    try:
        text = data.decode("utf-8-sig")
        rows = _json_rows(text) if text.lstrip().startswith(("{", "[")) else _csv_rows(text)
        marks = [_mark(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{plain(name)} holds no bookmarks.") from error
    if len(marks) > MAX_COUNT:
        raise UsageError(f"{plain(name)} holds more than {MAX_COUNT} bookmarks.")
    return put((), *marks)


def _json_rows(text: str) -> Sequence[Mapping[str, Any]]:
    told = json.loads(text)
    rows = told["bookmarks"] if isinstance(told, dict) else told
    if not isinstance(rows, list):
        raise TypeError("not a list")
    return rows


def _csv_rows(text: str) -> Sequence[Mapping[str, Any]]:
    import csv
    import io

    try:
        reader = csv.DictReader(io.StringIO(text))
        names, rows = set(reader.fieldnames or ()), list(reader)
    except csv.Error as error:
        raise ValueError("not a table") from error
    if not {"time", "note"} <= names:
        raise KeyError("columns")
    return rows


def _mark(row: Mapping[str, Any]) -> Bookmark:
    time_s = float(row["time_s"] if "time_s" in row else row["time"])
    if not math.isfinite(time_s) or abs(time_s) > 1e12:
        raise ValueError("a time out of reach")
    return Bookmark(_whole(row.get("pts")), _whole(row.get("index")), time_s, tidy(str(row.get("note") or "")))


def _whole(value: object) -> int | None:
    if value in (None, ""):
        return None
    number = int(str(value))
    if abs(number) > LARGEST:
        raise ValueError("a number out of reach")
    return number
