"""CSV: a row a box. Which pictures were looked at, those without a box too, stands in a JSON file beside."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

from player.analysis.formats.json_text import ArrayWriter, encode
from player.analysis.formats.results import (
    PIXEL_DIGITS,
    SCORE_DIGITS,
    TIME_DIGITS,
    BoxRows,
    FormatError,
    Path,
    PictureResult,
    Results,
    RunFacts,
    Writer,
    run_from_json,
    run_to_json,
    seconds,
)
from player.whole_file import open_whole

COLUMNS = (
    "file", "frame_index", "pts", "time_s", "track_id", "class_id", "class_name", "score", "x1", "y1", "x2", "y2",
    "width", "height", "model",
)  # fmt: skip
PICTURE_COLUMNS = ("file", "index", "pts", "time_base", "time_s", "width", "height", "image")
"""Of the file beside."""


def side_path(path: Path) -> str:
    """The JSON file that belongs to a CSV file."""
    return f"{os.fspath(path)}.json"


@contextlib.contextmanager
def write(path: Path, run: RunFacts, *, replace: bool = False) -> Iterator[Writer]:
    """Raises OSError; FileExistsError without `replace`. Landmarks are left out."""
    with open_whole(side_path(path), replace=replace) as side, open_whole(path, replace=replace) as file:
        yield _Writer(file, side, run)


class _Writer:
    def __init__(self, file: BinaryIO, side: BinaryIO, run: RunFacts) -> None:
        self._file = file
        self._side = side
        self._run = run
        self._file.write(_row(COLUMNS))
        facts = {"overplay": "detections", "version": 1} | run_to_json(run) | {"columns": PICTURE_COLUMNS}
        self._side.write(encode(facts)[:-1] + b', "pictures": [')
        self._pictures = ArrayWriter(side)

    def add(self, picture: PictureResult) -> None:
        found = picture.found
        base = str(picture.time_base)
        time_s = seconds(picture.time_s)
        self._pictures.add(
            (picture.file, picture.index, picture.pts, base, time_s, picture.width, picture.height, picture.is_image)
        )
        of_picture = (picture.file, picture.index, picture.pts, None if time_s is None else f"{time_s:.{TIME_DIGITS}f}")
        behind = (picture.width, picture.height, self._run.model)
        tracks = [None] * len(found) if found.tracker_id is None else found.tracker_id.tolist()
        boxes = zip(found.xyxy.tolist(), found.confidence.tolist(), found.class_id.tolist(), tracks, strict=True)
        for xyxy, score, class_id, track in boxes:
            what = (track, class_id, self._run.label(class_id), f"{score:.{SCORE_DIGITS}f}")
            self._file.write(_row((*of_picture, *what, *(f"{value:.{PIXEL_DIGITS}f}" for value in xyxy), *behind)))

    def finish(self, *, complete: bool) -> None:
        self._side.write(b'\n], "complete": ' + encode(complete) + b"}\n")


def _row(values: tuple[Any, ...]) -> bytes:
    """By RFC 4180: quoted where it must be, ended by CR LF. None is an empty cell."""
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().encode("utf-8", "replace")


def read(path: Path) -> Results:
    """Both files, as `write` makes them; the CSV may have been edited since. Raises OSError, FormatError."""
    boxes = _read_boxes(path)
    try:
        with open(side_path(path), encoding="utf-8") as side:
            facts = json.load(side)
        run, complete = run_from_json(facts), bool(facts["complete"])
        pictures = tuple(_picture(listed, boxes) for listed in facts["pictures"])
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(side_path(path), f"it is none of Overplay's ({error})") from error
    if boxes:
        file, index = next(iter(boxes))
        raise FormatError(path, f"{side_path(path)} knows of no picture {index} of {file}")
    return Results(run, pictures, complete)


Boxes = dict[tuple[str, int], BoxRows]
"""By the picture's file and its number there."""


def _read_boxes(path: Path) -> Boxes:
    boxes: Boxes = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise FormatError(path, f"it has no column {missing[0]}")
        for row in rows:
            try:
                _add(row, boxes.setdefault((row["file"], int(row["frame_index"])), BoxRows()))
            except (TypeError, ValueError) as error:
                raise FormatError(path, f"line {rows.line_num} is no box ({error})") from error
    return boxes


def _add(row: dict[str, str], boxes: BoxRows) -> None:
    boxes.xyxy.append([float(row[name]) for name in ("x1", "y1", "x2", "y2")])
    boxes.confidence.append(float(row["score"]))
    boxes.class_id.append(int(row["class_id"]))
    if row["track_id"]:
        boxes.tracker_id.append(int(row["track_id"]))


def _picture(listed: list[Any], boxes: Boxes) -> PictureResult:
    file, index, pts, base, time_s, width, height, is_image = listed
    found = boxes.pop((file, index), BoxRows()).found()
    return PictureResult(file, index, pts, Fraction(base), time_s, width, height, found, is_image)
