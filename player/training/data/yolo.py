"""YOLO's boxes: with each picture a text file, a line a box: class, centre and size, as shares of the picture's.

The text lies beside the picture, or in `labels` where that is in `images`. Polygons count as the box around them. A
picture without a text file has no boxes. The class names stand in a .yaml beside (`names`), or in `classes.txt`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from player.errors import DataError
from player.training.data.box_set import BoxPicture, BoxSet, choose_classes, make_picture, upright_sizes
from player.training.data.folder import picture_paths

_BESIDE = 0.01
"""How far beyond 0 and 1 a share may be: rounding."""


def open_yolo(pictures: Path, folder: Path, classes: tuple[str, ...]) -> BoxSet:
    """All pictures below a folder. `folder` is the data's, whose names are taken where there are none beside them;
    then `classes` chooses among them. Raises DataError."""
    paths = picture_paths(pictures)
    if not paths:
        raise DataError(f"There are no pictures in {pictures}.")
    named = _names(pictures) or _names(folder)
    names = named or classes
    if not names:
        raise DataError(f"Nothing tells the names of the classes: a .yaml or classes.txt in {folder}, or data.classes.")
    texts = [_text_of(path) for path in paths]
    if not any(text.is_file() for text in texts):
        raise DataError(f"There is no file of boxes for any picture in {pictures}: {texts[0]} would be one.")
    sizes = upright_sizes(paths)
    boxes = BoxSet(names, tuple(_picture(*each, names) for each in zip(paths, texts, sizes, strict=True)))
    return choose_classes(boxes, classes) if named else boxes


def _text_of(path: Path) -> Path:
    """labels/a.txt for images/a.jpg, by the last folder of that name; else a.txt beside a.jpg."""
    parts = list(path.parts)
    for at in range(len(parts) - 2, -1, -1):
        if parts[at] == "images":
            parts[at] = "labels"
            return Path(*parts).with_suffix(".txt")
    return path.with_suffix(".txt")


def _picture(path: Path, text: Path, size: tuple[int, int], names: tuple[str, ...]) -> BoxPicture:
    width, height = size
    xyxy: list[list[float]] = []
    class_id: list[int] = []
    for number, line in enumerate(_lines(text), 1):
        fields = line.split()
        if not fields:
            continue
        where = f"Line {number} of {text}"
        try:
            values = [float(field) for field in fields]
        except ValueError as error:
            raise DataError(f"{where} has what is no number ({line[:40]}).") from error
        if not all(-_BESIDE <= value <= 1 + _BESIDE for value in values[1:]):
            raise DataError(f"{where} has what is no share of the picture, 0 to 1 ({line[:40]}).")
        if not (values[0].is_integer() and 0 <= values[0] < len(names)):
            raise DataError(
                f"{where} has the class {fields[0]}, but the {len(names)} classes are 0 to {len(names) - 1}."
            )
        left, top, right, bottom = _box(values[1:], where)
        xyxy.append([left * width, top * height, right * width, bottom * height])
        class_id.append(int(values[0]))
    return make_picture(path, size, xyxy, class_id, str(text))


def _lines(text: Path) -> list[str]:
    if not text.is_file():
        return []
    try:
        return text.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"Cannot read {text}: {error}.") from error


def _box(values: list[float], where: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a centre and a size, or around the points of a polygon."""
    if len(values) == 4:
        x, y, width, height = values
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2
    if len(values) < 6 or len(values) % 2:
        raise DataError(f"{where} has {len(values) + 1} values: a box has 5, a polygon 7, 9 and so on.")
    return min(values[0::2]), min(values[1::2]), max(values[0::2]), max(values[1::2])


def _names(folder: Path) -> tuple[str, ...]:
    """The names that a file in the folder tells; none where there is no such file. Raises DataError."""
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        names = _parsed(path).get("names")
        if names is not None:
            return _listed(names, path)
    listed = folder / "classes.txt"
    return tuple(line.strip() for line in _lines(listed) if line.strip())


def _parsed(path: Path) -> dict[Any, Any]:
    import yaml

    try:
        read = yaml.safe_load(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise DataError(f"Cannot read {path}: {' '.join(str(error).split())}.") from error
    return read if isinstance(read, dict) else {}


def _listed(names: Any, path: Path) -> tuple[str, ...]:
    """A list of names, or names by their numbers, 0 and up."""
    if isinstance(names, dict):
        if sorted(names, key=str) != sorted(range(len(names)), key=str):
            raise DataError(f"The names in {path} are not numbered from 0 to {len(names) - 1}.")
        names = [names[number] for number in range(len(names))]
    if not isinstance(names, list) or not names or any(isinstance(name, (list, dict)) for name in names):
        raise DataError(f"The names in {path} are no list of class names.")
    return tuple(str(name) for name in names)
