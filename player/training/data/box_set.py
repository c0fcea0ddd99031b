"""Pictures with boxes in them, each of a class; and the boxes cut out, as pictures to tell the classes apart by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data.decoding import Fit, Pixels, decode_file, side_by_side
from player.training.data.image_set import ImageSet, Labels, Places
from player.training.data.picture_files import Box, Item, open_files

_TOLERANCE = 0.01
"""What of a picture's side a box may go beyond it: rounding, not a mistake."""


@dataclass(frozen=True)
class BoxPicture:
    """Boxes lie within the picture, as it is upright; those without area are left out."""

    path: Path
    width: int
    height: int
    xyxy: NDArray[np.float32]
    """[n, 4], pixels"""
    class_id: Labels


@dataclass(frozen=True)
class BoxSet:
    """A picture without boxes is one where there is nothing."""

    classes: tuple[str, ...]
    pictures: tuple[BoxPicture, ...]

    def read(self, place: int) -> Pixels:
        """RGB. Raises DataError."""
        return decode_file(self.pictures[place].path)

    def part(self, places: Places) -> BoxSet:
        return BoxSet(self.classes, tuple(self.pictures[place] for place in places))

    def strata(self, least: int) -> Labels:
        """A number for each picture to stratify by, from 0 without gaps: which of its classes the set has fewest
        boxes of. Those that fewer than `least` pictures would have are one, with the pictures that have no boxes."""
        counts = np.bincount(np.concatenate([each.class_id for each in self.pictures]), minlength=len(self.classes))
        rarest = np.array(
            [each.class_id[np.argmin(counts[each.class_id])] if len(each.class_id) else -1 for each in self.pictures]
        )
        numbers, sizes = np.unique(rarest, return_counts=True)
        rarest[np.isin(rarest, numbers[sizes < least])] = -1
        if 0 < np.count_nonzero(rarest == -1) < least:
            rarest[rarest == -1] = numbers[np.argmax(sizes)]
        return np.unique(rarest, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class BoxSplits:
    train: BoxSet
    valid: BoxSet
    test: BoxSet | None = None


def upright_sizes(paths: Sequence[Path]) -> list[tuple[int, int]]:
    """Width and height of every picture. Each is decoded, so that one that cannot be read is told. Raises DataError."""
    sizes = [(0, 0)] * len(paths)

    def look(place: int) -> None:
        height, width = decode_file(paths[place], grey=True).shape[:2]
        sizes[place] = width, height

    side_by_side(len(paths), look)
    return sizes


def make_picture(
    path: Path, size: tuple[int, int], xyxy: Sequence[Sequence[float]], class_id: Sequence[int], told_by: str
) -> BoxPicture:
    """Raises DataError for a box that is none, or lies beyond the picture; `told_by` is what to name."""
    boxes = np.array(xyxy, np.float64).reshape(-1, 4)
    whole = np.array([size[0], size[1]] * 2, np.float64)
    slack = whole * _TOLERANCE + 1
    wrong = ~np.isfinite(boxes).all(1) | (boxes < -slack).any(1) | (boxes > whole + slack).any(1)
    wrong |= (boxes[:, 2] < boxes[:, 0]) | (boxes[:, 3] < boxes[:, 1])
    if wrong.any():
        place = int(np.argmax(wrong))
        raise DataError(
            f"{told_by} has a box, number {place}, that does not lie in {path.name}, which is {size[0]} x {size[1]}."
        )
    boxes = np.clip(boxes, 0, whole)
    kept = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    return BoxPicture(path, *size, boxes[kept].astype(np.float32), np.array(class_id, np.int64)[kept])


def choose_classes(boxes: BoxSet, classes: tuple[str, ...]) -> BoxSet:
    """The boxes of `classes` alone, numbered in their order. Raises DataError for a class that is not known."""
    for name in classes:
        if name not in boxes.classes:
            raise DataError(f"There are no boxes of class {name}: the classes are {', '.join(boxes.classes)}.")
    if not classes:
        return boxes
    number = np.full(len(boxes.classes), -1, np.int64)
    number[[boxes.classes.index(name) for name in classes]] = np.arange(len(classes))
    pictures = []
    for each in boxes.pictures:
        kept = number[each.class_id] >= 0
        pictures.append(BoxPicture(each.path, each.width, each.height, each.xyxy[kept], number[each.class_id[kept]]))
    return BoxSet(classes, tuple(pictures))


def cut_out(boxes: BoxSet, fit: Fit, margin: float, least: int) -> ImageSet:
    """Each box with `margin` of its longer side around it as a picture; without those whose shorter side is below
    `least` pixels. Raises DataError where nothing is left."""
    items: list[Item] = []
    labels: list[int] = []
    for picture in boxes.pictures:
        for (left, top, right, bottom), class_id in zip(picture.xyxy.tolist(), picture.class_id.tolist(), strict=True):
            if min(right - left, bottom - top) >= least:
                more = margin * max(right - left, bottom - top)
                items.append((picture.path, _inside(left - more, top - more, right + more, bottom + more, picture)))
                labels.append(class_id)
    if not items:
        raise DataError(f"There are no boxes of {least} or more pixels in the {len(boxes.pictures)} pictures.")
    return open_files(items, np.array(labels, np.int64), boxes.classes, fit)


def _inside(left: float, top: float, right: float, bottom: float, picture: BoxPicture) -> Box:
    """Rounded outwards, so that a box keeps a pixel at least."""
    return (
        max(0, int(np.floor(left))),
        max(0, int(np.floor(top))),
        min(picture.width, int(np.ceil(right))),
        min(picture.height, int(np.ceil(bottom))),
    )
