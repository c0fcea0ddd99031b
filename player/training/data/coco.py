"""COCO's boxes: one JSON file of images, categories, and annotations of left, top, width and height in pixels.

Categories are numbered with gaps: classes here are 0 and up, in the order of those numbers. Crowds are left out.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

from player.errors import DataError
from player.training.data.box_set import BoxSet, choose_classes, make_picture, upright_sizes


def open_coco(path: Path, folder: Path, classes: tuple[str, ...]) -> BoxSet:
    """The pictures lie in `folder`; `classes` chooses among the categories, all where it is empty. Raises DataError."""
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"Cannot read {path}: {error}.") from error
    try:
        boxes = _boxes(data, path.name, folder)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(f"{path} is no file of COCO's annotations ({type(error).__name__}: {error}).") from error
    return choose_classes(boxes, classes)


def _boxes(data: Any, told_by: str, folder: Path) -> BoxSet:
    categories = sorted(data["categories"], key=lambda each: int(each["id"]))
    class_of = {int(each["id"]): number for number, each in enumerate(categories)}
    images = sorted(data["images"], key=lambda each: int(each["id"]))
    if not images:
        raise DataError(f"{told_by} has no images.")
    rows: dict[int, tuple[list[list[float]], list[int]]] = {int(each["id"]): ([], []) for each in images}
    for what, ids, given in (("categories", class_of, categories), ("images", rows, images)):
        if len(ids) != len(given):
            raise DataError(f"{told_by} has two {what} of one id.")
    for annotation in data["annotations"]:
        _add(annotation, rows, class_of, told_by)
    paths = [_inside(str(each["file_name"]), told_by, folder) for each in images]
    pictures = []
    for image, path, size in zip(images, paths, upright_sizes(paths), strict=True):
        if (image["width"], image["height"]) != size:
            raise DataError(
                f"{path} is {size[0]} x {size[1]}, and {told_by} says {image['width']} x {image['height']}."
            )
        pictures.append(make_picture(path, size, *rows[int(image["id"])], told_by))
    return BoxSet(tuple(str(each["name"]) for each in categories), tuple(pictures))


def _add(
    annotation: Any, rows: dict[int, tuple[list[list[float]], list[int]]], class_of: dict[int, int], told_by: str
) -> None:
    if annotation.get("iscrowd"):
        return
    image, category = int(annotation["image_id"]), int(annotation["category_id"])
    for what, wanted, known in (("image", image, rows), ("category", category, class_of)):
        if wanted not in known:
            number = annotation.get("id")
            raise DataError(f"Annotation {number} of {told_by} is of {what} {wanted}, which is not there.")
    left, top, width, height = (float(value) for value in annotation["bbox"])
    xyxy, class_id = rows[image]
    xyxy.append([left, top, left + width, top + height])
    class_id.append(class_of[category])


def _inside(name: str, told_by: str, folder: Path) -> Path:
    """The picture's path: names come from a stranger's file, and lead nowhere else."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        raise DataError(f"{told_by} names a picture outside its folder ({name}).")
    return folder / pure
