"""YOLO's and COCO's boxes: pixels, classes, what is divided and cut out; and what can be wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.errors import DataError
from player.training.data.box_set import BoxPicture, BoxSet, choose_classes, cut_out
from player.training.data.coco import open_coco
from player.training.data.decoding import Fit
from player.training.data.opening import open_boxes, open_images
from player.training.data.settings import DataSettings
from player.training.data.yolo import open_yolo
from tests.helpers.libraries import need_torch
from tests.helpers.picture_sets import make_picture, write_picture
from tests.helpers.shared_models import need_data

need_torch()
NAMES = "names:\n  0: cat\n  1: dog\n"


def write_yolo(folder: Path, texts: dict[str, str], names: str = NAMES) -> None:
    """Pictures of 40 x 20, with a text each."""
    (folder / "labels").mkdir()
    for stem, text in texts.items():
        write_picture(folder / "images" / f"{stem}.png", make_picture(len(stem), 20, 40))
        (folder / "labels" / f"{stem}.txt").write_text(text)
    if names:
        (folder / "data.yaml").write_text(names)


def yolo(folder: Path, classes: tuple[str, ...] = ()) -> BoxSet:
    return open_yolo(folder / "images", folder, classes)


def test_yolo_boxes_in_pixels(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "0 0.5 0.5 0.5 0.2\n1 0.1 0.25 0.2 0.5\n", "b": "", "c": "\ufeff1 0.5 0.5 1 1\r\n\r\n"})
    write_picture(tmp_path / "images" / "d.png", make_picture(1, 20, 40))  # without a text
    boxes = yolo(tmp_path)
    assert boxes.classes == ("cat", "dog")
    assert [each.xyxy.round(4).tolist() for each in boxes.pictures] == [
        [[10, 8, 30, 12], [0, 0, 8, 10]], [], [[0, 0, 40, 20]], [],
    ]  # fmt: skip
    assert [each.class_id.tolist() for each in boxes.pictures] == [[0, 1], [], [1], []]
    assert boxes.read(0).shape == (20, 40, 3)


def test_a_box_rounded_beyond_the_picture_ends_at_its_edge(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "0 0.25 0.5 0.505 1.005\n"})
    assert yolo(tmp_path).pictures[0].xyxy[0] == pytest.approx([0, 0, 20.1, 20], abs=1e-4)


def test_yolo_polygons_count_as_the_box_around_them(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "1 0.1 0.2 0.5 0.1 0.3 0.9\n0 0.5 0.5 0.75 0.5 0.75 1.0 0.5 1.0"})
    assert yolo(tmp_path).pictures[0].xyxy.round(4).tolist() == [[4, 2, 20, 18], [20, 10, 30, 20]]


@pytest.mark.parametrize(
    "names",
    ["names: [cat, dog]\n", "names:\n- cat\n- dog\n", "names: {1: dog, 0: 'cat'}\n", "path: .\nnc: 2\n" + NAMES],
)
def test_names_of_a_yaml(tmp_path: Path, names: str) -> None:
    write_yolo(tmp_path, {"a": "0 0.5 0.5 0.5 0.2"}, names)
    assert yolo(tmp_path).classes == ("cat", "dog")


def test_names_of_a_text_or_of_the_recipe(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "0 0.5 0.5 0.5 0.2"}, "")
    with pytest.raises(DataError, match="Nothing tells the names of the classes"):
        yolo(tmp_path)
    assert yolo(tmp_path, ("one", "two")).classes == ("one", "two")
    (tmp_path / "classes.txt").write_text("cat\ndog\n\n")
    assert yolo(tmp_path).classes == ("cat", "dog")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2 0.5 0.5 0.5 0.2", r"Line 2 of .*a\.txt has the class 2, but the 2 classes are 0 to 1"),
        ("-1 0.5 0.5 0.5 0.2", "has the class -1"),
        ("0.5 0.5 0.5 0.5 0.2", "has the class 0.5"),
        ("0 20 10 5 5", "no share of the picture"),
        ("0 0.5 0.5 nan 0.2", "no share of the picture"),
        ("0 0.5 0.5 0.2", "has 4 values: a box has 5"),
        ("0 0.5 0.5 0.2 0.2 0.9", "has 6 values"),  # a prediction, with its confidence
        ("cat 0.5 0.5 0.2 0.2", r"what is no number \(cat 0\.5"),
        ("0 0.95 0.5 0.5 0.2", r"a\.txt has a box, number 1, that does not lie in a\.png, which is 40 x 20"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    write_yolo(tmp_path, {"a": f"0 0.5 0.5 0.5 0.2\n{line}\n"})
    with pytest.raises(DataError, match=sentence):
        yolo(tmp_path)


def test_what_else_is_wrong_with_yolo(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(DataError, match=r"There are no pictures in .*images"):
        yolo(tmp_path)
    write_picture(tmp_path / "images" / "a.png", make_picture(1))
    (tmp_path / "data.yaml").write_text(NAMES)
    with pytest.raises(DataError, match=r"no file of boxes for any picture in .*labels/a\.txt would be one"):
        yolo(tmp_path)
    for text, sentence in (
        ("names: {1: cat, 2: dog}", "not numbered from 0 to 1"),
        ("names: 3", "no list of class names"),
        ("names: [", r"Cannot read .*data\.yaml"),
        ("names: !!python/object/apply:os.system ['ls']", r"Cannot read .*data\.yaml"),
    ):
        (tmp_path / "data.yaml").write_text(text)
        with pytest.raises(DataError, match=sentence):
            yolo(tmp_path)


def coco_data(**change: Any) -> dict[str, Any]:
    big = 2**40 + 1
    return {
        "images": [
            {"id": big, "file_name": "in/b.png", "width": 40, "height": 20},
            {"id": 7, "file_name": "a.png", "width": 40, "height": 20},
        ],
        "categories": [{"id": 90, "name": "toothbrush"}, {"id": 1, "name": "person"}, {"id": 13, "name": "stop sign"}],
        "annotations": [
            {"id": 1, "image_id": 7, "category_id": 90, "bbox": [1.5, 2, 10, 5], "iscrowd": 0},
            {"id": 2, "image_id": big, "category_id": 13, "bbox": [0, 0, 40, 20]},
            {"id": 3, "image_id": 7, "category_id": 1, "bbox": [0, 0, 40, 20], "iscrowd": 1},
            {"id": 4, "image_id": 7, "category_id": 1, "bbox": [5, 5, 0, 10]},
        ],
        **change,
    }


def coco(folder: Path, data: Any, classes: tuple[str, ...] = ()) -> BoxSet:
    for name in ("a.png", "in/b.png"):
        write_picture(folder / "pictures" / name, make_picture(1, 20, 40))
    (folder / "boxes.json").write_text(data if isinstance(data, str) else json.dumps(data))
    return open_coco(folder / "boxes.json", folder / "pictures", classes)


def test_coco_boxes_with_their_gaps_crowds_and_large_ids(tmp_path: Path) -> None:
    boxes = coco(tmp_path, coco_data())
    assert boxes.classes == ("person", "stop sign", "toothbrush")
    assert [each.path.name for each in boxes.pictures] == ["a.png", "b.png"]
    assert boxes.pictures[0].xyxy.tolist() == [[1.5, 2, 11.5, 7]]
    assert boxes.pictures[0].class_id.tolist() == [2]
    assert boxes.pictures[1].class_id.tolist() == [1]


def test_classes_that_are_wanted_are_numbered_anew(tmp_path: Path) -> None:
    boxes = coco(tmp_path, coco_data(), ("toothbrush", "person"))
    assert [each.class_id.tolist() for each in boxes.pictures] == [[0], []]
    with pytest.raises(DataError, match="There are no boxes of class cat: the classes are person, stop sign, tooth"):
        choose_classes(boxes=coco(tmp_path, coco_data()), classes=("cat",))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("[", r"Cannot read .*boxes\.json"),
        ("[]", "no file of COCO's annotations"),
        (coco_data(images=[]), "has no images"),
        (coco_data(categories=[{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]), "two categories of one id"),
        (coco_data(categories=[{"id": 1, "name": "a"}]), "Annotation 1 of boxes.json is of category 90, which is not"),
        (
            coco_data(annotations=[{"id": 5, "image_id": 8, "category_id": 1, "bbox": [0, 0, 1, 1]}]),
            "Annotation 5 of boxes.json is of image 8",
        ),
        (
            coco_data(annotations=[{"id": 5, "image_id": 7, "category_id": 1, "bbox": [0, 0, -3, 1]}]),
            r"boxes\.json has a box, number 0, that does not lie in a\.png",
        ),
        (
            coco_data(annotations=[{"id": 5, "image_id": 7, "category_id": 1, "bbox": [0, 0, float("nan"), 1]}]),
            "has a box, number 0",
        ),
        (
            coco_data(images=[{"id": 7, "file_name": "a.png", "width": 20, "height": 40}], annotations=[]),
            r"a\.png is 40 x 20, and boxes\.json says 20 x 40",
        ),
        (
            coco_data(images=[{"id": 7, "file_name": "../a.png", "width": 20, "height": 40}], annotations=[]),
            "outside its folder",
        ),
        (
            coco_data(images=[{"id": 7, "file_name": "gone.png", "width": 20, "height": 40}], annotations=[]),
            r"Cannot read .*gone\.png: No such file",
        ),
    ],
)
def test_what_is_wrong_with_coco(tmp_path: Path, data: Any, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        coco(tmp_path, data)


def test_boxes_cut_out_are_pictures_of_their_classes(tmp_path: Path) -> None:
    pixels = np.zeros((50, 60, 3), np.uint8)
    pixels[10:30, 20:30] = (255, 0, 0)
    pixels[30:50, 40:60] = (0, 255, 0)
    write_picture(tmp_path / "a.png", pixels)
    xyxy = np.array([[20, 10, 30, 30], [40, 30, 60, 50], [0, 0, 9, 30]], np.float32)
    boxes = BoxSet(("red", "green"), (BoxPicture(tmp_path / "a.png", 60, 50, xyxy, np.array([0, 1, 0])),))
    images = cut_out(boxes, Fit(16), margin=0.0, least=10)
    assert images.labels.tolist() == [0, 1]  # the third is too narrow
    red, green = images.read(np.arange(2))
    assert red.unique(dim=1).shape[1] == 1
    assert red[:, 8, 8].tolist() == [255, 0, 0]
    assert green.float().mean((1, 2)).tolist() == [0, 255, 0]
    wider = cut_out(boxes, Fit(16), margin=0.25, least=10).read(np.array([1]))[0]
    assert wider[1, 0, 0] == 0
    assert wider[1, 8, 8] == 255
    with pytest.raises(DataError, match="There are no boxes of 40 or more pixels in the 1 pictures"):
        cut_out(boxes, Fit(16), margin=0.0, least=40)


def test_a_box_cut_out_keeps_every_pixel_it_touches(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", np.arange(60, dtype=np.uint8)[None, :, None].repeat(50, 0).repeat(3, 2))
    xyxy = np.array([[20.6, 10, 29.2, 19]], np.float32)
    boxes = BoxSet(("a", "b"), (BoxPicture(tmp_path / "a.png", 60, 50, xyxy, np.array([0])),))
    columns = cut_out(boxes, Fit(), margin=0.0, least=5).read(np.arange(1))[0, 0, 0]
    assert columns.tolist() == list(range(20, 30))


def test_a_picture_is_on_one_side_with_all_its_boxes(tmp_path: Path) -> None:
    write_yolo(tmp_path, {f"p{at:02d}": f"{at % 2} 0.5 0.5 0.5 0.9\n1 0.5 0.5 0.6 0.9\n" for at in range(20)})
    settings = DataSettings("yolo", "images", folds=5, fold=2, side=8)
    boxes = open_boxes(settings, tmp_path)
    train, valid = ({each.path for each in part.pictures} for part in (boxes.train, boxes.valid))
    assert (len(train), len(valid), train & valid) == (16, 4, set())
    splits = open_images(settings, tmp_path)
    assert (len(splits.train), len(splits.valid)) == (32, 8)
    assert set(splits.valid.labels.tolist()) == {0, 1}


def test_the_shared_coco_pictures() -> None:
    folder = need_data("coco_val")
    boxes = open_boxes(DataSettings("yolo", "images", valid_share=0.25, seed=1), folder)
    assert len(boxes.train.pictures) + len(boxes.valid.pictures) == 64
    assert 12 <= len(boxes.valid.pictures) <= 20
    settings = DataSettings("yolo", "images", valid_share=0.25, classes=("person", "car", "chair"), side=32)
    splits = open_images(settings, folder)
    assert splits.train.classes == ("person", "car", "chair")
    assert splits.train.shape == (3, 32, 32)
