"""A folder of folders: each is a class and holds its pictures, also in folders within it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from player.errors import DataError
from player.training.data.decoding import Fit
from player.training.data.image_set import ImageSet
from player.training.data.picture_files import Item, open_files

EXTENSIONS = frozenset({".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})


def open_folder(folder: Path, classes: tuple[str, ...], fit: Fit) -> ImageSet:
    """Classes in the order of their names, or as `classes` has them, which then are all that may be there.

    Raises DataError for a class without pictures, and for a picture that cannot be read.
    """
    found = _subfolders(folder)
    if not found:
        raise DataError(f"There are no folders in {folder}: each class is one, named like it.")
    for name in classes or found:
        if name not in found:
            raise DataError(f"Class {name} has no folder in {folder}.")
    for name in found:
        if classes and name not in classes:
            raise DataError(f"The folder {folder / name} is none of the classes in data.classes.")
    items: list[Item] = []
    labels: list[int] = []
    for number, name in enumerate(classes or found):
        paths = picture_paths(folder / name)
        if not paths:
            raise DataError(f"Class {name} has no pictures in {folder / name}.")
        items += [(path, None) for path in paths]
        labels += [number] * len(paths)
    return open_files(items, np.array(labels, np.int64), classes or found, fit)


def picture_paths(folder: Path) -> list[Path]:
    """All picture files below, by their names' endings, in the order of their paths; nothing hidden."""
    paths: list[Path] = []
    try:
        for where, folders, files in os.walk(folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            paths += [
                Path(where, name)
                for name in sorted(files)
                if not name.startswith(".") and os.path.splitext(name)[1].lower() in EXTENSIONS
            ]
    except OSError as error:
        raise DataError(f"Cannot read {error.filename}: {error.strerror}.") from error
    return [path for path in paths if path.is_file()]


def _subfolders(folder: Path) -> tuple[str, ...]:
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted(each.name for each in entries if each.is_dir() and not each.name.startswith(".")))
    except OSError as error:
        raise DataError(f"Cannot read {folder}: {error.strerror}.") from error


def _raise(error: OSError) -> None:
    raise error
