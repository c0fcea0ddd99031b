"""COCO: the list of results that pycocotools takes, and beside it a data set that annotation tools take.

The results are `[{image_id, category_id, bbox: [left, top, width, height], score}]`; the file beside has the images
with their file, number and timestamp, the categories, and the same boxes as annotations.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np

from player.analysis.formats.coco_ids import category_ids, category_names
from player.analysis.formats.json_text import ArrayWriter, encode
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

ImageId = Callable[[PictureResult], int]
_COPY_BYTES = 1 << 20


def side_path(path: Path) -> str:
    """The data set that belongs to a list of results: `out.json` has `out.dataset.json`."""
    stem, suffix = os.path.splitext(os.fspath(path))
    return f"{stem}.dataset{suffix or '.json'}"


@contextlib.contextmanager
def write(path: Path, run: RunFacts, image_id: ImageId, *, replace: bool = False) -> Iterator[Writer]:
    """`image_id` gives each picture a number of its own. Raises OSError; FileExistsError without `replace`."""
    with (
        tempfile.TemporaryFile(dir=os.path.dirname(os.path.abspath(path))) as annotations,
        open_whole(side_path(path), replace=replace) as side,
        open_whole(path, replace=replace) as file,
    ):
        yield _Writer(file, side, annotations, run, image_id)


class _Writer:
    """The annotations wait in a file of their own until all images are written."""

    def __init__(self, file: BinaryIO, side: BinaryIO, annotations: BinaryIO, run: RunFacts, image_id: ImageId) -> None:
        self._file, self._side, self._waiting = file, side, annotations
        self._image_id = image_id
        self._categories = category_ids(run.labels)
        file.write(b"[")
        self._results = ArrayWriter(file)
        info = {"description": f"Found by {run.model}", "overplay": run_to_json(run)}
        names = category_names(run.labels)
        categories = [
            {"id": number, "name": name, "supercategory": ""}
            for number, name in zip(self._categories, names, strict=True)
        ]
        side.write(b'{"info": ' + encode(info) + b', "licenses": [], "categories": ' + encode(categories))
        side.write(b',\n"images": [')
        self._images = ArrayWriter(side)
        self._annotations = ArrayWriter(annotations)

    def add(self, picture: PictureResult) -> None:
        found = picture.found
        number = self._image_id(picture)
        self._images.add(_image(picture, number))
        sizes = found.xyxy[:, 2:] - found.xyxy[:, :2]
        boxes = rounded(np.concatenate((found.xyxy[:, :2], sizes), axis=1), PIXEL_DIGITS)
        scores = rounded(found.confidence, SCORE_DIGITS)
        for row, (box, score, class_id) in enumerate(zip(boxes, scores, found.class_id.tolist(), strict=True)):
            result: dict[str, Any] = {
                "image_id": number,
                "category_id": self._categories[class_id],
                "bbox": box,
                "score": score,
            }
            if found.landmarks is not None:
                points = rounded(found.landmarks[row], PIXEL_DIGITS)
                result["keypoints"] = [value for x, y in points for value in (x, y, 2)]  # 2: seen
                result["num_keypoints"] = len(points)
            if found.tracker_id is not None:
                result["track_id"] = int(found.tracker_id[row])
            self._results.add(result)
            area = round(box[2] * box[3], PIXEL_DIGITS)
            # pycocotools takes an annotation 0 for none.
            self._annotations.add({"id": self._annotations.count + 1, **result, "area": area, "iscrowd": 0})

    def finish(self, *, complete: bool) -> None:
        self._file.write(b"\n]\n")
        self._side.write(b'\n],\n"annotations": [')
        self._waiting.seek(0)
        while chunk := self._waiting.read(_COPY_BYTES):
            self._side.write(chunk)
        self._side.write(b'\n], "complete": ' + encode(complete) + b"}\n")


def _image(picture: PictureResult, number: int) -> dict[str, Any]:
    """`file_name` of a video's picture is what `overplay frames -o` calls it, in a folder called like the video."""
    stem = os.path.splitext(picture.file)[0]
    return {
        "id": number,
        "file_name": picture.file if picture.is_image else f"{stem}/{picture.index:06d}.png",
        "width": picture.width,
        "height": picture.height,
        "file": picture.file,
        "frame_index": picture.index,
        "pts": picture.pts,
        "time_base": str(picture.time_base),
        "time_s": seconds(picture.time_s),
        "image": picture.is_image,
    }


def read(path: Path) -> Results:
    """The results with the data set beside them, as `write` makes them. Raises OSError and FormatError."""
    side = side_path(path)
    with open(side, encoding="utf-8-sig") as file:
        data = _parsed(side, file.read())
    with open(path, encoding="utf-8-sig") as file:
        results = _parsed(path, file.read())
    try:
        run = run_from_json(data["info"]["overplay"])
        class_of = {number: class_id for class_id, number in enumerate(category_ids(run.labels))}
        boxes: dict[int, BoxRows] = {image["id"]: BoxRows() for image in data["images"]}
        for result in results:
            _add(result, boxes[result["image_id"]], class_of)
        pictures = tuple(_picture(image, boxes[image["id"]]) for image in data["images"])
        return Results(run, pictures, bool(data["complete"]))
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(path, f"it and {side} are none of Overplay's ({error!r})") from error


def _parsed(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise FormatError(path, f"it is no JSON ({error})") from error


def _add(result: dict[str, Any], rows: BoxRows, class_of: dict[int, int]) -> None:
    left, top, width, height = result["bbox"]
    rows.xyxy.append([left, top, left + width, top + height])
    rows.confidence.append(result["score"])
    rows.class_id.append(class_of[result["category_id"]])
    if "track_id" in result:
        rows.tracker_id.append(result["track_id"])
    if "keypoints" in result:
        values = result["keypoints"]
        rows.landmarks.append([[x, y] for x, y in zip(values[0::3], values[1::3], strict=True)])


def _picture(image: dict[str, Any], rows: BoxRows) -> PictureResult:
    return PictureResult(
        file=image["file"],
        index=image["frame_index"],
        pts=image["pts"],
        time_base=Fraction(image["time_base"]),
        time_s=image["time_s"],
        width=image["width"],
        height=image["height"],
        found=rows.found(),
        is_image=image["image"],
    )
