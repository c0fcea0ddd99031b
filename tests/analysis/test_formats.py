"""What is written is read back, and read by others: COCO, CSV, JSON Lines."""

from __future__ import annotations

import csv as plain_csv
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from player.analysis.detections import Detections, no_detections
from player.analysis.formats import coco, csv, jsonl
from player.analysis.formats.coco_ids import COCO_NAMES, category_ids
from player.analysis.formats.results import FormatError, PictureResult, Results, RunFacts, Writer
from player.analysis.upright import upright, upright_size
from player.records import Orientation
from tests.helpers.libraries import need_library

RUN = RunFacts(
    model="tiny, \"quoted\" & <b>ö</b>",
    sha256="ab" * 32,
    labels=("cat", 'a "dog", big', "Vögel & <co>"),
    engine="onnxruntime 1.31",
    device="cpu",
    low=0.25,
    high=0.9,
    iou=0.5,
    classes=("cat",),
    files={"clip, ö.mp4": "0123", "cat.jpg": "4567"},
)  # fmt: skip
BOXES = Detections(
    np.array(
        [[0, 0, 10.5, 20.25], [-3.13, -4, 170.01, 130], [5, 6, 5, 9], [1e6 + 0.25, 2, 1e6 + 3, 4]],
        np.float32,
    ),
    np.array([1, 0.90001, 0.5, 0.25], np.float32),
    np.array([2, 1, 0, 1], np.int32),
    tracker_id=np.array([1, -1, 7, 1 << 30], np.int32),
    landmarks=np.linspace(0, 3, 24, dtype=np.float32).reshape(4, 3, 2),
)
PLAIN = Detections(BOXES.xyxy.copy(), BOXES.confidence.copy(), BOXES.class_id.copy())
CLIP = PictureResult("clip, ö.mp4", 0, -7, Fraction(1, 90_000), -7 / 90_000, 161, 121, PLAIN)
PICTURES = (
    CLIP,
    replace(CLIP, index=1, pts=None, time_s=None, found=no_detections()),
    replace(CLIP, index=2, pts=3_000_000_000, time_s=33333.3333333, width=77, found=PLAIN),
    PictureResult("cat.jpg", 0, 0, Fraction(1, 25), 0.0, 3, 3, no_detections(), is_image=True),
)

Opening = Callable[..., AbstractContextManager[Writer]]


def numbered(picture: PictureResult) -> int:
    return (1 << 40) + [(each.file, each.index) for each in PICTURES].index((picture.file, picture.index))


def open_coco(path: Path, run: RunFacts, *, replace: bool = False) -> AbstractContextManager[Writer]:
    return coco.write(path, run, numbered, replace=replace)


FORMATS: dict[str, tuple[Opening, Callable[[Path], Results]]] = {
    "coco": (open_coco, coco.read),
    "csv": (csv.write, csv.read),
    "jsonl": (jsonl.write, jsonl.read),
}
every_format = pytest.mark.parametrize("name", FORMATS)


def written(name: str, folder: Path, pictures: tuple[PictureResult, ...] = PICTURES, *, complete: bool = True) -> Path:
    path = folder / f"boxes.{name}"
    with FORMATS[name][0](path, RUN) as writer:
        for picture in pictures:
            writer.add(picture)
        writer.finish(complete=complete)
    return path


def assert_same(one: PictureResult, other: PictureResult) -> None:
    assert (one.file, one.index, one.pts, one.time_base) == (other.file, other.index, other.pts, other.time_base)
    assert (one.width, one.height, one.is_image) == (other.width, other.height, other.is_image)
    assert (one.time_s is None) == (other.time_s is None)
    assert one.time_s is None or one.time_s == pytest.approx(other.time_s, abs=1e-6)
    np.testing.assert_allclose(one.found.xyxy, other.found.xyxy, atol=0.0101, rtol=1e-7)
    np.testing.assert_allclose(one.found.confidence, other.found.confidence, atol=0.51e-5)
    np.testing.assert_array_equal(one.found.class_id, other.found.class_id)


@every_format
@pytest.mark.parametrize("complete", [True, False])
def test_what_is_written_is_read_back(name: str, complete: bool, tmp_path: Path) -> None:
    results = FORMATS[name][1](written(name, tmp_path, complete=complete))
    assert results.run == RUN
    assert results.complete is complete
    assert len(results.pictures) == len(PICTURES)
    for one, other in zip(results.pictures, PICTURES, strict=True):
        assert_same(one, other)


@every_format
def test_tracks_and_landmarks_are_read_back(name: str, tmp_path: Path) -> None:
    with_all = replace(CLIP, found=BOXES)
    (picture,) = FORMATS[name][1](written(name, tmp_path, (with_all,))).pictures
    np.testing.assert_array_equal(picture.found.tracker_id, BOXES.tracker_id)
    if name == "csv":
        assert picture.found.landmarks is None
    else:
        assert picture.found.landmarks is not None
        assert BOXES.landmarks is not None
        np.testing.assert_allclose(picture.found.landmarks, BOXES.landmarks, atol=0.01)


@every_format
def test_no_picture_at_all_is_read_back(name: str, tmp_path: Path) -> None:
    assert FORMATS[name][1](written(name, tmp_path, ())) == Results(RUN, ())


@every_format
def test_nothing_is_there_until_all_is(name: str, tmp_path: Path) -> None:
    broken = replace(CLIP, found=replace(PLAIN, class_id=np.full(4, 1 << 30, np.int32)), time_s=float("nan"))
    with pytest.raises((ValueError, IndexError)):
        written(name, tmp_path, (CLIP, broken))
    assert list(tmp_path.iterdir()) == []


@every_format
def test_what_is_there_is_kept(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"boxes.{name}"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        written(name, tmp_path)
    assert path.read_text() == "mine"
    with FORMATS[name][0](path, RUN, replace=True) as writer:
        writer.finish(complete=True)
    assert FORMATS[name][1](path).run == RUN


def test_what_is_no_number_is_refused() -> None:
    box = Detections(np.array([[0, 0, np.nan, 1]], np.float32), np.ones(1, np.float32), np.zeros(1, np.int32))
    with pytest.raises(ValueError, match=r"a box of clip, ö\.mp4, picture 0, is not a number"):
        replace(CLIP, found=box)


# COCO


def test_coco_results_are_the_standards(tmp_path: Path) -> None:
    path = written("coco", tmp_path)
    results = json.loads(path.read_text(encoding="utf-8"))
    assert results[0] == {"image_id": 1 << 40, "category_id": 3, "bbox": [0.0, 0.0, 10.5, 20.25], "score": 1.0}
    data = json.loads((tmp_path / "boxes.dataset.coco").read_text(encoding="utf-8"))
    assert [image["id"] for image in data["images"]] == [(1 << 40) + number for number in range(4)]
    assert [image["file_name"] for image in data["images"]][:2] == ["clip, ö/000000.png", "clip, ö/000001.png"]
    assert data["images"][3]["file_name"] == "cat.jpg"
    assert [each["id"] for each in data["annotations"]] == list(range(1, 9))  # 0 is none to pycocotools
    assert data["annotations"][0]["area"] == pytest.approx(10.5 * 20.25, abs=0.01)
    assert [(each["id"], each["name"]) for each in data["categories"]] == list(enumerate(RUN.labels, 1))


def test_a_data_set_is_read_by_supervision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    supervision = need_library("supervision")
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # it would leave a thread behind
    written("coco", tmp_path)
    data = supervision.DetectionDataset.from_coco(str(tmp_path), str(tmp_path / "boxes.dataset.coco"))
    assert data.classes == list(RUN.labels)
    found = data.annotations[str(tmp_path.resolve() / "clip, ö" / "000000.png")]
    np.testing.assert_allclose(found.xyxy, PLAIN.xyxy, atol=0.2)
    np.testing.assert_array_equal(found.class_id, PLAIN.class_id)


@pytest.mark.parametrize("darknet", [False, True])
def test_cocos_things_have_cocos_ids(darknet: bool) -> None:
    names = list(COCO_NAMES)
    if darknet:
        names[3], names[57] = "motorbike", "sofa"
    ids = dict(zip(COCO_NAMES, category_ids(names), strict=True))
    # From the list that comes with COCO's annotations.
    known = {
        "person": 1, "motorcycle": 4, "fire hydrant": 11, "stop sign": 13, "bench": 15, "giraffe": 25, "backpack": 27,
        "umbrella": 28, "handbag": 31, "bottle": 44, "wine glass": 46, "chair": 62, "couch": 63, "bed": 65,
        "dining table": 67, "toilet": 70, "tv": 72, "toaster": 80, "refrigerator": 82, "book": 84, "toothbrush": 90,
    }  # fmt: skip
    assert {name: ids[name] for name in known} == known
    assert len(set(ids.values())) == 80


def test_other_things_are_counted_from_one() -> None:
    assert list(category_ids(["cat", "dog"])) == [1, 2]
    assert list(category_ids(COCO_NAMES[:79])) == list(range(1, 80))


def test_a_strange_file_is_no_results_of_ours(tmp_path: Path) -> None:
    path = written("coco", tmp_path)
    path.write_text('[{"image_id": 5, "category_id": 1, "bbox": [0, 0, 1, 1], "score": 1}]')
    with pytest.raises(FormatError, match="none of Overplay's"):
        coco.read(path)
    path.write_text("[")
    with pytest.raises(FormatError, match="it is no JSON"):
        coco.read(path)


# CSV


def test_csv_is_read_by_others(tmp_path: Path) -> None:
    path = written("csv", tmp_path)
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(plain_csv.DictReader(file))
    assert len(rows) == 8
    assert rows[1] == {
        "file": "clip, ö.mp4", "frame_index": "0", "pts": "-7", "time_s": "-0.000078", "track_id": "", "class_id": "1",
        "class_name": 'a "dog", big', "score": "0.90001", "x1": "-3.13", "y1": "-4.00", "x2": "170.01", "y2": "130.00",
        "width": "161", "height": "121", "model": RUN.model,
    }  # fmt: skip
    assert path.read_bytes().count(b"\r\n") == 9


def test_a_spreadsheets_csv_is_read(tmp_path: Path) -> None:
    path = written("csv", tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\n"))
    assert [len(picture.found) for picture in csv.read(path).pictures] == [4, 0, 4, 0]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"class_id", b"klass", "it has no column class_id"),
        (b"10.50", b"ten", "line 2 is no box"),
        (b"clip", b"other", "knows of no picture 0 of other"),
    ],
)
def test_a_broken_csv_is_said(before: bytes, after: bytes, why: str, tmp_path: Path) -> None:
    path = written("csv", tmp_path)
    path.write_bytes(path.read_bytes().replace(before, after))
    with pytest.raises(FormatError, match=why):
        csv.read(path)


# JSON Lines


def test_a_line_a_picture(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in written("jsonl", tmp_path).read_text(encoding="utf-8").splitlines()]
    assert lines[0]["overplay"] == "detections"
    assert [(line["index"], len(line["boxes"])) for line in lines[1:-1]] == [(0, 4), (1, 0), (2, 4), (0, 0)]
    assert lines[-1] == {"complete": True, "pictures": 4, "boxes": 8}


@pytest.mark.parametrize("text", ["", "{}\n", "[]\n", "nonsense\n"])
def test_a_strange_file_is_no_json_lines_of_ours(text: str, tmp_path: Path) -> None:
    path = tmp_path / "boxes"
    path.write_text(text)
    with pytest.raises(FormatError):
        jsonl.read(path)


# Upright


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_boxes_turn_with_the_picture(turns: int, mirrored: bool) -> None:
    """Held against numpy's own turning of an image that is white inside the box."""
    coded = np.zeros((12, 20), np.uint8)
    coded[2:5, 3:9] = 255
    shown = np.rot90(coded[:, ::-1] if mirrored else coded, -turns)
    box = Detections(
        np.array([[3, 2, 9, 5]], np.float32),
        np.ones(1, np.float32),
        np.zeros(1, np.int32),
        landmarks=np.array([[[3.5, 2.5]]], np.float32),  # the middle of the top left pixel
        masks=(coded[None, 2:5, 3:9] > 0),
    )
    orientation = Orientation(mirrored, turns)
    found = upright(box, (20, 12), orientation)
    width, height = upright_size((20, 12), orientation)
    assert shown.shape == (height, width)
    left, top, right, bottom = found.xyxy[0].astype(int)
    assert shown[top:bottom, left:right].all()
    assert np.count_nonzero(shown) == (right - left) * (bottom - top) == 18
    assert found.masks is not None
    assert found.masks[0].shape == (bottom - top, right - left)
    assert found.landmarks is not None
    marked = np.zeros_like(coded)
    marked[2, 3] = 1
    row, column = np.argwhere(np.rot90(marked[:, ::-1] if mirrored else marked, -turns))[0]
    assert found.landmarks[0, 0].tolist() == [column + 0.5, row + 0.5]
