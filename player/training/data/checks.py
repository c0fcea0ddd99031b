"""What makes pictures unfit to learn from, said before training starts, in one sentence that names file or class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data.image_set import ImageSet, Labels


def check_labels(labels: NDArray[Any], count: int, classes: tuple[str, ...], told_by: str) -> Labels:
    """The labels as class numbers. Raises DataError for a wrong number of them, or one that is no class."""
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(f"{told_by} has labels that are no list of whole numbers.")
    if len(labels) != count:
        raise DataError(f"{told_by} has {count} pictures and {len(labels)} labels.")
    outside = (labels < 0) | (labels >= len(classes))
    if outside.any():
        place = int(np.argmax(outside))
        raise DataError(
            f"{told_by} has the label {labels[place]} at picture {place}, but its {len(classes)} classes "
            f"are 0 to {len(classes) - 1}."
        )
    return labels.astype(np.int64)


def check_any(images: ImageSet, split: str, told_by: str) -> None:
    """Raises DataError where a split is empty."""
    if len(images) == 0:
        raise DataError(f"{told_by} has no pictures for {split}.")


def check_split(images: ImageSet, split: str, told_by: str) -> None:
    """Raises DataError where a split is empty, of one class only, or lacks a class."""
    check_any(images, split, told_by)
    if len(images.classes) < 2:
        raise DataError(f"{told_by} has one class only ({images.classes[0]}): there is nothing to tell apart.")
    counts = np.bincount(images.labels, minlength=len(images.classes))
    present = [name for name, count in zip(images.classes, counts, strict=True) if count]
    if len(present) == 1:
        raise DataError(f"{told_by} has pictures of one class only ({present[0]}) for {split}.")
    for name, count in zip(images.classes, counts, strict=True):
        if count == 0:
            raise DataError(f"Class {name} has no pictures for {split} in {told_by}.")


def check_alike(train: ImageSet, other: ImageSet, split: str) -> None:
    """Raises DataError where a split has other classes, or pictures of another size, than what is learned from."""
    if other.classes != train.classes:
        odd = sorted(set(train.classes) ^ set(other.classes))
        raise DataError(
            f"Class {odd[0]} is in one of train and {split} only."
            if odd
            else f"The classes of {split} stand in another order than those of train."
        )
    if other.shape != train.shape:
        raise DataError(
            f"The pictures of {split} are {size_text(other.shape)}, those of train {size_text(train.shape)}."
        )


def size_text(shape: tuple[int, int, int]) -> str:
    """`32 x 24` and whether it is grey, of channels, height and width."""
    return f"{shape[2]} x {shape[1]}{' grey' if shape[0] == 1 else ''}"
