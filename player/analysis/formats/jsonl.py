"""JSON Lines: a line on how the results were made, a line a picture, a line that says whether all came."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

from player.analysis.formats.json_text import encode
from player.analysis.formats.results import (
    PIXEL_DIGITS,
    SCORE_DIGITS,
    BoxRows,
    FormatError,
    Path,
    PictureResult,
    Results,
    RunFacts,
    Writer,
    rounded,
    run_from_json,
    run_to_json,
    seconds,
)
from player.whole_file import open_whole

VERSION = 1


@contextlib.contextmanager
def write(path: Path, run: RunFacts, *, replace: bool = False) -> Iterator[Writer]:
    """Raises OSError; FileExistsError without `replace`."""
    with open_whole(path, replace=replace) as file:
        yield _Writer(file, run)


class _Writer:
    def __init__(self, file: BinaryIO, run: RunFacts) -> None:
        self._file = file
        self._run = run
        self._pictures = self._boxes = 0
        self._line({"overplay": "detections", "version": VERSION} | run_to_json(run))

    def add(self, picture: PictureResult) -> None:
        boxes = _boxes(picture, self._run)
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
                "boxes": boxes,
            }
        )
        self._pictures += 1
        self._boxes += len(boxes)

    def finish(self, *, complete: bool) -> None:
        self._line({"complete": complete, "pictures": self._pictures, "boxes": self._boxes})

    def _line(self, facts: dict[str, Any]) -> None:
        self._file.write(encode(facts) + b"\n")


def _boxes(picture: PictureResult, run: RunFacts) -> list[dict[str, Any]]:
    found = picture.found
    corners, scores = rounded(found.xyxy, PIXEL_DIGITS), rounded(found.confidence, SCORE_DIGITS)
    boxes: list[dict[str, Any]] = [
        {"xyxy": xyxy, "score": score, "class_id": class_id, "class_name": run.label(class_id)}
        for xyxy, score, class_id in zip(corners, scores, found.class_id.tolist(), strict=True)
    ]
    if found.tracker_id is not None:
        for box, track in zip(boxes, found.tracker_id.tolist(), strict=True):
            box["track_id"] = track
    if found.landmarks is not None:
        for box, points in zip(boxes, rounded(found.landmarks, PIXEL_DIGITS), strict=True):
            box["landmarks"] = points
    return boxes


def read(path: Path) -> Results:
    """Raises OSError and FormatError."""
    run: RunFacts | None = None
    pictures: list[PictureResult] = []
    complete = False
    with open(path, encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            try:
                facts = json.loads(line)
                if number == 1:
                    run = run_from_json(facts)
                elif "complete" in facts:
                    complete = bool(facts["complete"])
                else:
                    pictures.append(_picture(facts))
            except (ValueError, KeyError, TypeError) as error:
                raise FormatError(path, f"line {number} is none of Overplay's ({error})") from error
    if run is None:
        raise FormatError(path, "it is empty")
    return Results(run, tuple(pictures), complete)


def _picture(facts: dict[str, Any]) -> PictureResult:
    rows = BoxRows()
    for box in facts["boxes"]:
        rows.xyxy.append(box["xyxy"])
        rows.confidence.append(box["score"])
        rows.class_id.append(box["class_id"])
        if "track_id" in box:
            rows.tracker_id.append(box["track_id"])
        if "landmarks" in box:
            rows.landmarks.append(box["landmarks"])
    return PictureResult(
        file=facts["file"],
        index=facts["index"],
        pts=facts["pts"],
        time_base=Fraction(facts["time_base"]),
        time_s=facts["time_s"],
        width=facts["width"],
        height=facts["height"],
        found=rows.found(),
        is_image=facts["image"],
    )
