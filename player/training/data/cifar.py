"""CIFAR-10 as its makers give it: `cifar-10-batches-bin` and `cifar-10-batches-py`, or single files of either.

Binary: records of a label and 3072 values, all red ones, then green, then blue, in rows. Python: pickled dicts of
`data` [n, 3072], in the same order, and `labels`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data.checks import check_labels
from player.training.data.decoding import Fit
from player.training.data.image_set import MemoryImages
from player.training.data.plain_pickle import load_plain

_SIDE = 32
_VALUES = 3 * _SIDE * _SIDE
_LARGEST_BYTES = 1 << 30
_PARTS = {"train": tuple(f"data_batch_{number}" for number in range(1, 6)), "test": ("test_batch",)}
NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

Part = tuple[NDArray[np.uint8], NDArray[Any]]
"""Pictures [n, 3072] and labels."""


def open_cifar(path: Path, part: str, classes: tuple[str, ...], fit: Fit) -> MemoryImages:
    """A file, or of a folder the five files of `part` train or the one of test. Raises DataError."""
    files = [path] if path.is_file() else _files(path, part)
    names = classes or _class_names(files[0].parent)
    parts = [_read(file, names) for file in files]
    values = np.concatenate([values for values, _ in parts])
    pixels = values.reshape(-1, 3, _SIDE, _SIDE).transpose(0, 2, 3, 1)
    return MemoryImages(fit.all(pixels), np.concatenate([labels for _, labels in parts]), names)


def _files(folder: Path, part: str) -> list[Path]:
    stems = _PARTS["train" if part == "train" else "test"]
    ending = ".bin" if any((folder / f"{stem}.bin").is_file() for stem in stems) else ""
    files = [folder / f"{stem}{ending}" for stem in stems]
    for file in files:
        if not file.is_file():
            raise DataError(f"There is no {file.name} in {folder}: CIFAR-10 is in {', '.join(stems)}.")
    return files


def _read(path: Path, names: tuple[str, ...]) -> Part:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise DataError(f"{path} is too large for a part of CIFAR-10.")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror}.") from error
    values, labels = _binary(data, path) if path.suffix == ".bin" else _pickled(data, path)
    return values, check_labels(labels, len(values), names, path.name)


def _binary(data: bytes, path: Path) -> Part:
    count, rest = divmod(len(data), _VALUES + 1)
    if rest or not count:
        raise DataError(
            f"{path} is cut short or no CIFAR-10: its {len(data)} bytes are no whole number of pictures "
            f"of {_VALUES + 1} bytes."
        )
    records = np.frombuffer(data, np.uint8).reshape(count, _VALUES + 1)
    return records[:, 1:], records[:, 0]


def _pickled(data: bytes, path: Path) -> Part:
    read = _load(data, path)
    values, labels = _need(read, "data", path), _need(read, "labels", path)
    if not isinstance(values, np.ndarray) or values.dtype != np.uint8 or values.shape[1:] != (_VALUES,):
        raise DataError(f"The data in {path} are no rows of {_VALUES} bytes: it is no part of CIFAR-10.")
    if not isinstance(labels, list) or not all(type(label) is int and abs(label) < 2**31 for label in labels):
        raise DataError(f"The labels in {path} are no list of whole numbers.")
    return values, np.array(labels, np.int64)


def _class_names(folder: Path) -> tuple[str, ...]:
    """As the files beside tell them; CIFAR-10's own where there are none."""
    listed, pickled = folder / "batches.meta.txt", folder / "batches.meta"
    try:
        if listed.is_file():
            return tuple(listed.read_text("utf-8").split())
        if pickled.is_file():
            names = _need(_load(pickled.read_bytes(), pickled), "label_names", pickled)
            return tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names)
    except (OSError, UnicodeDecodeError, TypeError) as error:
        raise DataError(f"Cannot read the class names in {folder}: {error}.") from error
    return NAMES


def _load(data: bytes, path: Path) -> dict[object, Any]:
    try:
        read = load_plain(data)
    except ValueError as error:
        raise DataError(f"Cannot read {path}: {error}.") from error
    if not isinstance(read, dict):
        raise DataError(f"{path} holds no dict: it is no part of CIFAR-10.")
    return read


def _need(read: dict[object, Any], name: str, path: Path) -> Any:
    """The value of a key that Python 2 wrote as bytes, Python 3 as a text."""
    for key in (name.encode(), name):
        if key in read:
            return read[key]
    raise DataError(f"{path} has no {name}: it is no part of CIFAR-10.")
