"""numpy's .npz: plain arrays, or JPEG (PNG, WebP ...) files one behind the other, with labels and class names.

Arrays: `x` uint8 [n, height, width] or [n, height, width, 3] and `y`, or one pair a part: `train_x`, `train_y`.
Files: `jpeg` uint8, all bytes; `offset` int64 [n + 1], where each begins; `label`. `class_names` may be in either.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.errors import DataError
from player.training.data.checks import check_labels
from player.training.data.decoding import Fit, Pixels, decode, decode_all
from player.training.data.image_set import MemoryImages

Arrays = Mapping[str, NDArray[Any]]
_UNREADABLE = (
    OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, MemoryError,
)  # fmt: skip
"""What numpy raises of a file that is none, damaged, or says that it is larger than any memory."""


def open_npz(path: Path, part: str, classes: tuple[str, ...], fit: Fit) -> MemoryImages:
    """The pictures of `part` (train, valid, test) of a file, or all where it has no parts. Raises DataError."""
    arrays = _load(path)
    if "jpeg" in arrays:
        pixels, labels = _decoded(arrays, path, fit), _need(arrays, "label", path)
    else:
        stem = f"{part}_" if f"{part}_x" in arrays else ""
        pixels, labels = _plain(_need(arrays, f"{stem}x", path), path, fit), _need(arrays, f"{stem}y", path)
    told = tuple(str(name) for name in arrays["class_names"].ravel()) if "class_names" in arrays else ()
    names = classes or told or _numbered(labels)
    return MemoryImages(pixels, check_labels(labels, len(pixels), names, path.name), names)


def _load(path: Path) -> Arrays:
    try:
        with open(path, "rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise DataError(f"{path.name} holds one array, not pictures with labels: it is no .npz.")
            with archive:
                return {name: archive[name] for name in archive.files}
    except _UNREADABLE as error:
        raise DataError(f"Cannot read {path}: {error}.") from error


def _need(arrays: Arrays, name: str, path: Path) -> NDArray[Any]:
    if name not in arrays:
        raise DataError(f"{path.name} has no array {name}; it has {', '.join(arrays) or 'none'}.")
    return arrays[name]


def _numbered(labels: NDArray[Any]) -> tuple[str, ...]:
    """Names for classes that have none: their numbers."""
    if labels.dtype.kind not in "iu" or not labels.size:
        return ()
    return tuple(str(number) for number in range(int(labels.max()) + 1))


def _plain(pixels: NDArray[Any], path: Path, fit: Fit) -> NDArray[np.uint8]:
    if pixels.dtype != np.uint8 or pixels.ndim not in (3, 4) or (pixels.ndim == 4 and pixels.shape[3] not in (1, 3)):
        raise DataError(
            f"The pictures in {path.name} are {pixels.dtype} of shape {list(pixels.shape)}, not uint8 "
            "[n, height, width] or [n, height, width, 3]."
        )
    whole = pixels.astype(np.uint8, copy=False)
    return fit.all(whole if whole.ndim == 4 else whole[..., None])


def _decoded(arrays: Arrays, path: Path, fit: Fit) -> NDArray[np.uint8]:
    data, offset = arrays["jpeg"], _need(arrays, "offset", path)
    steps = np.diff(offset.astype(np.int64)) if offset.ndim == 1 and offset.dtype.kind in "iu" else np.array([-1])
    if not len(steps):
        raise DataError(f"{path.name} has no pictures.")
    if data.dtype != np.uint8 or data.ndim != 1 or (steps <= 0).any():
        raise DataError(f"{path.name} has offsets that do not rise: nothing tells where its pictures begin.")
    if offset[0] < 0 or offset[-1] > len(data):
        raise DataError(f"{path.name} is cut short: its last picture ends beyond its bytes.")
    bounds = offset.astype(np.int64)

    def name_of(place: int) -> str:
        return f"picture {place} of {path.name}"

    def pixels_of(place: int) -> Pixels:
        return decode(data[bounds[place] : bounds[place + 1]], name_of(place), grey=fit.grey)

    return decode_all(len(steps), pixels_of, name_of, fit)
