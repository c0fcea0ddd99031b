"""What a classifier takes pictures for, as CSV (a row a class) and as JSON Lines (a line a picture)."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

from player.analysis.formats.json_text import encode
from player.analysis.formats.results import SCORE_DIGITS, TIME_DIGITS, Path, RunFacts, run_to_json, seconds
from player.whole_file import open_whole

VERSION = 1
COLUMNS = (
    "file", "frame_index", "pts", "time_s", "rank", "class_id", "class_name", "score", "width", "height", "model",
)  # fmt: skip
OF_BOXES = ("iou", "space")
"""What is said of a run that finds boxes, and means nothing here."""


@dataclass(frozen=True, slots=True)
class PictureClasses:
    """One picture that was looked at, with its likeliest classes; the fields before are those of PictureResult."""

    file: str
    index: int
    pts: int | None
    time_base: Fraction
    time_s: float | None
    width: int
    height: int
    pairs: tuple[tuple[int, float], ...]
    """Class and probability, the likeliest first."""
    is_image: bool = False

    @property
    def count(self) -> int:
        return len(self.pairs)


@contextlib.contextmanager
def write_csv(path: Path, run: RunFacts, *, replace: bool = False) -> Iterator[_Csv]:
    """Raises OSError; FileExistsError without `replace`."""
    with open_whole(path, replace=replace) as file:
        yield _Csv(file, run)


@contextlib.contextmanager
def write_jsonl(path: Path, run: RunFacts, *, replace: bool = False) -> Iterator[_Jsonl]:
    """A line on how they were made, a line a picture, a line that says whether all came. Raises as `write_csv`."""
    with open_whole(path, replace=replace) as file:
        yield _Jsonl(file, run)


class _Csv:
    def __init__(self, file: BinaryIO, run: RunFacts) -> None:
        self._file = file
        self._run = run
        self._row(COLUMNS)

    def add(self, picture: PictureClasses) -> None:
        time_s = seconds(picture.time_s)
        of_picture = (picture.file, picture.index, picture.pts, None if time_s is None else f"{time_s:.{TIME_DIGITS}f}")
        for rank, (class_id, score) in enumerate(picture.pairs, 1):
            what = (rank, class_id, self._run.label(class_id), f"{score:.{SCORE_DIGITS}f}")
            self._row((*of_picture, *what, picture.width, picture.height, self._run.model))

    def finish(self, *, complete: bool) -> None:
        """There is no place for that in a CSV file."""

    def _row(self, values: tuple[Any, ...]) -> None:
        """By RFC 4180. None is an empty cell."""
        text = io.StringIO()
        csv.writer(text).writerow(values)
        self._file.write(text.getvalue().encode("utf-8", "replace"))


class _Jsonl:
    def __init__(self, file: BinaryIO, run: RunFacts) -> None:
        self._file = file
        self._run = run
        self._pictures = 0
        facts = {key: value for key, value in run_to_json(run).items() if key not in OF_BOXES}
        self._line({"overplay": "classes", "version": VERSION} | facts)

    def add(self, picture: PictureClasses) -> None:
        self._pictures += 1
        self._line(
            {
                "file": picture.file,
                "index": picture.index,
                "pts": picture.pts,
                "time_base": str(picture.time_base),
                "time_s": seconds(picture.time_s),
                "width": picture.width,
                "height": picture.height,
                "image": picture.is_image,
                "classes": [
                    {"class_id": each, "class_name": self._run.label(each), "score": round(score, SCORE_DIGITS)}
                    for each, score in picture.pairs
                ],
            }
        )

    def finish(self, *, complete: bool) -> None:
        self._line({"complete": complete, "pictures": self._pictures})

    def _line(self, facts: dict[str, Any]) -> None:
        self._file.write(encode(facts) + b"\n")
